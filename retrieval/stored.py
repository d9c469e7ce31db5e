"""Reads of retrieval's rows. Each function is a query for Database.read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, bindparam, select

from retrieval.embeddings import embedded_text, known_embeddings, read_embeddings
from retrieval.tables import embedding, index_state, passage, passage_removed, passage_sentence

Rows = Sequence[Any]

PAGE = 2000
_FILTERED = (
    passage.c.id,
    passage.c.sha,
    passage.c.collection,
    passage.c.audience,
    passage.c.language,
    passage.c.valid_from,
    passage.c.valid_until,
)
_SHOWN = (
    passage.c.id,
    passage.c.source,
    passage.c.ordinal,
    passage.c.collection,
    passage.c.language,
    passage.c.title,
    passage.c.heading,
    passage.c.text,
    passage.c.attributes,
)
_WORDS = (*_FILTERED, passage.c.title, passage.c.heading, passage.c.text)

# Made once: it runs before every search.
_REVISION = select(index_state.c.revision).where(index_state.c.workspace == bindparam("in_workspace"))


@dataclass(frozen=True)
class Changes:
    """From one revision to another. added: rows with filter columns and words, by id."""

    revision: int
    added: Rows
    removed: Sequence[int]
    vectors: dict[str, bytes]


def read_revision(connection: Connection, workspace: str) -> int:
    """0 before the first passage."""
    return connection.scalar(_REVISION, {"in_workspace": workspace}) or 0


def read_filtered(connection: Connection, workspace: str) -> tuple[int, Rows]:
    """(revision, the filter columns of every passage, by id)."""
    rows = connection.execute(select(*_FILTERED).where(passage.c.workspace == workspace).order_by(passage.c.id)).all()
    return read_revision(connection, workspace), rows


def read_words(connection: Connection, workspace: str, after: int) -> Rows:
    """One page of passages with id > after, for the lexical index."""
    query = select(*_WORDS).where(passage.c.workspace == workspace, passage.c.id > after).order_by(passage.c.id).limit(PAGE)
    return connection.execute(query).all()


def read_vectors(connection: Connection, workspace: str, model: str, after: int) -> Rows:
    """One page of (id, vector or None when this model has not embedded it)."""
    of_model = and_(embedding.c.workspace == passage.c.workspace, embedding.c.sha == passage.c.sha, embedding.c.model == model)
    query = (
        select(passage.c.id, embedding.c.vector)
        .select_from(passage.outerjoin(embedding, of_model))
        .where(passage.c.workspace == workspace, passage.c.id > after)
    )
    return connection.execute(query.order_by(passage.c.id).limit(PAGE)).all()


def read_changes(connection: Connection, workspace: str, since: int, model: str) -> Changes:
    revision = read_revision(connection, workspace)
    query = select(*_WORDS).where(passage.c.workspace == workspace, passage.c.revision > since).order_by(passage.c.id)
    added = connection.execute(query).all()
    removed = connection.scalars(
        select(passage_removed.c.passage).where(passage_removed.c.workspace == workspace, passage_removed.c.revision > since)
    ).all()
    vectors = read_embeddings(connection, workspace, model, [row.sha for row in added])
    return Changes(revision, added, removed, vectors)


def read_shown(connection: Connection, workspace: str, ids: Sequence[int]) -> dict[int, Any]:
    rows = connection.execute(select(*_SHOWN).where(passage.c.workspace == workspace, passage.c.id.in_(ids)))
    return {row.id: row for row in rows}


def read_source(connection: Connection, workspace: str, source: str) -> Rows:
    """The passages of one source, in order."""
    query = select(*_SHOWN).where(passage.c.workspace == workspace, passage.c.source == source)
    return connection.execute(query.order_by(passage.c.ordinal)).all()


def read_unembedded(connection: Connection, workspace: str, model: str, after: int) -> tuple[int, list[str]]:
    """One page of passages: (last id, texts of passages and sentences without a vector of this model); last id 0 at the end."""
    rows = read_words(connection, workspace, after)
    ids = [row.id for row in rows]
    texts = {row.sha: embedded_text(row.title, row.heading, row.text) for row in rows}
    words = {row.id: row.text for row in rows}
    for part in range(0, len(ids), 500):
        for row in connection.execute(
            select(passage_sentence).where(
                passage_sentence.c.workspace == workspace, passage_sentence.c.passage.in_(ids[part : part + 500])
            )
        ):
            texts[row.sha] = words[row.passage][row.begin_char : row.end_char]
    stored = known_embeddings(connection, workspace, model, list(texts))
    return (ids[-1] if ids else 0), [text for sha, text in texts.items() if sha not in stored]


def read_sentences(
    connection: Connection, workspace: str, model: str, ids: Sequence[int]
) -> dict[int, tuple[list[tuple[int, int]], NDArray[np.float32]]]:
    """Spans and vectors of passages whose sentences are all embedded."""
    query = select(passage_sentence).where(passage_sentence.c.workspace == workspace, passage_sentence.c.passage.in_(ids))
    rows = connection.execute(query.order_by(passage_sentence.c.passage, passage_sentence.c.begin_char)).all()
    vectors = read_embeddings(connection, workspace, model, [row.sha for row in rows])
    by_passage: dict[int, list[Any]] = {}
    for row in rows:
        by_passage.setdefault(row.passage, []).append(row)
    return {
        passage_id: (
            [(row.begin_char, row.end_char) for row in group],
            np.stack([np.frombuffer(vectors[row.sha], "<f4") for row in group]),
        )
        for passage_id, group in by_passage.items()
        if all(row.sha in vectors for row in group)
    }
