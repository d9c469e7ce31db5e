import { useEffect, useState } from "preact/hooks";
import { path, post } from "../../kit/api";
import { Icon } from "../../kit/icon";
import { t, word } from "../../kit/t";

interface Hint { rule: string; quote: string; hint: string }

const PAUSE_MS = 600;

/** What the company's rules say about a reply as it is written. It may be sent all the same, so a failure here is nobody's business. */
export function Hints({ conversation, text }: { conversation: string; text: string }) {
  const [hints, set] = useState<Hint[]>([]);
  useEffect(() => {
    if (!text.trim()) return set([]);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      post<{ hints: Hint[] }>(path("conversations", conversation, "hints"), { text: text.trim() }, { signal: stop.signal }).then((found) => set(found.hints), () => stop.signal.aborted || set([]));
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [conversation, text]);
  return (
    <div class="composer-hints" role="status" aria-label={t("hints")}>
      {hints.map((one) => (
        <p key={`${one.rule} ${one.quote}`}><Icon name="alert" size={16} /><span><strong>{word("hint", one.rule)}</strong> <q dir="auto">{one.quote}</q> {one.hint}</span></p>
      ))}
    </div>
  );
}
