import { word } from "../kit/t";

export interface Who { id?: string; name?: string }
export interface Collection { id: string; name: string; slug: string; articles: number }
export type Status = "draft" | "live" | "changed";
export interface ArticleRow {
  id: string; title: string; slug: string; collection: string; language: string; audience: "public" | "agents"; status: Status;
  updated_at: string; updated_by: Who | string | null;
}
export interface Revision { number: number; title: string; markdown: string; author: Who | string | null; at: string; published?: boolean }
export interface Article extends ArticleRow { revision: Revision; published: number | null }
export interface Published { revision: number; passages: number; seconds: number }
export interface ImportFile { name: string; state: string; reason?: string | null; article?: string | null }
export interface Import { id: string; state: "waiting" | "running" | "done" | "failed"; total: number; done: number; failed: number; files: ImportFile[] }

export const nameOf = (who: Who | string | null | undefined) => (typeof who === "string" ? who : who?.name ?? "");
export const statusWord = (status: Status) => word("article.status", status);
