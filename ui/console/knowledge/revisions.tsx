import { useState } from "preact/hooks";
import { get, path } from "../kit/api";
import { dateTime } from "../kit/clock";
import { useLoad } from "../kit/load";
import { Failed, Loading } from "../kit/states";
import { t } from "../kit/t";
import { DiffView } from "./diff-view";
import { nameOf, type Revision } from "./wire";

interface Props { article: string; newest: number; text: string; mayRestore: boolean; onRestore: (number: number) => void }

/** Every revision; the chosen one is shown as the words that restoring it would change. */
export function Revisions({ article, newest, text, mayRestore, onRestore }: Props) {
  const loaded = useLoad(`${article} ${newest}`, (signal) => get<{ revisions: Revision[] }>(path("articles", article, "revisions"), { signal }));
  const [chosen, choose] = useState<number | null>(null);
  if (loaded.problem) return <Failed problem={loaded.problem} retry={loaded.again} />;
  if (!loaded.value) return <Loading rows={5} />;
  const revisions = [...loaded.value.revisions].sort((a, b) => b.number - a.number);
  return (
    <ol class="revisions">
      {revisions.map((one) => (
        <li key={one.number}>
          <button type="button" class="revision" aria-expanded={chosen === one.number} onClick={() => choose(chosen === one.number ? null : one.number)}>
            <strong class="number">{t("revision.number", { number: one.number })}</strong>
            {one.published && <span class="pill ok">{t("article.status.live")}</span>}
            <span class="mut small" dir="auto">{nameOf(one.author)} · {dateTime(one.at)}</span>
          </button>
          {chosen === one.number && (
            <div class="revision-body">
              <p class="mut small">{t("revision.about")}</p>
              <DiffView from={text} to={one.markdown} />
              {mayRestore && one.number !== newest && <button type="button" class="button" onClick={() => onRestore(one.number)}>{t("revision.restore")}</button>}
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
