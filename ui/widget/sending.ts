import { post, Problem, put, uuid } from "../shared/api";
import { Outbox, type OutboxItem } from "../shared/outbox";
import { backoff } from "../shared/sse";
import type { Page } from "../shared/types";
import { attach, lost, ready } from "./chat";
import { echoes } from "./log";
import { asking, type Draft, log, outgoing, unasked, us } from "./state";
import { watch } from "./store";

const ECHO_PATIENCE = 3_000;
const TRIES = 6;

let tries = 0;
let retry: ReturnType<typeof setTimeout> | undefined;

export const outbox = new Outbox<Draft>(send, (items) => {
  outgoing.value = items;
});

/** An echo of ours in the log takes the place of what we showed. */
watch(() => {
  if (outgoing.value.length === 0) return;
  for (const id of echoes(log.value)) if (outbox.settle(id)) us.host.save(`out:${id}`, null);
});

/** Messages that an earlier page, or another tab, left unsent. */
export function restore(kept: Record<string, string>): void {
  const items = Object.entries(kept)
    .filter(([name]) => name.startsWith("out:"))
    .map(([name, value]) => ({ key: name.slice(4), ...(JSON.parse(value) as { body: Draft; at: number }) }));
  outbox.restore(items.sort((one, other) => one.at - other.at));
}

export async function say(text: string): Promise<void> {
  const key = uuid();
  const at = Date.now();
  unasked.value = false;
  us.host.meant();
  const page = await us.host.page();
  const body: Draft = page ? { text, page } : { text };
  us.host.save(`out:${key}`, JSON.stringify({ body, at }));
  outbox.add(body, key);
}

async function send(item: OutboxItem<Draft>): Promise<void> {
  try {
    await deliver(item);
    tries = 0;
    // Only the stream moves the cursor; if the echo does not come, ask who is reading.
    setTimeout(() => outbox.isSent(item.key) && us.feed?.ask(), ECHO_PATIENCE);
  } catch (error) {
    if (error instanceof Problem && error.passing && tries < TRIES) {
      clearTimeout(retry);
      retry = setTimeout(() => void outbox.flush(), error.retryAfter ?? backoff((tries += 1)));
    }
    throw error;
  }
}

async function deliver(item: OutboxItem<Draft>, anew = true): Promise<void> {
  await ready();
  // Discarded while we were on our way in as somebody else.
  if (!outbox.holds(item.key)) return;
  try {
    const conversation = await conversationFor(item.key, item.body.page);
    await post(`/v1/conversations/${conversation}/messages`, item.body, { key: item.key, token: us.token! });
  } catch (error) {
    if (!anew || !(error instanceof Problem) || (error.status !== 401 && error.status !== 404)) throw error;
    lost();
    await deliver(item, false);
  }
}

/** The first message's key is the conversation's too: sent twice, by whichever tab, it opens one conversation. */
async function conversationFor(key: string, page: Page | undefined): Promise<string> {
  if (us.conversation) return us.conversation;
  const made = await post<{ id: string }>("/v1/conversations", page ? { page } : {}, { key, token: us.token! });
  await attach(made.id, true);
  return made.id;
}

/** Takes an unsent message back for editing. */
export function takeBack(key: string): string {
  const item = outgoing.value.find((one) => one.key === key);
  outbox.remove(key);
  us.host.save(`out:${key}`, null);
  return item?.body.text ?? "";
}

/** Forgets every unsent message. */
export function discard(): void {
  for (const { key } of outgoing.value) takeBack(key);
}

/** A thumb on the bot's message; the log's echo shows it. undefined takes it back. */
export function judge(seq: number, right: boolean | undefined): void {
  put(`/v1/conversations/${us.conversation}/messages/${seq}/verdict`, { right: right ?? null }, { token: us.token! }).catch(() => {});
}

/** Never throws: that it failed is shown. */
export async function talkToPerson(): Promise<void> {
  if (asking.value) return;
  us.host.meant();
  asking.value = true;
  unasked.value = false;
  try {
    await ready();
    const conversation = await conversationFor(uuid(), await us.host.page());
    await post(`/v1/conversations/${conversation}/handoff`, {}, { token: us.token! });
  } catch {
    unasked.value = true;
  } finally {
    asking.value = false;
  }
}

let typingSaid = 0;
let typingOff: ReturnType<typeof setTimeout> | undefined;

/** Tells a person on the other side; said at most every 4 s, taken back after 5 s of quiet. */
export function typing(on: boolean): void {
  if (!us.conversation || log.value.mode !== "human" || (!on && !typingSaid)) return;
  clearTimeout(typingOff);
  if (on) typingOff = setTimeout(() => typing(false), 5_000);
  if (on && Date.now() - typingSaid < 4_000) return;
  typingSaid = on ? Date.now() : 0;
  put(`/v1/conversations/${us.conversation}/typing`, { on }, { token: us.token! }).catch(() => {});
}
