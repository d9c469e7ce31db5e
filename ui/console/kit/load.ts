import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> { value: T | undefined; problem: unknown; loading: boolean; again: () => void; set: (value: T) => void }

/** Loads on mount and whenever `about` changes; a late answer to an older question is dropped. */
export function useLoad<T>(about: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ about: string; value?: T; problem?: unknown; loading: boolean }>({ about, loading: true });
  const running = useRef<AbortController>(null);
  const again = useCallback(() => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setState((old) => ({ about, loading: true, ...(old.about === about ? { value: old.value } : {}) }) as typeof old);
    load(control.signal).then(
      (value) => control.signal.aborted || setState({ about, value, loading: false }),
      (problem) => control.signal.aborted || setState({ about, problem, loading: false }),
    );
  }, [about]);
  useEffect(() => {
    again();
    return () => running.current?.abort();
  }, [again]);
  const set = useCallback((value: T) => setState({ about, value, loading: false }), [about]);
  const current = state.about === about;
  return { value: current ? state.value : undefined, problem: current ? state.problem : undefined, loading: !current || state.loading, again, set };
}
