import { useEffect, useState } from "preact/hooks";
import { get } from "../kit/api";
import { Pick } from "../kit/field";
import { Icon } from "../kit/icon";
import { useKeys } from "../kit/keys";
import { useLoad } from "../kit/load";
import { Empty, Failed, Loading } from "../kit/states";
import { t } from "../kit/t";
import { may } from "../session/session";
import { ArticleTable } from "./article-table";
import { Collections } from "./collections";
import { NewArticle } from "./new-article";
import { Upload } from "./upload";
import { statusWord, type ArticleRow, type Collection, type Status } from "./wire";

interface Page { articles: ArticleRow[]; next: string | number | null }

function address(collection: string | undefined, status: string, q: string, before?: string | number): string {
  const query = new URLSearchParams(Object.entries({ collection, status, q, before }).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])));
  return `/articles${query.size ? `?${query}` : ""}`;
}

function useDebounced(value: string): string {
  const [late, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), 200);
    return () => clearTimeout(timer);
  }, [value]);
  return late;
}

const statuses: Status[] = ["live", "changed", "draft"];

/** All articles of the workspace or of one collection. */
export function Library({ collection }: { collection: string | undefined }) {
  const [q, setQ] = useState("");
  const [status, setStatus] = useState<Status | "">("");
  const [sheet, setSheet] = useState<"new" | "upload" | null>(null);
  const words = useDebounced(q.trim());
  const where = address(collection, status, words);
  const groups = useLoad("collections", (signal) => get<{ collections: Collection[] }>("/collections", { signal }));
  const page = useLoad(where, (signal) => get<Page>(where, { signal }));
  const collections = groups.value?.collections;
  const more = async () => {
    const now = page.value!;
    const next = await get<Page>(address(collection, status, words, now.next!));
    page.set({ articles: [...now.articles, ...next.articles], next: next.next });
  };
  useKeys([
    ...(may("write") ? [{ on: "n", label: t("keys.new_article"), run: () => setSheet("new") }] : []),
    { on: "/", label: t("keys.search"), run: () => document.getElementById("article-search")?.focus() },
  ]);
  const again = () => {
    groups.again();
    page.again();
  };
  const body = () => {
    if (page.problem) return <Failed problem={page.problem} what={t("articles.failed")} retry={again} />;
    if (!page.value) return <Loading rows={8} shape="row" />;
    if (page.value.articles.length) {
      return (
        <>
          <ArticleTable rows={page.value.articles} collections={collections ?? []} />
          {page.value.next && <button type="button" class="button" onClick={() => void more()}>{t("more")}</button>}
        </>
      );
    }
    if (words || status) return <Empty icon="search" text={t("articles.none_found")}><button type="button" class="button" onClick={() => {
      setQ("");
      setStatus("");
    }}>{t("articles.show_all")}</button></Empty>;
    return <Empty icon="book" text={t("articles.none")}>{may("publish") && <button type="button" class="button primary" onClick={() => setSheet("upload")}><Icon name="upload" size={16} />{t("upload")}</button>}</Empty>;
  };
  return (
    <div class="library">
      <Collections collections={collections} problem={groups.problem} chosen={collection} onMade={groups.again} />
      <section class="library-main" aria-label={t("articles")}>
        <header class="page-head">
          <h1 dir="auto">{collection ? collections?.find((one) => one.id === collection)?.name ?? t("articles") : t("collection.all")}</h1>
          {may("publish") && <button type="button" class="button" onClick={() => setSheet("upload")}><Icon name="upload" size={16} /><span>{t("upload")}</span></button>}
          {may("write") && <button type="button" class="button primary" onClick={() => setSheet("new")} ><Icon name="plus" size={16} /><span>{t("article.new")}</span></button>}
        </header>
        <div class="filters">
          <div class="search" role="search">
            <Icon name="search" size={18} />
            <input id="article-search" type="search" class="input" placeholder={t("articles.search")} aria-label={t("articles.search")} value={q} onInput={(event) => setQ((event.target as HTMLInputElement).value)} />
            <kbd aria-hidden="true">/</kbd>
          </div>
          <Pick bare label={t("article.status")} value={status} onPick={setStatus} choices={[{ value: "", label: t("articles.any_status") }, ...statuses.map((one) => ({ value: one, label: statusWord(one) }))]} />
        </div>
        <div class="library-body">{body()}</div>
      </section>
      {sheet === "new" && collections && <NewArticle collections={collections} chosen={collection} onClose={() => setSheet(null)} />}
      {sheet === "upload" && <Upload collections={collections ?? []} chosen={collection} onClose={() => {
        setSheet(null);
        again();
      }} />}
    </div>
  );
}
