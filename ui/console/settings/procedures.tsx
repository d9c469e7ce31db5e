import { Field, Pick } from "../kit/field";
import { t } from "../kit/t";

export type Expects = "text" | "order_number" | "email" | "number" | "date" | "yes_no";
export interface Step { kind: "ask" | "answer" | "handoff"; text: string; expects: Expects }
export interface Procedure { name: string; when: string[]; steps: Step[] }
interface Props { value: Procedure[]; onChange: (value: Procedure[]) => void }

const KINDS = ["ask", "answer", "handoff"] as const;
const FORMS = ["text", "order_number", "email", "number", "date", "yes_no"] as const;
const asking: Step = { kind: "ask", text: "", expects: "text" };
const changed = <T,>(list: T[], at: number, one: T) => list.map((old, place) => (place === at ? one : old));
const without = <T,>(list: T[], at: number) => list.filter((_, place) => place !== at);

/** Steps that come before an answer: "for refunds first ask for the order number". */
export function Procedures({ value, onChange }: Props) {
  return (
    <fieldset class="procedures">
      <legend>{t("procedure.all")}</legend>
      <p class="hint">{t("procedure.hint")}</p>
      {value.map((one, at) => (
        <OneProcedure key={at} value={one} onChange={(next) => onChange(changed(value, at, next))} onRemove={() => onChange(without(value, at))} />
      ))}
      <button type="button" class="button quiet" onClick={() => onChange([...value, { name: "", when: [], steps: [asking, { kind: "handoff", text: "", expects: "text" }] }])}>{t("procedure.add")}</button>
    </fieldset>
  );
}

function OneProcedure({ value, onChange, onRemove }: { value: Procedure; onChange: (value: Procedure) => void; onRemove: () => void }) {
  const set = (change: Partial<Procedure>) => onChange({ ...value, ...change });
  return (
    <div class="procedure">
      <Field label={t("procedure.name")} value={value.name} onInput={(name) => set({ name })} required maxLength={200} />
      <Field label={t("procedure.when")} hint={t("procedure.when_hint")} value={value.when.join("\n")} onInput={(text) => set({ when: text.split("\n") })} lines={2} required />
      <ol>
        {value.steps.map((step, at) => (
          <li key={at}>
            <OneStep value={step} onChange={(next) => set({ steps: changed(value.steps, at, next) })} />
            <button type="button" class="button quiet" onClick={() => set({ steps: without(value.steps, at) })} disabled={value.steps.length === 1}>{t("procedure.remove_step", { n: at + 1 })}</button>
          </li>
        ))}
      </ol>
      <div class="row">
        <button type="button" class="button quiet" onClick={() => set({ steps: [...value.steps, asking] })}>{t("procedure.add_step")}</button>
        <button type="button" class="button quiet" onClick={onRemove}>{t("procedure.remove")}</button>
      </div>
    </div>
  );
}

function OneStep({ value, onChange }: { value: Step; onChange: (value: Step) => void }) {
  const asks = value.kind === "ask";
  return (
    <>
      <Pick label={t("procedure.kind")} value={value.kind} choices={KINDS.map((kind) => ({ value: kind, label: t(`procedure.kind_${kind}`) }))} onPick={(kind) => onChange({ ...value, kind, ...(kind === "ask" ? {} : { text: "" }) })} />
      {asks && <Field label={t("procedure.question")} value={value.text} onInput={(text) => onChange({ ...value, text })} required maxLength={500} />}
      {asks && <Pick label={t("procedure.expects")} value={value.expects} choices={FORMS.map((form) => ({ value: form, label: t(`procedure.expects_${form}`) }))} onPick={(expects) => onChange({ ...value, expects })} />}
    </>
  );
}

/** As the server takes them: without empty lines. */
export const tidied = (procedures: Procedure[]): Procedure[] =>
  procedures.map((one) => ({ ...one, when: one.when.map((phrase) => phrase.trim()).filter(Boolean) }));
