"""Confidence for the questions that the shipped one was fitted on: one fitted without their base, so that no printed figure is of data seen
in fitting. Made by evals/fitting/confidence.py."""

import gzip
import hashlib
import json
from pathlib import Path

from bot.confidence import Confidence, load_confidence
from core.log import log

FOLDER = Path(__file__).parent / "weights" / "unseen"


def unseen_confidence(queries: Path) -> Confidence | None:
    """None: the shipped confidence has not seen these questions."""
    digest = digest_of(queries)
    for path in sorted(FOLDER.glob("*.json")):
        if json.loads(path.read_text(encoding="utf-8"))["queries_sha256"] == digest:
            log.info("confidence_fitted_without_these_questions", base=path.stem)
            return load_confidence(path)
    return None


def digest_of(queries: Path) -> str:
    """Of the lines, whether the file is packed or not."""
    raw = queries.read_bytes()
    return hashlib.sha256(gzip.decompress(raw) if queries.suffix == ".gz" else raw).hexdigest()
