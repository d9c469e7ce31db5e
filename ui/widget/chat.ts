import { get, Problem } from "../shared/api";
import type { Inbox } from "../shared/types";
import { Feed } from "./feed";
import type { Host } from "./host";
import { take } from "./incoming";
import { EMPTY, fromSnapshot } from "./log";
import { connection, count, entering, failure, inbox, live, log, offline, opened, storage, thinking, us } from "./state";
import { enter } from "./visitor";

const RENEW_PAUSE = 30_000;

let entry: Promise<void> | null = null;
let renewedAt = 0;
let again: ReturnType<typeof setTimeout> | undefined;
let flush = () => {};
let clear = () => {};

interface Calls {
  /** It may be possible again to send. */
  send(): void;
  /** The page asks. */
  ask(text: string): Promise<void>;
  /** Whoever was signed in here is gone: what they left unsent is not the next one's. */
  discard(): void;
}

/** Answers what was kept. */
export async function start(host: Host, key: string, { send, ask, discard }: Calls): Promise<Record<string, string>> {
  Object.assign(us, { host, key });
  flush = send;
  clear = discard;
  const hello = await host.hello({ lead, open, changed, ask, identity });
  us.token = hello.kept.visitor;
  us.contact = hello.kept.contact;
  us.signed = !!hello.kept.signed;
  us.identity = hello.identity;
  us.seen = Number(hello.kept.seen ?? 0);
  storage.value = hello.storage;
  addEventListener("online", wake);
  addEventListener("offline", () => (offline.value = true));
  addEventListener("pagehide", () => lead(false));
  document.addEventListener("visibilitychange", () => {
    count();
    if (document.visibilityState === "visible") wake();
  });
  void ready().catch(() => {});
  return hello.kept;
}

/** One entry at a time; asked again after a failure. */
export function ready(): Promise<void> {
  entry ??= admit().catch((error: unknown) => {
    entry = null;
    throw error;
  });
  return entry;
}

async function admit(): Promise<void> {
  entering.value = true;
  try {
    const found = await enter(us.key, { token: us.token, signed: us.signed }, us.identity);
    if (us.signed && us.contact !== found.contact) clear();
    us.token = found.token;
    us.contact = found.contact;
    us.signed = found.signed;
    us.host.save("visitor", found.token);
    us.host.save("contact", found.contact);
    us.host.save("signed", found.signed ? "1" : null);
    inbox.value = found.inbox;
    failure.value = null;
    if (found.renewed || found.conversation !== us.conversation) forget();
    if (found.conversation) await attach(found.conversation).catch(() => {});
  } catch (error) {
    failure.value = error instanceof Problem ? error : new Problem(0, "network", "");
    throw error;
  } finally {
    entering.value = false;
  }
}

function forget(): void {
  us.feed?.stop();
  us.feed = us.conversation = null;
  us.host.save("conversation", null);
  log.value = EMPTY;
  live.value = connection.value = null;
  thinking.value = false;
}

/** `fresh`: made just now, so there is nothing to fetch. */
export async function attach(conversation: string, fresh = false): Promise<void> {
  us.feed?.stop();
  us.conversation = conversation;
  us.host.save("conversation", conversation);
  us.feed = new Feed(conversation, us.token!, {
    snapshot(snapshot) {
      log.value = fromSnapshot(snapshot);
      live.value = snapshot.live;
      us.seen ||= snapshot.seq;
      count();
    },
    frame(frame) {
      take(frame);
      if (frame.event === "handoff.requested") void look();
    },
    state(state) {
      connection.value = state;
      if (state === "online") flush();
    },
    lost,
  });
  await us.feed.start(us.leading, fresh);
}

/** Whether somebody is there may have changed since we came in. */
async function look(): Promise<void> {
  const me = await get<{ inbox: Inbox }>("/v1/visitors/me", { token: us.token! }).catch(() => null);
  if (me) inbox.value = me.inbox;
}

/** The server does not know our token or conversation any more: in again, silently, and nothing unsent is lost. */
export function lost(): void {
  us.feed?.stop();
  clearTimeout(again);
  const wait = renewedAt + RENEW_PAUSE - Date.now();
  if (wait > 0) {
    again = setTimeout(lost, wait);
    return;
  }
  renewedAt = Date.now();
  entry = null;
  void ready().then(flush, () => {});
}

function lead(on: boolean): void {
  us.leading = on;
  us.feed?.lead(on);
}

function open(on: boolean): void {
  opened.value = on;
  count();
}

/** Somebody signed in on the page, or out of it: in again, as whoever they are now. */
function identity(token: string): void {
  if (token === us.identity) return;
  us.identity = token;
  entry = null;
  void ready().then(flush, () => {});
}

/** Another tab became a visitor or began a conversation: it is ours too, unless we have one. */
function changed(name: string, value: string | null): void {
  if (!value || us.conversation) return;
  if (name === "visitor" && value !== us.token) {
    us.token = value;
    entry = null;
    void ready().catch(() => {});
  } else if (name === "conversation" && us.token) void attach(value).catch(() => {});
}

function wake(): void {
  offline.value = !navigator.onLine;
  if (offline.value) return;
  if (failure.value) void ready().then(flush, () => {});
  else flush();
}
