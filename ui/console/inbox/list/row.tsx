import { plainText } from "../../../shared/markdown";
import { Avatar } from "../../kit/avatar";
import { brief, second, waiting } from "../../kit/clock";
import { Icon } from "../../kit/icon";
import { MoodWord } from "../../kit/mood";
import { href } from "../../kit/router";
import { t, word } from "../../kit/t";
import type { Summary } from "../../kit/wire";
import { me } from "../../session/session";
import { lastKind, row, type View } from "../rows";
import { isUnread } from "../unread";

function Wait({ since }: { since: string }) {
  const now = second.value;
  const long = now - Date.parse(since) > 120_000;
  return (
    <span class={`wait${long ? " long" : ""}`}>
      <Icon name="clock" size={14} /><span class="hidden">{t("row.waiting")} </span>{waiting(since, now)}
    </span>
  );
}

function Who({ summary }: { summary: Summary }) {
  const mine = me.value?.id;
  if (summary.status === "resolved") return <span class="chip"><Icon name="check" size={14} />{t("status.resolved")}</span>;
  if (summary.offered_to?.id === mine) return <span class="chip strong"><Icon name="bell" size={14} />{t("row.offered_you")}</span>;
  if (summary.agent) return <span class="chip"><Icon name="person" size={14} />{summary.agent.id === mine ? t("you") : summary.agent.name}</span>;
  if (summary.mode === "bot") return <span class="chip"><Icon name="bot" size={14} />{t("row.bot")}</span>;
  return summary.reason ? <span class="chip strong">{word("reason", summary.reason)}</span> : null;
}

const prefix = (summary: Summary) => {
  const kind = lastKind(summary);
  return kind === "bot" ? t("row.prefix_bot") : kind === "agent" ? t(summary.agent?.id === me.value?.id ? "row.prefix_you" : "row.prefix_agent") : "";
};

export function Row({ id, view, active }: { id: string; view: View; active: boolean }) {
  const found = row(id);
  if (!found) return null;
  const summary = found.value;
  const unread = isUnread(summary);
  const name = summary.contact.name || t("visitor");
  return (
    <a class={`row${active ? " active" : ""}${unread ? " unread" : ""}`} href={href("inbox", view, id)} aria-current={active ? "true" : undefined}
      data-row={id}>
      <span class="row-face"><Avatar name={name} id={summary.contact.id} />{unread && <span class="dot" title={t("row.unread")}><span class="hidden">{t("row.unread")}</span></span>}</span>
      <span class="row-body">
        <span class="row-line">
          <span class="row-name" dir="auto">{name}</span>
          {summary.waiting_since ? <Wait since={summary.waiting_since} /> : <time class="row-time">{brief(summary.last?.at ?? summary.opened_at)}</time>}
        </span>
        <span class="row-last" dir="auto">{prefix(summary)}{summary.last ? plainText(summary.last.text) : t("row.nothing")}</span>
        <span class="row-line chips">
          <Who summary={summary} />
          {summary.sentiment && summary.sentiment.word !== "calm" && <MoodWord mood={summary.sentiment.word} />}
          <span class="row-inbox">{summary.inbox.name}</span>
        </span>
      </span>
    </a>
  );
}
