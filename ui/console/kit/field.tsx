import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: string; value: string; onInput: (value: string) => void; type?: string; hint?: ComponentChildren; problem?: string | undefined;
  required?: boolean; autocomplete?: string; first?: boolean; lines?: number; placeholder?: string; minLength?: number; maxLength?: number;
}

/** A labelled input with its hint and its problem tied to it. */
export function Field(props: Props) {
  const id = useId();
  const about = [props.hint ? `${id}-hint` : "", props.problem ? `${id}-problem` : ""].filter(Boolean).join(" ");
  const shared = {
    id, value: props.value, required: props.required, autocomplete: props.autocomplete ?? "off", placeholder: props.placeholder,
    minLength: props.minLength, maxLength: props.maxLength, autofocus: props.first, "data-first": props.first ? "" : undefined,
    "aria-describedby": about || undefined, "aria-invalid": props.problem ? true : undefined,
    onInput: (event: Event) => props.onInput((event.target as HTMLInputElement).value),
  };
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.lines ? <textarea {...shared} rows={props.lines} class="input" dir="auto" /> : <input {...shared} type={(props.type ?? "text") as "text"} class="input" />}
      {props.hint && <p class="hint" id={`${id}-hint`}>{props.hint}</p>}
      {props.problem && <p class="problem" id={`${id}-problem`}>{props.problem}</p>}
    </div>
  );
}

interface PickProps<T extends string> { label: string; value: T; choices: { value: T; label: string }[]; onPick: (value: T) => void; hint?: ComponentChildren; bare?: boolean }

export function Pick<T extends string>(props: PickProps<T>) {
  const id = useId();
  return (
    <div class={props.bare ? "field bare" : "field"}>
      <label for={id} class={props.bare ? "hidden" : undefined}>{props.label}</label>
      <select id={id} class="input" value={props.value} onChange={(event) => props.onPick((event.target as HTMLSelectElement).value as T)}>
        {props.choices.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}
      </select>
      {props.hint && <p class="hint">{props.hint}</p>}
    </div>
  );
}
