import { useState } from "preact/hooks";
import { get, put } from "../kit/api";
import { Field } from "../kit/field";
import { useLoad } from "../kit/load";
import { Empty, Failed, FormProblem, Loading } from "../kit/states";
import { t } from "../kit/t";
import { toast } from "../kit/toast";
import { may } from "../session/session";
import { Collections } from "./collections";
import type { Collection } from "./wire";

interface Vocabulary { groups: string[][] }

// Names have commas in them; hardly one has a sign of equality.
const written = (groups: string[][]): string => groups.map((group) => group.join(" = ")).join("\n");
const read = (text: string): string[][] =>
  text.split("\n").map((line) => line.split("=").map((word) => word.trim()).filter(Boolean)).filter((group) => group.length);

function Words({ kept, onKept }: { kept: string[][]; onKept: (value: Vocabulary) => void }) {
  const [text, setText] = useState(written(kept));
  const [problem, setProblem] = useState<unknown>(null);
  const keep = async (groups: string[][], undo?: string[][]) => {
    try {
      const made = await put<Vocabulary>("/vocabulary", { groups });
      onKept(made);
      setText(written(made.groups));
      setProblem(null);
      toast(t("words.saved", { n: made.groups.length }), undo ? { action: { label: t("undo"), run: () => void keep(undo) } } : {});
    } catch (cause) {
      setProblem(cause);
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void keep(read(text), kept);
  };
  return (
    <form class="form words" onSubmit={submit}>
      <Field label={t("words.groups")} value={text} onInput={setText} lines={10} maxLength={200_000} hint={t("words.hint")} placeholder={t("words.example")} />
      <FormProblem problem={problem} />
      <div><button type="submit" class="button primary" disabled={written(read(text)) === written(kept)}>{t("save")}</button></div>
    </form>
  );
}

/** Groups of words and names that mean the same, searched for together. */
export function WordsPage() {
  const collections = useLoad("collections", (signal) => get<{ collections: Collection[] }>("/collections", { signal }));
  const loaded = useLoad("vocabulary", (signal) => get<Vocabulary>("/vocabulary", { signal }));
  const body = () => {
    if (loaded.problem) return <Failed problem={loaded.problem} retry={loaded.again} />;
    if (!loaded.value) return <Loading rows={6} shape="row" />;
    if (may("publish")) return <Words kept={loaded.value.groups} onKept={loaded.set} />;
    if (!loaded.value.groups.length) return <Empty icon="book" text={t("words.none")} />;
    return <ul class="word-groups">{loaded.value.groups.map((group) => <li key={group.join("=")} dir="auto">{group.join(" = ")}</li>)}</ul>;
  };
  return (
    <div class="library">
      <Collections collections={collections.value?.collections} problem={collections.problem} chosen="words" onMade={collections.again} />
      <section class="library-main" aria-label={t("words")}>
        <header class="page-head"><h1>{t("words")}</h1></header>
        <div class="library-body"><p class="mut words">{t("words.about")}</p>{body()}</div>
      </section>
    </div>
  );
}
