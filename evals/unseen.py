"""Weights for the questions that the shipped ones were fitted on: fitted without their base, so that no printed figure is of data seen in
fitting. Made by evals/fitting/confidence.py and evals/fitting/worth.py."""

import gzip
import hashlib
import json
from pathlib import Path

from bot.confidence import Confidence, load_confidence
from bot.worth import Worth, load_worth
from core.log import log

FOLDER = Path(__file__).parent / "weights" / "unseen"
UNSEEN_WORTH = FOLDER.with_name("unseen_worth")


def unseen_confidence(queries: Path) -> Confidence | None:
    """None: the shipped confidence has not seen these questions."""
    path = _fitted_without(queries, FOLDER)
    return load_confidence(path) if path else None


def unseen_worth(queries: Path) -> Worth | None:
    """None: the shipped weights of sentences have not seen these questions."""
    path = _fitted_without(queries, UNSEEN_WORTH)
    return load_worth(path) if path else None


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
