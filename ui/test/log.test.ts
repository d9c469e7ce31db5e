import { describe, expect, it } from "vitest";
import type { LogFrame } from "../shared/types";
import { apply, echoes, EMPTY, grow, unreadAfter, type Live } from "../widget/log";

const at = "2026-01-01T00:00:00Z";
const message = (seq: number, kind: "customer" | "bot", client_id: string | null = null): LogFrame => ({
  seq,
  kind: "message.added",
  at,
  author: { kind },
  id: `msg_${seq}`,
  text: "x",
  client_id,
});
const frames: LogFrame[] = [
  { seq: 1, kind: "conversation.opened", at, author: { kind: "customer" } },
  message(2, "customer", "k1"),
  message(4, "bot"),
  { seq: 5, kind: "handoff.requested", at, author: { kind: "system" }, reason_text: "asked" },
  { seq: 6, kind: "conversation.assigned", at, author: { kind: "system" }, agent: { name: "Lea" } },
];
const fold = (list: LogFrame[]) => list.reduce(apply, EMPTY);

describe("log", () => {
  it("is the same after a second delivery of anything", () => {
    const once = fold(frames);
    expect(frames.reduce(apply, once)).toBe(once);
    expect(once).toMatchObject({ seq: 6, mode: "human", agent: "Lea" });
  });

  it("closes and opens again", () => {
    const closed = apply(fold(frames), { seq: 7, kind: "conversation.resolved", at, author: { kind: "system" } });
    expect(closed).toMatchObject({ status: "resolved", agent: null });
    expect(apply(closed, { seq: 8, kind: "conversation.reopened", at, author: { kind: "system" } })).toMatchObject({ status: "open", mode: "bot" });
  });

  it("merges echoes by client id alone", () => {
    expect(echoes(fold(frames))).toEqual(new Set(["k1"]));
  });

  it("counts what others said since", () => {
    expect(unreadAfter(fold(frames), 2)).toBe(1);
    expect(unreadAfter(fold(frames), 4)).toBe(0);
  });
});

describe("an answer under way", () => {
  const piece = (offset: number, text: string, turn = "t1") => ({ turn, offset, text });

  it("grows by turn and offset, and a piece that comes twice changes nothing", () => {
    let live: Live | null = null;
    for (const one of [piece(0, "He"), piece(2, "llo"), piece(2, "llo"), piece(5, "!")]) live = grow(live, one);
    expect(live).toEqual({ turn: "t1", text: "Hello!" });
  });

  it("begins anew at 0 and notices a gap", () => {
    expect(grow({ turn: "t1", text: "old" }, piece(0, "new", "t2"))).toEqual({ turn: "t2", text: "new" });
    expect(grow({ turn: "t1", text: "He" }, piece(5, "!"))).toBeNull();
    expect(grow(null, piece(3, "x"))).toBeNull();
  });
});
