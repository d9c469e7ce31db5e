import type { Problem } from "../shared/api";
import type { OutboxItem } from "../shared/outbox";
import type { StreamState } from "../shared/sse";
import type { Inbox, LogFrame, Page } from "../shared/types";
import type { Feed } from "./feed";
import type { Host } from "./host";
import { EMPTY, type Live, type Log, unreadAfter } from "./log";
import { cell } from "./store";

export interface Draft {
  text: string;
  page?: Page;
}

/** What the views draw. */
export const inbox = cell<Inbox | null>(null);
export const log = cell<Log>(EMPTY);
export const live = cell<Live | null>(null);
export const thinking = cell(false);
export const typist = cell<string | null>(null);
export const outgoing = cell<OutboxItem<Draft>[]>([]);
export const connection = cell<StreamState | null>(null);
export const offline = cell(!navigator.onLine);
export const failure = cell<Problem | null>(null);
export const entering = cell(true);
export const asking = cell(false);
/** The wish for a person did not get through. */
export const unasked = cell(false);
export const opened = cell(false);
export const storage = cell(true);
/** Finished things that came in just now, to be spoken. */
export const spoken = cell<LogFrame[]>([]);

export const begun = () => log.value.events.some((event) => event.kind !== "conversation.opened") || outgoing.value.length > 0;

/** Who we are here, and what is under way. */
export const us = {
  host: null as unknown as Host,
  key: "",
  token: undefined as string | undefined,
  contact: undefined as string | undefined,
  /** The token was made for somebody signed in on the site. */
  signed: false,
  /** The site's token of who is signed in there; empty: nobody. */
  identity: "",
  conversation: null as string | null,
  feed: null as Feed | null,
  leading: false,
  seen: 0,
};

export function count(): void {
  const looking = opened.value && document.visibilityState === "visible";
  if (looking && log.value.seq > us.seen) {
    us.seen = log.value.seq;
    us.host.save("seen", String(us.seen));
  }
  us.host.unread(looking ? 0 : unreadAfter(log.value, us.seen));
}
