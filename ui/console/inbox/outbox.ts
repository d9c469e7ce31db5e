import { effect, signal } from "@preact/signals";
import { Outbox, type OutboxItem } from "../../shared/outbox";
import { keep, keptJson } from "../kit/keep";
import { path, post, uuid } from "../kit/api";
import type { Frame } from "../kit/wire";
import { connection } from "../stream/tab";
import { foldTalk, knownTalk } from "./talks";

export interface Outgoing { conversation: string; kind: "messages" | "notes"; text: string; after_seq: number }
export type Pending = OutboxItem<Outgoing>;

/** What this person wrote and the log does not hold yet, of all conversations. */
export const pending = signal<Pending[]>([]);
const boxes = new Map<string, Outbox<Outgoing>>();
const seqOf = new Map<string, number>();

function changed(conversation: string, items: Pending[]): void {
  pending.value = [...pending.peek().filter((one) => one.body.conversation !== conversation), ...items.map((one) => ({ ...one }))];
  keep("outbox", JSON.stringify(pending.value.map(({ key, body, at }) => ({ key, body, at }))));
}

async function send({ key, body }: Pending): Promise<void> {
  const { conversation, kind, text, after_seq } = body;
  const { seq } = await post<{ id: string; seq: number }>(path("conversations", conversation, kind), kind === "notes" ? { text } : { text, after_seq }, { key });
  seqOf.set(key, seq);
  if (knownTalk(conversation)?.peek().events.some((one) => one.seq === seq)) queueMicrotask(() => box(conversation).settle(key));
}

function box(conversation: string): Outbox<Outgoing> {
  let found = boxes.get(conversation);
  if (!found) boxes.set(conversation, (found = new Outbox<Outgoing>(send, (items) => changed(conversation, items))));
  return found;
}

export function write(conversation: string, kind: Outgoing["kind"], text: string): void {
  const after_seq = knownTalk(conversation)?.peek().seq ?? 0;
  box(conversation).add({ conversation, kind, text, after_seq }, uuid());
}

export const retry = (item: Pending) => box(item.body.conversation).retry(item.key);
export const discard = (item: Pending) => box(item.body.conversation).remove(item.key);

/** After `behind`: the same words, now knowing what was missed. Another body needs another key. */
export function sendAnyway(item: Pending): void {
  for (const frame of missed(item)) foldTalk(item.body.conversation, frame);
  discard(item);
  write(item.body.conversation, item.body.kind, item.body.text);
}

/** The log holds it: the pending copy goes. */
export function settle(frame: Frame): void {
  for (const one of pending.peek()) {
    const same = one.key === frame.client_id || (seqOf.get(one.key) === frame.seq && one.body.conversation === frame.conversation);
    if (same && box(one.body.conversation).settle(one.key)) seqOf.delete(one.key);
  }
}

export function missed(item: Pending): Frame[] {
  return ((item.problem?.body.missed ?? []) as Frame[]).filter((one) => one.kind === "message.added");
}

let resumed = false;

/** Sends what an earlier page left, and everything that failed as soon as the connection is back. */
export function resumeSending(): void {
  if (resumed) return;
  resumed = true;
  const left = keptJson<Pending[]>("outbox", []);
  for (const conversation of new Set(left.map((one) => one.body.conversation))) {
    box(conversation).restore(left.filter((one) => one.body.conversation === conversation));
  }
  effect(() => {
    if (connection.value.is === "online") for (const one of boxes.values()) if (one.items.length) void one.flush();
  });
}
