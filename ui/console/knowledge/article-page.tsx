import { get, path } from "../kit/api";
import { useLoad } from "../kit/load";
import { Failed, Loading } from "../kit/states";
import { t } from "../kit/t";
import { Editor } from "./editor/editor";
import type { Article } from "./wire";

export function ArticlePage({ id }: { id: string }) {
  const loaded = useLoad(id, (signal) => get<Article>(path("articles", id), { signal }));
  if (!loaded.value) return (
    <>
      <h1 class="hidden">{t("article")}</h1>
      {loaded.problem ? <Failed problem={loaded.problem} what={t("article.failed")} retry={loaded.again} /> : <Loading rows={8} />}
    </>
  );
  return <Editor article={loaded.value} put={loaded.set} />;
}
