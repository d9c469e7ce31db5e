import { useState } from "preact/hooks";
import { get, path } from "../kit/api";
import { Pick } from "../kit/field";
import { useLoad } from "../kit/load";
import { Failed, Loading } from "../kit/states";
import { t } from "../kit/t";
import { plain, signed, three, type Change, type Comparison, type FigureChange, type Run } from "./wire";

const tone = (one: FigureChange) => (!one.significant || one.difference === null ? "" : (one.difference > 0) === (one.better === "higher") ? "ok" : "bad");

const Changes = ({ changes }: { changes: Change[] }) => (
  <dl class="changes">{changes.map((one) => <div key={one.name}><dt>{one.name}</dt><dd><del dir="auto">{plain(one.before)}</del><ins dir="auto">{plain(one.after)}</ins></dd></div>)}</dl>
);

function Found({ compared }: { compared: Comparison }) {
  const moved = compared.figures.filter((one) => one.before !== one.after);
  return (
    <>
      {!compared.same_items && <p class="notice warn">{t("compare.other_items")}</p>}
      {moved.length === 0 ? <p>{t("compare.no_figure")}</p> : <div class="scroll" role="region" tabIndex={0} aria-label={t("compare.figures")}>
        <table class="figures">
          <thead><tr><th scope="col">{t("figure.name")}</th><th scope="col">{t("compare.before")}</th><th scope="col">{t("compare.after")}</th><th scope="col">{t("compare.difference")}</th></tr></thead>
          <tbody>
            {moved.map((one) => (
              <tr key={one.name}><th scope="row">{one.name}</th><td>{three(one.before)}</td><td>{three(one.after)}</td>
                <td><span class={`pill ${tone(one)}`}>{signed(one.difference)}</span> {one.low !== null && <span class="mut small">[{signed(one.low)}, {signed(one.high)}]</span>}</td></tr>
            ))}
          </tbody>
        </table>
      </div>}
      {compared.made_with.length > 0 && <><h3>{t("compare.made_with")}</h3><Changes changes={compared.made_with} /></>}
      <h3>{t("compare.lines", { count: compared.changed_lines })}</h3>
      {compared.lines.map((one) => <details key={one.item}><summary><span dir="auto">{one.item}</span><span class="mut small">{one.changed.map((field) => field.name).join(", ")}</span></summary><Changes changes={one.changed} /></details>)}
    </>
  );
}

/** This run against an earlier one of its suite: only what changed. */
export function Compare({ run, others }: { run: Run; others: Run[] }) {
  const [chosen, setChosen] = useState(others[0]!.id);
  const { value, problem, again } = useLoad(`${run.id}:${chosen}`, (signal) => get<Comparison>(`${path("evaluations", run.id, "comparison")}?baseline=${chosen}`, { signal }));
  return (
    <section class="card">
      <header><h2>{t("compare.title")}</h2></header>
      <Pick label={t("compare.with")} value={chosen} onPick={setChosen} choices={others.map((one) => ({ value: one.id, label: one.name }))} />
      {problem ? <Failed problem={problem} retry={again} /> : !value ? <Loading rows={4} /> : <Found compared={value} />}
    </section>
  );
}
