import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failed, Loading } from "./states";

/** A component from its own chunk; a chunk that fails to load shows the error state with a retry. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let found: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [state, set] = useState<"loading" | "ready" | unknown>(found ? "ready" : "loading");
    const fetchChunk = () => {
      set("loading");
      load().then((component) => {
        found = component;
        set("ready");
      }, set);
    };
    useEffect(() => {
      if (!found) fetchChunk();
    }, []);
    const Found = found;
    if (state === "ready" && Found) return <Found {...props} />;
    if (state === "loading") return <Loading rows={6} />;
    return <Failed problem={state} retry={fetchChunk} />;
  };
}
