import { useState } from "preact/hooks";
import { get, post } from "../kit/api";
import { Dialog } from "../kit/dialog";
import { Field, Pick } from "../kit/field";
import { useLoad } from "../kit/load";
import { href } from "../kit/router";
import { Failed, FormProblem, Loading } from "../kit/states";
import { t, word } from "../kit/t";
import type { DataSet, Suite } from "./wire";

const both = async (signal: AbortSignal) => {
  const [suites, sets] = await Promise.all([get<{ suites: Suite[] }>("/suites", { signal }), get<{ data_sets: DataSet[] }>("/data-sets", { signal })]);
  return { suites: suites.suites, sets: sets.data_sets };
};

export function NewRun({ onClose, onBegun }: { onClose: () => void; onBegun: (id: string) => void }) {
  const { value, problem, again } = useLoad("new-run", both);
  const [suite, setSuite] = useState("answers");
  const [chosen, setChosen] = useState("");
  const [name, setName] = useState("");
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const needs = value?.suites.find((one) => one.name === suite)?.needs;
  const fitting = value?.sets.filter((one) => one.kind === needs) ?? [];
  const set = fitting.find((one) => one.id === chosen) ?? fitting[0];
  const begin = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setRefused(null);
    try {
      onBegun((await post<{ id: string }>("/evaluations", { suite, data_set: set!.id, name: name.trim() || `${suite}: ${set!.name}`.slice(0, 200) })).id);
    } catch (cause) {
      setRefused(cause);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("run.new")} onClose={onClose}>
      {problem ? <Failed problem={problem} retry={again} /> : !value ? <Loading rows={3} /> : (
        <form class="form" onSubmit={(event) => void begin(event)}>
          <Pick label={t("run.suite")} value={suite} onPick={setSuite} choices={value.suites.map((one) => ({ value: one.name, label: one.name }))} hint={word("suite", suite)} />
          {set ? <Pick label={t("run.data_set")} value={set.id} onPick={setChosen} choices={fitting.map((one) => ({ value: one.id, label: `${one.name} (${one.items})` }))} />
            : <p class="form-problem" role="status"><span>{t("run.no_set")} <a href={href("quality", "data-sets")}>{t("set.import")}</a></span></p>}
          <Field label={t("run.name")} value={name} onInput={setName} maxLength={200} hint={t("run.name_hint")} />
          <FormProblem problem={refused} />
          <div class="dialog-foot"><button type="submit" class="button primary" disabled={busy || !set}>{t("run.begin")}</button></div>
        </form>
      )}
    </Dialog>
  );
}
