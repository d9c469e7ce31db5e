/** Every string that a person reads. `t("key", {name})`; with `count`, `key_one`/`key_other` are chosen by the language's plural rules. */

type Messages = Record<string, string>;

let messages: Messages = {};
let locale = "en";

/** Called once by each surface with its own file, so that the widget does not carry the console's words. */
export function useMessages(language: string, words: Messages): void {
  messages = words;
  locale = language;
}

export function language(): string {
  return locale;
}

export function t(key: string, values: Record<string, string | number> = {}): string {
  const count = values.count;
  const chosen = typeof count === "number" ? (messages[`${key}_${new Intl.PluralRules(locale).select(count)}`] ?? messages[`${key}_other`]) : undefined;
  const text = chosen ?? messages[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
