import { dateTime } from "../kit/clock";
import { Dialog } from "../kit/dialog";
import { t } from "../kit/t";
import { DiffView } from "./diff-view";
import { nameOf, type Revision } from "./wire";

interface Props { mine: string; theirs: Revision; onMine: () => void; onTheirs: () => void; onClose: () => void }

/** Two people saved: shows what keeping mine would change in theirs, and lets one choose. Nothing is lost either way. */
export function Conflict({ mine, theirs, onMine, onTheirs, onClose }: Props) {
  return (
    <Dialog title={t("conflict.title", { name: nameOf(theirs.author) || t("conflict.somebody") })} onClose={onClose} wide>
      <p class="mut">{t("conflict.about", { number: theirs.number, at: dateTime(theirs.at) })}</p>
      <div class="conflict">
        <section><h3>{t("conflict.theirs")}</h3><pre class="diff" tabIndex={0} dir="auto">{theirs.markdown}</pre></section>
        <section><h3>{t("conflict.mine")}</h3><DiffView from={theirs.markdown} to={mine} /></section>
      </div>
      <div class="dialog-foot">
        <button type="button" class="button quiet" onClick={onClose}>{t("conflict.edit")}</button>
        <button type="button" class="button" onClick={onTheirs}>{t("conflict.take_theirs")}</button>
        <button type="button" class="button primary" onClick={onMine}>{t("conflict.keep_mine")}</button>
      </div>
    </Dialog>
  );
}
