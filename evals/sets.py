"""A company's own data sets: questions with the article or answer expected, or labelled lines. Checked whole before anything is kept."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, or_, select

from core.errors import Invalid, NotFound
from core.scope import Scope
from evals.tables import eval_set
from knowledge.tables import article, revision

Kind = Literal["questions", "items"]
MOST_ITEMS, MOST_TOLD = 20_000, 10
_SHOWN = tuple(column for column in eval_set.c if column.name != "content")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
# Levels of a value, as of a request's body.
DEPTH = 32
_TOO_DEEP = f"nested more than {DEPTH} deep"
Find = Callable[[str], str | None]


@dataclass(frozen=True)
class DataSet:
    """sha256: of its lines."""

    id: str
    name: str
    kind: str
    items: int
    sha256: str
    author_name: str
    created_at: int


@dataclass(frozen=True)
class NewSet:
    id: str
    name: str
    kind: Kind
    rows: tuple[dict[str, Any], ...]

    @property
    def lines(self) -> bytes:
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.rows).encode()


def parse(file: str, content: str) -> list[tuple[int, dict[str, Any]]]:
    """(line, row) of a CSV with a header, or of JSON lines. Raises Invalid naming each line that cannot be read."""
    if file.lower().endswith(".csv"):
        reader = csv.DictReader(io.StringIO(content), strict=True)
        try:
            rows = [(reader.line_num, {(name or "").strip().lower(): value for name, value in row.items() if value}) for row in reader]
        except csv.Error as error:
            raise Invalid(f"{file}, line {reader.line_num}: {error}") from error
    else:
        rows, wrong = [], []
        for number, line in enumerate(content.splitlines(), 1):
            if line.strip():
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError) as error:
                    wrong.append(f"line {number}: {_TOO_DEEP if isinstance(error, RecursionError) else error}")
                    continue
                rows.append((number, row)) if isinstance(row, dict) else wrong.append(f"line {number}: an object is expected")
        _tell(file, wrong)
    _tell(file, [f"line {number}: {fault}" for number, row in rows if (fault := _fault(row))])
    if not rows:
        raise Invalid(f"{file} holds no items")
    if len(rows) > MOST_ITEMS:
        raise Invalid(f"{file} holds {len(rows)} items; at most {MOST_ITEMS}")
    return rows


def _fault(row: dict[str, Any]) -> str | None:
    """What no database and no answer could hold."""
    if _is_deeper(row, DEPTH):
        return _TOO_DEEP
    try:
        text = json.dumps(row, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, UnicodeEncodeError):
        return "a number that is none, or half a character"
    return "the character NUL" if "\\u0000" in text else None


def _is_deeper(value: Any, levels: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(part, levels - 1) for part in parts)


def questions_of(file: str, rows: list[tuple[int, dict[str, Any]]], find: Find) -> tuple[dict[str, Any], ...]:
    """In the form of evals/data.py. A row: question (or text), and optionally id, article (or relevant_ids), answer, answerable, history.
    find: an article's id by its id, slug or title. Raises Invalid with what is wrong, line by line."""
    made, wrong, seen = [], [], set()
    for line, row in rows:
        try:
            question = _question(line, row, find)
            if question["id"] in seen:
                raise Invalid(f"the id {question['id']} is there twice")
        except Invalid as error:
            wrong.append(f"line {line}: {error.detail}")
            continue
        seen.add(question["id"])
        made.append(question)
    _tell(file, wrong)
    return tuple(made)


def items_of(file: str, rows: list[tuple[int, dict[str, Any]]]) -> tuple[dict[str, Any], ...]:
    """Labelled lines as they are, each with an id and a text, turns or a claim to judge."""
    made, wrong = [], []
    for line, row in rows:
        if not any(row.get(name) for name in ("text", "turns", "claim", "response")):
            wrong.append(f"line {line}: text is missing")
        made.append({**row, "id": str(row.get("id") or f"line-{line}")})
    _tell(file, wrong)
    return tuple(made)


def article_finder(connection: Connection, scope: Scope) -> Find:
    """By id, slug, or title of what is published; a title that two articles have names neither."""
    shown = (
        (revision.c.workspace == article.c.workspace) & (revision.c.article == article.c.id) & (revision.c.number == article.c.published)
    )
    query = select(article.c.id, article.c.slug, revision.c.title).select_from(article.join(revision, shown))
    rows = connection.execute(query.where(article.c.workspace == scope.workspace, article.c.archived_at.is_(None))).all()
    titles: dict[str, str | None] = {}
    for row in rows:
        titles[row.title.casefold()] = None if row.title.casefold() in titles else row.id
    exact = {name: row.id for row in rows for name in (row.id, row.slug)}
    return lambda name: exact.get(name) or titles.get(name.casefold())


