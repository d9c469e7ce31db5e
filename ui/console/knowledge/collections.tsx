import { useState } from "preact/hooks";
import { post, tell } from "../kit/api";
import { Dialog } from "../kit/dialog";
import { Field } from "../kit/field";
import { Icon } from "../kit/icon";
import { go, href } from "../kit/router";
import { FormProblem } from "../kit/states";
import { t } from "../kit/t";
import { may } from "../session/session";
import type { Collection } from "./wire";

function NewCollection({ onClose, onMade }: { onClose: () => void; onMade: (made: Collection) => void }) {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      onMade(await post<Collection>("/collections", { name: name.trim() }));
    } catch (cause) {
      setProblem(cause);
    }
  };
  return (
    <Dialog title={t("collection.new")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field label={t("collection.name")} value={name} onInput={setName} required first maxLength={200} />
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="submit" class="button primary">{t("collection.make")}</button></div>
      </form>
    </Dialog>
  );
}

interface Props { collections: Collection[] | undefined; problem: unknown; chosen: string | undefined; onMade: () => void }

/** Left column: every collection with its number of articles, and the way to the workspace's own words (chosen: "words"). */
export function Collections({ collections, problem, chosen, onMade }: Props) {
  const [making, setMaking] = useState(false);
  const total = (collections ?? []).reduce((sum, one) => sum + one.articles, 0);
  const item = (id: string | undefined, name: string, count: number) => (
    <li key={id ?? "all"}>
      <a href={id ? href("knowledge", "in", id) : href("knowledge")} class={id === chosen ? "active" : ""} aria-current={id === chosen ? "page" : undefined}>
        <Icon name={id ? "folder" : "book"} size={18} /><span class="clip" dir="auto">{name}</span><span class="number mut">{count}</span>
      </a>
    </li>
  );
  return (
    <>
      <nav class="collections" aria-label={t("collections")}>
        <h2>{t("collections")}</h2>
        {problem ? <p class="mut small" role="alert">{tell(problem).message}</p> : null}
        <ul>
          {item(undefined, t("collection.all"), total)}
          {collections?.map((one) => item(one.id, one.name, one.articles))}
        </ul>
        {may("write") && <button type="button" class="button quiet" onClick={() => setMaking(true)}><Icon name="plus" size={16} />{t("collection.new")}</button>}
        <a href={href("knowledge", "words")} class={chosen === "words" ? "active" : ""} aria-current={chosen === "words" ? "page" : undefined}><Icon name="link" size={18} /><span class="clip">{t("words")}</span></a>
      </nav>
      {making && <NewCollection onClose={() => setMaking(false)} onMade={(made) => {
        setMaking(false);
        onMade();
        go(["knowledge", "in", made.id]);
      }} />}
    </>
  );
}
