import { Icon, type IconName } from "../../kit/icon";
import { t, type Key } from "../../kit/t";
import type { Format } from "./code-mirror";

const tools: [Format, IconName, string][] = [
  ["heading", "heading", ""], ["bold", "bold", "Ctrl B"], ["italic", "italic", "Ctrl I"], ["link", "link", "Ctrl K"],
  ["list", "list", ""], ["numbers", "numbers", ""], ["quote", "quote", ""], ["code", "code", ""],
];

export function Toolbar({ onFormat }: { onFormat: (kind: Format) => void }) {
  return (
    <div class="toolbar" role="toolbar" aria-label={t("editor.format")}>
      {tools.map(([kind, icon, keys]) => (
        <button key={kind} type="button" class="button icon-only quiet" aria-label={t(`editor.${kind}` as Key)} title={`${t(`editor.${kind}` as Key)} ${keys}`.trim()} onClick={() => onFormat(kind)}>
          <Icon name={icon} size={18} />
        </button>
      ))}
    </div>
  );
}
