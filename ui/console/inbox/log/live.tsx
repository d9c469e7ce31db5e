import { markdown } from "../../../shared/markdown";
import { second } from "../../kit/clock";
import { Icon } from "../../kit/icon";
import { t } from "../../kit/t";
import type { Talk } from "../talks";

const Dots = () => <span class="dots" aria-hidden="true"><i /><i /><i /></span>;

/** The bot's answer as it is written, and who types. */
export function LiveEntry({ talk, name }: { talk: Talk; name: string }) {
  const typing = talk.typing && talk.typing.until > second.value ? talk.typing : null;
  return (
    <>
      {talk.live && (
        <li class="entry bot live">
          <span class="entry-face"><span class="face bot"><Icon name="bot" size={18} /></span></span>
          <div class="entry-main">
            <p class="entry-head"><span class="entry-label">{t("live.answering")}</span></p>
            <div class="bubble" dir="auto">{talk.live.text ? markdown(talk.live.text) : <Dots />}</div>
          </div>
        </li>
      )}
      {typing && <li class="typing"><Dots />{t("live.typing", { name: typing.kind === "customer" ? name : typing.name || t("label.agent") })}</li>}
    </>
  );
}
