import type { ComponentChildren } from "preact";
import { t } from "../../shared/i18n";
import { dateTime } from "../../shared/time";
import type { LogFrame, MessageFrame } from "../../shared/types";
import { ready } from "../chat";
import { say, talkToPerson } from "../sending";
import { asking, begun, entering, failure, inbox, live, log, outgoing, storage, thinking } from "../state";
import { cell } from "../store";
import { focus } from "./composer";
import { DownIcon, Initials } from "./icons";
import { verdicts } from "../log";
import { BotMessage, Message, Outgoing, Thinking } from "./message";

const NEAR = 100;

const more = cell(false);
let box: HTMLElement;
let stuck = true;
let length = 0;

function down(): void {
  box.scrollTop = box.scrollHeight;
  more.value = false;
}

/** Follows the end while the reader is near it; otherwise says that there is more. */
export function stick(): void {
  const now = log.value.events.length + outgoing.value.length;
  if (outgoing.value.length > 0) stuck = true;
  if (stuck) down();
  else if (now > length) more.value = true;
  length = now;
}

function scrolled(): void {
  stuck = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  if (stuck) more.value = false;
}

const watchSize = new ResizeObserver(() => {
  if (stuck) down();
});

function hold(area: HTMLElement | null): void {
  if (!area) return;
  box = area;
  watchSize.observe(area);
}

export const LogView = () => (
  <div class="log-area">
    <div ref={hold} class="log" role="log" aria-live="off" aria-label={t("log")} tabIndex={0} onScroll={scrolled} onKeyDown={walk}>
      <ol>
        <Welcome />
        <Rows />
      </ol>
      <Prompts />
    </div>
    {more.value && (
      <button type="button" class="pill" onClick={down}>
        <DownIcon />
        {t("new_messages")}
      </button>
    )}
  </div>
);

/** Alt+PageUp and Alt+PageDown go from message to message. */
function walk(event: KeyboardEvent): void {
  if (!event.altKey || (event.key !== "PageUp" && event.key !== "PageDown")) return;
  event.preventDefault();
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("li.row")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = event.key === "PageUp" ? (at < 0 ? rows.length - 1 : at - 1) : at + 1;
  rows[next]?.focus();
}

function Welcome() {
  const failed = failure.value;
  if (failed && !inbox.value) return <Failure />;
  if (!inbox.value)
    return (
      <li class="skeleton">
        <p role="status" class="visually-hidden">
          {t("loading")}
        </p>
        <i />
        <i />
        <i />
      </li>
    );
  return (
    <>
      <BotMessage text={inbox.value.greeting || t("greeting")} citations={[]} follows={false} />
      {!storage.value && <li class="event said-event">{t("no_storage")}</li>}
    </>
  );
}

function Failure() {
  const { status, requestId } = failure.value!;
  const blocked = status === 403 || status === 404;
  return (
    <li class="failure">
      <div role="alert">
        <strong>{t("failed_title")}</strong>
        <p>{blocked ? t("failed_blocked") : status === 429 ? t("failed_busy") : t("failed_text")}</p>
        {!blocked && (
          <button type="button" disabled={entering.value} onClick={() => void ready().catch(() => {})}>
            {t("retry")}
          </button>
        )}
        {requestId && <p class="error-id">{t("failed_id", { id: requestId })}</p>}
      </div>
    </li>
  );
}

function Prompts() {
  const prompts = inbox.value?.prompts.slice(0, 4) ?? [];
  if (begun() || prompts.length === 0 || entering.value) return null;
  return (
    <div class="prompts" role="group" aria-label={t("prompts")}>
      {prompts.map((prompt) => (
        <button
          key={prompt}
          type="button"
          dir="auto"
          onClick={() => {
            void say(prompt);
            focus();
          }}
        >
          {prompt}
        </button>
      ))}
    </div>
  );
}

