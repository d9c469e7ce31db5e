"""What a figure has to be seen against, measured in the same run: BM25 over the passages, and VADER for the mood."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from evals.data import Article, Case
from evals.items import Item
from evals.measures import Figure, auroc_with_interval, retrieval_figures
from knowledge.split import split
from retrieval.words import terms_of

# Robertson's usual constants.
_K1, _B = 1.2, 0.75
_RANKED = 20


class BM25:
    """Over passages with their title; the last message alone is asked for."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles: list[str] = []
        self._lengths: list[int] = []
        self._held: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for article in articles:
            for piece in split(article.title, article.text):
                counts = Counter(terms_of("\n".join((article.title, *piece.heading, piece.text))))
                for term, count in counts.items():
                    self._held[term].append((len(self._articles), count))
                self._articles.append(article.id)
                self._lengths.append(counts.total())
        self._mean = sum(self._lengths) / max(1, len(self._lengths))

    def ranked(self, text: str) -> list[tuple[str, float]]:
        """(article id, score) by its best passage, best first."""
        scores: dict[int, float] = defaultdict(float)
        for term in set(terms_of(text)):
            held = self._held.get(term, [])
            idf = math.log(1 + (len(self._articles) - len(held) + 0.5) / (len(held) + 0.5))
            for passage, count in held:
                length = _K1 * (1 - _B + _B * self._lengths[passage] / self._mean)
                scores[passage] += idf * count * (1 + _K1) / (count + length)
        best: dict[str, float] = {}
        for passage, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
            best.setdefault(self._articles[passage], score)
        return list(best.items())[:_RANKED]


def bm25_figures(articles: Sequence[Article], cases: Sequence[Case]) -> list[Figure]:
    """Retrieval's figures, and how well the best score alone tells answerable questions."""
    index = BM25(articles)
    ranked = {case.id: index.ranked(case.text) for case in cases}
    made = retrieval_figures(cases, ranked)
    labelled = [(ranked[case.id][0][1] if ranked[case.id] else 0.0, case.answerable) for case in cases if case.answerable is not None]
    if len({label for _, label in labelled}) == 2:
        made.append(auroc_with_interval("AUROC answerable", [score for score, _ in labelled], [bool(label) for _, label in labelled]))
    return made


def vader_figures(items: Sequence[Item]) -> list[Figure]:
    analyzer = SentimentIntensityAnalyzer()
    labelled = [item for item in items if "label" in item]
    scores = [-analyzer.polarity_scores(item["text"])["compound"] for item in labelled]
    return [auroc_with_interval("AUROC negative", scores, [item["label"] == "negative" for item in labelled])] if labelled else []
