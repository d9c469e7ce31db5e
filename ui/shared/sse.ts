/**
 * Server-sent events read with `fetch`: an Authorization header instead of a token in the address, and our own way back.
 * A browser's EventSource gives up for good on the first answer that is not 200, so one deploy behind a proxy would silence it.
 */

export interface StreamFrame {
  /** Present: the frame is in the log and moved the cursor. Absent: live only. */
  id: number | null;
  event: string;
  data: unknown;
}

export type StreamState = "connecting" | "online" | "waiting" | "closed";

export interface StreamOptions {
  url: string;
  /** Cursor to begin after. */
  after: number;
  token?: string | null;
  /** Frames with an event name; a frame that only moves the cursor is not handed on. */
  frame(frame: StreamFrame): void;
  /** `retry` in ms while waiting; `status` of the refusal (0 for `event: closed`) when closed. */
  state?(state: StreamState, detail: { retry?: number; status?: number }): void;
  /** The log behind the cursor is gone: fetch the snapshot again and answer with its cursor. */
  reset(): Promise<number>;
}

interface Block {
  id: string | null;
  event: string;
  data: string;
}

/** Bytes to blocks. A block cut off by the end of the connection is never handed on, so replay from the last id is exact. */
export class Parser {
  private rest = "";
  private block: Block = { id: null, event: "", data: "" };
  private lines = 0;

  constructor(private readonly emit: (block: Block) => void) {}

  push(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop()!;
    for (const line of lines) this.line(line.endsWith("\r") ? line.slice(0, -1) : line);
  }

  private line(line: string): void {
    if (line === "") {
      if (this.lines > 0) this.emit({ ...this.block, data: this.block.data.slice(0, -1) });
      this.block = { id: null, event: "", data: "" };
      this.lines = 0;
      return;
    }
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") this.block.data += `${value}\n`;
    else if (field === "event") this.block.event = value;
    else if (field === "id") this.block.id = value;
    else return;
    this.lines += 1;
  }
}

const FLOOR = 500;
const CEILING = 30_000;
const SILENCE = 60_000;
const STEADY = 5_000;

/** Full jitter between 0.5 and 30 s, so that a restart does not bring everybody back in the same instant. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return FLOOR + random() * (Math.min(CEILING, 1000 * 2 ** attempt) - FLOOR);
}

export class Stream {
  cursor: number;
  private attempt = 0;
  private stopped = true;
  private connection: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heard = 0;
  private wakes: (() => void)[] = [];

  constructor(private readonly options: StreamOptions) {
    this.cursor = options.after;
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.listen("online", () => this.wake());
    // Without it a dead connection would pass for a quiet one until the watchdog barks.
    this.listen("offline", () => this.connection?.abort());
    this.listen("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.connection?.abort();
    for (const off of this.wakes.splice(0)) off();
  }

  /** Come back now if waiting; and if a sleeping laptop left a dead connection behind, replace it. */
  wake(): void {
    if (this.stopped) return;
    if (this.connection === null) {
      clearTimeout(this.timer);
      void this.connect();
    } else if (Date.now() - this.heard > SILENCE / 2) this.connection.abort();
  }

  private listen(event: string, listener: () => void): void {
    if (typeof document === "undefined") return;
    const target: EventTarget = event === "visibilitychange" ? document : window;
    target.addEventListener(event, listener);
    this.wakes.push(() => target.removeEventListener(event, listener));
  }

  private async connect(): Promise<void> {
    const connection = new AbortController();
    this.connection = connection;
    this.say("connecting");
    const began = Date.now();
    let wait: number | null = null;
    try {
      wait = await this.read(connection);
    } catch {
      // A lost connection and a refused one end alike: wait, then come back after the cursor.
    }
    connection.abort();
    this.connection = null;
    if (this.stopped) return;
    this.attempt = Date.now() - began > STEADY ? 0 : this.attempt + 1;
    const retry = wait ?? backoff(this.attempt);
    this.say("waiting", { retry });
    this.timer = setTimeout(() => void this.connect(), retry);
  }

  /** Reads until the connection ends; answers the wait that the server asked for, or null. */
  private async read(connection: AbortController): Promise<number | null> {
    const { url, token } = this.options;
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (this.cursor > 0) headers["Last-Event-ID"] = String(this.cursor);
    this.heard = Date.now();
    const watchdog = setInterval(() => {
      if (Date.now() - this.heard > SILENCE) connection.abort();
    }, SILENCE / 6);
    try {
      const address = `${url}${url.includes("?") ? "&" : "?"}after=${this.cursor}`;
      const response = await fetch(address, { headers, signal: connection.signal, cache: "no-store", credentials: "same-origin" });
      if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
        this.close(response.status);
        return null;
      }
      if (response.status !== 200 || !response.body) return seconds(response.headers.get("Retry-After"));
      this.say("online");
      return await this.frames(response.body.getReader());
    } finally {
      clearInterval(watchdog);
    }
  }

  private async frames(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<number | null> {
    const blocks: Block[] = [];
    const parser = new Parser((block) => blocks.push(block));
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.stopped) return null;
      this.heard = Date.now();
      parser.push(decoder.decode(value, { stream: true }));
      for (const block of blocks.splice(0)) {
        const wait = await this.take(block);
        if (this.stopped || wait !== null) return wait;
      }
    }
  }

  /** Answers a number when the connection must end and be made again after that many ms. */
  private async take(block: Block): Promise<number | null> {
    const data = block.data === "" ? null : parse(block.data);
    if (block.event === "reset") {
      this.cursor = await this.options.reset();
      // At once, unless the server keeps saying it.
      return this.attempt < 2 ? 0 : backoff(this.attempt);
    }
    if (block.event === "closed") {
      this.close(0);
      return 0;
    }
    if (block.event === "reconnect") return milliseconds(data);
    const id = block.id === null || block.id === "" ? Number.NaN : Number(block.id);
    const logged = Number.isFinite(id);
    // A replay may overlap after a reset; what lies behind the cursor was seen.
    if (logged && id <= this.cursor) return null;
    if (block.event !== "" && data !== null) this.options.frame({ id: logged ? id : null, event: block.event, data });
    if (logged) this.cursor = id;
    return null;
  }

  private close(status: number): void {
    this.stop();
    this.say("closed", { status });
  }

  private say(state: StreamState, detail: { retry?: number; status?: number } = {}): void {
    this.options.state?.(state, detail);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function seconds(header: string | null): number | null {
  const value = Number(header);
  return header && Number.isFinite(value) ? Math.min(CEILING, Math.max(FLOOR, value * 1000)) : null;
}

function milliseconds(data: unknown): number {
  const value = typeof data === "object" && data !== null ? Object.values(data).find((field) => typeof field === "number") : data;
  return Math.min(CEILING, Math.max(0, Number(value) || 0));
}
