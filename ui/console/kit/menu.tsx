import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Choice { label: string; run: () => void; checked?: boolean; danger?: boolean; before?: ComponentChildren }

interface Props { label: string; button: ComponentChildren; choices: Choice[]; class?: string; end?: boolean; up?: boolean }

/** A button that opens a menu; arrows move, Esc and a click elsewhere close it. */
export function Menu({ label, button, choices, class: name = "button", end, up }: Props) {
  const [open, set] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const items = () => [...(root.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
  useEffect(() => {
    if (!open) return;
    (items().find((one) => one.getAttribute("aria-checked") === "true") ?? items()[0])?.focus();
    const outside = (event: Event) => root.current?.contains(event.target as Node) || set(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const close = () => {
    set(false);
    root.current?.querySelector("button")?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (!open) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[(to + all.length) % all.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu-root" ref={root} onKeyDown={press}>
      <button type="button" class={name} aria-haspopup="menu" aria-expanded={open} aria-label={label} title={label} onClick={() => set(!open)}>{button}</button>
      {open && (
        <div class={`menu${end ? " end" : ""}${up ? " up" : ""}`} role="menu" aria-label={label}>
          {choices.map((one) => (
            <button key={one.label} type="button" tabIndex={-1} role={one.checked === undefined ? "menuitem" : "menuitemradio"}
              aria-checked={one.checked} class={`menu-item${one.danger ? " danger" : ""}`} onClick={() => {
                close();
                one.run();
              }}>{one.before}<span>{one.label}</span></button>
          ))}
        </div>
      )}
    </div>
  );
}
