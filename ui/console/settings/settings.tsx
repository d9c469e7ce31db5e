import type { JSX } from "preact";
import { href, route } from "../kit/router";
import { Icon, type IconName } from "../kit/icon";
import { t, type Key } from "../kit/t";
import "../style/settings.css";
import { ApiKeys } from "./api-keys";
import { Inboxes } from "./inboxes";
import { People } from "./people";
import { PolicyPage } from "./policy";
import { Risk } from "./risk";

const pages: [string, IconName, () => JSX.Element][] = [["inboxes", "inbox", Inboxes], ["people", "people", People], ["risk", "dial", Risk], ["policy", "alert", PolicyPage], ["api-keys", "key", ApiKeys]];

export function Settings() {
  const [, wanted] = route.value;
  const [name, , Page] = pages.find(([one]) => one === wanted) ?? pages[0]!;
  return (
    <div class="settings">
      <nav class="collections" aria-label={t("surface.settings")}>
        <h2>{t("surface.settings")}</h2>
        <ul>
          {pages.map(([one, icon]) => (
            <li key={one}><a href={href("settings", one)} class={one === name ? "active" : ""} aria-current={one === name ? "page" : undefined}><Icon name={icon} size={18} /><span>{t(`settings.${one}` as Key)}</span></a></li>
          ))}
        </ul>
      </nav>
      <section class="settings-main" aria-label={t(`settings.${name}` as Key)}><Page /></section>
    </div>
  );
}
