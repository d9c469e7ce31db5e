"""Stored vectors, by (workspace, sha256 of the exact embedded text, model). Another model is other rows, never a migration."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, select

from core.database import Database, insert
from core.errors import Conflict
from retrieval.embedder import Embedder
from retrieval.tables import embedding, passage, passage_sentence

# SQLite takes 32,766 parameters a statement; small lists also keep a read short.
LIST = 500

Known = Callable[[list[str]], set[str]]


class VectorsGone(Conflict):
    """A text that was known to have its vector lost it with another article; prepare again."""


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def embedded_text(title: str, heading: Sequence[str], text: str) -> str:
    """What a passage's vector is made from."""
    path = " > ".join(part for part in (title, *heading) if part)
    return f"{path}\n{text}" if path else text


def known_embeddings(connection: Connection, workspace: str, model: str, shas: Sequence[str]) -> set[str]:
    """Which of shas have a vector of this model."""
    found: set[str] = set()
    for part in parts(shas):
        query = select(embedding.c.sha).where(embedding.c.workspace == workspace, embedding.c.model == model, embedding.c.sha.in_(part))
        found.update(connection.scalars(query))
    return found


def known_in(database: Database, workspace: str, embedder: Embedder) -> Known:
    """The `known` that `prepare` asks, answered by the database."""
    return lambda shas: database.read_now(known_embeddings, workspace, embedder.model, shas)


def store_embeddings(connection: Connection, workspace: str, model: str, vectors: Mapping[str, bytes]) -> None:
    """A unit; at most some hundred vectors a call. A text that has its vector keeps it."""
    if vectors:
        rows = [{"workspace": workspace, "sha": sha, "model": model, "vector": vector} for sha, vector in vectors.items()]
        connection.execute(insert(connection, embedding).on_conflict_do_nothing(), rows)


def read_embeddings(connection: Connection, workspace: str, model: str, shas: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in parts(shas):
        query = select(embedding.c.sha, embedding.c.vector).where(
            embedding.c.workspace == workspace, embedding.c.model == model, embedding.c.sha.in_(part)
        )
        found.update((row.sha, row.vector) for row in connection.execute(query))
    return found


def forget_embeddings(connection: Connection, workspace: str, shas: Iterable[str]) -> None:
    """Removes those (of every model) whose text no passage or sentence holds any more."""
    by_passage = select(passage.c.id).where(passage.c.workspace == workspace, passage.c.sha == embedding.c.sha)
    by_sentence = select(passage_sentence.c.passage).where(
        passage_sentence.c.workspace == workspace, passage_sentence.c.sha == embedding.c.sha
    )
    unused = delete(embedding).where(embedding.c.workspace == workspace, ~by_passage.exists(), ~by_sentence.exists())
    for part in parts(shas):
        connection.execute(unused.where(embedding.c.sha.in_(part)))


def parts(values: Iterable[str], size: int = LIST) -> list[list[str]]:
    ordered = list(dict.fromkeys(values))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]
