"""How close in meaning a source comes to a claim, where its words alone do not tell: vectors of sentences, and each of the claim's word
pieces beside the source's nearest one (as BERTScore's precision does, Zhang et al. 2020)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.source import Source
from bot.words import content, words
from retrieval.embedder import Embedder, Pieces

# Sentences that are embedded, those with most of the claim's words around them; word pieces are compared in the nearest of them.
READ, COMPARED = 12, 8
# Added to a piece's number in the vocabulary, which runs from common to rare.
COMMON = 1000.0
_SILENT = frozenset(words("a an the of to in and or is are was were be been that this it its on for with as by at from"))
_SENTENCES = ("nearest", "second_nearest", "neighbours_near", "claim_to_question", "mean_near", "question_near")
_PIECES = ("matched", "least_matched", "low_matched", "rare_matched", "strangers_matched", "new_matched", "matched_in_one", "matched_back")
MEANING = (*_SENTENCES, *_PIECES)
Rows = NDArray[np.float32]


def meaning_of(claim: str, source: Source, question: str, embedder: Embedder) -> dict[str, float]:
    """Blocking: embeds the claim, the question and up to READ sentences, about 5 ms each. All cosines; 0 where there is nothing."""
    read = [embedder.pieces(sentence) for sentence in _to_read(claim, source)]
    said, asked = embedder.pieces(claim), embedder.pieces(question)
    if not read or not len(said.rows):
        return dict.fromkeys(MEANING, 0.0)
    rows = np.stack([one.mean for one in read])
    near = rows @ said.mean
    best = np.sort(near)[::-1]
    threes = [rows[at : at + 3].sum(axis=0) for at in range(max(1, len(rows) - 2))]
    around = max(float(three @ said.mean / max(1e-9, float(np.linalg.norm(three)))) for three in threes)
    second = float(best[1]) if len(best) > 1 else 0.0
    asks = (float(asked.mean @ said.mean), float((rows @ asked.mean).max())) if len(asked.rows) else (0.0, 0.0)
    values = (float(best[0]), second, around, asks[0], float(near.mean()), asks[1])
    compared = [read[at] for at in np.argsort(-near)[:COMPARED]]
    return dict(zip(_SENTENCES, values, strict=True)) | _matched(said, asked, compared)


def _to_read(claim: str, source: Source) -> Sequence[str]:
    if len(source.sentences) <= READ:
        return source.sentences
    terms = set(content(claim))
    share = np.array([len(terms & held) for held in source.terms], float)
    around = np.convolve(share, np.ones(3), "same")
    return [source.sentences[at] for at in sorted(np.argsort(-around, kind="stable")[:READ])]


def _matched(said: Pieces, asked: Pieces, compared: Sequence[Pieces]) -> dict[str, float]:
    speaking = [at for at, piece in enumerate(said.texts) if piece not in _SILENT] or list(range(len(said.texts)))
    claim = said.rows[speaking]
    best = (claim @ np.concatenate([one.rows for one in compared]).T).max(axis=1)
    rarity = np.log1p(said.numbers[speaking] / COMMON)
    held = {piece for one in compared for piece in one.texts}
    strange = np.array([said.texts[at] not in held for at in speaking])
    new = np.array([said.texts[at] not in asked.texts for at in speaking])
    first = claim @ compared[0].rows.T
    values = (
        best.mean(), best.min(), np.quantile(best, 0.15), (best * rarity).sum() / max(1e-9, rarity.sum()),
        best[strange].mean() if strange.any() else 1.0, best[new].mean() if new.any() else 1.0,
        first.max(axis=1).mean(), first.max(axis=0).mean(),
    )  # fmt: skip
    return {name: float(value) for name, value in zip(_PIECES, values, strict=True)}
