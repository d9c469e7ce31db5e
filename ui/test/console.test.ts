import { describe, expect, it } from "vitest";
import type { Frame, Summary } from "../console/kit/wire";
import { diff } from "../console/knowledge/diff";
import { foldRow, forgetRows, inView, isFree, putRow, row } from "../console/inbox/rows";
import { change, foldTalk, forgetTalks, putSnapshot, talk } from "../console/inbox/talks";
import { me } from "../console/session/session";

const at = "2026-01-01T00:00:00Z";
const lea = { id: "prs_1", name: "Lea" };
const summary = (more: Partial<Summary> = {}): Summary => ({
  id: "cnv_1", inbox: { key: "k", name: "Shop" }, contact: { id: "con_1", name: "Mia" }, status: "open", mode: "bot", seq: 3, epoch: 1, episode: 1,
  agent: null, offered_to: null, reason: null, sentiment: null, last: null, opened_at: at, waiting_since: null, ...more,
});
const frame = (seq: number, kind: string, more: Partial<Frame> = {}): Frame => ({ seq, kind, at, author: { kind: "customer" }, conversation: "cnv_1", ...more });

describe("a row of the list", () => {
  it("follows the log before the server's summary comes", () => {
    forgetRows();
    me.value = { ...lea, email: "", role: "agent" };
    putRow(summary());
    foldRow("cnv_1", frame(4, "handoff.requested", { reason: "asked_for_human" }));
    expect(row("cnv_1")!.value).toMatchObject({ mode: "queued", reason: "asked_for_human", waiting_since: at, seq: 4 });
    expect(inView(row("cnv_1")!.value, "queue")).toBe(true);
    foldRow("cnv_1", frame(5, "conversation.assigned", { agent: lea }));
    expect(inView(row("cnv_1")!.value, "mine")).toBe(true);
    expect(isFree(row("cnv_1")!.value)).toBe(false);
    foldRow("cnv_1", frame(6, "conversation.resolved"));
    expect(inView(row("cnv_1")!.value, "closed")).toBe(true);
  });

  it("never goes back to an older state", () => {
    forgetRows();
    putRow(summary({ seq: 9, mode: "human", agent: lea }));
    putRow(summary({ seq: 4, mode: "queued" }));
    foldRow("cnv_1", frame(5, "conversation.returned"));
    expect(row("cnv_1")!.value).toMatchObject({ seq: 9, mode: "human" });
  });
});

describe("a conversation", () => {
  const snapshot = (events: Frame[]) => ({ id: "cnv_1", inbox: { key: "k", name: "Shop" }, status: "open" as const, mode: "bot" as const, seq: events.at(-1)!.seq, epoch: 1, events, live: null });

  it("takes each frame once and in order, whichever way it comes", () => {
    forgetTalks();
    talk("cnv_1");
    foldTalk("cnv_1", frame(3, "message.added", { text: "c" }));
    putSnapshot(snapshot([frame(1, "conversation.opened"), frame(2, "message.added", { text: "b" })]));
    foldTalk("cnv_1", frame(3, "message.added", { text: "again" }));
    foldTalk("cnv_1", frame(5, "message.scored", { message: 3, sentiment: { score: -0.5, word: "tense" } }));
    const now = talk("cnv_1").value;
    expect(now.events.map((one) => one.seq)).toEqual([1, 2, 3, 5]);
    expect(now.events[2]!.text).toBe("c");
    expect(now.scored[3]!.word).toBe("tense");
    expect(now).toMatchObject({ state: "ready", seq: 5 });
  });

  it("drops the answer under way when the answer itself is there", () => {
    forgetTalks();
    putSnapshot(snapshot([frame(1, "conversation.opened")]));
    change("cnv_1", () => ({ live: { turn: "t", text: "We ref", thinking: false } }));
    foldTalk("cnv_1", frame(2, "message.scored", { message: 1, sentiment: { score: 0, word: "calm" } }));
    expect(talk("cnv_1").value.live).not.toBeNull();
    foldTalk("cnv_1", frame(3, "message.added", { author: { kind: "bot" }, text: "We refund." }));
    expect(talk("cnv_1").value.live).toBeNull();
  });
});

describe("diff", () => {
  const undo = (from: string, to: string, kind: "added" | "gone") => diff(from, to).filter((one) => one.kind !== kind).map((one) => one.text).join("");

  it.each([
    ["within 14 days", "within 30 days of delivery"], ["", "new"], ["old", ""], ["a\n\nb\n", "a\nb\n"], ["naïve café", "naive café"], ["x", "x"],
  ])("holds both texts whole: %j → %j", (from, to) => {
    expect(undo(from, to, "added")).toBe(from);
    expect(undo(from, to, "gone")).toBe(to);
  });

  it("marks words, not letters", () => {
    expect(diff("within 14 days", "within 30 days")).toEqual([
      { kind: "same", text: "within " }, { kind: "gone", text: "14" }, { kind: "added", text: "30" }, { kind: "same", text: " days" },
    ]);
  });

  it("falls back to lines for long texts", () => {
    const long = Array.from({ length: 3000 }, (_, i) => `line ${i} of the text`).join("\n");
    const other = long.replaceAll("line", "row");
    expect(undo(long, other, "added")).toBe(long);
    expect(undo(long, other, "gone")).toBe(other);
  });
});
