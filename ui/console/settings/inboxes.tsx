import { useState } from "preact/hooks";
import { get } from "../kit/api";
import { Icon } from "../kit/icon";
import { useLoad } from "../kit/load";
import { Snippet } from "../kit/snippet";
import { Empty, Failed, Loading } from "../kit/states";
import { t } from "../kit/t";
import type { Collection } from "../knowledge/wire";
import { Identity, Orders } from "./connections";
import { written } from "./hours";
import { InboxForm, type InboxRow } from "./inbox-form";

function Card({ inbox, collections, onEdit }: { inbox: InboxRow; collections: Collection[]; onEdit: () => void }) {
  const named = new Map(collections.map((one) => [one.id, one.name]));
  return (
    <article class="card">
      <header><h2 dir="auto">{inbox.name}</h2><button type="button" class="button" onClick={onEdit} aria-label={t("inbox.edit", { name: inbox.name })}>{t("edit")}</button></header>
      <dl class="pairs">
        <div><dt>{t("inbox.origins")}</dt><dd>{inbox.origins.length ? inbox.origins.map((one) => <code key={one}>{one}</code>) : <span class="bad">{t("inbox.no_origins")}</span>}</dd></div>
        <div><dt>{t("inbox.reads")}</dt><dd>{inbox.collections.length ? inbox.collections.map((one) => named.get(one) ?? one).join(", ") : <span class="bad">{t("inbox.no_collections")}</span>}</dd></div>
        <div><dt>{t("inbox.assistant")}</dt><dd dir="auto">{inbox.assistant}</dd></div>
        <div><dt>{t("inbox.appointments")}</dt><dd>{inbox.slot_minutes && written(inbox.hours) ? t("inbox.appointments_on", { minutes: inbox.slot_minutes, zone: inbox.timezone }) : <span class="mut">{t("inbox.appointments_off")}</span>}</dd></div>
      </dl>
      <h3>{t("snippet")}</h3>
      <Snippet inboxKey={inbox.key} />
      <Identity inbox={inbox.id} />
      <Orders inbox={inbox.id} />
    </article>
  );
}

export function Inboxes() {
  const loaded = useLoad("inboxes", (signal) => get<{ inboxes: InboxRow[] }>("/inboxes", { signal }));
  const groups = useLoad("collections", (signal) => get<{ collections: Collection[] }>("/collections", { signal }));
  const [editing, setEditing] = useState<InboxRow | "new" | null>(null);
  const collections = groups.value?.collections ?? [];
  return (
    <>
      <header class="page-head"><h1>{t("settings.inboxes")}</h1><button type="button" class="button primary" onClick={() => setEditing("new")}><Icon name="plus" size={16} />{t("inbox.new")}</button></header>
      {loaded.problem ? <Failed problem={loaded.problem} retry={loaded.again} /> : !loaded.value ? <Loading rows={3} shape="row" />
        : loaded.value.inboxes.length ? <div class="cards">{loaded.value.inboxes.map((one) => <Card key={one.id} inbox={one} collections={collections} onEdit={() => setEditing(one)} />)}</div>
          : <Empty icon="inbox" text={t("inbox.none")}><button type="button" class="button primary" onClick={() => setEditing("new")}>{t("inbox.new")}</button></Empty>}
      {editing && <InboxForm inbox={editing === "new" ? null : editing} collections={collections} onClose={() => setEditing(null)} onSaved={() => {
        setEditing(null);
        loaded.again();
      }} />}
    </>
  );
}
