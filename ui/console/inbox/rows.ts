import { computed, signal, type Signal } from "@preact/signals";
import { me } from "../session/session";
import type { Author, AuthorKind, Frame, Summary } from "../kit/wire";

export type View = "queue" | "mine" | "bot" | "closed" | "all";
export const views: View[] = ["queue", "mine", "bot", "closed", "all"];

const rows = new Map<string, Signal<Summary>>();
/** Goes up whenever a row is added or changed, so that orders are made anew. */
export const version = signal(0);

export const row = (id: string): Signal<Summary> | undefined => rows.get(id);
export const allRows = (): Summary[] => [...rows.values()].map((one) => one.peek());

export function inView(summary: Summary, view: View): boolean {
  const open = summary.status !== "resolved";
  if (view === "all") return true;
  if (view === "closed") return !open;
  if (view === "queue") return open && summary.mode === "queued";
  if (view === "bot") return open && summary.mode === "bot";
  return open && summary.mode === "human" && summary.agent?.id === me.value?.id;
}

/** Nobody answers it yet: it waits, or the bot has it. */
export const isFree = (summary: Summary) => summary.status !== "resolved" && summary.mode !== "human";

/** Takes a row unless we know a newer state of the same conversation. */
export function putRow(summary: Summary): void {
  const known = rows.get(summary.id);
  if (known && known.peek().seq > summary.seq) return;
  if (known) known.value = summary;
  else rows.set(summary.id, signal(summary));
  version.value++;
}

export function lastKind(summary: Summary): AuthorKind | undefined {
  const author = summary.last?.author as Author | AuthorKind | undefined;
  return typeof author === "string" ? author : author?.kind;
}

type Change = Partial<Summary>;
const changes: Record<string, (frame: Frame, was: Summary) => Change> = {
  "message.added": (frame) => ({ last: { author: frame.author, text: frame.text ?? "", at: frame.at } }),
  "message.scored": (frame) => (frame.sentiment ? { sentiment: frame.sentiment } : {}),
  "handoff.requested": (frame, was) => ({ mode: "queued", reason: frame.reason ?? was.reason, waiting_since: was.waiting_since ?? frame.at }),
  "conversation.offered": (frame) => ({ offered_to: frame.agent ? { id: frame.agent.id ?? "", name: frame.agent.name } : null }),
  "conversation.assigned": (frame) => ({
    mode: "human", offered_to: null, waiting_since: null, agent: frame.agent ? { id: frame.agent.id ?? "", name: frame.agent.name } : null,
  }),
  "conversation.returned": () => ({ mode: "bot", agent: null, offered_to: null, waiting_since: null, reason: null }),
  "conversation.resolved": () => ({ status: "resolved", offered_to: null, waiting_since: null }),
  "conversation.reopened": () => ({ status: "open", mode: "bot", agent: null, reason: null }),
};

/** The row's own fold of a log frame, so that a list is right even before the server's summary arrives. */
export function foldRow(conversation: string, frame: Frame): void {
  const known = rows.get(conversation);
  if (!known || frame.seq <= known.peek().seq) return;
  known.value = { ...known.peek(), ...changes[frame.kind]?.(frame, known.peek()), seq: frame.seq };
  version.value++;
}

export function forgetRows(): void {
  rows.clear();
  version.value++;
}

export const counts = computed(() => {
  version.value;
  const found: Record<View, number> = { queue: 0, mine: 0, bot: 0, closed: 0, all: 0 };
  for (const one of rows.values()) for (const view of views) if (inView(one.peek(), view)) found[view]++;
  return found;
});
