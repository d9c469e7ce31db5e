import type { Page } from "../shared/types";

const LONGEST = 10_000;

/** Within the limits of the server, and never more than text: the page is somebody else's. */
function tidy(page: Page | undefined): Page | undefined {
  if (typeof page?.url !== "string") return undefined;
  const line = (value: unknown, most: number) =>
    typeof value === "string" ? [...value.replace(/[\s\p{C}]+/gu, " ").trim()].slice(0, most).join("") || undefined : undefined;
  const url = line(page.url.replace(/#.*/s, ""), 2000);
  return url ? { url, title: line(page.title, 200), product: line(page.product, 200), referrer: line(page.referrer, 2000) } : undefined;
}

/**
 * The page around us. A cross-site frame has no storage and no locks, so the loader on the host page keeps things and names the leader.
 */

export interface Hello {
  /** What was kept: `visitor` (token), `contact` (its id), `signed` (it was made for somebody signed in), `conversation`, `seen` (seq), `out:<uuid>` (an unsent message). */
  kept: Record<string, string>;
  storage: boolean;
  /** The site's token of who is signed in there; empty: nobody. */
  identity: string;
}

export interface HostEvents {
  lead(on: boolean): void;
  open(on: boolean): void;
  /** The page asks in the customer's name, as after a click on a button of its own. */
  ask(text: string): Promise<void>;
  /** Somebody signed in on the page, or out of it (empty). */
  identity(token: string): void;
  /** Another tab kept something. */
  changed(key: string, value: string | null): void;
}

export interface Host {
  readonly framed: boolean;
  /** Whether we lead and are open follows at once, as events. */
  hello(events: HostEvents): Promise<Hello>;
  save(key: string, value: string | null): void;
  /** The customer meant it: from now on things may be stored. */
  meant(): void;
  page(): Promise<Page | undefined>;
  close(): void;
  unread(count: number): void;
  event(event: string, detail?: unknown): void;
}

export const findHost = (): Host => (window.parent === window ? alone() : framed());

function framed(): Host {
  let origin = "*";
  let events: HostEvents | undefined;
  let greet: (hello: Hello) => void;
  const asked: ((page?: Page) => void)[] = [];

  const post = (warmline: string, more: object = {}) => window.parent.postMessage({ warmline, ...more }, origin);
  const takes: Record<string, (data: any) => void> = {
    hello: (data: Hello) => greet({ ...data, identity: typeof data.identity === "string" ? data.identity : "" }),
    identity: (data: { token: unknown }) => typeof data.token === "string" && events?.identity(data.token),
    lead: (data: { on: boolean }) => events?.lead(data.on),
    open: (data: { on: boolean }) => events?.open(data.on),
    ask: (data: { text: unknown }) => typeof data.text === "string" && data.text.trim() && events?.ask(data.text.trim().slice(0, LONGEST)),
    changed: (data: { key: string; value: string | null }) => events?.changed(data.key, data.value),
    page: (data: { page: Page }) => asked.splice(0).forEach((answer) => answer(tidy(data.page))),
  };
  addEventListener("message", ({ source, origin: from, data }: MessageEvent) => {
    // The server's frame-ancestors decides who may be our parent; from its first word on, only that origin is spoken with.
    if (source !== window.parent || (origin !== "*" && origin !== from) || typeof data !== "object" || data === null) return;
    if (!Object.hasOwn(takes, data.warmline)) return;
    if (data.warmline === "hello") origin = from;
    if (origin !== "*") takes[data.warmline]!(data);
  });

  return {
    framed: true,
    hello(wanted) {
      events = wanted;
      return new Promise((resolve) => {
        greet = (hello) => {
          resolve(hello);
          post("event", { event: "ready" });
        };
        post("ready");
      });
    },
    save: (key, value) => post("save", { key, value }),
    meant: () => post("meant"),
    page() {
      post("page");
      return new Promise((resolve) => {
        asked.push(resolve);
        setTimeout(() => resolve(undefined), 400);
      });
    },
    close: () => post("close"),
    unread: (count) => post("unread", { count }),
    event: (event, detail) => post("event", { event, detail }),
  };
}

/** Opened directly, for a look: it works, and keeps nothing. */
function alone(): Host {
  const nothing = () => {};
  return {
    framed: false,
    async hello(events) {
      queueMicrotask(() => {
        events.lead(true);
        events.open(true);
      });
      return { kept: {}, storage: true, identity: "" };
    },
    page: async () => undefined,
    save: nothing,
    meant: nothing,
    close: nothing,
    unread: nothing,
    event: nothing,
  };
}
