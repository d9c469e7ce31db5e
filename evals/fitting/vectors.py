"""Vectors of many short texts, embedded once and kept in a folder outside the repository."""

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.embedder import Embedder, Vector, unit_rows

CACHE = Path(tempfile.gettempdir()) / "warmline-fitting"


def embedded(embedder: Embedder, texts: Sequence[str], folder: Path = CACHE) -> Vector:
    """[n, dimension]; about 6 ms a text on one thread the first time, read from `folder` afterwards."""
    digest = hashlib.sha256("\0".join([embedder.model, *texts]).encode()).hexdigest()
    path = folder / f"{digest}.npy"
    if path.exists():
        return np.load(path)
    print(f"embedding {len(texts)} texts …", file=sys.stderr, flush=True)
    rows = unit_rows(embedder.embed_texts(texts, question=True))
    folder.mkdir(parents=True, exist_ok=True)
    np.save(path, rows)
    return rows
