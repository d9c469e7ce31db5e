import { keep, keptJson } from "../kit/keep";
import type { Article } from "./wire";

/** What the editor holds: everything of a revision that a person can change, and the revision it was made from. */
export interface Text { base: number; title: string; markdown: string; slug: string; language: string; audience: "public" | "agents" }

export function textOf(article: Article): Text {
  const { revision, slug, language, audience } = article;
  return { base: revision.number, title: revision.title, markdown: revision.markdown, slug, language, audience };
}

export function same(one: Text, other: Text): boolean {
  return one.title === other.title && one.markdown === other.markdown && one.slug === other.slug && one.language === other.language && one.audience === other.audience;
}

const name = (id: string) => `article.${id}`;

/** The unsaved text that this machine keeps, if there is any. */
export const keptText = (id: string) => keptJson<Text | null>(name(id), null);
export const keepText = (id: string, text: Text | null) => keep(name(id), text && JSON.stringify(text));
