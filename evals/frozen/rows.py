"""Rows of the database as JSON and back: the slice that one turn was made from."""

import base64
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

import handoff.tables  # noqa: F401  every table of a turn is known
from bot.confidence import load_confidence
from bot.tables import confidence_fit, risk_dial
from chat.tables import inbox
from core.errors import Invalid
from core.tables import metadata, workspace
from knowledge.tables import article, collection, revision
from retrieval.embeddings import embedded_text, parts, sha256
from retrieval.tables import embedding, index_state, passage, passage_sentence, vocabulary

Rows = dict[str, list[dict[str, Any]]]


def read_slice(connection: Connection, at: str, inbox_id: str, model: str, passages: Collection[int], hits: Collection[int]) -> Rows:
    """at: the workspace. passages: what a search weighed. hits: what it gave, with sentences and articles."""
    rows: Rows = {}
    rows["workspace"] = _read(connection, workspace, workspace.c.id == at)
    rows["inbox"] = _read(connection, inbox, (inbox.c.workspace == at) & (inbox.c.id == inbox_id))
    rows["passage"] = _read_some(connection, passage, passage.c.workspace == at, passage.c.id, sorted({*passages, *hits}))
    rows["passage_sentence"] = _read_some(
        connection, passage_sentence, passage_sentence.c.workspace == at, passage_sentence.c.passage, sorted(hits)
    )
    shas = [row["sha"] for name in ("passage", "passage_sentence") for row in rows[name]]
    of_model = (embedding.c.workspace == at) & (embedding.c.model == model)
    rows["embedding"] = _read_some(connection, embedding, of_model, embedding.c.sha, shas)
    rows["vocabulary"] = _read(connection, vocabulary, vocabulary.c.workspace == at)
    rows["index_state"] = _read(connection, index_state, index_state.c.workspace == at)
    near = confidence_fit.c.model == load_confidence().version
    rows["confidence_fit"] = _newest(connection, confidence_fit, (confidence_fit.c.workspace == at) & near)
    rows["risk_dial"] = _newest(connection, risk_dial, risk_dial.c.workspace == at)
    return rows | _articles(connection, at, {row["source"].partition(":")[2] for row in rows["passage"] if row["id"] in set(hits)})


def _articles(connection: Connection, at: str, ids: Collection[str]) -> Rows:
    """As the citations need them: the published revision, without its text."""
    articles = _read_some(connection, article, article.c.workspace == at, article.c.id, sorted(ids))
    published = {row["id"]: row["published"] for row in articles}
    revisions = _read_some(connection, revision, revision.c.workspace == at, revision.c.article, sorted(ids))
    shown = [{**row, "markdown": ""} for row in revisions if row["number"] == published[row["article"]]]
    places = _read_some(connection, collection, collection.c.workspace == at, collection.c.id, [row["collection"] for row in articles])
    return {"collection": places, "article": articles, "revision": shown}


def write_slice(connection: Connection, rows: Rows) -> None:
    """Into an empty database."""
    for table in metadata.sorted_tables:
        if rows.get(table.name):
            connection.execute(table.insert(), [{name: _from_json(value) for name, value in row.items()} for row in rows[table.name]])


def altered(rows: Rows) -> list[str]:
    """Passages and sentences whose text is not the one that their vectors were made from."""
    texts = {row["id"]: row for row in rows["passage"]}
    wrong = [row["id"] for row in rows["passage"] if row["sha"] != sha256(embedded_text(row["title"], row["heading"], row["text"]))]
    wrong += [
        row["passage"]
        for row in rows["passage_sentence"]
        if row["sha"] != sha256(texts[row["passage"]]["text"][row["begin_char"] : row["end_char"]])
    ]
    return [f"passage {passage_id} was altered: its text is not the one it was embedded with" for passage_id in dict.fromkeys(wrong)]


def _read_some(
    connection: Connection, table: Table, where: ColumnElement[bool], column: Any, values: Sequence[Any]
) -> list[dict[str, Any]]:
    return [row for part in parts(values) for row in _read(connection, table, where & column.in_(part))]


def _newest(connection: Connection, table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """The workspace's newest."""
    return _read(connection, table, where)[-1:]


def _read(connection: Connection, table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """where: names the workspace. Every column, also those that a later version adds."""
    query = select(table).where(where).order_by(*table.primary_key.columns)
    return [{name: _to_json(value) for name, value in row.items()} for row in connection.execute(query).mappings()]


def _to_json(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, Mapping) and value.keys() == {"base64"}:
        return base64.b64decode(value["base64"])
    return value


def checked(rows: Any) -> Rows:
    """Raises Invalid for what is no slice."""
    unknown = [name for name in rows if name not in metadata.tables] if isinstance(rows, dict) else ["rows"]
    if unknown:
        raise Invalid(f"the case names tables that this version lacks: {', '.join(unknown)}")
    return rows  # type: ignore[no-any-return]
