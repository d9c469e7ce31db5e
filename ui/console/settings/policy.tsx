import { useState } from "preact/hooks";
import { get, put } from "../kit/api";
import { Field } from "../kit/field";
import { useLoad } from "../kit/load";
import { Failed, FormProblem, Loading } from "../kit/states";
import { t } from "../kit/t";
import { toast } from "../kit/toast";

interface Policy { text: string; ours: string; version: string }

function Own({ policy }: { policy: Policy }) {
  const [text, setText] = useState(policy.text);
  const [problem, setProblem] = useState<unknown>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await put("/policy", { text });
      setProblem(null);
      toast(t("policy.saved"));
    } catch (cause) {
      setProblem(cause);
    }
  };
  return (
    <form class="form" onSubmit={save}>
      <Field label={t("policy.own")} value={text} onInput={setText} lines={12} maxLength={20_000} hint={t("policy.own_hint")} placeholder={"[promises]\nalso = ['next[- ]day delivery']"} />
      <FormProblem problem={problem} />
      <div><button type="submit" class="button primary">{t("save")}</button></div>
    </form>
  );
}

export function PolicyPage() {
  const loaded = useLoad("policy", (signal) => get<Policy>("/policy", { signal }));
  return (
    <>
      <header class="page-head"><h1>{t("settings.policy")}</h1></header>
      {loaded.problem ? <Failed problem={loaded.problem} retry={loaded.again} /> : !loaded.value ? <Loading rows={4} shape="row" /> : (
        <div class="cards policy">
          <p>{t("policy.about")}</p>
          <Own policy={loaded.value} />
          <details><summary>{t("policy.ours", { version: loaded.value.version })}</summary><pre tabIndex={0}><code>{loaded.value.ours}</code></pre></details>
        </div>
      )}
    </>
  );
}
