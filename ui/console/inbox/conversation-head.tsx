import { Icon } from "../kit/icon";
import { href } from "../kit/router";
import { t, word } from "../kit/t";
import type { Summary } from "../kit/wire";
import { may, me } from "../session/session";
import { accept, doing, resolve, returnToBot } from "./actions";
import { isFree, type View } from "./rows";

function state(summary: Summary): { text: string; tone: string } {
  if (summary.status === "resolved") return { text: t("status.resolved"), tone: "ok" };
  if (summary.mode === "bot") return { text: t("status.bot"), tone: "plain" };
  if (summary.mode === "queued") return { text: t("status.queued"), tone: "warn" };
  return { text: summary.agent?.id === me.value?.id ? t("status.yours") : t("status.agent", { name: summary.agent?.name ?? "" }), tone: "brand" };
}

interface Props { summary: Summary; view: View; drawer: boolean; onDrawer: () => void }

export function ConversationHead({ summary, view, drawer, onDrawer }: Props) {
  const { text, tone } = state(summary);
  const open = summary.status !== "resolved" && may("converse");
  const mine = open && summary.mode === "human" && summary.agent?.id === me.value?.id;
  const busy = doing.value?.endsWith(summary.id) ?? false;
  return (
    <header class="conversation-head">
      <a class="button icon-only quiet back" href={href("inbox", view)} aria-label={t("back_to_list")}><Icon name="back" /></a>
      <div class="conversation-title">
        <h2 dir="auto">{summary.contact.name || t("visitor")}</h2>
        <p><span class={`pill ${tone}`}>{text}</span>{summary.reason && summary.status !== "resolved" && <span class="reason">{word("reason", summary.reason)}</span>}<span class="inbox-name">{summary.inbox.name}</span></p>
      </div>
      <div class="conversation-actions">
        {may("converse") && isFree(summary) && (
          <button type="button" class="button primary" disabled={busy} onClick={() => void accept(summary.id)}>
            <Icon name="check" size={16} /><span>{summary.mode === "queued" ? t("accept") : t("take_over")}</span>
          </button>
        )}
        {mine && (
          <button type="button" class="button" disabled={busy} onClick={() => void returnToBot(summary.id)} title={t("return_to_bot")} aria-label={t("return_to_bot")}>
            <Icon name="return" size={16} /><span class="wide-only">{t("return_to_bot")}</span>
          </button>
        )}
        {mine && (
          <button type="button" class="button primary" disabled={busy} aria-label={t("resolve")} onClick={() => void resolve(summary.id)}>
            <Icon name="checkCircle" size={16} /><span>{t("resolve")}</span>
          </button>
        )}
        <button type="button" class="button icon-only quiet drawer-toggle" aria-expanded={drawer} aria-controls="brief" aria-label={t("brief.show")} title={t("brief.show")} onClick={onDrawer}>
          <Icon name="panel" />
        </button>
      </div>
    </header>
  );
}
