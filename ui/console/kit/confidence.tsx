import { t, type Key } from "./t";

export function band(confidence: number): "high" | "medium" | "low" {
  return confidence >= 0.75 ? "high" : confidence >= 0.45 ? "medium" : "low";
}

/** The calibrated probability that an answer is right: a word, a number and three bars. */
export function Confidence({ value }: { value: number }) {
  const level = band(value);
  const percent = Math.round(value * 100);
  return (
    <span class={`confidence ${level}`} title={t("confidence.title", { percent })}>
      <span class="bars" aria-hidden="true"><i /><i /><i /></span>
      {t(`confidence.${level}` as Key)} <span class="number">{percent} %</span>
    </span>
  );
}
