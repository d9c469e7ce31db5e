import { get, Problem } from "../shared/api";
import { Stream, type StreamFrame, type StreamState } from "../shared/sse";
import type { Snapshot } from "../shared/types";

export interface FeedEvents {
  snapshot(snapshot: Snapshot): void;
  frame(frame: StreamFrame): void;
  state(state: StreamState): void;
  /** The server does not know us or the conversation any more. */
  lost(): void;
}

type Relay =
  | { kind: "frame"; conversation: string; frame: StreamFrame }
  | { kind: "state"; conversation: string; state: StreamState }
  | { kind: "ping"; conversation: string }
  | { kind: "pong"; conversation: string; cursor: number; state: StreamState };

const PATIENCE = 2_000;

/**
 * One stream for many tabs. The leading tab reads it and relays each frame by BroadcastChannel; the others catch up with a snapshot
 * and listen. HTTP/1.1 allows six connections per server: with a stream in each tab the seventh tab would hang.
 * A tab that asks and hears nobody (no locks, another browser's rules, a frozen leader) reads for itself until somebody speaks.
 */
export class Feed {
  private readonly channel: BroadcastChannel | null;
  private stream: Stream | null = null;
  private state: StreamState = "connecting";
  private cursor = 0;
  private leading = false;
  private unanswered: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(
    private readonly conversation: string,
    private readonly token: string,
    private readonly events: FeedEvents,
  ) {
    this.channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("warmline");
    this.channel?.addEventListener("message", ({ data }: MessageEvent<Relay>) => this.hear(data));
    document.addEventListener("visibilitychange", this.look);
  }

  /** `fresh`: the conversation was made just now, so there is nothing to fetch. */
  async start(leading: boolean, fresh: boolean): Promise<void> {
    this.leading = leading;
    if (!fresh) await this.catchUp();
    if (this.leading) this.read();
    else this.ask();
  }

  lead(on: boolean): void {
    this.leading = on;
    if (on) this.read();
    else this.rest();
  }

  stop(): void {
    this.stopped = true;
    this.rest();
    clearTimeout(this.unanswered);
    this.channel?.close();
    document.removeEventListener("visibilitychange", this.look);
  }

  /** Is somebody reading for us? Asked when we look again, and when an own message stays without echo. */
  ask(): void {
    if (this.leading || this.stream) {
      this.stream?.wake();
      return;
    }
    clearTimeout(this.unanswered);
    this.unanswered = setTimeout(() => this.read(), this.channel ? PATIENCE : 0);
    this.relay({ kind: "ping", conversation: this.conversation });
  }

  private readonly look = () => {
    if (document.visibilityState === "visible") this.ask();
  };

  private read(): void {
    clearTimeout(this.unanswered);
    if (this.stream || this.stopped) return;
    this.stream = new Stream({
      url: `/v1/conversations/${this.conversation}/events`,
      after: this.cursor,
      token: this.token,
      frame: (frame) => {
        this.take(frame);
        this.relay({ kind: "frame", conversation: this.conversation, frame });
      },
      state: (state) => {
        this.note(state);
        this.relay({ kind: "state", conversation: this.conversation, state });
        if (state === "closed") this.events.lost();
      },
      reset: () => this.catchUp(true),
    });
    this.stream.start();
  }

  private rest(): void {
    this.stream?.stop();
    this.stream = null;
  }

  private hear(relay: Relay): void {
    if (relay.conversation !== this.conversation || this.stopped) return;
    if (relay.kind === "ping") {
      if (this.stream) this.relay({ kind: "pong", conversation: this.conversation, cursor: this.cursor, state: this.state });
      return;
    }
    clearTimeout(this.unanswered);
    // Somebody else reads; whoever holds the lock goes on, the stand-in stops.
    if (!this.leading) this.rest();
    if (relay.kind === "frame") this.take(relay.frame);
    else this.note(relay.state);
    if (relay.kind === "pong" && relay.cursor > this.cursor) void this.catchUp().catch(() => {});
  }

  private take(frame: StreamFrame): void {
    if (frame.id !== null) {
      if (frame.id <= this.cursor) return;
      this.cursor = frame.id;
    }
    this.events.frame(frame);
  }

  async catchUp(anew = false): Promise<number> {
    try {
      const snapshot = await get<Snapshot>(`/v1/conversations/${this.conversation}`, { token: this.token });
      // After a reset the log may be shorter than what we knew.
      if (!this.stopped && (anew || snapshot.seq >= this.cursor)) {
        this.cursor = snapshot.seq;
        this.events.snapshot(snapshot);
      }
    } catch (error) {
      if (error instanceof Problem && !error.passing) this.events.lost();
      throw error;
    }
    return this.cursor;
  }

  private note(state: StreamState): void {
    this.state = state;
    this.events.state(state);
  }

  private relay(relay: Relay): void {
    if (!this.stopped) this.channel?.postMessage(relay);
  }
}
