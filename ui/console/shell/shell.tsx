import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { begin } from "../inbox/begin";
import { Inbox } from "../inbox/inbox";
import { watchTitle } from "../inbox/notice";
import { Offer } from "../inbox/offer";
import { useKeys } from "../kit/keys";
import { lazy } from "../kit/lazy";
import { go, href, route } from "../kit/router";
import { Instead, NoPermission } from "../kit/states";
import { t } from "../kit/t";
import { Toasts } from "../kit/toast";
import type { Person } from "../kit/wire";
import { home, may } from "../session/session";
import { ConnectionBar } from "./connection-bar";
import { Help } from "./help";
import { Palette } from "./palette";
import { Password } from "./password";
import { Rail } from "./rail";
import { TopBar } from "./top-bar";

export const sheet = signal<"help" | "palette" | "password" | null>(null);

const Knowledge = lazy(() => import("../knowledge/knowledge").then((chunk) => chunk.Knowledge));
const Quality = lazy(() => import("../quality/quality").then((chunk) => chunk.Quality));
const Settings = lazy(() => import("../settings/settings").then((chunk) => chunk.Settings));

function Surface({ name }: { name: string | undefined }) {
  if (name === "inbox" || !name) return may("read") ? <Inbox /> : <NoPermission />;
  if (name === "knowledge") return may("knowledge") ? <Knowledge /> : <NoPermission />;
  if (name === "quality") return may("review") ? <Quality /> : <NoPermission />;
  if (name === "settings") return may("settings") ? <Settings /> : <NoPermission />;
  return <Instead icon="search" text={t("not_found")} to={href(...home())} />;
}

/** Everything around a surface: rail, top bar, connection, notices, help and palette. */
export function Shell({ person }: { person: Person }) {
  const surface = route.value[0];
  useEffect(() => (may("read") ? begin(person.id) : undefined), [person.id]);
  useEffect(watchTitle, []);
  useKeys([
    { on: "?", label: t("keys.help"), run: () => (sheet.value = "help") },
    { on: "mod+k", label: t("keys.palette"), run: () => (sheet.value = sheet.value ? null : "palette"), typing: true },
    { on: "g i", label: may("read") ? t("keys.go_inbox") : "", run: () => go(["inbox", "queue"]) },
    { on: "g k", label: may("knowledge") ? t("keys.go_knowledge") : "", run: () => go(["knowledge"]) },
    { on: "g q", label: may("review") ? t("keys.go_quality") : "", run: () => go(["quality"]) },
    { on: "g s", label: may("settings") ? t("keys.go_settings") : "", run: () => go(["settings"]) },
  ]);
  const reading = surface === "inbox" && route.value[2];
  return (
    <div class={`shell${reading ? " reading" : ""}`}>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}>{t("skip")}</a>
      <Rail surface={surface ?? "inbox"} />
      <TopBar person={person} />
      <main id="main" tabIndex={-1}>
        {may("read") && <ConnectionBar />}
        {may("converse") && <Offer />}
        <Surface name={surface} />
      </main>
      <Toasts />
      {sheet.value === "help" && <Help onClose={() => (sheet.value = null)} />}
      {sheet.value === "password" && <Password onClose={() => (sheet.value = null)} />}
      {sheet.value === "palette" && <Palette onClose={() => (sheet.value = null)} />}
    </div>
  );
}
