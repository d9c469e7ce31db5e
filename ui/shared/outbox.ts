import { Problem, uuid } from "./api";

export type OutboxState = "waiting" | "sending" | "failed" | "refused";

export interface OutboxItem<T> {
  /** UUID; also the Idempotency-Key and, in the log, the message's `client_id`. */
  key: string;
  body: T;
  state: OutboxState;
  at: number;
  problem?: Problem;
}

/**
 * Messages on their way, sent one after the other in the order they were written.
 * A passing failure (no network, 5xx, 429) stops the line until `flush`; a refusal steps aside so that later messages go on.
 * A sent item leaves when `settle(key)` says that the log holds it, not when the POST answers.
 */
export class Outbox<T> {
  items: OutboxItem<T>[] = [];
  private busy = false;
  private sent = new Set<string>();

  constructor(
    private readonly send: (item: OutboxItem<T>) => Promise<void>,
    private readonly changed: (items: OutboxItem<T>[]) => void,
  ) {}

  add(body: T, key: string = uuid()): string {
    this.items.push({ key, body, state: "waiting", at: Date.now() });
    this.tell();
    void this.flush();
    return key;
  }

  /** Put back what an earlier page left behind; the keys make a second send harmless. */
  restore(items: { key: string; body: T; at?: number }[]): void {
    const known = new Set(this.items.map((item) => item.key));
    const back = items.filter((item) => !known.has(item.key));
    this.items = [...back.map((item) => ({ key: item.key, body: item.body, at: item.at ?? Date.now(), state: "waiting" as const })), ...this.items];
    this.tell();
    void this.flush();
  }

  retry(key: string): void {
    const item = this.find(key);
    if (item) item.state = "waiting";
    void this.flush();
  }

  remove(key: string): void {
    this.items = this.items.filter((item) => item.key !== key);
    this.tell();
  }

  /** The log has it. */
  settle(key: string): boolean {
    const item = this.find(key);
    if (!item) return false;
    this.sent.delete(key);
    this.remove(key);
    return true;
  }

  holds(key: string): boolean {
    return this.find(key) !== undefined;
  }

  isSent(key: string): boolean {
    return this.sent.has(key);
  }

  /** Sends until nothing is left that may be sent. Safe to call at any time, from anywhere. */
  async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (const item of this.items) if (item.state === "failed") item.state = "waiting";
      // The list is looked at anew after each send: messages written meanwhile must not be left behind.
      for (let item = this.next(); item; item = this.next()) {
        if (!(await this.attempt(item))) break;
      }
    } finally {
      this.busy = false;
      this.tell();
    }
  }

  private next(): OutboxItem<T> | undefined {
    return this.items.find((item) => item.state === "waiting" && !this.sent.has(item.key));
  }

  private async attempt(item: OutboxItem<T>): Promise<boolean> {
    item.state = "sending";
    delete item.problem;
    this.tell();
    try {
      await this.send(item);
      this.sent.add(item.key);
      return true;
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, "network", "");
      item.problem = problem;
      item.state = problem.passing ? "failed" : "refused";
      return !problem.passing;
    } finally {
      this.tell();
    }
  }

  private find(key: string): OutboxItem<T> | undefined {
    return this.items.find((item) => item.key === key);
  }

  private tell(): void {
    this.changed([...this.items]);
  }
}
