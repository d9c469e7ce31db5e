import { route } from "../kit/router";
import "../style/knowledge.css";
import { ArticlePage } from "./article-page";
import { Library } from "./library";
import { WordsPage } from "./words";

/** /console/knowledge, …/in/{collection}, …/words, …/{article} */
export function Knowledge() {
  const [, first, second] = route.value;
  if (first === "words") return <WordsPage />;
  if (first && first !== "in") return <ArticlePage key={first} id={first} />;
  return <Library collection={first === "in" ? second : undefined} />;
}
