import { signal, type Signal } from "@preact/signals";
import { get } from "../kit/api";
import type { Summary } from "../kit/wire";
import { putRow, views, type View } from "./rows";

export interface List { state: "idle" | "loading" | "ready" | "failed"; problem?: unknown; next: string | null; more: boolean }
interface Answer { conversations: Summary[]; position: number; next?: string | null }

const idle: List = { state: "idle", next: null, more: false };
const lists: Record<View, Signal<List>> = Object.fromEntries(views.map((view) => [view, signal(idle)])) as Record<View, Signal<List>>;
export const list = (view: View) => lists[view];

/** Fetches the first page of a view into the rows. Answers the position it was read at. */
export async function loadView(view: View): Promise<number> {
  const state = lists[view];
  state.value = { ...state.peek(), state: state.peek().state === "ready" ? "ready" : "loading" };
  try {
    const answer = await get<Answer>(view === "queue" ? "/queue" : `/conversations?view=${view}`);
    answer.conversations.forEach(putRow);
    state.value = { state: "ready", next: answer.next ?? null, more: false };
    return answer.position;
  } catch (problem) {
    state.value = { state: "failed", problem, next: null, more: false };
    throw problem;
  }
}

export async function loadMore(view: View): Promise<void> {
  const state = lists[view];
  const { next, more } = state.peek();
  if (!next || more) return;
  state.value = { ...state.peek(), more: true };
  try {
    const answer = await get<Answer>(`/conversations?view=${view}&before=${encodeURIComponent(next)}`);
    answer.conversations.forEach(putRow);
    state.value = { state: "ready", next: answer.next ?? null, more: false };
  } catch {
    state.value = { ...state.peek(), more: false };
  }
}

export function needView(view: View): void {
  if (lists[view].peek().state === "idle") loadView(view).catch(() => {});
}

export function forgetLists(): void {
  for (const view of views) lists[view].value = idle;
}

export async function find(q: string, aborted: AbortSignal): Promise<string[]> {
  const answer = await get<Answer>(`/conversations?view=all&q=${encodeURIComponent(q)}`, { signal: aborted });
  answer.conversations.forEach(putRow);
  return answer.conversations.map((one) => one.id);
}
