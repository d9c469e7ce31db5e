import { useState } from "preact/hooks";
import { fieldProblem, get, path, post, put, remove, tell } from "../kit/api";
import { dateTime } from "../kit/clock";
import { CopyText } from "../kit/copy";
import { Dialog } from "../kit/dialog";
import { Field, Pick } from "../kit/field";
import { useLoad } from "../kit/load";
import { FormProblem } from "../kit/states";
import { t } from "../kit/t";
import { toast } from "../kit/toast";

interface IdentityKey { id: string; algorithm: "HS256" | "EdDSA"; created_at: string }
interface OrderSource { url: string | null; has_secret: boolean }

const failed = (cause: unknown) => toast(tell(cause).message, { tone: "bad" });

function NewKey({ inbox, onClose, onMade }: { inbox: string; onClose: () => void; onMade: () => void }) {
  const [algorithm, choose] = useState<IdentityKey["algorithm"]>("HS256");
  const [publicKey, setPublicKey] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const [made, setMade] = useState<{ id: string; secret: string | null } | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      setMade(await post(path("inboxes", inbox, "identity-keys"), algorithm === "EdDSA" ? { algorithm, public_key: publicKey } : { algorithm }));
      onMade();
    } catch (cause) {
      setProblem(cause);
    }
  };
  if (made) return (
    <Dialog title={t("identity.made")} onClose={onClose}>
      <p>{made.secret ? t("identity.once") : t("identity.stored")}</p>
      <CopyText label={t("identity.id")} text={made.id} />
      {made.secret && <CopyText label={t("identity.secret")} text={made.secret} />}
      <div class="dialog-foot"><button type="button" class="button primary" onClick={onClose}>{t("done")}</button></div>
    </Dialog>
  );
  return (
    <Dialog title={t("identity.new")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Pick label={t("identity.algorithm")} value={algorithm} onPick={choose} choices={[{ value: "HS256", label: t("identity.hs256") }, { value: "EdDSA", label: t("identity.eddsa") }]} />
        {algorithm === "EdDSA" && <Field label={t("identity.public")} value={publicKey} onInput={setPublicKey} lines={4} required maxLength={2000} placeholder="-----BEGIN PUBLIC KEY-----" />}
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="submit" class="button primary">{t("identity.make")}</button></div>
      </form>
    </Dialog>
  );
}

export function Identity({ inbox }: { inbox: string }) {
  const loaded = useLoad(`identity ${inbox}`, (signal) => get<{ identity_keys: IdentityKey[] }>(path("inboxes", inbox, "identity-keys"), { signal }));
  const [adding, setAdding] = useState(false);
  const [sure, setSure] = useState<string | null>(null);
  const keys = loaded.value?.identity_keys ?? [];
  const drop = (id: string) => remove(path("inboxes", inbox, "identity-keys", id)).then(loaded.again, failed);
  return (
    <section class="connection">
      <h3>{t("identity")}</h3>
      <p class="mut small">{keys.length ? t("identity.on") : t("identity.off")}</p>
      <ul class="plain-list">
        {keys.map((one) => (
          <li key={one.id}>
            <span><code>{one.id}</code> <span class="mut small">{one.algorithm} · {dateTime(one.created_at)}</span></span>
            {sure === one.id ? <button type="button" class="button small danger" onClick={() => void drop(one.id)}>{t("identity.remove_sure")}</button>
              : <button type="button" class="button small" onClick={() => setSure(one.id)} aria-label={t("identity.remove_named", { id: one.id })}>{t("identity.remove")}</button>}
          </li>
        ))}
      </ul>
      <div><button type="button" class="button small" onClick={() => setAdding(true)}>{t("identity.new")}</button></div>
      {adding && <NewKey inbox={inbox} onClose={() => setAdding(false)} onMade={loaded.again} />}
    </section>
  );
}

function SourceForm({ inbox, source, onClose, onSaved }: { inbox: string; source: OrderSource; onClose: () => void; onSaved: () => void }) {
  const [url, setUrl] = useState(source.url ?? "");
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await (url.trim() ? put(path("inboxes", inbox, "order-source"), { url: url.trim(), ...(secret ? { secret } : {}) }) : remove(path("inboxes", inbox, "order-source")));
      onSaved();
    } catch (cause) {
      setProblem(cause);
    }
  };
  return (
    <Dialog title={t("orders")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field label={t("orders.url")} value={url} onInput={setUrl} type="url" first maxLength={2000} placeholder="https://shop.example/api/orders" hint={t("orders.url_hint")} problem={fieldProblem(problem, "url")} />
        <Field label={t("orders.secret")} value={secret} onInput={setSecret} type="password" maxLength={200} hint={source.has_secret ? t("orders.secret_kept") : t("orders.secret_hint")} />
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="submit" class="button primary">{t("save")}</button></div>
      </form>
    </Dialog>
  );
}

export function Orders({ inbox }: { inbox: string }) {
  const loaded = useLoad(`orders ${inbox}`, (signal) => get<OrderSource>(path("inboxes", inbox, "order-source"), { signal }));
  const [editing, setEditing] = useState(false);
  const source = loaded.value;
  return (
    <section class="connection">
      <h3>{t("orders")}</h3>
      <p class="small">{source?.url ? <code>{source.url}</code> : <span class="mut">{t("orders.none")}</span>}</p>
      <div><button type="button" class="button small" disabled={!source} onClick={() => setEditing(true)}>{t("orders.edit")}</button></div>
      {editing && source && <SourceForm inbox={inbox} source={source} onClose={() => setEditing(false)} onSaved={() => {
        setEditing(false);
        loaded.again();
      }} />}
    </section>
  );
}
