import { useState } from "preact/hooks";
import { get, path, post, remove, tell } from "../kit/api";
import { brief } from "../kit/clock";
import { Icon } from "../kit/icon";
import { useLoad } from "../kit/load";
import { href } from "../kit/router";
import { Empty, Failed, Loading } from "../kit/states";
import { t } from "../kit/t";
import { toast } from "../kit/toast";
import type { FrozenCase } from "./wire";

function Result({ one }: { one: FrozenCase }) {
  if (!one.replay) return <span class="pill">{t("test.never")}</span>;
  const { differences } = one.replay;
  return differences.length ? <span class="pill bad"><Icon name="alert" size={14} />{t("test.differs", { count: differences.length })}</span> : <span class="pill ok"><Icon name="check" size={14} />{t("test.same")}</span>;
}

/** Messages that were made tests, and whether their turns still come to the same. */
export function FrozenCases() {
  const [busy, setBusy] = useState("");
  const { value, problem, again, set } = useLoad("frozen", (signal) => get<{ frozen_cases: FrozenCase[] }>("/frozen-cases", { signal }));
  const cases = value?.frozen_cases;
  const replay = async (some: FrozenCase[]) => {
    let all = cases ?? [];
    for (const one of some) {
      setBusy(one.id);
      try {
        const done = await post<FrozenCase>(path("frozen-cases", one.id, "replays"), {}, { timeout: 120_000 });
        all = all.map((other) => (other.id === done.id ? done : other));
        set({ frozen_cases: all });
      } catch (cause) {
        toast(tell(cause).message, { tone: "bad" });
      }
    }
    setBusy("");
  };
  const drop = (one: FrozenCase) => remove(path("frozen-cases", one.id)).then(again, (cause) => toast(tell(cause).message, { tone: "bad" }));
  const body = () => {
    if (problem) return <Failed problem={problem} retry={again} />;
    if (!cases) return <Loading rows={4} shape="row" />;
    if (!cases.length) return <Empty icon="checkCircle" text={t("test.none")}><a class="button" href={href("inbox", "all")}>{t("test.to_inbox")}</a></Empty>;
    return (
      <ul class="quality-list" aria-live="polite">
        {cases.map((one) => (
          <li key={one.id}>
            <span class="quality-name">
              <a class="clip" href={href("inbox", "all", one.conversation)} dir="auto"><strong>{one.question || one.message}</strong></a>
              <span class="mut small">{one.author} · <time dateTime={one.created_at}>{brief(one.created_at)}</time>{!one.as_posted && ` · ${t("test.not_as_posted")}`}</span>
              {one.replay?.differences.length ? <details><summary>{t("test.what")}</summary><ul class="differences">{one.replay.differences.slice(0, 20).map((text) => <li key={text}><code>{text}</code></li>)}</ul></details> : null}
            </span>
            <Result one={one} />
            <a class="button icon-only quiet" href={`/v1/frozen-cases/${one.id}`} download={`${one.id}.json`} aria-label={t("test.download", { question: one.question })}><Icon name="file" size={18} /></a>
            <button type="button" class="button icon-only quiet" disabled={busy !== ""} aria-label={t("test.replay_one", { question: one.question })} onClick={() => void replay([one])}><Icon name="history" size={18} /></button>
            <button type="button" class="button icon-only quiet" aria-label={t("test.remove", { question: one.question })} onClick={() => void drop(one)}><Icon name="trash" size={18} /></button>
          </li>
        ))}
      </ul>
    );
  };
  return (
    <>
      <header class="page-head"><h1>{t("quality.tests")}</h1>
        {cases?.length ? <button type="button" class="button primary" disabled={busy !== ""} onClick={() => void replay(cases)}><Icon name="history" size={16} /><span>{busy ? t("test.replaying") : t("test.replay_all")}</span></button> : null}
      </header>
      <p class="mut quality-about">{t("test.about")}</p>
      <div class="quality-body">{body()}</div>
    </>
  );
}
