import type { ComponentChildren } from "preact";
import { t } from "../../shared/i18n";
import { markdown } from "../../shared/markdown";
import type { OutboxItem } from "../../shared/outbox";
import { moment } from "../../shared/time";
import type { Card, Citation, MessageFrame } from "../../shared/types";
import { judge, outbox, takeBack } from "../sending";
import { type Draft, inbox, offline } from "../state";
import { CardView } from "./card";
import { edit } from "./composer";
import { AlertIcon, Initials, Mark, OutIcon, ThumbIcon } from "./icons";

interface RowProps {
  kind: string;
  label: string;
  face?: ComponentChildren;
  /** The same speaker as the row before: no face, no name again. */
  follows: boolean;
  children: ComponentChildren;
}

export function Row({ kind, label, face, follows, children }: RowProps) {
  return (
    <li class={`row ${kind}`} data-follows={follows} tabIndex={-1}>
      {face && <div class="face">{!follows && face}</div>}
      <div class="said">
        <p class={follows || kind === "customer" ? "visually-hidden" : "label"}>{label}</p>
        {children}
      </div>
    </li>
  );
}

interface MessageProps {
  frame: MessageFrame;
  follows: boolean;
  right: boolean | undefined;
  latest: boolean;
}

export function Message({ frame, follows, right, latest }: MessageProps) {
  const at = moment(frame.at);
  if (frame.author.kind === "customer")
    return (
      <Row kind="customer" label={t("you")} follows={follows}>
        <Plain text={frame.text} />
        <p class="meta">
          <time dateTime={frame.at}>{at}</time> · {t("sent")}
        </p>
      </Row>
    );
  if (frame.author.kind === "bot")
    return (
      <BotMessage text={frame.card?.lead ?? frame.text} citations={frame.citations ?? []} card={frame.card} latest={latest} at={at} follows={follows}>
        {(frame.ending === "answer" || frame.ending === "partial") && <Thumbs seq={frame.seq} right={right} />}
      </BotMessage>
    );
  const name = frame.author.name ?? t("someone");
  return (
    <Row kind="agent" label={`${name} · ${at}`} face={<Initials name={name} />} follows={follows}>
      <div class="bubble" dir="auto">
        {markdown(frame.text)}
      </div>
    </Row>
  );
}

interface BotProps {
  text: string;
  citations: Citation[];
  follows: boolean;
  at?: string;
  card?: Card | null | undefined;
  latest?: boolean;
  /** Still being written. */
  growing?: boolean;
  children?: ComponentChildren;
}

export function BotMessage({ text, citations, follows, at, card, latest = false, growing, children }: BotProps) {
  const label = [inbox.value?.assistant, t("assistant"), at].filter(Boolean).join(" · ");
  const citation = (n: number) => {
    const cited = citations.find((one) => one.n === n);
    if (cited) return <CitationMark citation={cited} />;
    return growing ? <span class="cite">{n}</span> : null;
  };
  return (
    <Row kind="bot" label={label} face={<Mark />} follows={follows}>
      <div class="bubble" dir="auto" data-growing={growing}>
        {markdown(text, { citation })}
        {citations.length > 0 && <Sources citations={citations} />}
        {card && <CardView card={card} latest={latest} />}
      </div>
      {children}
    </Row>
  );
}

function Thumbs({ seq, right }: { seq: number; right: boolean | undefined }) {
  const thumb = (value: boolean) => (
    <button type="button" aria-pressed={right === value} aria-label={t(value ? "thumb_up" : "thumb_down")} title={t(value ? "thumb_up" : "thumb_down")} onClick={() => judge(seq, right === value ? undefined : value)}>
      <ThumbIcon />
    </button>
  );
  return (
    <div class="thumbs" role="group" aria-label={t("thumbs")}>
      {thumb(true)}
      {thumb(false)}
      {right !== undefined && <span role="status">{t("thumbs_thanks")}</span>}
    </div>
  );
}

/** Our own article pages, or an https address; anything else is not made a link. */
function address(url: string | null): string | undefined {
  return url && (/^\/help\/[^/]/.test(url) || url.startsWith("https://")) ? url : undefined;
}

const REL = "noopener noreferrer nofollow";

function CitationMark({ citation: { n, title, url } }: { citation: Citation }) {
  return (
    <a key={`c${n}`} class="cite" href={address(url)} target="_blank" rel={REL} aria-label={t("source", { n, title })} title={title}>
      {n}
    </a>
  );
}

function Sources({ citations }: { citations: Citation[] }) {
  return (
    <div class="sources" role="group" aria-label={t("sources", { count: citations.length })}>
      <p aria-hidden="true">{t("sources", { count: citations.length })}</p>
      <ol>
        {citations.map(({ n, title, quote, url, original }) => (
          <li key={n}>
            <a href={address(url)} target="_blank" rel={REL}>
              <span class="number" aria-hidden="true">
                {n}
              </span>
              <span class="source">
                <strong dir="auto">{title}</strong>
                {quote && (
                  <span class="quote" dir="auto">
                    {quote}
                  </span>
                )}
              </span>
              <OutIcon />
              <span class="visually-hidden">({t("new_tab")})</span>
            </a>
            {original?.startsWith("https://") && (
              <a class="original" href={original} target="_blank" rel={REL} aria-label={`${title}, ${t("original")}`}>
                {t("original")}
              </a>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

export function Thinking({ follows }: { follows: boolean }) {
  const name = inbox.value?.assistant ?? "";
  return (
    <Row kind="bot" label={`${name} · ${t("assistant")}`} face={<Mark />} follows={follows}>
      <div class="bubble dots" role="img" aria-label={t("thinking", { name })}>
        <i />
        <i />
        <i />
      </div>
    </Row>
  );
}

/** A message on its way. */
export function Outgoing({ item, follows }: { item: OutboxItem<Draft>; follows: boolean }) {
  return (
    <Row kind="customer" label={t("you")} follows={follows}>
      <Plain text={item.body.text} />
      <Delivery item={item} />
    </Row>
  );
}

function Delivery({ item }: { item: OutboxItem<Draft> }) {
  if (item.state === "refused") {
    const detail = item.problem?.detail;
    return (
      <button type="button" class="meta failed" onClick={() => edit(takeBack(item.key))}>
        <AlertIcon />
        {detail ? t("refused", { detail }) : t("refused_plain")}
      </button>
    );
  }
  if (item.state === "failed" && item.problem?.status === 429) return <p class="meta">{t("later")}</p>;
  if (item.state === "failed" && !offline.value)
    return (
      <button type="button" class="meta failed" onClick={() => outbox.retry(item.key)}>
        <AlertIcon />
        {t("not_sent")}
      </button>
    );
  const words = offline.value ? t("waiting_to_send") : outbox.isSent(item.key) ? t("sent") : t("sending");
  return <p class="meta">{words}</p>;
}

function Plain({ text }: { text: string }) {
  return (
    <div class="bubble" dir="auto">
      {text}
    </div>
  );
}
