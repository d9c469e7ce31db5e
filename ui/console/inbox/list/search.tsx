import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../kit/icon";
import { t } from "../../kit/t";
import { find } from "../lists";

export interface Found { q: string; ids: string[] | null; problem: unknown }
export const nothing: Found = { q: "", ids: null, problem: null };

/** Asks the server 200 ms after the last letter; a late answer to older words is dropped. */
export function Search({ onFound }: { onFound: (found: Found) => void }) {
  const [q, set] = useState("");
  useEffect(() => {
    const wanted = q.trim();
    if (!wanted) return onFound(nothing);
    onFound({ q: wanted, ids: null, problem: null });
    const stop = new AbortController();
    const timer = setTimeout(() => {
      find(wanted, stop.signal).then(
        (ids) => stop.signal.aborted || onFound({ q: wanted, ids, problem: null }),
        (problem) => stop.signal.aborted || onFound({ q: wanted, ids: null, problem }),
      );
    }, 200);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [q]);
  return (
    <div class="search" role="search">
      <Icon name="search" size={18} />
      <input id="inbox-search" type="search" class="input" aria-label={t("search.conversations")} placeholder={t("search.conversations")} value={q}
        onInput={(event) => set((event.target as HTMLInputElement).value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          set("");
          (event.target as HTMLInputElement).blur();
        }} />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}
