import { accept, resolve, returnToBot } from "../inbox/actions";
import { setAvailability } from "../inbox/colleagues";
import { allRows, isFree, row, views } from "../inbox/rows";
import { get } from "../kit/api";
import type { IconName } from "../kit/icon";
import { go, route } from "../kit/router";
import { t, type Key } from "../kit/t";
import type { Availability } from "../kit/wire";
import { may, me, signOut } from "../session/session";

export interface Command { id: string; label: string; hint?: string; icon: IconName; run: () => void }

function hereCommands(): Command[] {
  const id = route.value[0] === "inbox" ? route.value[2] : undefined;
  const summary = id ? row(id)?.peek() : undefined;
  if (!id || !summary || !may("converse") || summary.status === "resolved") return [];
  if (isFree(summary)) return [{ id: "accept", label: t(summary.mode === "queued" ? "accept" : "take_over"), hint: "a", icon: "check", run: () => void accept(id) }];
  return summary.agent?.id !== me.value?.id ? [] : [
    { id: "resolve", label: t("resolve"), hint: "e", icon: "checkCircle", run: () => void resolve(id) },
    { id: "return", label: t("return_to_bot"), icon: "return", run: () => void returnToBot(id) },
  ];
}

function always(): Command[] {
  const states: Availability[] = ["online", "away", "offline"];
  return [
    ...hereCommands(),
    ...(may("read") ? views : []).map((view) => ({ id: `view-${view}`, label: t("go_to", { place: t(`view.${view}` as Key) }), icon: "inbox" as const, run: () => go(["inbox", view]) })),
    ...(may("knowledge") ? [{ id: "knowledge", label: t("go_to", { place: t("surface.knowledge") }), hint: "g k", icon: "book" as const, run: () => go(["knowledge"]) }] : []),
    ...(may("review") ? [{ id: "quality", label: t("go_to", { place: t("surface.quality") }), hint: "g q", icon: "checkCircle" as const, run: () => go(["quality"]) }] : []),
    ...(may("settings") ? [{ id: "settings", label: t("go_to", { place: t("surface.settings") }), hint: "g s", icon: "gear" as const, run: () => go(["settings"]) }] : []),
    ...(may("converse") ? states : []).map((one) => ({ id: one, label: t("availability.set", { state: t(`availability.${one}` as Key) }), icon: "person" as const, run: () => void setAvailability(one) })),
    { id: "sign_out", label: t("sign_out"), icon: "door", run: () => void signOut() },
  ];
}

function conversations(): Command[] {
  return allRows().map((one) => ({
    id: one.id, label: one.contact.name || t("visitor"), hint: one.last?.text.slice(0, 60) ?? "", icon: "person", run: () => go(["inbox", "all", one.id]),
  }));
}

/** Commands and known conversations that hold every typed word, best first. */
export function matching(q: string): Command[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const all = words.length ? [...always(), ...conversations()] : always();
  const fits = ({ label, hint }: Command) => words.every((word) => `${label} ${hint ?? ""}`.toLowerCase().includes(word));
  const early = ({ label }: Command) => (label.toLowerCase().startsWith(words[0] ?? "") ? 0 : 1);
  return all.filter(fits).sort((a, b) => early(a) - early(b)).slice(0, 12);
}

export async function articles(q: string, signal: AbortSignal): Promise<Command[]> {
  if (!may("knowledge") || q.trim().length < 2) return [];
  const found = await get<{ articles: { id: string; title: string }[] }>(`/articles?q=${encodeURIComponent(q.trim())}`, { signal });
  return found.articles.slice(0, 6).map((one) => ({ id: one.id, label: one.title, hint: t("article"), icon: "file", run: () => go(["knowledge", one.id]) }));
}
