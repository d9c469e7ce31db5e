"""`make evals-large`: a base of a hundred thousand passages and more, in a folder in which a killed run goes on where it stopped.

python -m evals.large --corpus F --queries F --folder F [--pages N]: articles among the first five by words alone (the floor), by both legs
fused half and half, and as customers get it; then the paired difference of the last to the floor. Questions whose articles are not in the
corpus are left out. 148,000 passages take more than an hour of CPU to embed; --pages takes the gold articles and N others."""

import argparse
import random
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, select

import people.tables  # noqa: F401  the database is made from the whole metadata
import retrieval.tables  # noqa: F401
from core.settings import load_settings
from evals.bench_index import FILTERS, WORKSPACE, add_article, article_of, opened
from evals.data import Article, Case, read_cases, read_corpus
from evals.measures import mean_with_interval
from retrieval.load import load_embedder
from retrieval.query import Query
from retrieval.search import Searcher
from retrieval.tables import passage

FIRST = 5
EVERY = 200


def main(corpus: Path, queries: Path, folder: Path, pages: int | None) -> None:
    embedder = load_embedder(load_settings())
    cases = [case for case in read_cases(queries) if case.relevant]
    articles = chosen(read_corpus(corpus), cases, pages)
    present = {article.id for article in articles}
    folder.mkdir(parents=True, exist_ok=True)
    with closing(opened(folder)) as database:
        stored = set(database.read_now(sources).values())
        for done, article in enumerate(articles, 1):
            if f"article:{article.id}" not in stored:
                add_article(database, embedder, article, False)
            if done % EVERY == 0:
                print(f"{done} of {len(articles)} articles", file=sys.stderr, flush=True)
        with closing(Searcher(database, embedder, folder / "index")) as searcher:
            searcher.wait_ready(WORKSPACE, 3600)
            print(f"{len(articles)} articles, {searcher.status(WORKSPACE)['passages']} passages, embedder {embedder.name}")
            tell(searcher, [case for case in cases if set(case.relevant) & present], database.read_now(sources))


def chosen(articles: list[Article], cases: list[Case], pages: int | None) -> list[Article]:
    """All, or the gold ones and `pages` others, always the same."""
    if pages is None:
        return articles
    gold = {one for case in cases for one in case.relevant}
    others = [article.id for article in articles if article.id not in gold]
    kept = gold | set(random.Random(7).sample(others, min(pages, len(others))))
    return [article for article in articles if article.id in kept]


def sources(connection: Connection) -> dict[int, str]:
    rows = connection.execute(select(passage.c.id, passage.c.source).where(passage.c.workspace == WORKSPACE))
    return {row.id: row.source for row in rows}


def tell(searcher: Searcher, cases: list[Case], source_of: dict[int, str]) -> None:
    found: dict[str, list[float]] = {"words": [], "fused": [], "ranked": []}
    for case in cases:
        history = tuple(text for role, text in case.history if role == "customer")
        query = Query(case.text, history)
        seen = searcher.consider(query, FILTERS)
        ids = {"words": [one for one, _ in seen.lexical], "fused": [one for one, _ in seen.fused]}
        for name, ranked in ids.items():
            found[name].append(hit([source_of[one] for one in ranked], case))
        found["ranked"].append(hit([one.source for one in searcher.search(query, FILTERS).hits], case))
    for name, values in found.items():
        print(mean_with_interval(f"hit@{FIRST}, {name}", values))
    gained = [ranked - words for ranked, words in zip(found["ranked"], found["words"], strict=True)]
    print(mean_with_interval("ranked over words", gained))


def hit(ranked: list[str], case: Case) -> float:
    return float(bool({article_of(one) for one in list(dict.fromkeys(ranked))[:FIRST]} & set(case.relevant)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="measures search over a large base")
    for name in ("corpus", "queries", "folder"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--pages", type=int)
    main(**vars(parser.parse_args()))
