import { t } from "../kit/t";
import { percent, type Point } from "./risk-wire";

const wide = 560, high = 260, left = 46, right = 12, top = 12, bottom = 38;

/** Quarters of these are round numbers. */
const tops = [0.04, 0.08, 0.2, 0.4, 0.6, 0.8, 1];

const at = (share: number) => left + share * (wide - left - right);
const down = (share: number, most: number) => top + (1 - Math.min(share, most) / most) * (high - top - bottom);
const path = (points: [number, number][]) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** Wrong answers against answers given, one point a threshold; the band is the 95 % interval. */
export function RiskCurve({ curve, chosen, limit }: { curve: Point[]; chosen: Point | null; limit: number | null }) {
  const drawn = curve.filter((one) => one.given > 0).sort((one, other) => one.answered - other.answered);
  const highest = Math.max(...drawn.map((one) => one.wrong), limit ?? 0) * 1.1;
  const most = tops.find((one) => one >= highest) ?? 1;
  const line = drawn.map((one): [number, number] => [at(one.answered), down(one.wrong, most)]);
  const band = [...drawn.map((one): [number, number] => [at(one.answered), down(one.wrong_high, most)]),
    ...drawn.map((one): [number, number] => [at(one.answered), down(one.wrong_low, most)]).reverse()];
  const marks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <figure class="risk-figure">
      <svg viewBox={`0 0 ${wide} ${high}`} role="img" aria-label={chosen ? t("risk.curve_chosen", { answered: percent(chosen.answered), wrong: percent(chosen.wrong) }) : t("risk.curve_about")}>
        {marks.map((share) => (
          <g key={share}>
            <line class="grid" x1={left} x2={wide - right} y1={down(share * most, most)} y2={down(share * most, most)} />
            <text class="tick" x={left - 6} y={down(share * most, most) + 4} text-anchor="end">{percent(share * most)}</text>
            <text class="tick" x={at(share)} y={high - bottom + 16} text-anchor={share === 1 ? "end" : "middle"}>{percent(share)}</text>
          </g>
        ))}
        <text class="axis" x={at(0.5)} y={high - 4} text-anchor="middle">{t("risk.axis_answered")}</text>
        {band.length > 2 && <path class="band" d={`${path(band)}Z`} />}
        <path class="line" d={path(line)} />
        {limit !== null && <line class="limit" x1={left} x2={wide - right} y1={down(limit, most)} y2={down(limit, most)} />}
        {chosen && <circle class="chosen" cx={at(chosen.answered)} cy={down(chosen.wrong, most)} r="6" />}
      </svg>
      <figcaption class="legend">
        <span><i class="key-line" />{t("risk.legend_line")}</span>
        <span><i class="key-band" />{t("risk.legend_band")}</span>
        {limit !== null && <span><i class="key-limit" />{t("risk.legend_limit")}</span>}
        {chosen && <span><i class="key-chosen" />{t("risk.legend_chosen")}</span>}
      </figcaption>
      <details>
        <summary>{t("risk.table")}</summary>
        <div class="scroll" role="region" aria-label={t("risk.table")} tabIndex={0}>
          <table class="table">
            <thead><tr><th scope="col">{t("risk.column_threshold")}</th><th scope="col">{t("risk.column_answered")}</th><th scope="col">{t("risk.column_wrong")}</th><th scope="col">{t("risk.column_interval")}</th><th scope="col">{t("risk.column_n")}</th></tr></thead>
            <tbody>
              {curve.map((one) => (
                <tr key={one.threshold}><td>{percent(one.threshold)}</td><td>{percent(one.answered)}</td><td>{percent(one.wrong)}</td><td>{percent(one.wrong_low)} – {percent(one.wrong_high)}</td><td>{one.given}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
