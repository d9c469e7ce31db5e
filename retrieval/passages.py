"""Passages in and out: `prepare` embeds outside any transaction, `replace` and `remove` change rows inside one."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select, update

from core.database import after_commit, insert
from retrieval.commits import COMMITS
from retrieval.embedder import Embedder
from retrieval.embeddings import (
    LIST,
    Known,
    VectorsGone,
    embedded_text,
    forget_embeddings,
    known_embeddings,
    sha256,
    store_embeddings,
)
from retrieval.sentences import split_sentences
from retrieval.tables import index_state, passage, passage_removed, passage_sentence

CHUNK = 64
# Caches further behind than this are made anew instead of caught up.
REMEMBERED_REVISIONS = 1000

Store = Callable[[dict[str, bytes]], None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class NewPassage:
    """valid_from and valid_until: ms since the epoch, from inclusive, until exclusive. attributes: JSON that comes back with a hit."""

    text: str
    title: str
    heading: tuple[str, ...]
    collection: str
    audience: str = "public"
    language: str = "en"
    valid_from: int | None = None
    valid_until: int | None = None
    attributes: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Sentence:
    begin: int
    end: int
    sha: str


@dataclass(frozen=True)
class PreparedPassage:
    passage: NewPassage
    sha: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Prepared:
    """vectors: by sha, of the texts that were neither stored before nor handed to `store`."""

    model: str
    passages: tuple[PreparedPassage, ...]
    vectors: dict[str, bytes] = field(repr=False)
    embedded: int = 0


@dataclass(frozen=True)
class Replaced:
    added: int
    removed: int


def prepare(
    embedder: Embedder,
    known: Known,
    passages: Sequence[NewPassage],
    *,
    with_sentences: bool = True,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Prepared:
    """Embeds passages and their sentences, only texts that `known` does not have. Runs outside any transaction: it may take minutes.

    store: takes each finished chunk of vectors to the database (`store_embeddings`), so that a killed run starts where it stopped.
    progress: called with (texts done, texts to embed).
    """
    texts: dict[str, str] = {}
    prepared = tuple(_prepare_one(new, texts, with_sentences) for new in passages)
    stored = known(list(texts))
    vectors = _embed(embedder, {sha: text for sha, text in texts.items() if sha not in stored}, store, progress)
    return Prepared(embedder.model, prepared, {} if store else vectors, len(vectors))


def _prepare_one(new: NewPassage, texts: dict[str, str], with_sentences: bool) -> PreparedPassage:
    whole = embedded_text(new.title, new.heading, new.text)
    spans = split_sentences(new.text) if with_sentences else []
    sentences = tuple(Sentence(begin, end, sha256(new.text[begin:end])) for begin, end in spans)
    texts.setdefault(sha256(whole), whole)
    for sentence in sentences:
        texts.setdefault(sentence.sha, new.text[sentence.begin : sentence.end])
    return PreparedPassage(new, sha256(whole), sentences)


def _embed(embedder: Embedder, texts: dict[str, str], store: Store | None, progress: Progress | None) -> dict[str, bytes]:
    vectors: dict[str, bytes] = {}
    shas = list(texts)
    for start in range(0, len(shas), CHUNK):
        chunk = shas[start : start + CHUNK]
        rows = embedder.vectors([texts[sha] for sha in chunk])
        made = {sha: row.astype("<f4").tobytes() for sha, row in zip(chunk, rows, strict=True)}
        vectors.update(made)
        if store:
            store(made)
        if progress:
            progress(start + len(chunk), len(shas))
    return vectors


def replace(connection: Connection, workspace: str, source: str, prepared: Prepared) -> Replaced:
    """A unit: the source's passages become these. Unchanged ones keep their ids; without any change the index revision stays.

    Raises VectorsGone when a text has no vector: it would never be found."""
    store_embeddings(connection, workspace, prepared.model, prepared.vectors)
    kept, old = _match(connection, workspace, source, prepared)
    fresh = [(ordinal, item) for ordinal, item in enumerate(prepared.passages) if ordinal not in kept]
    for ordinal, (passage_id, before) in kept.items():
        if before != ordinal:
            connection.execute(update(passage).where(passage.c.workspace == workspace, passage.c.id == passage_id).values(ordinal=ordinal))
    if fresh or old:
        revision = next_revision(connection, workspace)
        texts = _shas(connection, workspace, old)
        _forget(connection, workspace, old, revision)
        _add(connection, workspace, source, fresh, revision)
        forget_embeddings(connection, workspace, texts)
        wanted = {sha for _, item in fresh for sha in (item.sha, *(sentence.sha for sentence in item.sentences))}
        if len(known_embeddings(connection, workspace, prepared.model, list(wanted))) < len(wanted):
            raise VectorsGone()
    return Replaced(len(fresh), len(old))


def remove(connection: Connection, workspace: str, source: str) -> int:
    """A unit: the source's passages are gone from the next search on, with the vectors of texts that only it held; returns how many."""
    ids = list(connection.scalars(select(passage.c.id).where(passage.c.workspace == workspace, passage.c.source == source)))
    if ids:
        texts = _shas(connection, workspace, ids)
        _forget(connection, workspace, ids, next_revision(connection, workspace))
        forget_embeddings(connection, workspace, texts)
    return len(ids)


