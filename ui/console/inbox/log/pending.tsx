import { Icon } from "../../kit/icon";
import { tell } from "../../kit/api";
import { t } from "../../kit/t";
import { putDraft } from "../composer/drafts";
import { connection } from "../../stream/tab";
import { discard, missed, retry, sendAnyway, type Pending } from "../outbox";

function Behind({ item }: { item: Pending }) {
  const newer = missed(item);
  return (
    <div class="behind" role="alert">
      <p><Icon name="alert" size={16} /><strong>{t("behind", { count: Math.max(1, newer.length) })}</strong></p>
      {newer.map((one) => <blockquote key={one.seq} dir="auto">{one.text}</blockquote>)}
      <p class="actions">
        <button type="button" class="button small" onClick={() => {
          putDraft(item.body.conversation, "messages", item.body.text);
          discard(item);
        }}>{t("behind.edit")}</button>
        <button type="button" class="button small primary" onClick={() => sendAnyway(item)}>{t("behind.send")}</button>
      </p>
    </div>
  );
}

/** What I wrote and the log does not hold yet. */
export function PendingEntry({ item }: { item: Pending }) {
  const note = item.body.kind === "notes";
  const refused = item.state === "refused";
  const waits = item.state === "failed" && connection.value.is !== "online";
  const behind = item.problem?.code === "behind";
  return (
    <li class={`entry pending ${note ? "note" : "agent"} ${waits ? "" : item.state}`}>
      <span class="entry-face" />
      <div class="entry-main">
        <div class="bubble" dir="auto">{item.body.text}</div>
        {behind ? <Behind item={item} /> : (
          <p class="entry-foot">
            {item.state === "failed" || refused ? (
              <>
                {waits ? <span class="mut"><Icon name="clock" size={14} /> {t("pending.waits")}</span> : (
                  <>
                    <span class="bad"><Icon name="alert" size={14} /> {refused ? tell(item.problem).message : t("pending.failed")}</span>
                    <button type="button" class="link" onClick={() => retry(item)}>{t("retry")}</button>
                  </>
                )}
                <button type="button" class="link" onClick={() => discard(item)}>{t("discard")}</button>
              </>
            ) : <span class="mut">{t("pending.sending")}</span>}
          </p>
        )}
      </div>
    </li>
  );
}
