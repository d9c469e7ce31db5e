import { useCallback, useState } from "preact/hooks";
import { get, path, put, remove, tell } from "../kit/api";
import { dateTime } from "../kit/clock";
import { Pick } from "../kit/field";
import { Icon } from "../kit/icon";
import { useLoad } from "../kit/load";
import { go, href } from "../kit/router";
import { Failed, Loading } from "../kit/states";
import { t, word } from "../kit/t";
import { toast } from "../kit/toast";
import { Case, VerdictPill } from "./case";
import { Compare } from "./compare";
import { ThresholdCurve } from "./curve";
import { StateOf, useAgain } from "./runs";
import { over, three, type Line, type Run, type Verdict, type WholeRun } from "./wire";

const verdicts: Verdict[] = ["wrong", "missed", "right", "withheld", "unlabelled"];

function Figures({ run }: { run: Run }) {
  return (
    <section class="card">
      <header><h2>{t("figure.title")}</h2></header>
      <table class="figures">
        <thead><tr><th scope="col">{t("figure.name")}</th><th scope="col">{t("figure.value")}</th><th scope="col">{t("figure.interval")}</th><th scope="col">n</th></tr></thead>
        <tbody>{run.figures.filter((one) => one.n > 0).map((one) => <tr key={one.name}><th scope="row">{one.name}</th><td>{three(one.value)}</td><td>{one.low === null ? "–" : `${three(one.low)} – ${three(one.high)}`}</td><td>{one.n}</td></tr>)}</tbody>
      </table>
    </section>
  );
}

function Lines({ run }: { run: Run }) {
  const [verdict, setVerdict] = useState<Verdict | "">("");
  const [open, setOpen] = useState<number | null>(null);
  const where = `${path("evaluations", run.id, "lines")}?limit=100${verdict ? `&verdict=${verdict}` : ""}`;
  const { value, problem, again, set } = useLoad(`${where}#${run.state}`, (signal) => get<{ lines: Line[]; next: number | null }>(where, { signal }));
  const more = async () => {
    const next = await get<{ lines: Line[]; next: number | null }>(`${where}&after=${value!.next}`);
    set({ lines: [...value!.lines, ...next.lines], next: next.next });
  };
  return (
    <section class="card">
      <header><h2>{t("case.all")}</h2><Pick bare label={t("case.filter")} value={verdict} onPick={setVerdict} choices={[{ value: "", label: t("case.any") }, ...verdicts.map((one) => ({ value: one, label: word("verdict_of", one) }))]} /></header>
      {problem ? <Failed problem={problem} retry={again} /> : !value ? <Loading rows={4} /> : value.lines.length === 0 ? <p class="mut">{t("case.none")}</p> : (
        <ul class="cases">
          {value.lines.map((one) => (
            <li key={one.number}><button type="button" class="case-row" onClick={() => setOpen(one.number)}><span class="clip" dir="auto">{one.asked.text ?? one.item}</span><VerdictPill verdict={one.verdict} /></button></li>
          ))}
        </ul>
      )}
      {value?.next && <button type="button" class="button" onClick={() => void more()}>{t("more")}</button>}
      {open !== null && <Case run={run.id} number={open} onClose={() => setOpen(null)} />}
    </section>
  );
}

function Progress({ run, again }: { run: Run; again: () => void }) {
  const cancel = () => put(path("evaluations", run.id, "cancellation")).then(again, (cause) => toast(tell(cause).message, { tone: "bad" }));
  return (
    <section class="card" aria-live="polite">
      <p role="status">{t("run.progress", { done: run.done, total: run.total })}</p>
      <progress max={Math.max(1, run.total)} value={run.done} aria-label={t("run.progress_label")} />
      <div><button type="button" class="button" onClick={() => void cancel()}>{t("run.cancel")}</button></div>
    </section>
  );
}

export function RunPage({ id }: { id: string }) {
  const load = useCallback(async (signal: AbortSignal) => {
    const [run, all] = await Promise.all([get<WholeRun>(path("evaluations", id), { signal }), get<{ evaluations: Run[] }>("/evaluations", { signal })]);
    return { run, others: all.evaluations.filter((one) => one.suite === run.suite && one.id !== run.id && one.figures.length) };
  }, [id]);
  const { value, problem, again } = useLoad(id, load);
  const run = value?.run;
  useAgain(Boolean(run && !over(run)), again);
  if (problem && !run) return <Failed problem={problem} what={t("run.failed_one")} retry={again} />;
  if (!run) return <Loading rows={6} shape="row" />;
  const drop = () => remove(path("evaluations", id)).then(() => go(["quality", "runs"]), (cause) => toast(tell(cause).message, { tone: "bad" }));
  return (
    <>
      <header class="page-head run-head">
        <a class="button icon-only quiet" href={href("quality", "runs")} aria-label={t("run.back")}><Icon name="back" /></a>
        <h1 dir="auto">{run.name}</h1><StateOf run={run} />
        {over(run) && <button type="button" class="button icon-only quiet" aria-label={t("run.remove")} onClick={() => void drop()}><Icon name="trash" size={18} /></button>}
      </header>
      <p class="mut quality-about">{[run.suite, run.data.set?.name, t("run.by", { author: run.author, at: dateTime(run.created_at) }), run.knowledge.articles === undefined ? "" : t("run.articles", { count: run.knowledge.articles })].filter(Boolean).join(" · ")}</p>
      <div class="cards">
        {!over(run) && <Progress run={run} again={again} />}
        {run.state === "failed" && <p class="notice bad" role="alert"><Icon name="alert" size={18} /><span>{run.error}</span></p>}
        {run.state === "cancelled" && <p class="notice warn">{t("run.was_cancelled", { done: run.done, total: run.total })}</p>}
        {run.changed_meanwhile && <p class="notice warn"><Icon name="alert" size={18} /><span>{t("run.changed_meanwhile")}</span></p>}
        {run.figures.length > 0 && <Figures run={run} />}
        {run.figures.length > 0 && value.others.length > 0 && <Compare run={run} others={value.others} />}
        {over(run) && run.curve.length > 1 && <ThresholdCurve curve={run.curve} />}
        {over(run) && <Lines run={run} />}
      </div>
    </>
  );
}
