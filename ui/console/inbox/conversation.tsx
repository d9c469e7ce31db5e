import { useEffect, useState } from "preact/hooks";
import { useKeys } from "../kit/keys";
import { Icon } from "../kit/icon";
import { href } from "../kit/router";
import { Failed, Loading } from "../kit/states";
import { t } from "../kit/t";
import type { Summary } from "../kit/wire";
import { may, me } from "../session/session";
import { accept, resolve } from "./actions";
import { Brief } from "./brief/brief";
import { Composer } from "./composer/composer";
import { tabs } from "./composer/drafts";
import { ConversationHead } from "./conversation-head";
import { Log } from "./log/log";
import { isFree, row, version, type View } from "./rows";
import { openTalk, talk } from "./talks";
import { markSeen } from "./unread";

function useShortcuts(summary: Summary | undefined): void {
  const id = summary?.id ?? "";
  const write = (kind: "messages" | "notes") => () => {
    tabs.value = { ...tabs.value, [id]: kind };
    setTimeout(() => document.getElementById("composer")?.focus());
  };
  const mine = summary?.agent?.id === me.value?.id && summary?.mode === "human";
  const open = summary !== undefined && summary.status !== "resolved";
  useKeys(!summary || !may("converse") ? [] : [
    { on: "r", label: t("keys.reply"), run: write("messages") },
    { on: "n", label: t("keys.note"), run: write("notes") },
    ...(isFree(summary) ? [{ on: "a", label: t("keys.accept"), run: () => void accept(id) }] : []),
    { on: "e", label: t("keys.resolve"), run: () => mine && open && void resolve(id) },
  ]);
}

function Middle({ id, summary, name }: { id: string; summary: Summary | undefined; name: string }) {
  const now = talk(id).value;
  if (now.state === "failed") return <Failed problem={now.problem} what={t("conversation.failed")} retry={() => void openTalk(id)} />;
  if (now.state === "loading" || !summary) return <div class="log-frame"><Loading rows={4} shape="bubble" /></div>;
  return (
    <>
      <Log key={id} talk={now} name={name} />
      {may("converse") && <Composer summary={summary} name={name} />}
    </>
  );
}

/** Middle and right pane for one conversation. */
export function Conversation({ id, view }: { id: string; view: View }) {
  version.value;
  const summary = row(id)?.value;
  const now = talk(id).value;
  const [drawer, setDrawer] = useState(false);
  const name = summary?.contact.name || t("visitor");
  useEffect(() => {
    void openTalk(id);
    setDrawer(false);
  }, [id]);
  useEffect(() => {
    const see = () => document.hidden || markSeen(id, now.seq);
    see();
    document.addEventListener("visibilitychange", see);
    return () => document.removeEventListener("visibilitychange", see);
  }, [id, now.seq]);
  useShortcuts(summary);
  useKeys(drawer ? [{ on: "Escape", label: "", run: () => setDrawer(false) }] : []);
  return (
    <>
      <section class="conversation" aria-label={t("conversation_with", { name })}>
        {summary ? <ConversationHead summary={summary} view={view} drawer={drawer} onDrawer={() => setDrawer(!drawer)} /> : (
          <header class="conversation-head"><a class="button icon-only quiet back" href={href("inbox", view)} aria-label={t("back_to_list")}><Icon name="back" /></a></header>
        )}
        <Middle id={id} summary={summary} name={name} />
      </section>
      {drawer && <div class="scrim" onClick={() => setDrawer(false)} />}
      <aside id="brief" class={`context${drawer ? " open" : ""}`} aria-label={t("brief")}>
        <button type="button" class="button icon-only quiet drawer-close" aria-label={t("close")} onClick={() => setDrawer(false)}><Icon name="close" /></button>
        {summary && now.state === "ready" ? <Brief talk={now} summary={summary} /> : now.state === "loading" ? <Loading rows={5} /> : null}
      </aside>
    </>
  );
}
