import { Confidence } from "../../kit/confidence";
import { Icon } from "../../kit/icon";
import { second, waiting } from "../../kit/clock";
import { safe } from "../../kit/sources";
import { t, word } from "../../kit/t";
import type { Brief as Told, Summary } from "../../kit/wire";
import type { Talk } from "../talks";
import { ContactCard } from "./contact";
import { Jump } from "./jump";
import { MoodLine } from "./mood-line";

const web = (url: string) => (/^https?:\/\//i.test(url) ? url : null);
const short = (url: string) => url.replace(/^https?:\/\//i, "").replace(/[?#].*$/, "");

function Reason({ summary, reason }: { summary: Summary; reason: string }) {
  return (
    <p class="brief-reason">
      <Icon name="hand" size={18} />
      <span><strong>{word("reason", reason)}</strong>{summary.waiting_since && <span class="mut">{t("brief.waits", { time: waiting(summary.waiting_since, second.value) })}</span>}</span>
    </p>
  );
}

function Tried({ tried }: { tried: NonNullable<Told["tried"]> }) {
  return (
    <section class="brief-part">
      <h3>{t("brief.tried")}</h3>
      {tried.length === 0 && <p class="mut">{t("brief.tried_nothing")}</p>}
      <ol class="tried">
        {tried.map((one) => (
          <li key={one.seq}>
            <div class="tried-line"><span class="clamp" dir="auto">{one.text}</span><Jump seq={one.seq} /></div>
            <div class="tried-foot">
              {typeof one.confidence === "number" && <Confidence value={one.confidence} />}
              {one.sources.map((source, i) => (safe(source.url)
                ? <a key={i} class="source-link" href={safe(source.url)!} target="_blank" rel="noopener"><Icon name="file" size={13} />{source.title}</a>
                : <span key={i} class="source-link"><Icon name="file" size={13} />{source.title}</span>))}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function PagePart({ page }: { page: NonNullable<Told["page"]> }) {
  const url = web(page.url);
  return (
    <section class="brief-part">
      <h3>{t("brief.page")}<Jump seq={page.seq} /></h3>
      <p class="page-line" dir="auto">
        {url ? <a href={url} target="_blank" rel="noopener noreferrer nofollow">{page.title || short(page.url)}<Icon name="external" size={13} /></a> : page.title || page.url}
        {page.title && <span class="mut small">{short(page.url)}</span>}
      </p>
    </section>
  );
}

/** The page that the customer told of last, for conversations that have no brief yet. */
function pageOf(talk: Talk): Told["page"] {
  const frame = talk.events.findLast((one) => one.page?.url);
  return frame?.page ? { ...frame.page, seq: frame.seq } : null;
}

/** Right pane: what the agent reads first. Each line leads to the message it came from. */
export function Brief({ talk, summary }: { talk: Talk; summary: Summary }) {
  const brief = talk.brief;
  const page = brief?.page ?? pageOf(talk);
  const facts = brief?.facts ?? [];
  const reason = summary.reason ?? (brief ? brief.reason : null);
  return (
    <div class="brief">
      <h2>{t("brief")}</h2>
      {reason && <Reason summary={summary} reason={reason} />}
      {!brief && <p class="mut brief-none">{t("brief.none")}</p>}
      {brief?.wants && (
        <section class="brief-part">
          <h3>{t("brief.wants")}<Jump seq={brief.wants.seq} /></h3>
          <p class="wants" dir="auto">{brief.wants.text}</p>
        </section>
      )}
      {brief?.tried && <Tried tried={brief.tried} />}
      <MoodLine mood={brief?.mood ?? null} scored={talk.scored} />
      {page && <PagePart page={page} />}
      {facts.length > 0 && (
        <section class="brief-part">
          <h3>{t("brief.facts")}</h3>
          <dl class="facts">
            {facts.map((one, i) => <div key={i}><dt dir="auto">{one.name}</dt><dd dir="auto">{one.value}<Jump seq={one.seq} /></dd></div>)}
          </dl>
        </section>
      )}
      <ContactCard contact={talk.contact} summary={summary} told={facts.map((one) => one.name.replace(/_/g, " "))} />
    </div>
  );
}
