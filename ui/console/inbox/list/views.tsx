import { href } from "../../kit/router";
import { t, type Key } from "../../kit/t";
import { counts, views, type View } from "../rows";

/** The views as tabs-like links; only the counts that are known whole are shown. */
export function Views({ view }: { view: View }) {
  const count = counts.value;
  return (
    <nav class="views" aria-label={t("views")}>
      {views.map((one) => (
        <a key={one} href={href("inbox", one)} class={one === view ? "active" : ""} aria-current={one === view ? "page" : undefined}>
          {t(`view.${one}` as Key)}
          {(one === "queue" || one === "mine") && count[one] > 0 && <span class={`count${one === "queue" ? " strong" : ""}`}>{count[one]}</span>}
        </a>
      ))}
    </nav>
  );
}
