/** Office hours as people write them, a day a line: `mon 09:00-12:00, 13:00-17:00`. The server checks them. */

export type Hours = Record<string, string[][] | null | undefined>;

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export const written = (hours: Hours): string =>
  DAYS.flatMap((day) => (hours[day]?.length ? [`${day} ${hours[day]!.map((span) => span.join("-")).join(", ")}`] : [])).join("\n");

export function read(text: string): Hours {
  const hours: Hours = {};
  for (const line of text.split("\n").map((one) => one.trim().toLowerCase()).filter(Boolean)) {
    const [, day = line, spans = ""] = /^(\p{L}+)[\s:]*(.*)$/u.exec(line) ?? [];
    hours[day] = spans.replace(/\s/g, "").split(/[,;]/).filter(Boolean).map((span) => span.split(/[-–]/));
  }
  return hours;
}
