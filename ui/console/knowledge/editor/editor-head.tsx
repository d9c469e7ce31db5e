import { Icon } from "../../kit/icon";
import { href } from "../../kit/router";
import { t } from "../../kit/t";
import { may } from "../../session/session";
import type { useEditing } from "../editing";
import { statusWord, type Article } from "../wire";

const tones = { live: "ok", changed: "warn", draft: "" };

export function EditorHead({ article, editing }: { article: Article; editing: ReturnType<typeof useEditing> }) {
  const { text, dirty, busy, change, save, publish } = editing;
  const isLive = article.published === article.revision.number && !dirty;
  return (
    <header class="editor-head">
      <a class="button icon-only quiet" href={href("knowledge", "in", article.collection)} aria-label={t("back_to_articles")}><Icon name="back" /></a>
      <input class="title-input" dir="auto" aria-label={t("article.title")} value={text.title} maxLength={300} readOnly={!may("write")} placeholder={t("article.untitled")}
        onInput={(event) => change({ title: (event.target as HTMLInputElement).value })} />
      <span class="save-state" role="status">
        <span class={`pill ${tones[article.status] ?? ""}`}>{statusWord(article.status)}</span>
        <span class="mut small">{busy === "save" ? t("save.busy") : dirty ? t("save.dirty") : t("save.saved", { number: article.revision.number })}</span>
      </span>
      {article.published !== null && article.audience === "public" && (
        <a class="button icon-only quiet" href={`/help/${article.slug}`} target="_blank" rel="noopener" aria-label={t("article.open")} title={t("article.open")}><Icon name="external" size={18} /></a>
      )}
      {may("write") && <button type="button" class="button" disabled={!dirty || busy !== null} title="Ctrl S" onClick={() => void save()}>{t("save")}</button>}
      {may("publish") && <button type="button" class="button primary" disabled={isLive || busy !== null} title="Ctrl Enter" onClick={() => void publish()}>{busy === "publish" ? t("publish.busy") : t("publish")}</button>}
    </header>
  );
}
