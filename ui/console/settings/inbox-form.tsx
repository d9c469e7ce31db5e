import { useState } from "preact/hooks";
import { fieldProblem, patch, path, post } from "../kit/api";
import { Dialog } from "../kit/dialog";
import { Field } from "../kit/field";
import { FormProblem } from "../kit/states";
import { t } from "../kit/t";
import type { Collection } from "../knowledge/wire";
import { read, written, type Hours } from "./hours";
import { type Procedure, Procedures, tidied } from "./procedures";

export interface InboxRow { id: string; key: string; name: string; assistant: string; greeting: string | null; language: string; origins: string[]; collections: string[]; prompts: string[]; hours: Hours; timezone: string; slot_minutes: number; guidance: string; procedures: Procedure[] }
interface Props { inbox: InboxRow | null; collections: Collection[]; onClose: () => void; onSaved: () => void }

const lines = (text: string) => text.split("\n").map((one) => one.trim()).filter(Boolean);

export function InboxForm({ inbox, collections, onClose, onSaved }: Props) {
  const [form, setForm] = useState({
    name: inbox?.name ?? "", assistant: inbox?.assistant ?? "Ada", greeting: inbox?.greeting ?? "", language: inbox?.language ?? "en",
    origins: (inbox?.origins ?? []).join("\n"), prompts: (inbox?.prompts ?? []).join("\n"), reads: inbox?.collections ?? collections.map((one) => one.id),
    hours: written(inbox?.hours ?? {}), timezone: inbox?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC", slot: String(inbox?.slot_minutes ?? 0),
    guidance: inbox?.guidance ?? "", procedures: inbox?.procedures ?? [],
  });
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<typeof form>) => setForm((old) => ({ ...old, ...change }));
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const { name, assistant, greeting, language, reads } = form;
    const body = { name, assistant, language, collections: reads, origins: lines(form.origins), prompts: lines(form.prompts), hours: read(form.hours), timezone: form.timezone.trim(), slot_minutes: Number(form.slot) || 0, guidance: form.guidance, procedures: tidied(form.procedures), ...(greeting ? { greeting } : {}) };
    try {
      await (inbox ? patch(path("inboxes", inbox.id), body) : post("/inboxes", body));
      onSaved();
    } catch (cause) {
      setProblem(cause);
      setBusy(false);
    }
  };
  return (
    <Dialog title={inbox ? t("inbox.edit", { name: inbox.name }) : t("inbox.new")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field label={t("inbox.name")} value={form.name} onInput={(name) => set({ name })} problem={fieldProblem(problem, "name")} required first maxLength={200} />
        <Field label={t("inbox.origins")} value={form.origins} onInput={(origins) => set({ origins })} lines={3} problem={fieldProblem(problem, "origins")} hint={t("inbox.origins_hint")} placeholder="https://shop.example" />
        <fieldset class="checks">
          <legend>{t("inbox.reads")}</legend>
          {collections.map((one) => (
            <label key={one.id} class="check">
              <input type="checkbox" checked={form.reads.includes(one.id)} onChange={(event) => set({ reads: (event.target as HTMLInputElement).checked ? [...form.reads, one.id] : form.reads.filter((id) => id !== one.id) })} />
              <span dir="auto">{one.name}</span>
            </label>
          ))}
        </fieldset>
        <Field label={t("inbox.assistant")} value={form.assistant} onInput={(assistant) => set({ assistant })} problem={fieldProblem(problem, "assistant")} required maxLength={40} />
        <Field label={t("inbox.greeting")} value={form.greeting} onInput={(greeting) => set({ greeting })} lines={2} maxLength={2000} />
        <Field label={t("inbox.prompts")} value={form.prompts} onInput={(prompts) => set({ prompts })} lines={4} hint={t("inbox.prompts_hint")} problem={fieldProblem(problem, "prompts")} />
        <Field label={t("inbox.hours")} value={form.hours} onInput={(hours) => set({ hours })} lines={5} hint={t("inbox.hours_hint")} problem={fieldProblem(problem, "hours")} placeholder="mon 09:00-12:00, 13:00-17:00" />
        <Field label={t("inbox.timezone")} value={form.timezone} onInput={(timezone) => set({ timezone })} problem={fieldProblem(problem, "timezone")} maxLength={60} placeholder="Europe/Berlin" />
        <Field label={t("inbox.slot")} value={form.slot} onInput={(slot) => set({ slot })} type="number" hint={t("inbox.slot_hint")} problem={fieldProblem(problem, "slot_minutes")} />
        <Field label={t("inbox.guidance")} value={form.guidance} onInput={(guidance) => set({ guidance })} lines={4} hint={t("inbox.guidance_hint")} problem={fieldProblem(problem, "guidance")} maxLength={4000} />
        <Procedures value={form.procedures} onChange={(procedures) => set({ procedures })} />
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="button" class="button quiet" onClick={onClose}>{t("cancel")}</button><button type="submit" class="button primary" disabled={busy}>{t("save")}</button></div>
      </form>
    </Dialog>
  );
}
