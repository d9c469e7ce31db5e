import { useState } from "preact/hooks";
import { fieldProblem, Problem, put } from "../kit/api";
import { Dialog } from "../kit/dialog";
import { Field } from "../kit/field";
import { FormProblem } from "../kit/states";
import { t } from "../kit/t";
import { toast } from "../kit/toast";

export function Password({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await put("/sessions/current/password", { password, new_password: next });
      toast(t("password.changed"));
      onClose();
    } catch (cause) {
      setProblem(cause);
    }
  };
  const named = problem instanceof Problem && problem.errors.length > 0;
  return (
    <Dialog title={t("password.change")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Field label={t("password.now")} type="password" value={password} onInput={setPassword} autocomplete="current-password" required first problem={fieldProblem(problem, "password")} />
        <Field label={t("password.new")} type="password" value={next} onInput={setNext} autocomplete="new-password" required minLength={10} problem={fieldProblem(problem, "new_password")} hint={t("setup.password_hint")} />
        {!named && <FormProblem problem={problem} />}
        <div class="dialog-foot"><button type="submit" class="button primary">{t("password.change")}</button></div>
      </form>
    </Dialog>
  );
}
