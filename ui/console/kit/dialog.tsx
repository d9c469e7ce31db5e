import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon";
import { t } from "./t";

interface Props { title: string; onClose: () => void; children: ComponentChildren; wide?: boolean; bare?: boolean }

/** A modal dialog on the platform's own element: focus trap, Esc and the return of focus are the browser's. */
export function Dialog({ title, onClose, children, wide, bare }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current!;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => dialog.close();
  }, []);
  const outside = (event: MouseEvent) => {
    if (event.target === ref.current) onClose();
  };
  return (
    <dialog ref={ref} class={`dialog${wide ? " wide" : ""}${bare ? " bare" : ""}`} aria-label={title} onMouseDown={outside}
      onCancel={(event) => {
        // A file input inside fires one too, when the same file is chosen again.
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
      }}>
      {!bare && (
        <header class="dialog-head">
          <h2>{title}</h2>
          <button type="button" class="button icon-only quiet" aria-label={t("close")} onClick={onClose}><Icon name="close" /></button>
        </header>
      )}
      {children}
    </dialog>
  );
}
