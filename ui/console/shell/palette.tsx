import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../kit/dialog";
import { Icon } from "../kit/icon";
import { t } from "../kit/t";
import { articles, matching, type Command } from "./commands";

/** Ctrl+K: go anywhere, do anything, by typing. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [q, setQ] = useState("");
  const [at, setAt] = useState(0);
  const [more, setMore] = useState<Command[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => articles(q, stop.signal).then((found) => stop.signal.aborted || setMore(found), () => {}), 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [q]);
  const found = [...matching(q), ...more];
  const chosen = found[Math.min(at, found.length - 1)];
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") run(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("palette")} onClose={onClose} bare>
      <div class="palette">
        <div class="palette-input">
          <Icon name="search" />
          <input data-first class="bare-input" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={chosen && `palette-${chosen.id}`}
            aria-label={t("palette")} placeholder={t("palette.hint")} value={q} onKeyDown={press} onInput={(event) => {
              setQ((event.target as HTMLInputElement).value);
              setAt(0);
              setMore([]);
            }} />
        </div>
        <div id="palette-list" class="palette-list" role="listbox" aria-label={t("palette")}>
          {found.map((one) => (
            <div key={one.id} id={`palette-${one.id}`} role="option" tabIndex={-1} aria-selected={one === chosen} class={one === chosen ? "chosen" : ""} onClick={() => run(one)}>
              <Icon name={one.icon} size={18} /><span dir="auto">{one.label}</span>{one.hint && <span class="mut clip" dir="auto">{one.hint}</span>}
            </div>
          ))}
        </div>
        {found.length === 0 && <p class="palette-none mut">{t("palette.none")}</p>}
      </div>
    </Dialog>
  );
}
