import { useEffect, useState } from "preact/hooks";
import { post, tell } from "../../kit/api";
import { ServerHtml } from "../../kit/server-html";
import { Loading } from "../../kit/states";
import { t } from "../../kit/t";

/** What readers will see, made by the server's renderer 350 ms after the last letter; the last good one stays. */
export function Preview({ text }: { text: string }) {
  const [html, setHtml] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      post<{ html: string }>("/preview", { markdown: text }, { signal: stop.signal }).then((made) => {
        setHtml(made.html);
        setProblem(null);
      }, (cause) => stop.signal.aborted || setProblem(cause));
    }, html === null ? 0 : 350);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);
  return (
    <div class="preview-pane" role="region" aria-label={t("editor.preview")} tabIndex={0}>
      {problem ? <p class="preview-stale" role="status">{t("editor.preview_failed")} {tell(problem).message}</p> : null}
      {html === null ? !problem && <Loading rows={6} /> : html.trim() ? <ServerHtml html={html} /> : <p class="mut">{t("editor.preview_empty")}</p>}
    </div>
  );
}
