import { signal } from "@preact/signals";
import { Stream, type StreamFrame, type StreamState } from "../../shared/sse";

export interface Connection { is: StreamState; retryAt?: number | undefined; since: number }

/** The connection as this tab knows it, be it the one that reads or one that is told. */
export const connection = signal<Connection>({ is: "connecting", since: Date.now() });

type Note = { frame: StreamFrame } | { connection: Connection } | { ask: true } | { wake: true } | { reset: true };

interface Joined {
  person: string;
  /** Position of the lists that this tab fetched. */
  after: number;
  frame: (frame: StreamFrame) => void;
  /** Fetch everything again; answers the new position. */
  reset: () => Promise<number>;
  closed: () => void;
}

let wakeUp: () => void = () => {};

/** This tab holds the stream; it alone rings. */
export let leading = false;

/** Try the connection now, whichever tab holds it. */
export const retryNow = () => wakeUp();

/**
 * One stream per browser: the tab that holds the lock reads and tells the others over a channel.
 * When it goes, the next one gets the lock and reads on from the last position it was told. Only frames move the position.
 */
export function join({ person, after, frame, reset, closed }: Joined): () => void {
  const name = `warmline-console:${person}`;
  const channel = new BroadcastChannel(name);
  const gone = new AbortController();
  let stream: Stream | null = null;
  let cursor = after;

  const tell = (note: Note) => channel.postMessage(note);
  const take = (one: StreamFrame) => {
    if (one.id !== null) cursor = Math.max(cursor, one.id);
    frame(one);
  };
  const state = (is: StreamState, detail: { retry?: number }) => {
    const before = connection.value;
    const since = before.is === "online" || is === "online" ? Date.now() : before.since;
    connection.value = { is, since, retryAt: detail.retry === undefined ? undefined : Date.now() + detail.retry };
    tell({ connection: connection.value });
    if (is === "closed") closed();
  };
  const lead = () => {
    stream = new Stream({
      url: "/v1/agents/me/events", after: cursor, state,
      frame: (one) => {
        take(one);
        tell({ frame: one });
      },
      reset: async () => {
        tell({ reset: true });
        return reset();
      },
    });
    leading = true;
    stream.start();
    return new Promise<void>((resolve) => gone.signal.addEventListener("abort", () => resolve()));
  };

  channel.onmessage = ({ data }: MessageEvent<Note>) => {
    if ("ask" in data) stream && tell({ connection: connection.value });
    else if ("wake" in data) stream?.wake();
    else if (stream) return;
    else if ("frame" in data) take(data.frame);
    else if ("reset" in data) void reset();
    else {
      connection.value = data.connection;
      if (data.connection.is === "closed") closed();
    }
  };
  tell({ ask: true });
  wakeUp = () => (stream ? stream.wake() : tell({ wake: true }));
  // Plain http on another machine has no locks: there every tab reads for itself.
  if (navigator.locks) navigator.locks.request(name, { signal: gone.signal }, lead).catch(() => {});
  else void lead();

  return () => {
    gone.abort();
    leading = false;
    stream?.stop();
    channel.close();
  };
}
