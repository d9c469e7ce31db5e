import { path, put, tell } from "../../kit/api";
import { Icon } from "../../kit/icon";
import { t } from "../../kit/t";
import { toast } from "../../kit/toast";
import type { Frame } from "../../kit/wire";
import { may } from "../../session/session";

/** What the customer and the team say of one answer; undefined: nothing, or taken back. */
export interface Verdicts { customer?: boolean | undefined; agent?: boolean | undefined }

export function verdictsOn(events: Frame[], seq: number): Verdicts {
  const said: Verdicts = {};
  for (const one of events) {
    if (one.kind !== "answer.judged" || one.message !== seq) continue;
    if (one.author.kind === "customer") said.customer = one.right;
    else said.agent = one.right;
  }
  return said;
}

/** Right or wrong, by a reviewer; to the others only what was said. */
export function Verdict({ conversation, seq, said }: { conversation: string; seq: number; said: Verdicts }) {
  const mark = (right: boolean | null) =>
    put(path("conversations", conversation, "messages", String(seq), "verdict"), { right }).catch((cause) => toast(tell(cause).message, { tone: "bad" }));
  const button = (right: boolean) => (
    <button type="button" class="verdict-mark" aria-pressed={said.agent === right} onClick={() => void mark(said.agent === right ? null : right)}>
      <Icon name={right ? "check" : "close"} size={16} />{t(right ? "verdict.right" : "verdict.wrong")}
    </button>
  );
  return (
    <>
      {said.customer !== undefined && <span class={`verdict-thumb ${said.customer ? "ok" : "bad"}`}><Icon name={said.customer ? "thumbUp" : "thumbDown"} size={16} />{t(said.customer ? "verdict.customer_right" : "verdict.customer_wrong")}</span>}
      {may("review") ? <span class="verdict" role="group" aria-label={t("verdict")}>{button(true)}{button(false)}</span>
        : said.agent !== undefined && <span class={`verdict-thumb ${said.agent ? "ok" : "bad"}`}><Icon name={said.agent ? "check" : "close"} size={16} />{t(said.agent ? "verdict.marked_right" : "verdict.marked_wrong")}</span>}
    </>
  );
}
