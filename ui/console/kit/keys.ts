import { useEffect, useRef } from "preact/hooks";

/** One key of the console: `on` is a key as in KeyboardEvent.key, "g i" for a sequence, "mod+s" with Ctrl or Cmd. */
export interface Binding { on: string; label: string; run: () => void; typing?: boolean }

const stack: { current: Binding[] }[] = [];
let leading: string | null = null;
let leadingAt = 0;
export let lastKeyAt = 0;

function typing(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0] as HTMLElement;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName ?? "");
}

function name(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const shift = event.shiftKey && /^[a-z]$/.test(key) ? "shift+" : "";
  return (event.altKey ? "alt+" : "") + mod + shift + key;
}

function find(on: string, whileTyping: boolean): Binding | undefined {
  for (let i = stack.length - 1; i >= 0; i--) {
    const binding = stack[i]!.current.find((one) => one.on === on && (!whileTyping || one.typing));
    if (binding) return binding;
  }
  return undefined;
}

function press(event: KeyboardEvent): void {
  lastKeyAt = Date.now();
  if (event.defaultPrevented || event.isComposing) return;
  const pressed = name(event);
  const sequence = leading && Date.now() - leadingAt < 1200 ? `${leading} ${pressed}` : null;
  leading = null;
  const whileTyping = typing(event);
  const binding = (sequence && find(sequence, whileTyping)) || find(pressed, whileTyping);
  if (binding) {
    event.preventDefault();
    binding.run();
  } else if (!whileTyping && pressed === "g") {
    leading = "g";
    leadingAt = Date.now();
  }
}
addEventListener("keydown", press);

/** Bindings of a mounted component; the newest mounted wins. */
export function useKeys(bindings: Binding[]): void {
  const holder = useRef(bindings);
  holder.current = bindings;
  useEffect(() => {
    stack.push(holder);
    return () => {
      stack.splice(stack.indexOf(holder), 1);
    };
  }, []);
}

/** All keys that work now, for the help sheet. */
export function activeKeys(): Binding[] {
  const seen = new Set<string>();
  return [...stack].reverse().flatMap((holder) => holder.current).filter((one) => one.label && !seen.has(one.on) && seen.add(one.on));
}
