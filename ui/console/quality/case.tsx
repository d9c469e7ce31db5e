import { get, path } from "../kit/api";
import { Dialog } from "../kit/dialog";
import { useLoad } from "../kit/load";
import { Failed, Loading } from "../kit/states";
import { t, word } from "../kit/t";
import { Why } from "../kit/why";
import type { Decision } from "../kit/wire";
import { plain, three, type Line, type TracedLine, type Verdict } from "./wire";

const tones: Record<Verdict, string> = { right: "ok", wrong: "bad", missed: "warn", withheld: "ok", unlabelled: "" };
export const VerdictPill = ({ verdict }: { verdict: Verdict }) => <span class={`pill ${tones[verdict]}`}>{word("verdict_of", verdict)}</span>;

const shown = (line: Line["line"]) => Object.entries(line).filter(([name]) => !["id", "text", "timings", "ranked"].includes(name));

interface Passage { title?: string; heading?: string[]; score?: number; cosine?: number | null; lexical?: number }

/** What each leg of the search said of the passages, and what both together. */
function Legs({ passages }: { passages: Passage[] }) {
  return (
    <div class="scroll" role="region" tabIndex={0} aria-label={t("case.search")}>
      <table class="figures">
        <thead><tr><th scope="col">{t("case.passage")}</th><th scope="col">{t("case.meaning")}</th><th scope="col">{t("case.words")}</th><th scope="col">{t("case.together")}</th></tr></thead>
        <tbody>{passages.slice(0, 8).map((one, i) => <tr key={i}><th scope="row" dir="auto">{[one.title, ...(one.heading ?? [])].filter(Boolean).join(" › ")}</th><td>{three(one.cosine ?? null)}</td><td>{(one.lexical ?? 0).toFixed(2)}</td><td>{three(one.score ?? null)}</td></tr>)}</tbody>
      </table>
    </div>
  );
}

function Steps({ trace }: { trace: Decision }) {
  const { passages, ...rest } = trace as Decision & { passages?: Passage[] };
  return <>{passages?.length ? <><h3>{t("case.search")}</h3><Legs passages={passages} /></> : null}<h3>{t("case.trace")}</h3><Why decision={rest} /></>;
}

/** One question of a run: what was asked and expected, what came of it, and each step on the way. */
export function Case({ run, number, onClose }: { run: string; number: number; onClose: () => void }) {
  const { value, problem, again } = useLoad(`${run}.${number}`, (signal) => get<TracedLine>(path("evaluations", run, "lines", String(number)), { signal }));
  return (
    <Dialog wide title={value ? t("case.title", { item: value.item }) : t("case.loading")} onClose={onClose}>
      {problem ? <Failed problem={problem} retry={again} /> : !value ? <Loading rows={6} /> : (
        <div class="case">
          <p><VerdictPill verdict={value.verdict} /></p>
          <h3>{t("case.asked")}</h3>
          {[...(value.asked.history ?? []), ...(value.asked.turns ?? [])].map((turn, i) => <p key={i} class="mut" dir="auto"><strong>{turn.role}</strong> {turn.text}</p>)}
          {value.asked.text && <p dir="auto">{value.asked.text}</p>}
          {(value.asked.answer || value.asked.relevant_ids?.length) ? <><h3>{t("case.expected")}</h3><p dir="auto">{value.asked.answer}</p>{value.asked.relevant_ids?.length ? <p class="mut"><code>{value.asked.relevant_ids.join(", ")}</code></p> : null}</> : null}
          <h3>{t("case.came")}</h3>
          {value.line.text && <p class="case-answer" dir="auto">{value.line.text}</p>}
          <div class="why"><dl class="facts">{shown(value.line).map(([name, one]) => <div key={name}><dt>{name.replace(/_/g, " ")}</dt><dd class="number">{plain(one)}</dd></div>)}</dl></div>
          {value.trace && <Steps trace={value.trace} />}
        </div>
      )}
    </Dialog>
  );
}
