import { signal, type Signal } from "@preact/signals";
import { get, path } from "../kit/api";
import type { Brief, Contact, Frame, Mood, Snapshot } from "../kit/wire";
import { putRow } from "./rows";

/** One conversation as far as this tab has it: the log frames in order and what goes on right now. */
export interface Talk {
  id: string;
  state: "loading" | "ready" | "failed";
  problem?: unknown;
  seq: number;
  events: Frame[];
  scored: Record<number, Mood>;
  brief: Brief | null;
  contact: Contact | null;
  live: { turn: string; text: string; thinking: boolean } | null;
  typing: { name: string; kind: string; until: number } | null;
}

const talks = new Map<string, Signal<Talk>>();

const blank = (id: string): Talk => ({
  id, state: "loading", seq: 0, events: [], scored: {}, brief: null, contact: null, live: null, typing: null,
});

export function talk(id: string): Signal<Talk> {
  let found = talks.get(id);
  if (!found) talks.set(id, (found = signal(blank(id))));
  return found;
}

export const knownTalk = (id: string) => talks.get(id);
export const readyTalks = () => [...talks.values()].filter((one) => one.peek().state === "ready").map((one) => one.peek().id);

function merge(known: Frame[], fresh: Frame[]): Frame[] {
  const all = new Map(known.map((frame) => [frame.seq, frame]));
  for (const frame of fresh) all.set(frame.seq, frame);
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}

const scores = (events: Frame[]) => {
  const found: Record<number, Mood> = {};
  for (const one of events) if (one.kind === "message.scored" && one.message && one.sentiment) found[one.message] = one.sentiment;
  return found;
};

const lastBrief = (events: Frame[]) => events.findLast((one) => one.brief)?.brief ?? null;

/** A whole conversation, from the stream or from a fetch; frames that came meanwhile stay. */
export function putSnapshot(snapshot: Snapshot): void {
  const found = talk(snapshot.id);
  const was = found.peek();
  const events = merge(was.events, snapshot.events);
  const live = snapshot.live && snapshot.seq >= was.seq ? { ...snapshot.live, thinking: false } : was.live;
  found.value = {
    ...was, state: "ready", problem: undefined, events, seq: Math.max(was.seq, snapshot.seq), scored: scores(events), live,
    brief: snapshot.brief ?? lastBrief(events), contact: snapshot.contact ?? was.contact,
  };
  if (snapshot.summary) putRow(snapshot.summary);
}

/** A log frame; one that we have already changes nothing. */
export function foldTalk(id: string, frame: Frame): void {
  const found = talks.get(id);
  if (!found) return;
  const was = found.peek();
  if (was.events.some((one) => one.seq === frame.seq)) return;
  const now: Talk = { ...was, seq: Math.max(was.seq, frame.seq), events: merge(was.events, [frame]) };
  if (frame.kind === "message.scored" && frame.message && frame.sentiment) now.scored = { ...was.scored, [frame.message]: frame.sentiment };
  if (frame.brief) now.brief = frame.brief;
  if (frame.kind !== "message.scored" && frame.kind !== "answer.judged") now.live = null;
  if (frame.kind === "message.added" && was.typing?.kind === frame.author.kind) now.typing = null;
  found.value = now;
}

export function change(id: string, how: (was: Talk) => Partial<Talk>): void {
  const found = talks.get(id);
  if (found) found.value = { ...found.peek(), ...how(found.peek()) };
}

const promised = new Map<string, number>();

/** After Accept the server sends the whole conversation by itself; it gets two seconds before we ask. */
export function expectSnapshot(id: string): void {
  promised.set(id, Date.now() + 2000);
}

async function expected(id: string): Promise<boolean> {
  const until = promised.get(id) ?? 0;
  promised.delete(id);
  const here = () => talk(id).peek().state === "ready";
  while (!here() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  return until > 0 && here();
}

const fetching = new Map<string, Promise<void>>();

/** Fetches the conversation unless it is here; `fresh` fetches in any case (after `reset`). */
export function openTalk(id: string, fresh = false): Promise<void> {
  const found = talk(id);
  if (found.peek().state === "ready" && !fresh) return Promise.resolve();
  const running = fetching.get(id);
  if (running) return running;
  if (found.peek().state === "failed") change(id, () => ({ state: "loading", problem: undefined }));
  const work = expected(id)
    .then((came) => (came ? undefined : get<Snapshot>(path("conversations", id)).then(putSnapshot)))
    .catch((problem) => change(id, (was) => (was.state === "ready" ? {} : { state: "failed", problem })))
    .finally(() => fetching.delete(id));
  fetching.set(id, work);
  return work;
}

export function forgetTalks(): void {
  talks.clear();
}
