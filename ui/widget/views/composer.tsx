import { t } from "../../shared/i18n";
import { say, takeBack, typing } from "../sending";
import { begun, inbox, log, opened, outgoing, typist } from "../state";
import { cell } from "../store";
import { SendIcon } from "./icons";

const LONGEST = 10_000;
const TALLEST = 132;

const text = cell("");
let box: HTMLTextAreaElement;
let wasOpen = false;

export const focus = () => box.focus();

/** On a touch screen the keyboard would cover the greeting. */
export function focusWhenOpened(): void {
  if (opened.value && !wasOpen && matchMedia("(pointer:fine)").matches) focus();
  wasOpen = opened.value;
}

/** Puts words into the field, to be written on. */
export function edit(words: string): void {
  text.value = box.value = words;
  fit();
  focus();
}

function fit(): void {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, TALLEST)}px`;
}

function send(): void {
  const words = text.value.trim();
  if (!words) return;
  void say(words);
  typing(false);
  edit("");
}

function key(event: KeyboardEvent): void {
  const unsent = outgoing.value.findLast((item) => item.state === "failed" || item.state === "refused");
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send();
  else if (event.key === "ArrowUp" && !text.value && unsent) edit(takeBack(unsent.key));
  else return;
  event.preventDefault();
}

function note(): string {
  const { agent } = log.value;
  if (agent) return t("disclosure_person", { name: agent });
  return inbox.value ? t("disclosure", { name: inbox.value.assistant }) : "";
}

export function Composer() {
  const hint = log.value.status === "resolved" ? t("write_again") : begun() ? t("write") : t("ask");
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p class="typing" aria-hidden="true">
        {typist.value !== null && t("typing", { name: typist.value || t("someone") })}
      </p>
      <div class="field">
        <textarea
          ref={(area) => {
            if (area) box = area;
          }}
          rows={1}
          maxLength={LONGEST}
          dir="auto"
          aria-label={t("write")}
          placeholder={hint}
          enterkeyhint="send"
          onInput={() => {
            text.value = box.value;
            fit();
            typing(box.value !== "");
          }}
          onKeyDown={key}
        />
        <button type="submit" class="send" aria-label={t("send")} title={t("send")} disabled={!text.value.trim()}>
          <SendIcon />
        </button>
      </div>
      <p class="disclosure">{note()}</p>
    </form>
  );
}
