import { get } from "../kit/api";
import { useLoad } from "../kit/load";
import { Failed, Loading } from "../kit/states";
import { t, word } from "../kit/t";
import type { Suite } from "./wire";

/** What each suite measures, and over what. */
export function Suites() {
  const { value, problem, again } = useLoad("suites", (signal) => get<{ suites: Suite[] }>("/suites", { signal }));
  return (
    <>
      <header class="page-head"><h1>{t("quality.suites")}</h1></header>
      {problem ? <Failed problem={problem} retry={again} /> : !value ? <Loading rows={4} shape="row" /> : (
        <div class="cards">
          {value.suites.map((one) => (
            <article key={one.name} class="card">
              <header><h2>{one.name}</h2><span class="pill">{t(one.needs === "questions" ? "quality.over_questions" : "quality.over_items")}</span></header>
              <p class="mut">{word("suite", one.name)}</p>
            </article>
          ))}
        </div>
      )}
    </>
  );
}