def _shas(connection: Connection, workspace: str, ids: list[int]) -> set[str]:
    """Of the texts of these passages and of their sentences."""
    found: set[str] = set()
    for start in range(0, len(ids), LIST):
        part = ids[start : start + LIST]
        found.update(connection.scalars(select(passage.c.sha).where(passage.c.workspace == workspace, passage.c.id.in_(part))))
        sentences = select(passage_sentence.c.sha).where(passage_sentence.c.workspace == workspace, passage_sentence.c.passage.in_(part))
        found.update(connection.scalars(sentences))
    return found


def _match(connection: Connection, workspace: str, source: str, prepared: Prepared) -> tuple[dict[int, tuple[int, int]], list[int]]:
    """(new ordinal → (id, old ordinal) of passages that stay as they are, ids of those that go)."""
    rows = connection.execute(
        select(passage).where(passage.c.workspace == workspace, passage.c.source == source).order_by(passage.c.ordinal)
    ).mappings()
    present: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        present.setdefault(_identity(row), []).append((row["id"], row["ordinal"]))
    kept = {}
    for ordinal, item in enumerate(prepared.passages):
        same = present.get(_identity(_columns(item)))
        if same:
            kept[ordinal] = same.pop(0)
    return kept, [passage_id for rest in present.values() for passage_id, _ in rest]


def _identity(row: Any) -> str:
    names = ("sha", "title", "heading", "text", "collection", "audience", "language", "valid_from", "valid_until", "attributes")
    return json.dumps([row[name] for name in names], sort_keys=True)


def _columns(item: PreparedPassage) -> dict[str, Any]:
    new = item.passage
    return {
        "collection": new.collection,
        "audience": new.audience,
        "language": new.language,
        "valid_from": new.valid_from,
        "valid_until": new.valid_until,
        "title": new.title,
        "heading": list(new.heading),
        "text": new.text,
        "attributes": dict(new.attributes) if new.attributes is not None else None,
        "sha": item.sha,
    }


def _add(connection: Connection, workspace: str, source: str, fresh: list[tuple[int, PreparedPassage]], revision: int) -> None:
    if not fresh:
        return
    rows = [_columns(item) | {"workspace": workspace, "source": source, "ordinal": o, "revision": revision} for o, item in fresh]
    ids = connection.scalars(passage.insert().returning(passage.c.id, sort_by_parameter_order=True), rows).all()
    sentences = [
        {"workspace": workspace, "passage": passage_id, "begin_char": sentence.begin, "end_char": sentence.end, "sha": sentence.sha}
        for passage_id, (_, item) in zip(ids, fresh, strict=True)
        for sentence in item.sentences
    ]
    if sentences:
        connection.execute(passage_sentence.insert(), sentences)


def _forget(connection: Connection, workspace: str, ids: Sequence[int], revision: int) -> None:
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        connection.execute(delete(passage_sentence).where(passage_sentence.c.workspace == workspace, passage_sentence.c.passage.in_(part)))
        connection.execute(delete(passage).where(passage.c.workspace == workspace, passage.c.id.in_(part)))
        connection.execute(passage_removed.insert(), [{"workspace": workspace, "revision": revision, "passage": i} for i in part])
    connection.execute(
        delete(passage_removed).where(
            passage_removed.c.workspace == workspace, passage_removed.c.revision <= revision - REMEMBERED_REVISIONS
        )
    )


def next_revision(connection: Connection, workspace: str) -> int:
    # On Postgres the row stays locked until commit, so revisions become visible in their order.
    statement = (
        insert(connection, index_state)
        .values(workspace=workspace, revision=1)
        .on_conflict_do_update(index_elements=["workspace"], set_={"revision": index_state.c.revision + 1})
        .returning(index_state.c.revision)
    )
    after_commit(connection, COMMITS.note)
    return int(connection.execute(statement).scalar_one())
