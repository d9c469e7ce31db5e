import { useState } from "preact/hooks";
import { fieldProblem, post } from "../kit/api";
import { Dialog } from "../kit/dialog";
import { Field, Pick } from "../kit/field";
import { go } from "../kit/router";
import { FormProblem } from "../kit/states";
import { t } from "../kit/t";
import type { Article, Collection } from "./wire";

export function NewArticle({ collections, chosen, onClose }: { collections: Collection[]; chosen: string | undefined; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [collection, setCollection] = useState(chosen ?? collections[0]?.id ?? "");
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await post<Article>("/articles", { collection, title: title.trim(), markdown: "" });
      onClose();
      go(["knowledge", made.id]);
    } catch (cause) {
      setProblem(cause);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("article.new")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field label={t("article.title")} value={title} onInput={setTitle} problem={fieldProblem(problem, "title")} required first maxLength={200} placeholder={t("article.title_example")} />
        <Pick label={t("article.collection")} value={collection} onPick={setCollection} choices={collections.map((one) => ({ value: one.id, label: one.name }))} />
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="submit" class="button primary" disabled={busy || !collection}>{t("article.begin")}</button></div>
      </form>
    </Dialog>
  );
}
