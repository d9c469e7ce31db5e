import type { StreamFrame } from "../shared/sse";
import type { DeltaFrame, LogFrame, TypingFrame } from "../shared/types";
import { apply, grow } from "./log";
import { count, live, log, spoken, thinking, typist, us } from "./state";

const TYPING_LASTS = 6_000;

let pieces: DeltaFrame[] = [];
let painting = 0;
let typingEnds: ReturnType<typeof setTimeout> | undefined;

export function take({ event, data }: StreamFrame): void {
  if (event === "delta") {
    pieces.push(data as DeltaFrame);
    // A hidden frame gets no animation frames, and needs none.
    painting ||= requestAnimationFrame(paint);
  } else if (event === "thinking") think((data as { turn: string | null }).turn);
  else if (event === "typing") type(data as TypingFrame);
  else if (typeof (data as LogFrame).seq === "number") logged(data as LogFrame);
}

/** Once per animation frame, however many pieces came: two thousand pieces drawn one by one cost seconds. */
function paint(): void {
  painting = 0;
  let now = live.value;
  for (const piece of pieces.splice(0)) {
    const grown = grow(now, piece);
    if (grown === null) void us.feed?.catchUp().catch(() => {});
    else now = grown;
  }
  live.value = now;
  if (now) thinking.value = false;
}

function think(turn: string | null): void {
  thinking.value = turn !== null;
  if (turn === live.value?.turn) return;
  pieces = [];
  live.value = null;
}

function logged(frame: LogFrame): void {
  log.value = apply(log.value, frame);
  if (frame.kind === "answer.judged") return;
  if (frame.kind === "message.added" ? frame.author.kind !== "customer" : frame.kind !== "conversation.opened") {
    think(null);
    if (frame.author.kind === "agent") typist.value = null;
  }
  spoken.value = [...spoken.value, frame].slice(-4);
  count();
  if (frame.kind === "message.added" && frame.author.kind !== "customer") us.host.event("message", { text: frame.text, author: frame.author.kind });
  else if (frame.kind === "handoff.requested") us.host.event("handoff");
  else if (frame.kind === "conversation.resolved") us.host.event("ended");
}

function type({ author, on }: TypingFrame): void {
  if (author.kind !== "agent") return;
  clearTimeout(typingEnds);
  typist.value = on ? (author.name ?? "") : null;
  typingEnds = setTimeout(() => (typist.value = null), TYPING_LASTS);
}
