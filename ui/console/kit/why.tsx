import { t, word } from "./t";
import type { Decision } from "./wire";

interface Passage { title?: string; heading?: string[] | string; text?: string; score?: number; cosine?: number; lexical?: number; source?: string; rank?: number; cited?: boolean }

const number = (value: unknown) => (typeof value === "number" ? (Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 0)) : String(value));
const plain = (value: unknown) => (value === null || value === undefined || value === "" ? null
  : typeof value === "object" ? JSON.stringify(value) : typeof value === "boolean" ? t(value ? "yes" : "no") : number(value));

export function Passages({ passages }: { passages: Passage[] }) {
  const best = Math.max(0.0001, ...passages.map((one) => one.score ?? 0));
  return (
    <ol class="passages">
      {passages.slice(0, 8).map((one, i) => (
        <li key={i}>
          <span class="passage-title" dir="auto">{[one.title, ...(Array.isArray(one.heading) ? one.heading : one.heading ? [one.heading] : [])].filter(Boolean).join(" › ") || one.source}</span>
          <meter min={0} max={1} value={Math.max(0, (one.score ?? 0) / best)} aria-hidden="true" />
          <span class="number">{number(one.score ?? 0)}</span>
          {one.text && <span class="passage-text" dir="auto">{one.text}</span>}
        </li>
      ))}
    </ol>
  );
}

function Facts({ title, values, unit }: { title: string; values: Record<string, unknown>; unit?: string }) {
  const rows = Object.entries(values).map(([name, value]) => [name, plain(value)] as const).filter(([, value]) => value !== null);
  if (!rows.length) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <div key={name}><dt>{name.replace(/_/g, " ")}</dt><dd class="number">{value}{unit}</dd></div>
        ))}
      </dl>
    </section>
  );
}

const asRecord = (value: unknown) => (value && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {});

/** What spoke for the answer and what against it, the strongest first. */
function Because({ shares }: { shares: Record<string, unknown> }) {
  const rows = Object.entries(shares).filter((row): row is [string, number] => typeof row[1] === "number");
  if (!rows.length) return null;
  const most = Math.max(...rows.map(([, share]) => Math.abs(share)));
  return (
    <section>
      <h3>{t("why.because")}</h3>
      <ul class="because">
        {rows.map(([name, share]) => (
          <li key={name} class={share > 0 ? "for" : "against"}>
            <span>{word("signal", name)}</span>
            <span class="because-side">{t(share > 0 ? "why.for" : "why.against")}</span>
            <meter min={0} max={1} value={Math.abs(share) / most} aria-hidden="true" />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Everything that led to one bot turn: what it found, what it measured, how long it took. */
export function Why({ decision, ending }: { decision: Decision; ending?: string | null | undefined }) {
  const { passages, signals, timings, tokens, because, said: _, ...rest } = decision as Decision & { signals?: unknown; tokens?: unknown; because?: unknown; said?: unknown };
  const found = Array.isArray(passages) ? (passages as Passage[]) : [];
  const made = { ...(ending ? { ending: word("ending", ending) } : {}), ...rest, ...(typeof tokens === "number" ? { tokens } : asRecord(tokens)) };
  return (
    <div class="why">
      <Because shares={asRecord(because)} />
      {found.length > 0 && <section><h3>{t("why.passages")}</h3><Passages passages={found} /></section>}
      <Facts title={t("why.signals")} values={asRecord(signals)} />
      <Facts title={t("why.timings")} values={asRecord(timings)} unit=" ms" />
      <Facts title={t("why.made")} values={made} />
    </div>
  );
}
