import { useState } from "preact/hooks";
import { get, path, post, remove, tell } from "../kit/api";
import { dateTime } from "../kit/clock";
import { CopyText } from "../kit/copy";
import { Dialog } from "../kit/dialog";
import { Field } from "../kit/field";
import { Icon } from "../kit/icon";
import { useLoad } from "../kit/load";
import { Empty, Failed, FormProblem, Loading } from "../kit/states";
import { t, word } from "../kit/t";
import { toast } from "../kit/toast";

interface ApiKey { id: string; name: string; prefix: string; scopes: string[]; created_at: string; revoked_at: string | null }
const scopes = ["read_conversations", "converse", "read_content", "write_content", "publish", "review", "administer", "read_audit"];

function NewKey({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [name, setName] = useState("");
  const [chosen, choose] = useState<string[]>(["read_content"]);
  const [problem, setProblem] = useState<unknown>(null);
  const [key, setKey] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      setKey((await post<{ key: string | null }>("/api-keys", { name, scopes: chosen })).key ?? "");
      onMade();
    } catch (cause) {
      setProblem(cause);
    }
  };
  if (key !== null) return (
    <Dialog title={t("key.made", { name })} onClose={onClose}>
      <p>{t("key.once")}</p>
      <CopyText label={t("key")} text={key} />
      <div class="dialog-foot"><button type="button" class="button primary" onClick={onClose}>{t("done")}</button></div>
    </Dialog>
  );
  return (
    <Dialog title={t("key.new")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field label={t("key.name")} value={name} onInput={setName} required first maxLength={200} placeholder={t("key.example")} />
        <fieldset class="checks">
          <legend>{t("key.scopes")}</legend>
          {scopes.map((one) => (
            <label key={one} class="check">
              <input type="checkbox" checked={chosen.includes(one)} onChange={(event) => choose((event.target as HTMLInputElement).checked ? [...chosen, one] : chosen.filter((other) => other !== one))} />{word("scope", one)}
            </label>
          ))}
        </fieldset>
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="submit" class="button primary" disabled={!chosen.length}>{t("key.make")}</button></div>
      </form>
    </Dialog>
  );
}

export function ApiKeys() {
  const loaded = useLoad("api-keys", (signal) => get<{ api_keys: ApiKey[] }>("/api-keys", { signal }));
  const [adding, setAdding] = useState(false);
  const [sure, setSure] = useState<string | null>(null);
  const revoke = (id: string) => remove(path("api-keys", id)).then(loaded.again, (cause) => toast(tell(cause).message, { tone: "bad" }));
  const keys = loaded.value?.api_keys;
  return (
    <>
      <header class="page-head"><h1>{t("settings.api-keys")}</h1><button type="button" class="button primary" onClick={() => setAdding(true)}><Icon name="plus" size={16} />{t("key.new")}</button></header>
      {loaded.problem ? <Failed problem={loaded.problem} retry={loaded.again} /> : !keys ? <Loading rows={3} shape="row" />
        : !keys.length ? <Empty icon="key" text={t("key.none")}><button type="button" class="button primary" onClick={() => setAdding(true)}>{t("key.new")}</button></Empty> : (
          <ul class="people">
            {keys.map((one) => (
              <li key={one.id} class={one.revoked_at ? "inactive" : ""}>
                <span class="person-name"><strong dir="auto">{one.name}</strong><span class="mut small"><code>{one.prefix}…</code> · {dateTime(one.created_at)}</span></span>
                <span class="mut small key-scopes">{one.scopes.map((scope) => word("scope", scope)).join(", ")}</span>
                {one.revoked_at ? <span class="pill">{t("key.revoked")}</span>
                  : sure === one.id ? <button type="button" class="button danger" onClick={() => void revoke(one.id)}>{t("key.revoke_sure")}</button>
                    : <button type="button" class="button" onClick={() => setSure(one.id)} aria-label={t("key.revoke_name", { name: one.name })}>{t("key.revoke")}</button>}
              </li>
            ))}
          </ul>
        )}
      {adding && <NewKey onClose={() => setAdding(false)} onMade={loaded.again} />}
    </>
  );
}
