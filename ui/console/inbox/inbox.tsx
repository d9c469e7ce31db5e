import { useKeys } from "../kit/keys";
import { route } from "../kit/router";
import { Empty } from "../kit/states";
import { t } from "../kit/t";
import { may } from "../session/session";
import { accept } from "./actions";
import { Conversation } from "./conversation";
import { ListPane } from "./list/list-pane";
import { offer } from "./notice";
import { counts, views, type View } from "./rows";
import { selection, step } from "./selection";

export function Inbox() {
  const [, wanted, id] = route.value;
  const view: View = views.find((one) => one === wanted) ?? "queue";
  useKeys([
    { on: "j", label: t("keys.next"), run: () => step(id, 1) },
    { on: "k", label: t("keys.previous"), run: () => step(id, -1) },
    { on: "ArrowDown", label: "", run: () => step(id, 1) },
    { on: "ArrowUp", label: "", run: () => step(id, -1) },
    { on: "/", label: t("keys.search"), run: () => document.getElementById("inbox-search")?.focus() },
    ...(id || offer.value || !may("converse") ? [] : [{ on: "a", label: t("keys.accept_first"), run: () => selection.value.view === "queue" && selection.value.ids[0] && void accept(selection.value.ids[0]) }]),
  ]);
  return (
    <div class={`inbox${id ? " reading" : ""}`}>
      <h1 class="hidden">{t("surface.inbox")}</h1>
      <ListPane view={view} active={id} />
      {id ? <Conversation id={id} view={view} /> : (
        <section class="conversation none" aria-label={t("conversation")}>
          <Empty icon="inbox" text={counts.value.queue ? t("inbox.pick_waiting", { count: counts.value.queue }) : t("inbox.pick")}>
            <p class="mut small"><kbd>j</kbd> <kbd>k</kbd> {t("inbox.pick_keys")}</p>
          </Empty>
        </section>
      )}
    </div>
  );
}
