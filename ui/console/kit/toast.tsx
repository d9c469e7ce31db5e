import { signal } from "@preact/signals";
import { Icon, type IconName } from "./icon";
import { t } from "./t";

interface Toast { id: number; text: string; icon: IconName; tone: "plain" | "bad"; action?: { label: string; run: () => void } }
const toasts = signal<Toast[]>([]);
let next = 1;

export function toast(text: string, more: Partial<Omit<Toast, "id" | "text">> & { ms?: number } = {}): () => void {
  const id = next++;
  const drop = () => (toasts.value = toasts.value.filter((one) => one.id !== id));
  toasts.value = [...toasts.value.slice(-3), { id, text, icon: more.tone === "bad" ? "alert" : "checkCircle", tone: "plain", ...more }];
  setTimeout(drop, more.ms ?? (more.action ? 12_000 : 6_000));
  return drop;
}

export function Toasts() {
  const drop = (id: number) => (toasts.value = toasts.value.filter((one) => one.id !== id));
  return (
    <div class="toasts" role="region" aria-label={t("notices")}>
      <div role="status" aria-live="polite">
        {toasts.value.map((one) => (
          <div key={one.id} class={`toast ${one.tone}`}>
            <Icon name={one.icon} />
            <span class="toast-text">{one.text}</span>
            {one.action && (
              <button type="button" class="button small" onClick={() => {
                one.action!.run();
                drop(one.id);
              }}>{one.action.label}</button>
            )}
            <button type="button" class="button icon-only quiet" aria-label={t("close")} onClick={() => drop(one.id)}><Icon name="close" size={16} /></button>
          </div>
        ))}
      </div>
    </div>
  );
}
