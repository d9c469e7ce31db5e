import { signal, type Signal } from "@preact/signals";
import { keep, kept } from "../../kit/keep";
import type { Outgoing } from "../outbox";

const drafts = new Map<string, Signal<string>>();
const name = (conversation: string, kind: Outgoing["kind"]) => `draft.${conversation}.${kind}`;

/** What is written but not sent, per conversation and kind; outlives switching and reloading. */
export function draft(conversation: string, kind: Outgoing["kind"]): Signal<string> {
  const key = name(conversation, kind);
  let found = drafts.get(key);
  if (!found) drafts.set(key, (found = signal(kept(key) ?? "")));
  return found;
}

export function putDraft(conversation: string, kind: Outgoing["kind"], text: string): void {
  draft(conversation, kind).value = text;
  keep(name(conversation, kind), text || null);
}

/** Which tab is up per conversation, so that a note begun stays a note. */
export const tabs = signal<Record<string, Outgoing["kind"]>>({});
