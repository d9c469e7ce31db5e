import { useEffect, useRef, useState } from "preact/hooks";
import type { Signal } from "@preact/signals";
import { lastKeyAt } from "../kit/keys";
import type { Summary } from "../kit/wire";
import { allRows, inView, version, type View } from "./rows";

const activity = (one: Summary) => one.last?.at ?? one.opened_at;
const since = (one: Summary) => one.waiting_since ?? one.opened_at;
// ISO times sort as they are; localeCompare would be thirty times slower on a long list.
const rank = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byWaiting = (a: Summary, b: Summary) => rank(since(a), since(b));
const byActivity = (a: Summary, b: Summary) => rank(activity(b), activity(a));

function ordered(view: View): string[] {
  return allRows().filter((one) => inView(one, view)).sort(view === "queue" ? byWaiting : byActivity).map((one) => one.id);
}

/** While somebody aims at the list, rows keep their places: new ones go to the end, gone ones leave. */
function settled(shown: string[], now: string[]): string[] {
  const still = new Set(now);
  const kept = shown.filter((id) => still.has(id));
  const known = new Set(kept);
  return [...kept, ...now.filter((id) => !known.has(id))];
}

/** Ids of a view in order; the order changes only when the pointer is off the list and no key was pressed for 2 s. */
export function useOrder(view: View, pointerInside: Signal<boolean>): string[] {
  const [ids, set] = useState<string[]>(() => ordered(view));
  const shown = useRef({ view, ids });
  const stale = useRef(true);
  if (shown.current.view !== view) shown.current = { view, ids: ordered(view) };
  const look = () => {
    if (!stale.current) return;
    const now = ordered(view);
    const busy = pointerInside.peek() || Date.now() - lastKeyAt < 2000;
    const next = busy && shown.current.ids.length > 0 ? settled(shown.current.ids, now) : now;
    stale.current = next.some((id, i) => id !== now[i]);
    const same = next.length === shown.current.ids.length && next.every((id, i) => id === shown.current.ids[i]);
    if (same) return;
    shown.current = { view, ids: next };
    set(next);
  };
  useEffect(() => {
    look();
    const off = version.subscribe(() => {
      stale.current = true;
      look();
    });
    const leave = pointerInside.subscribe((inside) => inside || look());
    const timer = setInterval(look, 1000);
    return () => {
      off();
      leave();
      clearInterval(timer);
    };
  }, [view]);
  return shown.current.view === view ? shown.current.ids : ids;
}
