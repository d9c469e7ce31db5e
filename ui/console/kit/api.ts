import { call as request, Problem, uuid, type CallOptions } from "../../shared/api";
import { t } from "./t";

export { Problem, uuid };

let signedOut: () => void = () => {};
export function onSignedOut(callback: () => void): void {
  signedOut = callback;
}

/** A request under /v1 with the session cookie; a 401 for want of a session signs this tab out. Throws Problem. */
async function call<T>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<T> {
  try {
    return await request<T>(method, `/v1${path}`, body, options);
  } catch (cause) {
    if (cause instanceof Problem && cause.code === "unauthenticated") signedOut();
    throw cause;
  }
}

export const get = <T>(path: string, options?: CallOptions) => call<T>("GET", path, undefined, options);
export const post = <T>(path: string, body: unknown = {}, options?: CallOptions) => call<T>("POST", path, body, options);
export const put = <T>(path: string, body: unknown = {}) => call<T>("PUT", path, body);
export const patch = <T>(path: string, body: unknown = {}) => call<T>("PATCH", path, body);
export const remove = (path: string) => call<void>("DELETE", path);

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What to tell a person about a failure. */
export interface Told { message: string; request: string | null; offline: boolean }

export function tell(cause: unknown): Told {
  if (!(cause instanceof Problem)) return { message: cause instanceof Error ? cause.message : String(cause), request: null, offline: false };
  const offline = cause.status === 0;
  const message = offline ? t("error.network") : cause.status === 429 ? t("error.too_many", { seconds: Math.ceil((cause.retryAfter ?? 30_000) / 1000) })
    : sentence(cause.detail) || t("error.status", { status: cause.status });
  return { message, request: cause.requestId, offline };
}

/** The server's message about one field of a form. */
export function fieldProblem(cause: unknown, name: string): string | undefined {
  if (!(cause instanceof Problem)) return undefined;
  return cause.errors.find((one) => one.field.split(".").includes(name))?.message;
}

export const path = (...parts: string[]) => "/" + parts.map(encodeURIComponent).join("/");
