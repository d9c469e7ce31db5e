import { useState } from "preact/hooks";
import { Field, Pick } from "../kit/field";
import { t } from "../kit/t";
import type { Article } from "./wire";
import type { Text } from "./draft";

interface Props { article: Article; text: Text; readOnly: boolean; mayDelete: boolean; onChange: (change: Partial<Text>) => void; onDelete: () => void; onUnpublish: () => void }

export function Details({ article, text, readOnly, mayDelete, onChange, onDelete, onUnpublish }: Props) {
  const [sure, setSure] = useState(false);
  return (
    <div class="form details">
      <fieldset class="form" disabled={readOnly}>
        <Field label={t("article.slug")} value={text.slug} onInput={(slug) => onChange({ slug })} hint={`/help/${text.slug}`} maxLength={80} />
        <Field label={t("article.language")} value={text.language} onInput={(language) => onChange({ language })} hint={t("article.language_hint")} maxLength={20} />
        <Pick label={t("article.audience")} value={text.audience} onPick={(audience) => onChange({ audience })} choices={[{ value: "public", label: t("audience.public") }, { value: "agents", label: t("audience.agents") }]} />
      </fieldset>
      {mayDelete && article.published !== null && <button type="button" class="button" onClick={onUnpublish}>{t("article.unpublish")}</button>}
      {mayDelete && (sure ? (
        <div class="sure" role="alert">
          <p>{t("article.delete_sure")}</p>
          <div class="dialog-foot"><button type="button" class="button" onClick={() => setSure(false)}>{t("cancel")}</button><button type="button" class="button danger" onClick={onDelete}>{t("article.delete_now")}</button></div>
        </div>
      ) : <button type="button" class="button danger" onClick={() => setSure(true)}>{t("article.delete")}</button>)}
    </div>
  );
}
