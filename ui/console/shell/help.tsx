import { useState } from "preact/hooks";
import { Dialog } from "../kit/dialog";
import { activeKeys } from "../kit/keys";
import { t } from "../kit/t";

const shown: Record<string, string> = { mod: "Ctrl", shift: "Shift", alt: "Alt", Escape: "Esc", ArrowDown: "↓", ArrowUp: "↑" };
const caps = (on: string) => on.split(/[ +]/).map((key) => shown[key] ?? (key.length === 1 ? key.toUpperCase() : key));
const always = [
  { on: "Enter", label: "keys.send" as const }, { on: "shift+Enter", label: "keys.line" as const }, { on: "Escape", label: "keys.leave" as const },
];

export function Help({ onClose }: { onClose: () => void }) {
  const [keys] = useState(() => [...activeKeys().map(({ on, label }) => ({ on, label })), ...always.map(({ on, label }) => ({ on, label: t(label) }))]);
  return (
    <Dialog title={t("keys")} onClose={onClose}>
      <dl class="keys">
        {keys.map(({ on, label }) => (
          <div key={on + label}><dt>{caps(on).map((cap, i) => <kbd key={i}>{cap}</kbd>)}</dt><dd>{label}</dd></div>
        ))}
      </dl>
    </Dialog>
  );
}
