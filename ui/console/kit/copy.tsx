import { useState } from "preact/hooks";
import { Icon } from "./icon";
import { t } from "./t";

/** Text to take away, with a copy button; where the clipboard is denied the text gets selected instead. */
export function CopyText({ label, text }: { label: string; text: string }) {
  const [copied, set] = useState(false);
  const copy = async (event: MouseEvent) => {
    const code = (event.currentTarget as HTMLElement).parentElement!.querySelector("code")!;
    try {
      await navigator.clipboard.writeText(text);
      set(true);
      setTimeout(() => set(false), 2000);
    } catch {
      getSelection()?.selectAllChildren(code);
    }
  };
  return (
    <div class="copy">
      <code tabIndex={0} aria-label={label}>{text}</code>
      <button type="button" class="button small" onClick={(event) => void copy(event)}>
        <Icon name={copied ? "check" : "copy"} size={16} /><span aria-live="polite">{copied ? t("copied") : t("copy")}</span>
      </button>
    </div>
  );
}
