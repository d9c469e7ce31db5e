import { signal } from "@preact/signals";
import { go } from "../kit/router";
import type { View } from "./rows";

/** The ids on screen, for j and k. */
export const selection = signal<{ view: View; ids: string[] }>({ view: "queue", ids: [] });

export function step(from: string | undefined, by: 1 | -1): void {
  const { view, ids } = selection.peek();
  if (!ids.length) return;
  const at = from ? ids.indexOf(from) : -1;
  const to = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + by))];
  if (to) go(["inbox", view, to], true);
}

/** Puts a message into view and lights it up for a moment. */
export function jumpTo(seq: number): void {
  const message = document.getElementById(`seq-${seq}`);
  if (!message) return;
  message.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  message.classList.remove("lit");
  void message.offsetWidth;
  message.classList.add("lit");
  message.focus({ preventScroll: true });
}
