"""What one search tells about whether the question is answered here. Raw numbers; a confidence is fitted over them elsewhere.

cosine_top · cosine_margin (first minus second passage) · cosine_mean5 · source_margin (best passage minus the best of another source)
sentence_top (nearest sentence of the first three hits)
bm25_top · bm25_margin · bm25_share (bm25_top ÷ idf_mass)
terms (count) · idf_mass (sum over the question's terms) · idf_cover, idf_cover3 (share of it found in the first hit, the first three)
agreement (both legs have the same first passage) · overlap5 (share of common passages among both legs' first five) · score_margin (fused)
hits (count) · degraded (1: no vector leg; all cosines are 0 then).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.embedder import Vector
from retrieval.query import Hit

Scored = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Found:
    """idf: of the question's own terms. words: the terms of the first hits, by passage."""

    hits: Sequence[Hit]
    dense: Scored
    lexical: Scored
    idf: Mapping[str, float]
    words: Mapping[int, Sequence[str]]


def signals_of(found: Found, sentence_top: float, degraded: bool) -> dict[str, float]:
    hits, dense, lexical, idf = found.hits, found.dense, found.lexical, found.idf
    mass = sum(idf.values())
    bm25 = lexical[0][1] if lexical else 0.0
    values = {
        "cosine_top": dense[0][1] if dense else 0.0,
        "cosine_margin": _gap(dense),
        "cosine_mean5": float(np.mean([cosine for _, cosine in dense[:5]])) if dense else 0.0,
        "source_margin": 0.0 if degraded else _source_margin(hits),
        "sentence_top": sentence_top,
        "bm25_top": bm25,
        "bm25_margin": _gap(lexical),
        "bm25_share": bm25 / mass if mass else 0.0,
        "terms": float(len(idf)),
        "idf_mass": mass,
        "idf_cover": _cover(found, 1, mass),
        "idf_cover3": _cover(found, 3, mass),
        "agreement": float(bool(dense and lexical) and dense[0][0] == lexical[0][0]),
        "overlap5": len(_first(dense, 5) & _first(lexical, 5)) / 5,
        "score_margin": _gap([(hit.passage, hit.score) for hit in hits[:2]]),
        "hits": float(len(hits)),
        "degraded": float(degraded),
    }
    return {name: round(float(value), 6) for name, value in values.items()}


def nearest_sentence(vector: Vector, sentences: Iterable[Vector]) -> float:
    """Highest cosine of the question and any sentence, 0 when there is none."""
    return max((float((rows @ vector).max()) for rows in sentences if len(rows)), default=0.0)


def _gap(scored: Scored) -> float:
    if len(scored) < 2:
        return scored[0][1] if scored else 0.0
    return scored[0][1] - scored[1][1]


def _source_margin(hits: Sequence[Hit]) -> float:
    known = [hit for hit in hits if not np.isnan(hit.cosine)]
    if not known:
        return 0.0
    best = max(known, key=lambda hit: hit.cosine)
    return best.cosine - max((hit.cosine for hit in known if hit.source != best.source), default=0.0)


def _cover(found: Found, count: int, mass: float) -> float:
    held = {term for hit in found.hits[:count] for term in found.words.get(hit.passage, ())}
    return sum(weight for term, weight in found.idf.items() if term in held) / mass if mass else 0.0


def _first(scored: Scored, count: int) -> set[int]:
    return {passage for passage, _ in scored[:count]}
