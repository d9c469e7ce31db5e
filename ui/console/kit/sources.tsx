import { Icon } from "./icon";
import { t } from "./t";
import type { Citation } from "./wire";

/** An https address or one of our own articles; anything else is not made a link. */
export const safe = (url: string | null | undefined) => (url && /^(https:\/\/|\/help\/[^/])/.test(url) ? url : null);

/** The numbered sources of an answer. */
export function Sources({ citations }: { citations: Citation[] }) {
  return (
    <ol class="sources" aria-label={t("sources")}>
      {citations.map((one) => {
        const url = safe(one.url);
        return (
          <li key={one.n}>
            <span class="mark" aria-hidden="true">{one.n}</span>
            <span class="source">
              {url ? <a href={url} target="_blank" rel="noopener">{one.title}</a> : <span>{one.title}</span>}
              {safe(one.original) && <a class="original" href={one.original!} target="_blank" rel="noopener noreferrer nofollow">{t("original")}<Icon name="external" size={13} /></a>}
              {one.quote && <span class="quote" dir="auto">{one.quote}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
