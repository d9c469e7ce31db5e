import { useEffect, useRef, useState } from "preact/hooks";
import { Failed, Loading } from "../../kit/states";
import { t } from "../../kit/t";
import type { Format, Handle } from "./code-mirror";
import { Toolbar } from "./toolbar";

interface Props { text: string; stamp: number; readOnly: boolean; onText: (text: string) => void }

/** Markdown with its toolbar; the editor itself comes in its own chunk. */
export function Source({ text, stamp, readOnly, onText }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const handle = useRef<Handle>(null);
  const latest = useRef({ text, onText });
  latest.current = { text, onText };
  const [state, setState] = useState<"loading" | "ready" | { problem: unknown }>("loading");
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let gone = false;
    setState("loading");
    import("./code-mirror").then(({ edit }) => {
      if (gone) return;
      handle.current = edit({
        parent: host.current!, text: latest.current.text, label: t("editor.source"), hint: t("editor.hint"), readOnly,
        changed: (next) => latest.current.onText(next),
      });
      setState("ready");
    }, (problem) => gone || setState({ problem }));
    return () => {
      gone = true;
      handle.current?.close();
      handle.current = null;
    };
  }, [attempt, readOnly]);
  useEffect(() => {
    handle.current?.put(text);
  }, [stamp]);
  return (
    <div class="source-pane">
      {!readOnly && <Toolbar onFormat={(kind: Format) => handle.current?.format(kind)} />}
      {state === "loading" && <Loading rows={8} />}
      {typeof state === "object" && <Failed problem={state.problem} retry={() => setAttempt(attempt + 1)} />}
      <div class="code" ref={host} hidden={state !== "ready"} />
    </div>
  );
}