function Rows() {
  const { mode, status } = log.value;
  const events = log.value.events.filter((event) => event.kind !== "answer.judged");
  const rows: ComponentChildren[] = [];
  const said = verdicts(log.value);
  // The greeting above is the assistant's.
  let last = "bot";
  for (const event of events) {
    if (event.kind === "message.added") {
      const speaker = `${event.author.kind} ${event.author.name ?? ""}`;
      rows.push(message(event, last === speaker, said.get(event.seq), event === events.at(-1)));
      last = speaker;
    } else {
      const row = eventRow(event, event === events.at(-1));
      if (row) last = "";
      rows.push(row);
    }
  }
  const final = events.at(-1);
  if (final?.kind === "message.added" && final.ending === "no_answer" && mode === "bot") rows.push(<OfferPerson key="offer" />);
  for (const item of outgoing.value) {
    rows.push(<Outgoing key={item.key} item={item} follows={last.startsWith("customer")} />);
    last = "customer ";
  }
  if (live.value) rows.push(<BotMessage key="live" text={live.value.text} citations={[]} follows={false} growing />);
  else if (thinking.value) rows.push(<Thinking key="live" follows={false} />);
  if (mode === "queued" && status === "open") rows.push(<Waiting key="waiting" />);
  return <>{rows}</>;
}

const drawn = new WeakMap<MessageFrame, { state: string; row: ComponentChildren }>();

/** The same vnode for the same message: Preact then leaves the row alone, however often the answer under way is drawn. */
function message(frame: MessageFrame, follows: boolean, right: boolean | undefined, latest: boolean): ComponentChildren {
  let found = drawn.get(frame);
  // Only a card with something to choose changes when others follow it.
  const open = frame.card?.kind === "slots" && latest && outgoing.value.length === 0;
  const state = `${follows} ${right} ${open}`;
  if (found?.state !== state) {
    found = { state, row: <Message key={frame.client_id || frame.id} frame={frame} follows={follows} right={right} latest={open} /> };
    drawn.set(frame, found);
  }
  return found.row;
}

function eventRow(event: LogFrame, latest: boolean): ComponentChildren {
  const row = (text: string) => (
    <li key={event.seq} class="event">
      <span>{text}</span>
    </li>
  );
  switch (event.kind) {
    case "handoff.requested":
      return (
        <li key={event.seq} class="event said-event" dir="auto">
          {event.reason_text || t("handoff")}
        </li>
      );
    case "conversation.assigned":
      return (
        <li key={event.seq} class="card">
          <Initials name={event.agent.name} />
          <div>
            <strong>{t("joined", { name: event.agent.name })}</strong>
            <p>{t("joined_more")}</p>
          </div>
        </li>
      );
    case "conversation.returned":
      return row(t("returned", { name: inbox.value?.assistant ?? "" }));
    case "conversation.reopened":
      return row(t("reopened"));
    case "appointment.cancelled":
      return row(t("appointment_cancelled", { at: dateTime(event.starts_at) }));
    case "conversation.resolved":
      return (
        <>
          {row(t("resolved"))}
          {latest && (
            <li key="again" class="again">
              <p>{t("resolved_more")}</p>
              <button type="button" onClick={() => focus()}>
                {t("start_again")}
              </button>
            </li>
          )}
        </>
      );
    default:
      return null;
  }
}

function OfferPerson() {
  return (
    <li class="offer">
      <button type="button" disabled={asking.value} onClick={() => void talkToPerson()}>
        {asking.value ? t("person_asking") : t("person")}
      </button>
    </li>
  );
}

function Waiting() {
  const away = inbox.value?.available === false;
  return (
    <li class="card">
      <span class="pulse" data-away={away} aria-hidden="true" />
      <div>
        <strong>{away ? t("away_title") : t("queue_title")}</strong>
        <p>{away ? t("away_text") : t("queue_text")}</p>
      </div>
    </li>
  );
}
