import { Icon } from "../../kit/icon";
import { t } from "../../kit/t";
import { jumpTo } from "../selection";

/** From a line of the brief to the message that it came from. */
export function Jump({ seq }: { seq: number | undefined }) {
  if (!seq) return null;
  return (
    <button type="button" class="jump" aria-label={t("brief.jump")} title={t("brief.jump")} onClick={() => jumpTo(seq)}>
      <Icon name="forward" size={14} />
    </button>
  );
}
