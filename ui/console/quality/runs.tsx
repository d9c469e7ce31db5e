import { useEffect, useState } from "preact/hooks";
import { get } from "../kit/api";
import { brief, dateTime } from "../kit/clock";
import { Icon } from "../kit/icon";
import { useLoad } from "../kit/load";
import { go, href } from "../kit/router";
import { Empty, Failed, Loading } from "../kit/states";
import { t, type Key } from "../kit/t";
import { NewRun } from "./new-run";
import { over, three, type Run, type RunState } from "./wire";

const tones: Record<RunState, string> = { waiting: "", running: "brand", done: "ok", failed: "bad", cancelled: "warn" };
const LOOK_AGAIN_MS = 1000;

export function StateOf({ run }: { run: Run }) {
  return <span class={`pill ${tones[run.state]}`}>{t(`run.${run.state}` as Key)}{run.state === "running" && run.total ? <span class="number"> {run.done}/{run.total}</span> : null}</span>;
}

/** Asked again every second for as long as `busy`. */
export function useAgain(busy: boolean, again: () => void) {
  useEffect(() => {
    if (!busy) return;
    const timer = setInterval(again, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [busy, again]);
}

export function Runs() {
  const [making, setMaking] = useState(false);
  const { value, problem, again } = useLoad("evaluations", (signal) => get<{ evaluations: Run[] }>("/evaluations", { signal }));
  const runs = value?.evaluations;
  useAgain(Boolean(runs?.some((run) => !over(run))), again);
  const body = () => {
    if (problem && !runs) return <Failed problem={problem} what={t("run.failed_list")} retry={again} />;
    if (!runs) return <Loading rows={5} shape="row" />;
    if (!runs.length) return <Empty icon="history" text={t("run.none")}><button type="button" class="button primary" onClick={() => setMaking(true)}><Icon name="plus" size={16} />{t("run.new")}</button></Empty>;
    return (
      <table class="table runs">
        <thead><tr><th scope="col">{t("run.name")}</th><th scope="col">{t("run.state")}</th><th scope="col" class="mid-col">{t("run.first_figure")}</th><th scope="col" class="wide-col">{t("run.begun")}</th></tr></thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td><a class="table-link" href={href("quality", "runs", run.id)} dir="auto">{run.name}</a><span class="mut small clip">{run.suite} · {run.author}</span></td>
              <td><StateOf run={run} /></td>
              <td class="mid-col number">{run.figures[0] ? <>{run.figures[0].name} {three(run.figures[0].value)}</> : "–"}</td>
              <td class="wide-col number"><time dateTime={run.created_at} title={dateTime(run.created_at)}>{brief(run.created_at)}</time></td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  };
  return (
    <>
      <header class="page-head"><h1>{t("quality.runs")}</h1><button type="button" class="button primary" onClick={() => setMaking(true)}><Icon name="plus" size={16} /><span>{t("run.new")}</span></button></header>
      <div class="quality-body">{body()}</div>
      {making && <NewRun onClose={() => setMaking(false)} onBegun={(id) => go(["quality", "runs", id])} />}
    </>
  );
}
