import { Avatar } from "../kit/avatar";
import { useKeys } from "../kit/keys";
import { route } from "../kit/router";
import { t, word } from "../kit/t";
import { accept } from "./actions";
import { offer, pass, spoken } from "./notice";
import { isFree, row } from "./rows";

/** The card that says: this one is for you. */
export function Offer() {
  const summary = offer.value;
  const take = () => void (summary && accept(summary.id));
  // The conversation on screen has the key first.
  const reading = row(route.value[0] === "inbox" ? route.value[2] ?? "" : "")?.value;
  const hasKey = summary !== null && !(reading && isFree(reading));
  useKeys(hasKey ? [{ on: "a", label: t("keys.accept"), run: take }] : []);
  return (
    <>
      <div class="hidden" role="alert">{spoken.value}</div>
      {summary && (
        <div class="offer" role="region" aria-label={t("offer")}>
          <Avatar name={summary.contact.name || t("visitor")} id={summary.contact.id} />
          <div class="offer-text">
            <strong dir="auto">{t("offer.title", { name: summary.contact.name || t("visitor") })}</strong>
            <span class="mut">{word("reason", summary.reason)}</span>
            {summary.last && <span class="clamp" dir="auto">{summary.last.text}</span>}
          </div>
          <div class="offer-actions">
            <button type="button" class="button primary" onClick={take}>{t("accept")}{hasKey && <kbd>a</kbd>}</button>
            <button type="button" class="button quiet" onClick={() => pass(summary)}>{t("later")}</button>
          </div>
        </div>
      )}
    </>
  );
}
