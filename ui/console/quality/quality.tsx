import type { JSX } from "preact";
import { Icon, type IconName } from "../kit/icon";
import { href, route } from "../kit/router";
import { t, type Key } from "../kit/t";
import "../style/settings.css";
import "../style/quality.css";
import { FrozenCases } from "./frozen";
import { RunPage } from "./run-page";
import { Runs } from "./runs";
import { DataSets } from "./sets";
import { Suites } from "./suites";

const pages: [string, IconName, () => JSX.Element][] = [["runs", "history", Runs], ["data-sets", "file", DataSets], ["tests", "checkCircle", FrozenCases], ["suites", "list", Suites]];

/** /console/quality, …/{page}, …/runs/{run} */
export function Quality() {
  const [, wanted, run] = route.value;
  const [name, , Page] = pages.find(([one]) => one === wanted) ?? pages[0]!;
  return (
    <div class="settings">
      <nav class="collections" aria-label={t("surface.quality")}>
        <h2>{t("surface.quality")}</h2>
        <ul>
          {pages.map(([one, icon]) => (
            <li key={one}><a href={href("quality", one)} class={one === name ? "active" : ""} aria-current={one === name ? "page" : undefined}><Icon name={icon} size={18} /><span>{t(`quality.${one}` as Key)}</span></a></li>
          ))}
        </ul>
      </nav>
      <section class="settings-main" tabIndex={0} aria-label={t(`quality.${name}` as Key)}>{name === "runs" && run ? <RunPage key={run} id={run} /> : <Page />}</section>
    </div>
  );
}
