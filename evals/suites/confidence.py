"""Confidence: does it tell what the articles answer from what they do not, and does it come true? Over `--corpus` and `--queries`; one line
`{"id", "confidence", "right", "answerable"?, "without"?, "timings"}` per question. right: the first article quoted is a relevant one.
without: the confidence once the relevant articles are taken away.

Nothing is withheld here, however low the confidence, and no model is asked: what it says of itself counts for nothing."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer import Answer, Answerer, Question, Turn
from bot.bounds import share_interval
from bot.confidence import Confidence
from bot.labels import Label
from bot.risk import NEVER, Scored, point_at, threshold_for
from bot.worth import Worth
from evals.bench_index import WORKSPACE, Bench, article_of
from evals.calibration import by_chance, calibration_figure, reliability
from evals.data import Case
from evals.measures import Figure, auroc_with_interval, mean_with_interval
from evals.runs import Progress, runner
from retrieval.search import Filters

LIMITS = (0.05, 0.1, 0.2, 0.3)
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """rows: as written. labels: of the questions whose answer is known to be right or not."""

    rows: list[Row]
    labels: list[Label]


def run_confidence(
    bench: Bench, confidence: Confidence, worth: Worth | None, cases: Sequence[Case], out: Path, progress: Progress
) -> list[Figure]:
    asked = ask_all(bench, confidence, worth, cases, progress)
    with out.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in asked.rows)
    scored = [(label.confidence, label.right) for label in asked.labels]
    return [*told_apart(asked.rows), *calibrated(scored), *kept_to(confidence, scored)]


def ask_all(bench: Bench, confidence: Confidence, worth: Worth | None, cases: Sequence[Case], progress: Progress) -> Asked:
    answerer = Answerer(bench.searcher, confidence, floor=0.0, worth=worth)
    asked = Asked([], [])
    for done, case in enumerate(cases, 1):
        began = time.perf_counter()
        answer = runner().run(_answer(answerer, case, None))
        row: Row = {"id": case.id, "confidence": answer.confidence, "timings": {"total_ms": round((time.perf_counter() - began) * 1000, 2)}}
        if case.answerable is not None:
            row["answerable"] = case.answerable
        if case.relevant or case.answerable is False:
            row["right"] = case.answerable is not False and _first(answer) in case.relevant
            signals = answer.decision["signals"]
            asked.labels.append(Label(answer.confidence, row["right"], "agent", 0, signals, bool(signals.get("degraded"))))
        if case.relevant and case.answerable is not False:
            row["without"] = runner().run(_answer(answerer, case, bench.articles - set(case.relevant))).confidence
        asked.rows.append(row)
        progress(done, len(cases))
    return asked


def told_apart(rows: Sequence[Row]) -> list[Figure]:
    """AUROC of what the articles answer against what they do not."""
    figures = []
    labelled = [(row["confidence"], row["answerable"]) for row in rows if "answerable" in row]
    if len({answerable for _, answerable in labelled}) == 2:
        figures.append(auroc_with_interval("AUROC answerable", *map(list, zip(*labelled, strict=True))))
    pairs = [row for row in rows if "without" in row]
    if pairs:
        scores = [row["confidence"] for row in pairs] + [row["without"] for row in pairs]
        figures.append(auroc_with_interval("AUROC article taken away", scores, [True] * len(pairs) + [False] * len(pairs)))
    return figures


def calibrated(scored: Scored) -> list[Figure]:
    """The expected calibration error, what chance alone would make of it, and the bins behind it."""
    said, right = [confidence for confidence, _ in scored], [right for _, right in scored]
    if not scored:
        return []
    figures = [mean_with_interval("right", [float(one) for one in right]), calibration_figure("ECE", said, right), by_chance(said)]
    if len(set(right)) == 2:
        figures.insert(1, auroc_with_interval("AUROC right", said, right))
    for one in reliability(said, right):
        figures.append(Figure(f"  right where said {one.said:.2f}", one.right, *share_interval(round(one.right * one.n), one.n), one.n))
    return figures


def kept_to(confidence: Confidence, scored: Scored) -> list[Figure]:
    """What comes of the risk dial, set by what was known before these questions."""
    figures = []
    for limit in LIMITS if confidence.reference and scored else ():
        threshold = threshold_for(limit, confidence.reference, confidence.floor)
        if threshold >= NEVER:
            continue
        point = point_at(threshold, scored)
        figures.append(Figure(f"wrong, limit {limit:.0%}", point.wrong, point.wrong_low, point.wrong_high, point.given, better="lower"))
        answered = share_interval(point.given, len(scored))
        figures.append(Figure(f"answered, limit {limit:.0%}", point.answered, *answered, len(scored)))
    return figures


async def _answer(answerer: Answerer, case: Case, among: frozenset[str] | None) -> Answer:
    turns = tuple(Turn("customer" if role == "customer" else "bot", text) for role, text in case.history)
    return await answerer.answer(Question(case.text, Filters(WORKSPACE, among), turns), lambda piece: None)


def _first(answer: Answer) -> str:
    return article_of(answer.citations[0].source) if answer.citations else ""
