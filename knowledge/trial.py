"""Trying a draft: the searcher as it would be, were the draft published, without anything being written."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.scope import Scope
from knowledge.articles import source_of
from knowledge.drafts import draft
from knowledge.publication import passages_of
from retrieval.embedder import Embedder, Vector
from retrieval.fusion import DEPTH, fuse, stretched
from retrieval.passages import NewPassage, embedded_text
from retrieval.question import leans, term_weights
from retrieval.ranking import RANKED, Asked, Candidate, features_of, ordered, words_of
from retrieval.repeats import collapsed, repeats, said, told_once
from retrieval.search import Filters, Hit, Query, Results, Searcher, Sentences
from retrieval.sentences import split_sentences
from retrieval.signals import Found, nearest_sentence, signals_of
from retrieval.words import terms_of

# BM25 with the usual constants and the mean length of our passages.
_K, _B, _MEAN = 1.2, 0.75, 60.0


class Trial:
    """Stands in for a Searcher: the article's own passages are left out, the draft's take their place under negative numbers."""

    def __init__(self, searcher: Searcher, source: str, passages: Sequence[NewPassage]) -> None:
        self.embedder: Embedder = searcher.embedder
        self._searcher = searcher
        self._source = source
        self._passages = {-number: passage for number, passage in enumerate(passages, 1)}
        texts = [embedded_text(passage.title, passage.heading, passage.text) for passage in passages]
        self._vectors = dict(zip(self._passages, self.embedder.vectors(texts) if texts else [], strict=True))
        self._sentences = {number: _sentences(self.embedder, passage.text) for number, passage in self._passages.items()}
        self._terms = {number: terms_of(text) for number, text in zip(self._passages, texts, strict=True)}

    def search(self, query: Query, filters: Filters, limit: int = 20) -> Results:
        live = self._searcher.search(query, filters, DEPTH)
        query = dataclasses.replace(query, text=live.asked)
        kept = {hit.passage: hit for found in live.hits for hit in (found, *found.repeats) if hit.source != self._source}
        cosines = {} if live.degraded else {number: float(vector @ live.blended) for number, vector in self._vectors.items()}
        lexical = self._lexical(query, live.signals)
        dense = _ordered({p: hit.cosine for p, hit in kept.items() if hit.cosine == hit.cosine} | cosines)
        words = _ordered({p: hit.lexical for p, hit in kept.items() if hit.lexical > 0} | lexical)
        # Word weights are known only as their mean here.
        mean, weights = _mean_weight(live.signals), term_weights(query)
        legs = stretched(dense, words)
        shown = {
            p: kept.get(p) or self._hit(p, cosines.get(p, float("nan")), lexical.get(p, 0.0))
            for p, _ in fuse(legs, self.embedder.dense_weight)[:RANKED]
        }
        candidates = [_candidate(hit) for hit in shown.values()]
        asked = Asked(terms_of(query.text), {term: mean * weight for term, weight in weights.items()})
        shares = self._searcher.ranking.weights(self.embedder, live.degraded, leans(query))
        best = ordered(candidates, features_of(asked, candidates, legs), shares)
        hits = _without_repeats([dataclasses.replace(shown[passage], score=score) for passage, score in best], limit, weights)
        own = {term: mean for term, weight in weights.items() if weight >= 1}
        found = Found(hits, dense, words, own, {candidate.passage: candidate.words for candidate in candidates})
        top = 0.0 if live.degraded else self._sentence_top(hits, live.vector)
        return dataclasses.replace(live, hits=hits, signals=signals_of(found, top, live.degraded), second_look="")

    def nearest(self, vector: Vector, filters: Filters, limit: int = 20) -> list[Hit]:
        live = [hit for hit in self._searcher.nearest(vector, filters, limit) if hit.source != self._source]
        own = [self._hit(number, float(row @ vector), 0.0) for number, row in self._vectors.items()]
        ordered = sorted([*live, *own], key=lambda hit: -hit.cosine)[:limit]
        return [dataclasses.replace(hit, score=hit.cosine, rank=rank) for rank, hit in enumerate(ordered)]

    def sentence_vectors(self, passage_ids: Sequence[int]) -> dict[int, Sentences]:
        live = self._searcher.sentence_vectors([number for number in passage_ids if number > 0])
        return live | {number: self._sentences[number] for number in passage_ids if number in self._sentences}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._searcher, name)

    def _lexical(self, query: Query, signals: Mapping[str, float]) -> dict[int, float]:
        scores = {}
        for number, held in self._terms.items():
            length = _K * (1 - _B + _B * len(held) / _MEAN)
            counts = {term: held.count(term) for term in set(held)}
            parts = (weight * counts[term] / (counts[term] + length) for term, weight in term_weights(query).items() if term in counts)
            scores[number] = _mean_weight(signals) * (1 + _K) * sum(parts)
        return {number: score for number, score in scores.items() if score > 0}

    def _sentence_top(self, hits: list[Hit], vector: Vector) -> float:
        return nearest_sentence(vector, [rows for _, rows in self.sentence_vectors([hit.passage for hit in hits[:3]]).values()])

    def _hit(self, number: int, cosine: float, lexical: float) -> Hit:
        passage = self._passages[number]
        place = (passage.collection, -number - 1)
        return Hit(number, self._source, passage.title, passage.heading, passage.text, 0.0, cosine, lexical, 0, *place)


def trial_searcher(searcher: Searcher, scope: Scope, article: str | None, title: str, markdown: str) -> Trial:
    """Blocking: embeds the draft, nothing is stored. article: the one that the draft would replace. Raises Invalid as `draft` does."""
    passages = passages_of("", draft(title, markdown))
    return Trial(searcher, source_of(article or "draft"), passages)


def _sentences(embedder: Embedder, text: str) -> Sentences:
    spans = split_sentences(text)
    rows: NDArray[np.float32] = embedder.vectors([text[begin:end] for begin, end in spans]) if spans else np.zeros((0, 0), np.float32)
    return spans, rows


def _without_repeats(hits: Sequence[Hit], limit: int, asked: Mapping[str, float]) -> list[Hit]:
    """As the live search does it, but by words alone: the vectors of what is published are not at hand."""
    told = {hit.passage: said(hit.title, hit.heading, hit.text, "en") for hit in hits}

    def repeated(one: int, better: int) -> bool:
        return repeats(told[one], told[better], asked)

    alike = np.ones((len(hits), 1), np.float32)
    behind = collapsed([(hit.passage, hit.score) for hit in hits], alike, limit, repeated)
    return told_once(hits, behind)


def _candidate(hit: Hit) -> Candidate:
    cosine = hit.cosine if hit.cosine == hit.cosine else 0.0
    return Candidate(hit.passage, hit.source, words_of(hit.title, hit.heading, hit.text, "en"), cosine)


def _mean_weight(signals: Mapping[str, float]) -> float:
    return signals["idf_mass"] / signals["terms"] if signals.get("terms") else 1.0


def _ordered(scores: Mapping[int, float]) -> list[tuple[int, float]]:
    return sorted(scores.items(), key=lambda pair: -pair[1])
