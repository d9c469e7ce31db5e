import english from "../../i18n/console.en.json";
import { t as translate, useMessages } from "../../shared/i18n";

type Stored = keyof typeof english;
export type Key = Stored | (Stored extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never);

useMessages("en", english);

/** As shared `t`, but a key that the console's file lacks does not compile. */
export function t(key: Key, values?: Record<string, string | number>): string {
  return translate(key, values);
}

/** For codes that the server makes (a reason, a mood word): the text if we have one, else the code in plain words. */
export function word(prefix: string, code: string | null | undefined): string {
  if (!code) return "";
  const key = `${prefix}.${code}`;
  return key in english ? t(key as Key) : code.replace(/_/g, " ");
}
