import { batch } from "@preact/signals";
import type { StreamFrame } from "../../shared/sse";
import type { Colleague, Frame, Snapshot, Summary } from "../kit/wire";
import { announce } from "./notice";
import { setColleagues } from "./colleagues";
import { foldRow, putRow } from "./rows";
import { change, foldTalk, putSnapshot } from "./talks";

type Live = { conversation: string; turn: string; offset: number; text: string; author: { kind: string; name: string }; on: boolean };

const live: Record<string, (data: never) => void> = {
  summary: ({ conversation }: { conversation: Summary }) => putRow(conversation),
  snapshot: ({ conversation }: { conversation: Snapshot }) => putSnapshot(conversation),
  presence: ({ agents }: { agents: Colleague[] }) => setColleagues(agents),
  thinking: ({ conversation, turn }: Live) => change(conversation, () => ({ live: { turn, text: "", thinking: true } })),
  delta: ({ conversation, turn, offset, text }: Live) => change(conversation, (was) => {
    const before = was.live?.turn === turn ? was.live.text : "";
    return offset > before.length ? {} : { live: { turn, text: before.slice(0, offset) + text, thinking: false } };
  }),
  typing: ({ conversation, author, on }: Live) => change(conversation, () => ({
    typing: on ? { name: author.name, kind: author.kind, until: Date.now() + 8000 } : null,
  })),
};

function take({ id, event, data }: StreamFrame): void {
  if (id === null) return live[event]?.(data as never);
  const frame = { ...(data as Frame), kind: (data as Frame).kind ?? event };
  if (!frame.conversation) return;
  foldRow(frame.conversation, frame);
  foldTalk(frame.conversation, frame);
  announce(frame.conversation, frame);
}

let waiting: StreamFrame[] = [];

function flush(): void {
  const frames = waiting;
  waiting = [];
  batch(() => frames.forEach(take));
}

/** Frames are put in once per animation frame; a hidden page has none, so it uses a timer. */
export function receive(frame: StreamFrame): void {
  if (waiting.push(frame) > 1) return;
  if (document.hidden) setTimeout(flush, 50);
  else requestAnimationFrame(flush);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) flush();
});
