/**
 * The smallest store that draws the widget: cells, and one call after each round of changes. Signals would be 2.5 kB of the 20 that
 * a customer's page may spend on this frame; drawn rows are kept by `log.tsx`, so drawing everything costs only what changed.
 */

export interface Cell<T> {
  value: T;
}

const watchers: (() => void)[] = [];
let told = false;

export function watch(watcher: () => void): void {
  watchers.push(watcher);
}

export function cell<T>(value: T): Cell<T> {
  return {
    get value() {
      return value;
    },
    set value(next) {
      if (next === value) return;
      value = next;
      if (told) return;
      told = true;
      queueMicrotask(() => {
        told = false;
        for (const watcher of watchers) watcher();
      });
    },
  };
}
