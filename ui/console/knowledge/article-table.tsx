import { brief, dateTime } from "../kit/clock";
import { href } from "../kit/router";
import { t } from "../kit/t";
import { nameOf, statusWord, type ArticleRow, type Collection } from "./wire";

const tones = { live: "ok", changed: "warn", draft: "" };

export function ArticleTable({ rows, collections }: { rows: ArticleRow[]; collections: Collection[] }) {
  const named = new Map(collections.map((one) => [one.id, one.name]));
  return (
    <table class="table">
      <thead>
        <tr><th scope="col">{t("article.title")}</th><th scope="col">{t("article.status")}</th><th scope="col" class="wide-col">{t("article.language")}</th>
          <th scope="col" class="wide-col">{t("article.owner")}</th><th scope="col" class="mid-col">{t("article.edited")}</th></tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.id}>
            <td>
              <a class="table-link" href={href("knowledge", one.id)} dir="auto">{one.title}</a>
              <span class="mut small clip">{named.get(one.collection) ?? ""}{one.audience === "agents" && ` · ${t("audience.agents")}`}</span>
            </td>
            <td><span class={`pill ${tones[one.status] ?? ""}`}>{statusWord(one.status)}</span></td>
            <td class="wide-col">{one.language}</td>
            <td class="wide-col"><span class="clip" dir="auto">{nameOf(one.updated_by)}</span></td>
            <td class="mid-col number"><time dateTime={one.updated_at} title={dateTime(one.updated_at)}>{brief(one.updated_at)}</time></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
