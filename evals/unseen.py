"""Weights for the questions that the shipped ones were fitted on: fitted without their base, so that no printed figure is of data seen in
fitting. Made by evals/fitting/confidence.py, worth.py, grounds.py and retrieval.py."""

import gzip
import hashlib
import json
import zlib
from pathlib import Path

from bot.confidence import Confidence, load_confidence
from bot.grounds import Grounds, load_grounds
from bot.worth import Worth, load_worth
from core.log import log
from evals.seen import seen
from retrieval.ranking import Ranking, load_ranking

FOLDER = Path(__file__).parent / "weights" / "unseen"
UNSEEN_WORTH = FOLDER.with_name("unseen_worth")
UNSEEN_RANKING = FOLDER.with_name("unseen_ranking")
UNSEEN_GROUNDS = FOLDER.with_name("unseen_grounds")
FOLDS = 5


def unseen_confidence(queries: Path) -> Confidence | None:
    """None: the shipped confidence has not seen these questions."""
    path = _fitted_without(queries, FOLDER)
    return load_confidence(path) if path else None


def unseen_worth(queries: Path) -> Worth | None:
    """None: the shipped weights of sentences have not seen these questions."""
    path = _fitted_without(queries, UNSEEN_WORTH)
    return load_worth(path) if path else None


def unseen_ranking(queries: Path) -> Ranking | None:
    """None: the shipped order of passages has not seen these questions."""
    path = _fitted_without(queries, UNSEEN_RANKING)
    return load_ranking(path) if path else None


def grounds_without(question: str, claim: str) -> Grounds:
    """The shipped ones where they have not seen this claim, else those of the fold that left its question out."""
    return load_grounds(UNSEEN_GROUNDS / f"fold{fold_of(question)}.json") if seen("grounds", claim) else load_grounds()


def fold_of(question: str) -> int:
    """A question's claims all fall into one fold."""
    return zlib.crc32(question.encode()) % FOLDS


def _fitted_without(queries: Path, folder: Path) -> Path | None:
    digest = digest_of(queries)
    for path in sorted(folder.glob("*.json")):
        if json.loads(path.read_text(encoding="utf-8"))["queries_sha256"] == digest:
            log.info("fitted_without_these_questions", weights=folder.name, base=path.stem)
            return path
    return None


def digest_of(queries: Path) -> str:
    """Of the lines, whether the file is packed or not."""
    raw = queries.read_bytes()
    return hashlib.sha256(gzip.decompress(raw) if queries.suffix == ".gz" else raw).hexdigest()
