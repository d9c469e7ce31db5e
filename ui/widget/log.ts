import type { LogFrame, MessageFrame, Mode, Snapshot, Status } from "../shared/types";

/** What the customer's view of a conversation folds to. Pure, so that a replay or a second delivery changes nothing. */
export interface Log {
  events: LogFrame[];
  seq: number;
  status: Status;
  mode: Mode;
  agent: string | null;
}

export const EMPTY: Log = { events: [], seq: 0, status: "open", mode: "bot", agent: null };

export function fromSnapshot(snapshot: Snapshot): Log {
  const { status, mode, seq } = snapshot;
  return { events: snapshot.events, seq, status, mode, agent: snapshot.agent?.name ?? null };
}

/** The same log when the frame was seen before. */
export function apply(log: Log, frame: LogFrame): Log {
  if (frame.seq <= log.seq) return log;
  const next: Log = { ...log, seq: frame.seq, events: [...log.events, frame] };
  switch (frame.kind) {
    case "handoff.requested":
      return { ...next, mode: "queued" };
    case "conversation.assigned":
      return { ...next, mode: "human", agent: frame.agent.name };
    case "conversation.returned":
      return { ...next, mode: "bot", agent: null };
    case "conversation.resolved":
      return { ...next, status: "resolved", agent: null };
    case "conversation.reopened":
      return { ...next, status: "open", mode: "bot", agent: null };
    default:
      return next;
  }
}

/** Client ids that the log holds: an echo of ours is merged with what we already show, by this and by nothing else. */
export function echoes(log: Log): Set<string> {
  const ids = new Set<string>();
  for (const event of log.events) if (event.kind === "message.added" && event.client_id) ids.add(event.client_id);
  return ids;
}

/** What the customer says of the bot's messages, by their seq. */
export function verdicts(log: Log): Map<number, boolean | undefined> {
  const said = new Map<number, boolean | undefined>();
  for (const event of log.events) if (event.kind === "answer.judged") said.set(event.message, event.right);
  return said;
}

const speaks = (event: LogFrame): event is MessageFrame => event.kind === "message.added" && event.author.kind !== "customer";

export function unreadAfter(log: Log, seen: number): number {
  return log.events.filter((event) => speaks(event) && event.seq > seen).length;
}

export interface Live {
  turn: string;
  text: string;
}

/** Puts a piece of the answer under way at its offset; null when pieces before it are missing. */
export function grow(live: Live | null, delta: { turn: string; offset: number; text: string }): Live | null {
  if (delta.offset === 0) return { turn: delta.turn, text: delta.text };
  if (live?.turn !== delta.turn || delta.offset > live.text.length) return null;
  return { turn: delta.turn, text: live.text.slice(0, delta.offset) + delta.text };
}