def add_set(connection: Connection, scope: Scope, new: NewSet, packed: bytes, at: int) -> DataSet:
    """packed: its lines, gzipped; made outside the unit."""
    values = {"id": new.id, "name": new.name, "kind": new.kind, "items": len(new.rows), "sha256": hashlib.sha256(new.lines).hexdigest()}
    connection.execute(
        eval_set.insert().values(workspace=scope.workspace, content=packed, author_name=scope.actor.name, created_at=at, **values)
    )
    return read_set(connection, scope, new.id)


def pack(new: NewSet) -> bytes:
    return gzip.compress(new.lines, mtime=0)


def list_sets(connection: Connection, scope: Scope) -> list[DataSet]:
    query = select(*_SHOWN).where(eval_set.c.workspace == scope.workspace).order_by(eval_set.c.created_at.desc(), eval_set.c.id)
    return [_set(row) for row in connection.execute(query)]


def read_set(connection: Connection, scope: Scope, set_id: str) -> DataSet:
    """set_id: its id or its name, the newest of that name. Raises NotFound."""
    named = or_(eval_set.c.id == set_id, eval_set.c.name == set_id)
    query = select(*_SHOWN).where(eval_set.c.workspace == scope.workspace, named).order_by(eval_set.c.created_at.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound()
    return _set(row)


def rows_of(connection: Connection, scope: Scope, set_id: str) -> Iterator[dict[str, Any]]:
    content = connection.scalar(select(eval_set.c.content).where(eval_set.c.workspace == scope.workspace, eval_set.c.id == set_id))
    if content is None:
        raise NotFound(f"the data set {set_id} was removed")
    return map(json.loads, gzip.decompress(content).decode().splitlines())


def drop_set(connection: Connection, scope: Scope, set_id: str) -> None:
    """Runs over it stay. Raises NotFound."""
    if not connection.execute(delete(eval_set).where(eval_set.c.workspace == scope.workspace, eval_set.c.id == set_id)).rowcount:
        raise NotFound()


def _question(line: int, row: Mapping[str, Any], find: Find) -> dict[str, Any]:
    text = row.get("question") or row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Invalid("question is missing")
    named = row.get("article") or row.get("relevant_ids") or []
    wanted = [str(one).strip() for one in (named if isinstance(named, list) else str(named).split("|"))]
    found = {name: find(name) for name in wanted if name}
    unknown = [name for name, known in found.items() if known is None]
    if unknown:
        raise Invalid(f"no published article has the id, address or title {unknown[0][:80]!r}")
    question: dict[str, Any] = {"id": str(row.get("id") or f"line-{line}"), "text": text.strip(), "relevant_ids": list(found.values())}
    answerable = _answerable(row.get("answerable"))
    return (
        question
        | ({"history": _history(row["history"])} if row.get("history") else {})
        | ({"answer": str(row["answer"])} if row.get("answer") else {})
        | ({} if answerable is None else {"answerable": answerable})
    )


def _answerable(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if str(value).strip().lower() not in (*_YES, *_NO):
        raise Invalid(f"answerable is yes or no, not {str(value)[:40]!r}")
    return str(value).strip().lower() in _YES


def _history(value: Any) -> list[dict[str, str]]:
    turns = value if isinstance(value, list) else [{"role": "customer", "text": one} for one in str(value).split("|")]
    if not all(isinstance(turn, dict) and isinstance(turn.get("role"), str) and isinstance(turn.get("text"), str) for turn in turns):
        raise Invalid("history is a list of {role, text}")
    return [{"role": turn["role"], "text": turn["text"]} for turn in turns]


def _tell(file: str, wrong: list[str]) -> None:
    if wrong:
        more = f"; and {len(wrong) - MOST_TOLD} more" if len(wrong) > MOST_TOLD else ""
        raise Invalid(f"{file}: nothing was imported. {'; '.join(wrong[:MOST_TOLD])}{more}")


def _set(row: Row[Any]) -> DataSet:
    return DataSet(**{name: getattr(row, name) for name in DataSet.__dataclass_fields__})
