/** `GET /v1/confidence`, as docs/http.md has it. */
export interface Measured { value: number; low: number; high: number; n: number }
export interface Point { threshold: number; answered: number; given: number; wrong: number; wrong_low: number; wrong_high: number }
export interface Dial {
  wrong_at_most: number | null;
  /** Above 1: no answer is ever sure enough. */
  threshold: number;
  floor: number;
  source: "own" | "shipped";
  labels: number;
  labels_needed: number;
  curve: Point[];
  expected: { wrong: Measured; answered: Measured; handoffs_per_day: Measured | null };
  realised: { wrong: Measured; drifts: boolean } | null;
  since: string | null;
}
export interface Fit { fitted_at: string; kept: boolean; labels: number; wrong: number; examples: number; loss: number; shipped_loss: number }
export interface Confidence { shipped_at: string; fit: Fit | null; fitting: boolean; dial: Dial }

/** One decimal under 10 %, none above. */
export const percent = (share: number) => new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 }).format(share);
export const rounded = (value: number) => new Intl.NumberFormat(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
