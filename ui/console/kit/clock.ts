import { signal } from "@preact/signals";

/** Ticks once a second while the page is visible; only cells that show a running time read it. */
export const second = signal(Date.now());
setInterval(() => {
  if (!document.hidden) second.value = Date.now();
}, 1000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) second.value = Date.now();
});

/** Dates as the browser's owner reads them; words come from t(). */
const lang = () => undefined;

/** 42 s · 12 m · 3 h · 5 d */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [value, unit] = seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [Math.floor(seconds / 60), "minute"]
    : seconds < 86400 ? [Math.floor(seconds / 3600), "hour"] : [Math.floor(seconds / 86400), "day"];
  return new Intl.NumberFormat(lang(), { style: "unit", unit: unit as string, unitDisplay: "narrow" }).format(value as number);
}

/** 2:07 under an hour, else as `span`; for somebody who waits. */
export function waiting(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (seconds >= 3600) return span(seconds * 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function time(at: string): string {
  return new Intl.DateTimeFormat(lang(), { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

export function day(at: string): string {
  const date = new Date(at);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400_000);
  if (days < 2) {
    const word = new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-days, "day");
    return word.charAt(0).toUpperCase() + word.slice(1);
  }
  return new Intl.DateTimeFormat(lang(), { weekday: "long", day: "numeric", month: "long" }).format(date);
}

export function dateTime(at: string): string {
  return new Intl.DateTimeFormat(lang(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** Short for lists: time today, else the day. */
export function brief(at: string): string {
  const date = new Date(at);
  if (new Date().toDateString() === date.toDateString()) return time(at);
  return new Intl.DateTimeFormat(lang(), { day: "numeric", month: "short" }).format(date);
}
