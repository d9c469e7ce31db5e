import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { tell } from "./api";
import { Icon, type IconName } from "./icon";
import { t } from "./t";

/** Skeleton rows of the final size, shown only when loading takes longer than 150 ms. */
export function Loading({ rows = 3, shape = "line" }: { rows?: number; shape?: "line" | "row" | "bubble" }) {
  const [late, set] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => set(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="loading" role="status" aria-live="polite">
      <span class="hidden">{t("loading")}</span>
      {late && Array.from({ length: rows }, (_, i) => <div key={i} class={`skeleton skeleton-${shape}`} aria-hidden="true" />)}
    </div>
  );
}

export function Empty({ icon, text, children }: { icon: IconName; text: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <span class="state-icon"><Icon name={icon} size={28} /></span>
      <p>{text}</p>
      {children}
    </div>
  );
}

export function Failed({ problem, retry, what }: { problem: unknown; retry?: () => void; what?: string }) {
  const { message, request, offline } = tell(problem);
  return (
    <div class="state" role="alert">
      <span class="state-icon bad"><Icon name={offline ? "offline" : "alert"} size={28} /></span>
      <p><strong>{what ?? t("error.title")}</strong></p>
      <p class="mut">{message}</p>
      {retry && <button type="button" class="button" onClick={retry}>{t("retry")}</button>}
      {request && <p class="mut small">{t("error.request")} <code>{request}</code></p>}
    </div>
  );
}

/** In place of a whole surface, so it brings the page's heading. */
export function Instead({ icon, text, to }: { icon: IconName; text: string; to: string }) {
  return <><h1 class="hidden">{text}</h1><Empty icon={icon} text={text}><a class="button" href={to}>{t("to_start")}</a></Empty></>;
}

export const NoPermission = () => <Instead icon="key" text={t("no_permission")} to="/console/" />;

/** A short line under a form: what the server refused, with the request's id. */
export function FormProblem({ problem }: { problem: unknown }) {
  if (!problem) return null;
  const { message, request } = tell(problem);
  return (
    <p class="form-problem" role="alert">
      <Icon name="alert" size={18} />
      <span>{message}{request && <span class="mut small">{t("error.request")} <code>{request}</code></span>}</span>
    </p>
  );
}
