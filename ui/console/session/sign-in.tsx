import { useState } from "preact/hooks";
import { Problem } from "../kit/api";
import { Field } from "../kit/field";
import { FormProblem } from "../kit/states";
import { t } from "../kit/t";
import { Card } from "./card";
import { signIn } from "./session";

export function SignIn() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await signIn(email.trim(), password);
    } catch (cause) {
      const wrong = cause instanceof Problem && (cause.status === 401 || cause.status === 403);
      setProblem(wrong ? new Problem(401, cause.code, t("sign_in.wrong"), cause.body) : cause);
      setBusy(false);
    }
  };
  return (
    <Card title={t("sign_in.title")} about={t("sign_in.about")}>
      <form onSubmit={submit} class="form">
        <Field label={t("email")} type="email" value={email} onInput={setEmail} autocomplete="username" required first />
        <Field label={t("password")} type="password" value={password} onInput={setPassword} autocomplete="current-password" required />
        <FormProblem problem={problem} />
        <button type="submit" class="button primary wide" disabled={busy}>{busy ? t("sign_in.busy") : t("sign_in")}</button>
      </form>
    </Card>
  );
}
