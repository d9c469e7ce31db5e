import { useState } from "preact/hooks";
import { fieldProblem, get, patch, path, post, tell } from "../kit/api";
import { Avatar } from "../kit/avatar";
import { CopyText } from "../kit/copy";
import { Dialog } from "../kit/dialog";
import { Field, Pick } from "../kit/field";
import { Icon } from "../kit/icon";
import { useLoad } from "../kit/load";
import { Failed, FormProblem, Loading } from "../kit/states";
import { t, type Key } from "../kit/t";
import { toast } from "../kit/toast";
import type { Person, Role } from "../kit/wire";
import { me } from "../session/session";

const roles: Role[] = ["agent", "editor", "reviewer", "admin"];

function NewPerson({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const [problem, setProblem] = useState<unknown>(null);
  const [password, setPassword] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      const made = await post<Person & { password: string | null }>("/people", { name, email, role });
      setPassword(made.password ?? "");
      onMade();
    } catch (cause) {
      setProblem(cause);
    }
  };
  if (password !== null) return (
    <Dialog title={t("person.made", { name })} onClose={onClose}>
      <p>{t("person.password_once")}</p>
      <CopyText label={t("password")} text={password} />
      <div class="dialog-foot"><button type="button" class="button primary" onClick={onClose}>{t("done")}</button></div>
    </Dialog>
  );
  return (
    <Dialog title={t("person.new")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field label={t("person.name")} value={name} onInput={setName} problem={fieldProblem(problem, "name")} required first maxLength={200} />
        <Field label={t("email")} type="email" value={email} onInput={setEmail} problem={fieldProblem(problem, "email")} required />
        <Pick label={t("person.role")} value={role} onPick={setRole} choices={roles.map((one) => ({ value: one, label: t(`role.${one}` as Key) }))} hint={t(`role.${role}.about` as Key)} />
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="submit" class="button primary">{t("person.add")}</button></div>
      </form>
    </Dialog>
  );
}

export function People() {
  const loaded = useLoad("people", (signal) => get<{ people: Person[] }>("/people", { signal }));
  const [adding, setAdding] = useState(false);
  const change = (id: string, body: Partial<Person>) => patch(path("people", id), body).then(loaded.again, (cause) => {
    toast(tell(cause).message, { tone: "bad" });
    loaded.again();
  });
  return (
    <>
      <header class="page-head"><h1>{t("settings.people")}</h1><button type="button" class="button primary" onClick={() => setAdding(true)}><Icon name="plus" size={16} />{t("person.new")}</button></header>
      {loaded.problem ? <Failed problem={loaded.problem} retry={loaded.again} /> : !loaded.value ? <Loading rows={4} shape="row" /> : (
        <ul class="people">
          {loaded.value.people.map((one) => (
            <li key={one.id} class={one.active === false ? "inactive" : ""}>
              <Avatar name={one.name} id={one.id} />
              <span class="person-name"><strong dir="auto">{one.name}</strong><span class="mut small">{one.email}</span></span>
              {one.active === false ? <span class="pill">{t("person.inactive")}</span>
                : <Pick bare label={t("person.role_of", { name: one.name })} value={one.role} onPick={(role) => void change(one.id, { role })} choices={roles.map((role) => ({ value: role, label: t(`role.${role}` as Key) }))} />}
              {one.id !== me.value?.id && (
                <button type="button" class="button" onClick={() => void change(one.id, { active: one.active === false })} aria-label={t(one.active === false ? "person.activate_name" : "person.deactivate_name", { name: one.name })}>
                  {one.active === false ? t("person.activate") : t("person.deactivate")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {adding && <NewPerson onClose={() => setAdding(false)} onMade={loaded.again} />}
    </>
  );
}
