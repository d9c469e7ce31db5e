import { dateTime, time } from "../../kit/clock";
import { Icon, type IconName } from "../../kit/icon";
import { t, word } from "../../kit/t";
import type { Frame } from "../../kit/wire";
import { me } from "../../session/session";
import { Freeze } from "./freeze";

const icons: Record<string, IconName> = {
  "conversation.opened": "page", "handoff.requested": "hand", "conversation.offered": "bell", "conversation.assigned": "person",
  "conversation.returned": "return", "conversation.resolved": "checkCircle", "conversation.reopened": "history", "appointment.booked": "clock", "appointment.cancelled": "close",
};

const named = (who: { id?: string; name?: string } | string | null | undefined) => {
  if (!who) return "";
  if (typeof who === "string") return who === me.value?.id ? t("you") : who;
  return who.id && who.id === me.value?.id ? t("you") : who.name ?? "";
};

function sentence(frame: Frame): string {
  const who = named(frame.author) || named(frame.by);
  const mine = who === t("you");
  switch (frame.kind) {
    case "conversation.opened": return frame.page?.title || frame.page?.url ? t("event.opened_on", { page: frame.page.title || frame.page.url }) : t("event.opened");
    case "handoff.requested": return t("event.handoff", { reason: word("reason", frame.reason) || frame.reason_text || "" });
    case "conversation.offered": return named(frame.agent) === t("you") ? t("event.offered_you") : t("event.offered", { name: named(frame.agent) });
    case "conversation.assigned": return named(frame.agent) === t("you") ? t("event.assigned_you") : t("event.assigned", { name: named(frame.agent) });
    case "conversation.returned": return mine ? t("event.returned_you") : t("event.returned", { name: who });
    case "conversation.resolved": return mine ? t("event.resolved_you") : t("event.resolved", { name: who });
    case "conversation.reopened": return t("event.reopened");
    case "appointment.booked": return t("event.booked", { at: dateTime(frame.starts_at ?? frame.at) });
    case "appointment.cancelled": return t("event.cancelled", { at: dateTime(frame.starts_at ?? frame.at) });
    default: return word("event", frame.kind);
  }
}

/** A row between the messages: something happened, nobody spoke. */
export function EventRow({ frame }: { frame: Frame }) {
  const score = frame.decision?.confidence;
  return (
    <li class={`event${frame.kind === "handoff.requested" ? " handoff" : ""}`} id={`seq-${frame.seq}`} tabIndex={-1}>
      <Icon name={icons[frame.kind] ?? "clock"} size={16} />
      <span dir="auto">{sentence(frame)}</span>
      {typeof score === "number" && frame.kind === "handoff.requested" && <span class="mut">{t("event.confidence", { percent: Math.round(score * 100) })}</span>}
      <time dateTime={frame.at}>{time(frame.at)}</time>
      {frame.kind === "handoff.requested" && frame.author.kind === "bot" && !frame.erased && <Freeze message={frame.id} />}
    </li>
  );
}
