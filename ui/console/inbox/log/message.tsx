import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { markdown } from "../../../shared/markdown";
import { Avatar } from "../../kit/avatar";
import { time } from "../../kit/clock";
import { Confidence } from "../../kit/confidence";
import { Icon } from "../../kit/icon";
import { MoodWord } from "../../kit/mood";
import { t } from "../../kit/t";
import type { Citation, Decision, Frame, Mood } from "../../kit/wire";
import { me } from "../../session/session";
import { safe, Sources } from "../../kit/sources";
import { Why } from "../../kit/why";
import { Freeze } from "./freeze";
import { Verdict, type Verdicts } from "./verdict";

export function confidenceOf(decision: Decision | null | undefined): number | null {
  const value = decision?.confidence;
  return typeof value === "number" ? value : null;
}

function Mark({ n, citations }: { n: number; citations: Citation[] }) {
  const found = citations.find((one) => one.n === n);
  const url = safe(found?.url);
  if (!found || !url) return <span class="mark">{n}</span>;
  return <a class="mark" href={url} target="_blank" rel="noopener" title={found.title} aria-label={t("source", { n, title: found.title })}>{n}</a>;
}

interface ShellProps { frame: Frame; shape: string; face: ComponentChildren; name: string; label?: string | undefined; children: ComponentChildren; meta?: ComponentChildren }

function Shell({ frame, shape, face, name, label, children, meta }: ShellProps) {
  return (
    <li class={`entry ${shape}`} id={`seq-${frame.seq}`} tabIndex={-1}>
      <span class="entry-face">{face}</span>
      <div class="entry-main">
        <p class="entry-head">
          <strong dir="auto">{name}</strong>{label && <span class="entry-label">{label}</span>}
          <time dateTime={frame.at}>{time(frame.at)}</time>{meta}
        </p>
        {children}
      </div>
    </li>
  );
}

export function CustomerMessage({ frame, name, mood }: { frame: Frame; name: string; mood: Mood | undefined }) {
  return (
    <Shell frame={frame} shape="customer" face={<Avatar name={name} id={frame.author.id ?? name} />} name={name} label={frame.signed ? t("label.signed", { who: frame.signed.email || frame.signed.sub }) : t("label.customer")}
      meta={mood && mood.word !== "calm" && <MoodWord mood={mood.word} />}>
      <div class="bubble" dir="auto">{frame.erased ? <em>{t("erased")}</em> : frame.text}</div>
    </Shell>
  );
}

export function BotMessage({ frame, conversation, verdicts }: { frame: Frame; conversation: string; verdicts: Verdicts }) {
  const [open, set] = useState(false);
  const citations = frame.citations ?? [];
  const confidence = confidenceOf(frame.decision) ?? frame.confidence ?? null;
  return (
    <Shell frame={frame} shape="bot" face={<span class="face bot"><Icon name="bot" size={18} /></span>} name={frame.author.name ?? t("bot")} label={t("label.bot")}>
      <div class="bubble" dir="auto">
        {markdown(frame.text ?? "", { citation: (n) => <Mark key={`c${n}`} n={n} citations={citations} /> })}
        {citations.length > 0 && <Sources citations={citations} />}
      </div>
      {(confidence !== null || frame.decision) && (
        <div class="entry-foot">
          {confidence !== null && <Confidence value={confidence} />}
          {(frame.ending === "answer" || frame.ending === "partial") && !frame.erased && <Verdict conversation={conversation} seq={frame.seq} said={verdicts} />}
          {frame.decision && (
            <button type="button" class="why-toggle" aria-expanded={open} onClick={() => set(!open)}>
              {t("why")}<Icon name="down" size={14} />
            </button>
          )}
          {frame.decision && !frame.erased && <Freeze message={frame.id} />}
        </div>
      )}
      {open && frame.decision && <Why decision={frame.decision} ending={frame.ending} />}
    </Shell>
  );
}

export function AgentMessage({ frame }: { frame: Frame }) {
  const mine = frame.author.id === me.value?.id;
  const name = mine ? t("you") : frame.author.name ?? t("label.agent");
  return (
    <Shell frame={frame} shape="agent" face={<Avatar name={frame.author.name ?? "?"} id={frame.author.id ?? "?"} />} name={name} label={mine ? undefined : t("label.agent")}>
      <div class="bubble" dir="auto">{frame.erased ? <em>{t("erased")}</em> : markdown(frame.text ?? "")}</div>
    </Shell>
  );
}

export function NoteEntry({ frame }: { frame: Frame }) {
  const mine = frame.author.id === me.value?.id;
  return (
    <Shell frame={frame} shape="note" face={<span class="face note"><Icon name="note" size={18} /></span>} name={mine ? t("you") : frame.author.name ?? ""} label={t("label.note")}>
      <div class="bubble" dir="auto">{frame.erased ? <em>{t("erased")}</em> : markdown(frame.text ?? "")}</div>
    </Shell>
  );
}
