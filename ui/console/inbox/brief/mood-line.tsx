import { Icon } from "../../kit/icon";
import { MoodWord } from "../../kit/mood";
import { t, type Key } from "../../kit/t";
import type { Brief, Mood } from "../../kit/wire";
import { Jump } from "./jump";

type Direction = "better" | "worse" | "steady";

function direction(scores: number[], trend: number | string | null | undefined): Direction {
  if (scores.length < 2) {
    const given = typeof trend === "number" ? trend : trend === "better" || trend === "rising" || trend === "up" ? 1 : trend === "worse" || trend === "falling" || trend === "down" ? -1 : 0;
    return given > 0.1 ? "better" : given < -0.1 ? "worse" : "steady";
  }
  const change = scores.at(-1)! - scores.slice(0, -1).reduce((sum, one) => sum + one, 0) / (scores.length - 1);
  return change > 0.15 ? "better" : change < -0.15 ? "worse" : "steady";
}

function Line({ scores }: { scores: number[] }) {
  const width = 96;
  const at = (score: number, i: number) => `${((i * (width - 8)) / (scores.length - 1) + 4).toFixed(1)},${(14 - score * 10).toFixed(1)}`;
  const points = scores.map(at);
  const [x, y] = points.at(-1)!.split(",");
  return (
    <svg class="sparkline" width={width} height={28} viewBox={`0 0 ${width} 28`} aria-hidden="true">
      <path d={`M0 14H${width}`} class="zero" />
      <polyline points={points.join(" ")} fill="none" />
      <circle cx={x} cy={y} r="3" />
    </svg>
  );
}

const icons = { better: "trendUp", worse: "trendDown", steady: "steady" } as const;

/** The mood now as a word, and which way it goes. */
export function MoodLine({ mood, scored }: { mood: Brief["mood"]; scored: Record<number, Mood> }) {
  const all = Object.entries(scored).sort(([a], [b]) => Number(a) - Number(b));
  const scores = all.map(([, one]) => Math.max(-1, Math.min(1, one.score)));
  const newest = all.at(-1);
  const now = newest ? newest[1].word : mood?.word;
  if (!now) return null;
  const way = direction(scores, mood?.trend);
  return (
    <section class="brief-part">
      <h3>{t("brief.mood")}<Jump seq={newest ? Number(newest[0]) : mood?.seq} /></h3>
      <div class="mood-line">
        <MoodWord mood={now} />
        <span class={`trend ${way}`}><Icon name={icons[way]} size={16} />{t(`trend.${way}` as Key)}</span>
        {scores.length > 1 && <Line scores={scores.slice(-12)} />}
      </div>
    </section>
  );
}
