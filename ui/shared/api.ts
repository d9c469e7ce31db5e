/** JSON calls to /v1. Every failure is a `Problem`: the server's problem document, or `network` when none came. */

export interface FieldError {
  field: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** The whole document: conflicts carry more fields (`agent`, `missed`, `theirs`). */
    readonly body: Record<string, unknown> = {},
    /** Milliseconds, from Retry-After. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail || code);
  }

  get errors(): FieldError[] {
    return (this.body.errors as FieldError[] | undefined) ?? [];
  }

  get requestId(): string | null {
    return (this.body.request_id as string | undefined) ?? null;
  }

  /** Worth sending again as it is: nobody answered, or the answer was "not now". */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export interface CallOptions {
  /** Idempotency-Key; unsafe calls get a fresh one when none is given. */
  key?: string;
  token?: string | null;
  signal?: AbortSignal;
  /** Milliseconds. */
  timeout?: number;
  headers?: Record<string, string>;
}

/** `crypto.randomUUID` exists only in secure contexts; the widget also runs on plain http pages. */
export function uuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** `body`: JSON-able, `FormData` (sent as multipart) or undefined. Answers the parsed JSON, text for text/*, undefined for 204. */
export async function call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (options.token) headers.Authorization = `Bearer ${options.token}`;
  if (method !== "GET") headers["Idempotency-Key"] = options.key ?? uuid();
  const form = typeof FormData !== "undefined" && body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";

  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), options.timeout ?? 20_000);
  const stop = () => limit.abort();
  options.signal?.addEventListener("abort", stop);
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : form ? body : JSON.stringify(body),
      signal: limit.signal,
      credentials: "same-origin",
    });
    if (!response.ok) throw await problem(response);
    return (await content(response)) as T;
  } catch (error) {
    if (error instanceof Problem || options.signal?.aborted) throw error;
    throw new Problem(0, limit.signal.aborted ? "timeout" : "network", "");
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", stop);
  }
}

async function content(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const type = response.headers.get("Content-Type") ?? "";
  return type.includes("json") ? response.json() : response.text();
}

async function problem(response: Response): Promise<Problem> {
  const seconds = Number(response.headers.get("Retry-After"));
  const wait = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  return new Problem(response.status, String(body.code ?? `http_${response.status}`), String(body.detail ?? body.title ?? ""), body, wait);
}

type Options = CallOptions | undefined;

export const get = <T>(path: string, options?: Options) => call<T>("GET", path, undefined, options);
export const post = <T>(path: string, body: unknown = {}, options?: Options) => call<T>("POST", path, body, options);
export const put = <T>(path: string, body: unknown = {}, options?: Options) => call<T>("PUT", path, body, options);
export const patch = <T>(path: string, body: unknown = {}, options?: Options) => call<T>("PATCH", path, body, options);
export const del = <T>(path: string, options?: Options) => call<T>("DELETE", path, undefined, options);
