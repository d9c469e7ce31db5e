"""A workspace's own confidence: fitted near the shipped one, from what was said of its answers and from its own articles. Kept only where
it foretells those labels better than the shipped one does."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from bot.ablated import examples_of_articles
from bot.confidence import Confidence, Head, load_confidence
from bot.dial import limit_of, set_dial, setting_on
from bot.fit import Example, fit
from bot.labels import Label, count_judged, labels_of
from bot.tables import confidence_fit
from chat.log import position_of
from core.clock import now_ms
from core.database import Database
from core.ids import new_id
from core.jobs import JobContext, enqueue, job_kind, list_jobs
from core.scope import Scope
from core.tables import job

KIND = "confidence_fit"
# With fewer labels nothing is fitted; with fewer of either kind a head of our own would follow chance.
AT_LEAST, OF_EACH = 60, 10
# Answers spoken of since the newest fit, after which it is worth fitting again.
EVERY = 40
FOLDS = 5
PENALTY = 40.0
# The articles' examples count together as much as this share of the labels.
ARTICLES = 0.3


@dataclass(frozen=True)
class Fitted:
    """scored: out-of-fold confidences of the head that serves; out_of_fold: of the one that was fitted, kept or not. figures: labels,
    wrong, examples (of articles), loss and shipped_loss (mean log loss out of fold)."""

    kept: bool
    heads: dict[str, Head]
    scored: list[tuple[float, bool]]
    out_of_fold: list[tuple[float, bool]]
    figures: dict[str, Any]


def start(connection: Connection, scope: Scope, job_id: str) -> str:
    """In a unit: the job under way if there is one, else a new one of this id."""
    waiting = select(job.c.id).where(job.c.workspace == scope.workspace, job.c.kind == KIND, job.c.state.in_(("waiting", "running")))
    found: str | None = connection.scalar(waiting.limit(1))
    if found is None:
        args = {"position": position_of(connection, scope.workspace), "near": load_confidence().version}
        enqueue(connection, scope, KIND, args, job_id)
    return found or job_id


def start_when_due(connection: Connection, scope: Scope, job_id: str) -> None:
    """In the unit that added a word on an answer: once something was said of enough answers since the newest job, or that one was near an
    older version."""
    newest = next(iter(list_jobs(connection, scope, KIND, 1)), None)
    after = newest.args.get("position", 0) if newest and newest.args["near"] == load_confidence().version else 0
    enough = count_judged(connection, scope.workspace, after) >= EVERY
    if enough and count_judged(connection, scope.workspace) >= AT_LEAST:
        start(connection, scope, job_id)


@job_kind(KIND)
def run_refit(context: JobContext) -> None:
    shipped, embedder = load_confidence(), context.part("embedder").model
    labels = context.database.read_now(labels_of, context.scope.workspace)
    context.progress(0, 1)
    if len(labels) >= AT_LEAST:
        own = examples_of_articles(context.part("searcher"), context.database, context.scope, context.progress)
        keep(context.database, context.scope, refit(labels, own, shipped, embedder), shipped)
    context.progress(1, 1, detail={"labels": len(labels), "needed": AT_LEAST})


def keep(database: Database, scope: Scope, fitted: Fitted, shipped: Confidence) -> None:
    """With the risk dial set again on it, where one is set."""
    at, fit_id, dial_id = now_ms(), new_id("fit"), new_id("dia")
    heads = {name: asdict(head) for name, head in fitted.heads.items()}
    row = {"id": fit_id, "model": shipped.version, "kept": fitted.kept, "heads": heads, "scored": fitted.scored, "figures": fitted.figures}

    def unit(connection: Connection) -> None:
        connection.execute(confidence_fit.insert().values(workspace=scope.workspace, fitted_at=at, **row))
        # As it is now: it may have been changed while this was being fitted.
        limit = limit_of(connection, scope.workspace)
        if limit is not None:
            set_dial(connection, scope, setting_on("own", fitted.scored, shipped, limit), dial_id, at)

    database.write_now(unit)


def refit(labels: Sequence[Label], of_articles: Sequence[Example], shipped: Confidence, embedder: str) -> Fitted:
    """Blocking, about a second. Labels whose signals an older version kept otherwise are scored as they were, and not fitted on."""
    name = "lexical" if embedder != shipped.model else "full"
    head = shipped.heads[name]
    usable = [label for label in labels if not label.degraded and set(head.names) <= label.signals.keys()]
    before = np.array([label.scored(shipped, embedder) for label in usable])
    right, weight = np.array([label.right for label in usable], float), np.array([label.weight for label in usable])
    few = len(usable) < AT_LEAST or min(right.sum(), len(right) - right.sum()) < OF_EACH
    after = before if few else _out_of_fold(usable, of_articles, head)
    kept = not few and _better(weight * (_loss(before, right) - _loss(after, right)))
    heads = {name: fit(_together(usable, of_articles), head.names, PENALTY, head)} if kept else {}
    figures = {
        "labels": len(labels), "wrong": sum(not label.right for label in labels), "examples": len(of_articles),
        "loss": _mean(_loss(after, right), weight), "shipped_loss": _mean(_loss(before, right), weight),
    }  # fmt: skip
    found = [_scored(probabilities, usable) for probabilities in (after, before)]
    return Fitted(kept, heads, found[0] if kept else found[1], found[0], figures)


def _better(gain: np.ndarray) -> bool:
    """By more than its own standard error: a draw leaves things as they are."""
    return bool(gain.mean() > gain.std(ddof=1) / len(gain) ** 0.5)


def _scored(found: np.ndarray, labels: Sequence[Label]) -> list[tuple[float, bool]]:
    return [(round(float(p), 4), label.right) for p, label in zip(found, labels, strict=True)]


def _out_of_fold(labels: Sequence[Label], of_articles: Sequence[Example], head: Head) -> np.ndarray:
    """In a fixed order that has nothing to do with time or kind; the same question asked twice is in one fold."""
    groups = [sha256(json.dumps(label.signals, sort_keys=True).encode()).digest()[0] % FOLDS for label in labels]
    found = np.zeros(len(labels))
    for fold in range(FOLDS):
        seen = [label for label, group in zip(labels, groups, strict=True) if group != fold]
        fitted = fit(_together(seen, of_articles), head.names, PENALTY, head) if seen else head
        for place, (label, group) in enumerate(zip(labels, groups, strict=True)):
            if group == fold:
                found[place] = fitted.probability(label.signals)
    return found


def _together(labels: Sequence[Label], of_articles: Sequence[Example]) -> list[Example]:
    said = [Example(label.signals, label.right, label.weight) for label in labels]
    share = ARTICLES * sum(example.weight for example in said) / max(1, len(of_articles))
    return said + [replace(example, weight=share) for example in of_articles]


def _loss(found: np.ndarray, right: np.ndarray) -> np.ndarray:
    clipped = np.clip(found, 1e-4, 1 - 1e-4)
    return -(right * np.log(clipped) + (1 - right) * np.log(1 - clipped))


def _mean(loss: np.ndarray, weight: np.ndarray) -> float:
    return round(float((loss * weight).sum() / max(1e-9, weight.sum())), 4)
