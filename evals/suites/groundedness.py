"""Groundedness: `{"id", "supported": 0…1}` per claim: the probability that its passages say it.

Items: `{id, claim | response, references: [text, …] | context, question? | message?, attributable? | hallucinated?, source?}`."""

import re
from collections.abc import Sequence
from pathlib import Path

from bot.grounds import Grounds
from bot.source import Source
from core.errors import Invalid
from core.settings import Settings
from evals.items import Item, ItemSuite, Judge, Judged
from evals.measures import Figure, auroc_with_interval, macro_f1_with_interval, ratio_with_interval
from evals.unseen import grounds_without
from retrieval.embedder import Embedder
from retrieval.sentences import split_sentences

# A longer text is as good as its worst sentence.
ONE_CLAIM = 2
SUPPORTED = 0.5
_MARK = re.compile(r"\s*\[\d{1,2}\]")
_ADDRESS = re.compile(r"^\[\d{1,2}\]\s*https?://\S+\s*|https?://\S+")


def judge(settings: Settings, embedder: Embedder, train: Path | None) -> Judge:
    def one(item: Item) -> Judged:
        return {"supported": round(supported(item, grounds_without(question_of(item), claim_of(item)), embedder), 4)}

    return one


def supported(item: Item, grounds: Grounds, embedder: Embedder) -> float:
    """Raises Invalid."""
    claim, source, question = claim_of(item), source_of(item), question_of(item)
    parts = [claim[begin:end] for begin, end in split_sentences(claim)]
    claims = parts if len(parts) > ONE_CLAIM else [claim]
    return min(grounds.of(one, source, question, embedder) for one in claims)


def claim_of(item: Item) -> str:
    return _MARK.sub("", _text(item, "claim", "response")).strip()


def question_of(item: Item) -> str:
    return str(item.get("question") or item.get("message") or "")


def source_of(item: Item) -> Source:
    references = item.get("references")
    if references is None:
        references = [_text(item, "context", "context")]
    if not isinstance(references, list) or not all(isinstance(one, str) for one in references):
        raise Invalid(f"id {item['id']}: references are no list of texts")
    return Source("", "\n\n".join(_ADDRESS.sub(" ", one) for one in references))


def _text(item: Item, *names: str) -> str:
    found = next((item[name] for name in names if isinstance(item.get(name), str)), None)
    if found is None:
        raise Invalid(f"id {item['id']}: {' or '.join(dict.fromkeys(names))} is missing")
    return str(found)


def label_of(item: Item) -> bool | None:
    if item.get("attributable") is not None:
        return bool(item["attributable"])
    return None if item.get("hallucinated") is None else not item["hallucinated"]


def figures(items: Sequence[Item], rows: Sequence[Judged]) -> list[Figure]:
    """Over all, and by source where the items name several."""
    judged = [(str(item.get("source", "")), row["supported"], label) for item, row in zip(items, rows, strict=True)
              if (label := label_of(item)) is not None]  # fmt: skip
    sources = sorted({source for source, _, _ in judged})
    made = _of("", judged)
    if len(sources) > 1 and made:
        made.append(_mean_of_sources(judged, sources))
        for source in sources:
            made += _of(f" {source}", [one for one in judged if one[0] == source])
    return made


def _mean_of_sources(judged: Sequence[tuple[str, float, bool]], sources: Sequence[str]) -> Figure:
    """Each source counts the same, as AttributionBench counts."""
    parts = []
    for source in sources:
        for label in (True, False):
            inside = [(label == true, label == (score >= SUPPORTED)) if one == source else (False, False) for one, score, true in judged]
            parts.append(([2.0 * (is_ and said) for is_, said in inside], [float(is_) + float(said) for is_, said in inside]))
    return ratio_with_interval("macro-F1, mean of sources", parts)


def _of(suffix: str, judged: Sequence[tuple[str, float, bool]]) -> list[Figure]:
    scores, labels = [score for _, score, _ in judged], [label for _, _, label in judged]
    if len(set(labels)) < 2:
        return []
    said = [str(score >= SUPPORTED) for score in scores]
    return [
        macro_f1_with_interval(f"macro-F1{suffix}", [str(label) for label in labels], said),
        auroc_with_interval(f"AUROC{suffix}", scores, labels),
    ]


SUITE = ItemSuite(judge, figures)
