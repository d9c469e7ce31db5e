import { language } from "./i18n";

const DAY = 86_400_000;

/** `14:05` today, `Mon 14:05` this week, `3 Nov 14:05` before. */
export function moment(iso: string, now: number = Date.now()): string {
  const at = new Date(iso);
  const age = now - at.getTime();
  const time: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };
  if (at.toDateString() === new Date(now).toDateString()) return format(at, time);
  if (age < 6 * DAY) return format(at, { weekday: "short", ...time });
  return format(at, { day: "numeric", month: "short", ...time });
}

/** A day without a time (`2026-11-26`), which is the same day everywhere. */
export function dayOf(iso: string): string {
  return format(new Date(`${iso}T12:00:00`), { day: "numeric", month: "long", year: "numeric" });
}

/** Weekday, day and time. */
export function dateTime(iso: string): string {
  return format(new Date(iso), { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
}

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language(), options).format(at);
}

/** `12 s`, `3 min`, `2 h`, `4 d`: how long ago, for lists and waiting times. */
export function elapsed(since: string | number, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - new Date(since).getTime()) / 1000));
  if (seconds < 60) return unit(seconds, "second");
  if (seconds < 3600) return unit(Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return unit(Math.floor(seconds / 3600), "hour");
  return unit(Math.floor(seconds / 86_400), "day");
}

function unit(value: number, name: string): string {
  return new Intl.NumberFormat(language(), { style: "unit", unit: name, unitDisplay: "short" }).format(value);
}
