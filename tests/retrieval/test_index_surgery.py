"""R9: index files missing, truncated, bit-flipped, of another width, of another model or stale. Whatever lies on the disk, a search is
never wrong: damage is found before the file serves, and the index comes back with the same ids and scores."""

import random
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import WORKSPACE

from core.database import Database
from retrieval.embedder import Embedder, Vector
from retrieval.hash_embedder import HashEmbedder
from retrieval.search import Filters, Query, Searcher

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

QUESTIONS = ("when is my refund paid?", "which boots size", "gift card balance", "broken zip")
FILTERS = Filters(WORKSPACE)
Surgery = Callable[[Path, random.Random], None]


class GatedEmbedder(HashEmbedder):
    """Another model that embeds passages only when the gate is open."""

    def __init__(self) -> None:
        super().__init__(seed=7)
        self.gate = threading.Event()

    def vectors(self, texts: Sequence[str]) -> Vector:
        assert self.gate.wait(30)
        return super().vectors(texts)


def found(searcher: Searcher) -> list[list[tuple[int, float, float, float]]]:
    results = [searcher.search(Query(question), FILTERS) for question in QUESTIONS]
    return [[(hit.passage, hit.score, hit.cosine, hit.lexical) for hit in result.hits] for result in results]


def truncate(path: Path, rng: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: rng.randrange(len(content))])


def flip(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def lose(path: Path, rng: random.Random) -> None:
    path.unlink()


def append(path: Path, rng: random.Random) -> None:
    path.write_bytes(path.read_bytes() + rng.randbytes(8))


def lexical_file(folder: Path, rng: random.Random) -> Path:
    # tantivy's two lock files are empty and mean nothing.
    return rng.choice(sorted(path for path in (folder / "lexical").iterdir() if path.stat().st_size))


CASES = [
    *[("vectors.faiss", lose)],
    *[("vectors.faiss", truncate)] * 24,
    *[("vectors.faiss", flip)] * 40,
    *[("vectors.faiss", append)],
    *[("lexical", lose)] * 3,
    *[("lexical", truncate)] * 10,
    *[("lexical", flip)] * 12,
    *[("lexical.manifest", lose)],
    *[("lexical.manifest", truncate)] * 2,
    *[("lexical.manifest", flip)] * 3,
]


def test_surgery_is_found_and_healed(database: Database, embedder: Embedder, shop: None, tmp_path: Path) -> None:
    pristine = tmp_path / "pristine"
    searcher = Searcher(database, embedder, pristine)
    assert searcher.wait_ready(WORKSPACE)
    before = found(searcher)
    searcher.close()
    assert not any(reopened(database, embedder, pristine).values())
    for number, (name, surgery) in enumerate(CASES):
        rng = random.Random(number)
        folder = tmp_path / f"case{number}"
        shutil.copytree(pristine, folder)
        surgery(lexical_file(folder / WORKSPACE, rng) if name == "lexical" else folder / WORKSPACE / name, rng)
        searcher = Searcher(database, embedder, folder)
        at_once = searcher.search(Query(QUESTIONS[0]), FILTERS)
        damage = searcher.status(WORKSPACE)["damage"]
        assert damage["vectors" if name == "vectors.faiss" else "lexical"], (number, name, surgery.__name__)
        assert at_once.hits[0].passage == before[0][0][0]
        assert searcher.wait_ready(WORKSPACE)
        assert found(searcher) == before, (number, name, surgery.__name__)
        searcher.close()
        assert not any(reopened(database, embedder, folder).values()), "what was healed is saved"
        # tantivy's watcher may still make a lock file in it.
        shutil.rmtree(folder, ignore_errors=True)


def reopened(database: Database, embedder: Embedder, folder: Path) -> dict[str, str]:
    searcher = Searcher(database, embedder, folder)
    searcher.wait_ready(WORKSPACE)
    damage: dict[str, str] = searcher.status(WORKSPACE)["damage"]
    searcher.close()
    return damage


def test_a_stale_index_is_found(database: Database, embedder: Embedder, shop: None, publish: Callable, tmp_path: Path) -> None:
    from retrieval_shop import passage

    folder = tmp_path / "index"
    reopened(database, embedder, folder)
    shutil.copytree(folder, tmp_path / "old")
    # As many passages as before: only the content tells.
    publish("article:returns", [passage("Nothing can be sent back any more.", "Returns")])
    damage = reopened(database, embedder, tmp_path / "old")
    assert "digest" in damage["vectors"]
    assert "digest" in damage["lexical"]
    searcher = Searcher(database, embedder, tmp_path / "old")
    assert "any more" in searcher.search(Query("what can be sent back?"), FILTERS).hits[0].text
    searcher.close()


def narrow() -> Embedder:
    """Calls itself the usual model but makes vectors of another width."""
    embedder = HashEmbedder(128)
    embedder.model = HashEmbedder().model
    return embedder


def test_an_index_of_another_width_is_found(database: Database, embedder: Embedder, shop: None, tmp_path: Path) -> None:
    reopened(database, embedder, tmp_path / "index")
    damage = reopened(database, narrow(), tmp_path / "index")
    assert damage["vectors"].startswith("dimension")
    searcher = Searcher(database, embedder, tmp_path / "index")
    searcher.wait_ready(WORKSPACE)
    assert searcher.search(Query("when is my refund paid?"), FILTERS).hits[0].source == "article:returns"
    searcher.close()


@pytest.mark.parametrize("other", [HashEmbedder(128), HashEmbedder(256, seed=3)], ids=["wider", "other seed"])
def test_an_index_of_another_model_is_found(database: Database, embedder: Embedder, shop: None, tmp_path: Path, other: Embedder) -> None:
    folder = tmp_path / "index"
    reopened(database, embedder, folder)
    reopened(database, other, folder)
    assert reopened(database, other, folder)["vectors"] == ""
    assert "model" in reopened(database, embedder, folder)["vectors"]


def test_words_answer_while_vectors_are_made(database: Database, embedder: Embedder, shop: None, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    reopened(database, embedder, folder)
    slow = GatedEmbedder()
    searcher = Searcher(database, slow, folder)
    degraded = searcher.search(Query("when is my refund paid?"), FILTERS)
    assert degraded.degraded
    assert degraded.hits[0].source == "article:returns"
    assert np.isnan(degraded.hits[0].cosine)
    assert searcher.status(WORKSPACE)["state"] == "rebuilding"
    slow.gate.set()
    assert searcher.wait_ready(WORKSPACE)
    assert not searcher.search(Query("when is my refund paid?"), FILTERS).degraded
    assert searcher.status(WORKSPACE)["vectors"] == 5
    searcher.close()


def test_a_second_process_leaves_the_files_alone(database: Database, embedder: Embedder, shop: None, tmp_path: Path) -> None:
    owner = Searcher(database, embedder, tmp_path / "index")
    assert owner.wait_ready(WORKSPACE)
    guest = Searcher(database, embedder, tmp_path / "index")
    assert guest.wait_ready(WORKSPACE)
    assert found(guest) == found(owner)
    guest.close()
    assert not (tmp_path / "index" / WORKSPACE / "vectors.faiss").exists()
    owner.close()
    assert (tmp_path / "index" / WORKSPACE / "vectors.faiss").exists()
