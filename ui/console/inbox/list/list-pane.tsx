import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Empty, Failed, Loading } from "../../kit/states";
import { t, type Key } from "../../kit/t";
import { list, loadMore, loadView, needView } from "../lists";
import { useOrder } from "../order";
import type { View } from "../rows";
import { selection } from "../selection";
import { Row } from "./row";
import { nothing, Search, type Found } from "./search";
import { Views } from "./views";
import { Virtual } from "./virtual";

const rowHeight = 92;

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
        {view === "queue" && <a class="button" href="/console/inbox/bot">{t("empty.queue_action")}</a>}
        {view === "mine" && <a class="button" href="/console/inbox/queue">{t("empty.mine_action")}</a>}
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
