import { signal } from "@preact/signals";

const base = "/console/";

function read(): string[] {
  const rest = location.pathname.startsWith(base) ? location.pathname.slice(base.length) : "";
  return rest.split("/").filter(Boolean).map(decodeURIComponent);
}

/** The parts of the path below /console/, for example ["inbox", "queue", "cnv_1"]. */
export const route = signal<string[]>(read());
addEventListener("popstate", () => (route.value = read()));

export function href(...parts: string[]): string {
  return base + parts.map(encodeURIComponent).join("/");
}

export function go(parts: string[], replace = false): void {
  const target = href(...parts);
  if (target === location.pathname) return;
  history[replace ? "replaceState" : "pushState"](null, "", target);
  route.value = read();
}

/** Plain left clicks on links inside the console stay in the page; everything else is the browser's. */
export function followLinks(root: HTMLElement): void {
  root.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.("a");
    if (!link || link.target || link.origin !== location.origin || !link.pathname.startsWith(base)) return;
    event.preventDefault();
    go(link.pathname.slice(base.length).split("/").filter(Boolean).map(decodeURIComponent));
  });
}
