import { useState } from "preact/hooks";
import { fieldProblem, get, post } from "../kit/api";
import { Field } from "../kit/field";
import { FormProblem } from "../kit/states";
import { t } from "../kit/t";
import { Snippet } from "../kit/snippet";
import { Card } from "./card";

const token = () => new URLSearchParams(location.search).get("token") ?? "";
const origins = (text: string) => text.split(/[\s,]+/).filter(Boolean);

function Done({ inboxKey }: { inboxKey: string }) {
  return (
    <Card title={t("setup.done")} about={t("setup.done_about")}>
      {inboxKey && <Snippet inboxKey={inboxKey} />}
      <button type="button" class="button primary wide" onClick={() => location.assign("/console/inbox")}>{t("setup.open")}</button>
    </Card>
  );
}

/** First run: the one-time link from the server's log makes the workspace, the first admin and the first inbox. */
export function Setup() {
  const [form, setForm] = useState({ workspace: "", name: "", email: "", password: "", inbox: "", origins: "" });
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const field = (name: keyof typeof form) => ({
    label: t(`setup.${name}`), value: form[name], problem: fieldProblem(problem, name), required: true,
    onInput: (value: string) => setForm((old) => ({ ...old, [name]: value })),
  });
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await post("/setup", { token: token(), ...form, origins: origins(form.origins) });
      const found = await get<{ inboxes: { key: string }[] }>("/inboxes").catch(() => ({ inboxes: [] }));
      setMade(found.inboxes[0]?.key ?? "");
    } catch (cause) {
      setProblem(cause);
    }
    setBusy(false);
  };
  if (made !== null) return <Done inboxKey={made} />;
  if (!token()) return <Card title={t("setup.title")}><p role="alert">{t("setup.no_token")}</p><a class="button wide" href="/console/">{t("sign_in")}</a></Card>;
  return (
    <Card title={t("setup.title")} about={t("setup.about")}>
      <form class="form" onSubmit={submit}>
        <Field {...field("workspace")} first autocomplete="organization" />
        <Field {...field("name")} autocomplete="name" />
        <Field {...field("email")} type="email" autocomplete="username" />
        <Field {...field("password")} type="password" autocomplete="new-password" minLength={10} hint={t("setup.password_hint")} />
        <Field {...field("inbox")} placeholder={t("setup.inbox_example")} />
        <Field {...field("origins")} placeholder="https://shop.example" hint={t("setup.origins_hint")} />
        <FormProblem problem={problem} />
        <button type="submit" class="button primary wide" disabled={busy}>{busy ? t("setup.busy") : t("setup.make")}</button>
      </form>
    </Card>
  );
}
