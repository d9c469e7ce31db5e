import { useRef, useState } from "preact/hooks";
import { get, path, post, remove, tell } from "../kit/api";
import { brief } from "../kit/clock";
import { Dialog } from "../kit/dialog";
import { Field, Pick } from "../kit/field";
import { Icon } from "../kit/icon";
import { useLoad } from "../kit/load";
import { Empty, Failed, FormProblem, Loading } from "../kit/states";
import { t } from "../kit/t";
import { toast } from "../kit/toast";
import type { DataSet } from "./wire";

function ImportSet({ onClose, onMade }: { onClose: () => void; onMade: (made: DataSet) => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const [kind, setKind] = useState<DataSet["kind"]>("questions");
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      onMade(await post<DataSet>("/data-sets", { name: (name.trim() || file!.name).slice(0, 200), file: file!.name.slice(0, 200), kind, content: await file!.text() }, { timeout: 60_000 }));
    } catch (cause) {
      setProblem(cause);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("set.import")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void send(event)}>
        <div class="set-file">
          <button type="button" class="button" data-first onClick={() => input.current!.click()}><Icon name="upload" size={16} />{t("set.choose")}</button>
          <span class="clip" dir="auto">{file?.name ?? t("set.no_file")}</span>
          <input ref={input} type="file" accept=".csv,.jsonl,.json,.txt" class="hidden" tabIndex={-1} aria-label={t("set.choose")} onChange={(event) => {
            const chosen = event.target as HTMLInputElement;
            setFile(chosen.files?.[0] ?? null);
            chosen.value = "";
          }} />
        </div>
        <Pick label={t("set.kind")} value={kind} onPick={setKind} hint={t(kind === "questions" ? "set.questions_hint" : "set.items_hint")}
          choices={[{ value: "questions", label: t("quality.over_questions") }, { value: "items", label: t("quality.over_items") }]} />
        <Field label={t("set.name")} value={name} onInput={setName} maxLength={200} placeholder={file?.name ?? ""} />
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="submit" class="button primary" disabled={busy || !file}>{t("set.go")}</button></div>
      </form>
    </Dialog>
  );
}

export function DataSets() {
  const [sheet, setSheet] = useState(false);
  const { value, problem, again } = useLoad("data-sets", (signal) => get<{ data_sets: DataSet[] }>("/data-sets", { signal }));
  const drop = (one: DataSet) => remove(path("data-sets", one.id)).then(again, (cause) => toast(tell(cause).message, { tone: "bad" }));
  const start = <button type="button" class="button primary" onClick={() => setSheet(true)}><Icon name="upload" size={16} /><span>{t("set.import")}</span></button>;
  const body = () => {
    if (problem) return <Failed problem={problem} retry={again} />;
    if (!value) return <Loading rows={4} shape="row" />;
    if (!value.data_sets.length) return <Empty icon="file" text={t("set.none")}>{start}</Empty>;
    return (
      <ul class="quality-list">
        {value.data_sets.map((one) => (
          <li key={one.id}>
            <span class="quality-name"><strong class="clip" dir="auto">{one.name}</strong><span class="mut small">{t("set.about", { count: one.items, author: one.author })} · <time dateTime={one.created_at}>{brief(one.created_at)}</time></span></span>
            <span class="pill">{t(one.kind === "questions" ? "quality.over_questions" : "quality.over_items")}</span>
            <button type="button" class="button icon-only quiet" aria-label={t("set.remove", { name: one.name })} onClick={() => void drop(one)}><Icon name="trash" size={18} /></button>
          </li>
        ))}
      </ul>
    );
  };
  return (
    <>
      <header class="page-head"><h1>{t("quality.data-sets")}</h1>{start}</header>
      <div class="quality-body">{body()}</div>
      {sheet && <ImportSet onClose={() => setSheet(false)} onMade={(made) => {
        setSheet(false);
        toast(t("set.made", { count: made.items }));
        again();
      }} />}
    </>
  );
}
