/** What the routes of evaluations answer (docs/http.md). */
import type { Decision } from "../kit/wire";

export interface Suite { name: string; needs: "questions" | "items" }
export interface DataSet { id: string; name: string; kind: "questions" | "items"; items: number; author: string; created_at: string }
export interface Figure { name: string; value: number | null; low: number | null; high: number | null; n: number }
export type RunState = "waiting" | "running" | "done" | "failed" | "cancelled";
export interface Run {
  id: string; name: string; suite: string; data_set: string; state: RunState; done: number; total: number; error: string | null; author: string;
  created_at: string; changed_meanwhile: boolean; figures: Figure[];
}
export interface Point { threshold: number; answered: number; wrong: number | null }
export interface WholeRun extends Run { curve: Point[]; data: { set?: { name: string } }; knowledge: { articles?: number } }
export type Verdict = "right" | "wrong" | "missed" | "withheld" | "unlabelled";
export interface Asked { text?: string; history?: { role: string; text: string }[]; answer?: string; relevant_ids?: string[]; turns?: { role: string; text: string }[] }
export interface Line { number: number; item: string; asked: Asked; line: { text?: string; action?: string; confidence?: number; [name: string]: unknown }; verdict: Verdict }
export interface TracedLine extends Line { trace: Decision | null }
export interface Change { name: string; before: unknown; after: unknown }
export interface FigureChange {
  name: string; before: number | null; after: number | null; better: "higher" | "lower"; difference: number | null; low: number | null; high: number | null;
  paired: boolean; significant: boolean;
}
export interface Comparison { same_items: boolean; figures: FigureChange[]; made_with: Change[]; changed_lines: number; lines: { item: string; changed: Change[] }[] }
export interface FrozenCase {
  id: string; conversation: string; message: string; question: string; as_posted: boolean; author: string; created_at: string;
  replay: { at: string; differences: string[] } | null;
}

export const over = (run: Run) => run.state !== "waiting" && run.state !== "running";
export const three = (value: number | null) => (value === null ? "–" : value.toFixed(3));
export const signed = (value: number | null) => (value === null ? "–" : `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(3)}`);
export const percent = (share: number) => `${Math.round(share * 100)} %`;
export const plain = (value: unknown) => (typeof value === "string" ? value : value === null || value === undefined ? "–" : JSON.stringify(value));
