import { signal } from "@preact/signals";
import { keep, keptJson } from "../kit/keep";
import type { Summary } from "../kit/wire";
import { me } from "../session/session";
import { lastKind } from "./rows";

/** Last seq seen per conversation on this machine; a customer's newer message is unread. */
export const seen = signal<Record<string, number>>(keptJson("seen", {}));

export function markSeen(conversation: string, seq: number): void {
  if ((seen.peek()[conversation] ?? 0) >= seq) return;
  const entries = Object.entries({ ...seen.peek(), [conversation]: seq }).slice(-500);
  seen.value = Object.fromEntries(entries);
  keep("seen", JSON.stringify(seen.value));
}

export function isUnread(summary: Summary): boolean {
  const forMe = summary.mode === "queued" || summary.agent?.id === me.value?.id;
  return forMe && summary.status !== "resolved" && lastKind(summary) === "customer" && summary.seq > (seen.value[summary.id] ?? 0);
}
