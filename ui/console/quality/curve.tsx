import { useId, useState } from "preact/hooks";
import { t } from "../kit/t";
import { percent, type Point } from "./wire";

const wide = 560, high = 240, left = 46, right = 12, top = 12, bottom = 38;
const across = (share: number) => left + share * (wide - left - right);
const down = (share: number) => top + (1 - share) * (high - top - bottom);
const line = (points: [number, number][]) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** How much would be answered, and how much of that wrong, at each threshold on the confidence. */
export function ThresholdCurve({ curve }: { curve: Point[] }) {
  const id = useId();
  const [step, setStep] = useState(50);
  const here = curve[step]!;
  const answered = line(curve.map((one): [number, number] => [across(one.threshold), down(one.answered)]));
  const wrong = line(curve.filter((one) => one.wrong !== null).map((one): [number, number] => [across(one.threshold), down(one.wrong!)]));
  const told = { threshold: percent(here.threshold), answered: percent(here.answered), wrong: here.wrong === null ? "–" : percent(here.wrong) };
  return (
    <section class="card">
      <header><h2>{t("curve.title")}</h2></header>
      <p class="mut">{t("curve.about")}</p>
      <figure class="quality-figure">
        <svg viewBox={`0 0 ${wide} ${high}`} role="img" aria-label={t("curve.at", told)}>
          {[0, 0.25, 0.5, 0.75, 1].map((share) => (
            <g key={share}>
              <line class="grid" x1={left} x2={wide - right} y1={down(share)} y2={down(share)} />
              <text x={left - 6} y={down(share) + 4} text-anchor="end">{percent(share)}</text>
              <text x={across(share)} y={high - bottom + 16} text-anchor={share === 1 ? "end" : "middle"}>{percent(share)}</text>
            </g>
          ))}
          <text x={across(0.5)} y={high - 4} text-anchor="middle">{t("curve.axis")}</text>
          <path class="answered" d={answered} /><path class="wrong" d={wrong} />
          <line class="here" x1={across(here.threshold)} x2={across(here.threshold)} y1={top} y2={high - bottom} />
        </svg>
        <figcaption class="legend"><span><i class="key-answered" />{t("curve.answered")}</span><span><i class="key-wrong" />{t("curve.wrong")}</span></figcaption>
      </figure>
      <div class="field"><label for={id}>{t("curve.threshold")}</label>
        <input id={id} type="range" min="0" max={curve.length - 1} value={step} onInput={(event) => setStep(Number((event.target as HTMLInputElement).value))} aria-valuetext={t("curve.at", told)} /></div>
      <p aria-live="polite">{t("curve.at", told)}</p>
    </section>
  );
}
