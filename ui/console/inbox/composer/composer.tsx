import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../../kit/icon";
import { t } from "../../kit/t";
import type { Summary } from "../../kit/wire";
import { me } from "../../session/session";
import { connection } from "../../stream/tab";
import { accept, doing } from "../actions";
import { write, type Outgoing } from "../outbox";
import { isFree } from "../rows";
import { draft, putDraft, tabs } from "./drafts";
import { Hints } from "./hints";
import { stopped, typed } from "./typing";

function Tabs({ conversation, kind }: { conversation: string; kind: Outgoing["kind"] }) {
  const choose = (next: Outgoing["kind"]) => () => {
    tabs.value = { ...tabs.value, [conversation]: next };
    queueMicrotask(() => document.getElementById("composer")?.focus());
  };
  return (
    <div class="composer-tabs" role="group" aria-label={t("composer.kind")}>
      <button type="button" aria-pressed={kind === "messages"} onClick={choose("messages")}>{t("composer.reply")}</button>
      <button type="button" aria-pressed={kind === "notes"} class="note" onClick={choose("notes")}><Icon name="note" size={16} />{t("composer.note")}</button>
    </div>
  );
}

/** Whose turn it is when it is not mine: the reply tab says so and offers to take it. */
function NotMine({ summary }: { summary: Summary }) {
  const text = summary.status === "resolved" ? t("composer.resolved")
    : summary.agent ? t("composer.other", { name: summary.agent.name }) : summary.mode === "bot" ? t("composer.bot") : t("composer.queued");
  return (
    <div class="not-mine">
      <span>{text}</span>
      {isFree(summary) && (
        <button type="button" class="button primary" disabled={doing.value === `accept ${summary.id}`} onClick={() => void accept(summary.id)}>
          {summary.mode === "queued" ? t("accept") : t("take_over")} <kbd>a</kbd>
        </button>
      )}
    </div>
  );
}

export function Composer({ summary, name }: { summary: Summary; name: string }) {
  const kind = tabs.value[summary.id] ?? "messages";
  const text = draft(summary.id, kind).value;
  const area = useRef<HTMLTextAreaElement>(null);
  const mine = summary.agent?.id === me.value?.id && summary.mode === "human" && summary.status !== "resolved";
  const note = kind === "notes";
  useLayoutEffect(() => {
    const box = area.current;
    if (!box) return;
    box.style.blockSize = "auto";
    box.style.blockSize = `${Math.min(220, box.scrollHeight + 2)}px`;
  }, [text, kind, summary.id, mine]);
  const send = () => {
    const ready = text.trim();
    if (!ready) return;
    write(summary.id, kind, ready);
    putDraft(summary.id, kind, "");
    stopped();
  };
  return (
    <div class={`composer${note ? " note" : ""}`}>
      <Tabs conversation={summary.id} kind={kind} />
      {!note && !mine && !text ? <NotMine summary={summary} /> : (
        <>
          <textarea id="composer" ref={area} rows={2} class="input" dir="auto" maxLength={10_000} value={text}
            aria-label={note ? t("composer.note_label") : t("composer.reply_label", { name })} placeholder={note ? t("composer.note_hint") : t("composer.reply_hint", { name })}
            onInput={(event) => {
              putDraft(summary.id, kind, (event.target as HTMLTextAreaElement).value);
              if (!note) typed(summary.id);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
                event.preventDefault();
                send();
              } else if (event.key === "Escape") (event.target as HTMLElement).blur();
            }} />
          {!note && <Hints conversation={summary.id} text={text} />}
          <div class="composer-foot">
            <span class="mut">{connection.value.is === "waiting" ? t("composer.offline") : t("composer.keys")}</span>
            <button type="button" class={`button ${note ? "note" : "primary"}`} disabled={!text.trim() || (!note && !mine)} onClick={send}>
              <Icon name={note ? "note" : "send"} size={16} />{note ? t("composer.add_note") : t("composer.send")}
            </button>
          </div>
        </>
      )}
    </div>
  );
}
