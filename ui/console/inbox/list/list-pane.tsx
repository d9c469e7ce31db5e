import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { href } from "../../kit/router";
import { Empty, Failed, Loading } from "../../kit/states";
import { t, type Key } from "../../kit/t";
import { may } from "../../session/session";
import { list, loadMore, loadView, needView } from "../lists";
import { useOrder } from "../order";
import type { View } from "../rows";
import { selection } from "../selection";
import { Row } from "./row";
import { nothing, Search, type Found } from "./search";
import { Views } from "./views";
import { Virtual } from "./virtual";

const rowHeight = 92;
/** Where to go from a view that has nothing in it. */
const instead: Record<View, string[]> = {
  queue: ["inbox", "bot"], mine: ["inbox", "queue"], bot: ["inbox", "queue"], closed: ["inbox", "all"], all: ["settings", "inboxes"],
};

function Rows({ view, ids, active, name }: { view: View; ids: string[]; active: string | undefined; name: string }) {
  return (
    <Virtual name={name} ids={ids} height={rowHeight} active={active} onEnd={() => name === view && void loadMore(view)}
      render={(id) => <Row id={id} view={view} active={id === active} />} />
  );
}

/** Left pane: views, search, rows. */
export function ListPane({ view, active }: { view: View; active: string | undefined }) {
  const inside = useSignal(false);
  const order = useOrder(view, inside);
  const [found, setFound] = useState<Found>(nothing);
  const state = list(view).value;
  useEffect(() => needView(view), [view]);
  const ids = found.q ? found.ids ?? [] : order;
  useEffect(() => {
    selection.value = { view, ids };
  });
  const aim = (on: boolean) => () => (inside.value = on);
  const body = () => {
    if (found.q && found.problem) return <Failed problem={found.problem} />;
    if (found.q && !found.ids) return <Loading rows={4} shape="row" />;
    if (found.q && !ids.length) return <Empty icon="search" text={t("search.none", { q: found.q })} />;
    if (ids.length) return <Rows view={view} ids={ids} active={active} name={found.q ? "search" : view} />;
    if (state.state === "failed") return <Failed problem={state.problem} what={t("list.failed")} retry={() => void loadView(view).catch(() => {})} />;
    if (state.state !== "ready") return <Loading rows={6} shape="row" />;
    return (
      <Empty icon={view === "queue" ? "checkCircle" : "inbox"} text={t(`empty.${view}` as Key)}>
        {(view !== "all" || may("settings")) && <a class="button" href={href(...instead[view])}>{t(`empty.${view}_action` as Key)}</a>}
      </Empty>
    );
  };
  return (
    <section class="list-pane" aria-label={t("conversations")} onPointerEnter={aim(true)} onPointerLeave={aim(false)}>
      <div class="list-head">
        <Views view={view} />
        <Search onFound={setFound} />
      </div>
      {body()}
    </section>
  );
}
