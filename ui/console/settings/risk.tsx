import { useEffect, useId, useState } from "preact/hooks";
import { get, post, put, tell } from "../kit/api";
import { dateTime } from "../kit/clock";
import { Icon } from "../kit/icon";
import { useLoad } from "../kit/load";
import { Failed, FormProblem, Loading } from "../kit/states";
import { t } from "../kit/t";
import { toast } from "../kit/toast";
import "../style/risk.css";
import { RiskCurve } from "./risk-curve";
import { percent, rounded, type Confidence, type Dial } from "./risk-wire";

const LOWEST = 0.5, HIGHEST = 50, SLIDES_TO = 30, FIRST = 5, PAUSE_MS = 250, LOOK_AGAIN_MS = 2000;

/** Slider and number, one value: per cent. */
function Limit({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  const id = useId();
  const take = (event: Event) => onInput((event.target as HTMLInputElement).value);
  return (
    <div class="field">
      <label for={id}>{t("risk.limit")}</label>
      <div class="risk-limit">
        <input type="range" min={LOWEST} max={SLIDES_TO} step="0.5" value={value} onInput={take} aria-label={t("risk.limit_slider")} aria-valuetext={t("risk.limit_said", { percent: value })} />
        <span class="risk-number"><input id={id} class="input" type="number" inputMode="decimal" min={LOWEST} max={HIGHEST} step="0.5" value={value} onInput={take} /><span aria-hidden="true">%</span></span>
      </div>
    </div>
  );
}

function Outcome({ dial, busy }: { dial: Dial; busy: boolean }) {
  const { wrong, answered, handoffs_per_day: passed } = dial.expected;
  const span = (one: { low: number; high: number }) => t("risk.between", { low: percent(one.low), high: percent(one.high) });
  if (dial.threshold > 1) return <p class="notice warn" role="status"><Icon name="alert" size={18} /><span>{t("risk.never")}</span></p>;
  return (
    <dl class="risk-outcome" aria-live="polite" aria-busy={busy}>
      <div><dt>{t("risk.answered")}</dt><dd><strong>{percent(answered.value)}</strong><span class="mut">{span(answered)}</span></dd></div>
      <div><dt>{t("risk.wrong")}</dt><dd><strong>{percent(wrong.value)}</strong><span class="mut">{span(wrong)}</span></dd></div>
      <div><dt>{t("risk.passed")}</dt><dd>{passed ? <><strong>{rounded(passed.value)}</strong><span class="mut">{t("risk.between", { low: rounded(passed.low), high: rounded(passed.high) })}</span></> : <span class="mut">{t("risk.passed_unknown")}</span>}</dd></div>
      <div><dt>{t("risk.threshold")}</dt><dd><strong>{percent(dial.threshold)}</strong></dd></div>
    </dl>
  );
}

function Control({ told, onSaved }: { told: Confidence; onSaved: () => void }) {
  const saved = told.dial.wrong_at_most;
  const [on, setOn] = useState(saved !== null);
  const [text, setText] = useState(String(Math.round((saved ?? FIRST / 100) * 1000) / 10));
  const [tried, setTried] = useState<Dial | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const value = Number(text.replace(",", "."));
  const fits = value >= LOWEST && value <= HIGHEST;
  const limit = on && fits ? value / 100 : null;
  const changed = limit !== saved;
  useEffect(() => {
    setTried(null);
    if (limit === null || limit === saved) return;
    const stop = new AbortController();
    const timer = setTimeout(() => get<Confidence>(`/confidence?wrong_at_most=${limit}`, { signal: stop.signal }).then((found) => setTried(found.dial), (cause) => stop.signal.aborted || setProblem(cause)), PAUSE_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [limit, saved]);
  const save = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await put("/confidence/dial", { wrong_at_most: limit });
      toast(t(limit === null ? "risk.saved_off" : "risk.saved"));
      onSaved();
    } catch (cause) {
      setProblem(cause);
    }
    setBusy(false);
  };
  const dial = tried ?? told.dial;
  const { curve, expected } = dial;
  const asking = limit !== null && changed && !tried && !problem;
  const chosen = dial.threshold > 1 || asking ? null : { threshold: dial.threshold, answered: curve.length ? (nearest(dial)?.answered ?? 0) : 0, given: expected.wrong.n, wrong: expected.wrong.value, wrong_low: expected.wrong.low, wrong_high: expected.wrong.high };
  return (
    <form class="card" onSubmit={save}>
      <header><h2>{t("risk.set")}</h2></header>
      <p class="mut">{t("risk.about")}</p>
      <label class="check"><input type="checkbox" checked={on} onChange={(event) => setOn((event.target as HTMLInputElement).checked)} />{t("risk.on")}</label>
      {on && <Limit value={text} onInput={setText} />}
      {on && !fits && <p class="problem" role="alert">{t("risk.out_of_range", { low: LOWEST, high: HIGHEST })}</p>}
      {dial.source === "shipped" && <p class="notice"><Icon name="help" size={18} /><span>{t("risk.shipped", { labels: dial.labels, needed: dial.labels_needed })}</span></p>}
      <Outcome dial={dial} busy={asking} />
      {curve.length > 0 && <RiskCurve curve={curve} chosen={chosen} limit={limit} />}
      <FormProblem problem={problem} />
      <div class="dialog-foot"><button type="submit" class="button primary" disabled={busy || !changed || (on && !fits)}>{t("save")}</button></div>
    </form>
  );
}

/** The point of the curve that the threshold leads to. */
function nearest(dial: Dial) {
  return dial.curve.find((one) => one.threshold >= dial.threshold) ?? dial.curve.at(-1);
}

function Realised({ dial }: { dial: Dial }) {
  if (dial.wrong_at_most === null || !dial.realised) return null;
  const { wrong, drifts } = dial.realised;
  return (
    <section class="card" aria-labelledby="risk-realised">
      <header><h2 id="risk-realised">{t("risk.realised")}</h2></header>
      {drifts && <p class="notice bad" role="alert"><Icon name="alert" size={18} /><span>{t("risk.drifts", { limit: percent(dial.wrong_at_most) })}</span></p>}
      <p>{wrong.n ? t("risk.realised_said", { wrong: percent(wrong.value), low: percent(wrong.low), high: percent(wrong.high), count: wrong.n }) : t("risk.realised_none")}{dial.since && <span class="mut"> {t("risk.since", { at: dateTime(dial.since) })}</span>}</p>
      <p class="mut small">{t("risk.realised_about")}</p>
    </section>
  );
}

function Learning({ told, onBegun }: { told: Confidence; onBegun: () => void }) {
  const { fit, dial } = told;
  const begin = () => post("/confidence/fits").then(onBegun, (cause) => toast(tell(cause).message, { tone: "bad" }));
  return (
    <section class="card" aria-labelledby="risk-learning">
      <header><h2 id="risk-learning">{t("risk.learning")}</h2>
        <button type="button" class="button" disabled={told.fitting || dial.labels < dial.labels_needed} onClick={() => void begin()}>{t(told.fitting ? "risk.fitting" : "risk.fit")}</button></header>
      <p>{t("risk.labels", { count: dial.labels })} {dial.labels < dial.labels_needed && t("risk.labels_more", { count: dial.labels_needed - dial.labels })}</p>
      <p class="mut">{!fit ? t("risk.fit_none", { at: told.shipped_at }) : t(fit.kept ? "risk.fit_kept" : "risk.fit_refused", { at: dateTime(fit.fitted_at), loss: fit.loss.toFixed(3), shipped: fit.shipped_loss.toFixed(3), labels: fit.labels })}</p>
    </section>
  );
}

export function Risk() {
  const loaded = useLoad("confidence", (signal) => get<Confidence>("/confidence", { signal }));
  const told = loaded.value;
  useEffect(() => {
    if (!told?.fitting) return;
    const timer = setTimeout(loaded.again, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [told]);
  return (
    <>
      <header class="page-head"><h1>{t("settings.risk")}</h1></header>
      {loaded.problem ? <Failed problem={loaded.problem} retry={loaded.again} /> : !told ? <Loading rows={4} shape="row" /> : (
        <div class="cards">
          <Control key={`${told.dial.wrong_at_most} ${told.dial.source}`} told={told} onSaved={loaded.again} />
          <Realised dial={told.dial} />
          <Learning told={told} onBegun={loaded.again} />
        </div>
      )}
    </>
  );
}
