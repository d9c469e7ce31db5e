"""From an uploaded file to documents, or to the reason why not. Nothing is ever taken in half read."""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from core.clock import from_iso
from core.errors import Invalid
from core.render import strip_hidden
from knowledge.html_import import read_html
from knowledge.markdown_text import escape_line, escape_text, without_html

T = TypeVar("T")

LIMIT_FILE = 10_000_000
LIMIT_UNPACKED = 100_000_000
LIMIT_ROWS = 50_000
_MAGIC = {b"%PDF": "a PDF", b"PK\x03\x04": "a ZIP or Office file", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image"}
_MAGIC |= {b"\xd0\xcf\x11\xe0": "an old Office file", b"\x7fELF": "a program", b"\x1f\x8b": "packed with gzip"}
_TITLES = ("title", "question", "name")
_TEXTS = ("body", "text", "markdown", "content", "answer")


class Unreadable(Invalid):
    code = "unreadable"
    title = "That file cannot be imported"


@dataclass(frozen=True)
class Document:
    """source: what the next import finds it by."""

    source: str
    title: str
    markdown: str
    slug: str | None = None
    collection: str | None = None
    language: str | None = None
    audience: str | None = None
    original: str | None = None
    valid_until: int | None = None


def kinds() -> tuple[str, ...]:
    return tuple(_READERS)


def kind_of(name: str) -> str | None:
    return next((kind for kind in _READERS if name.lower().endswith(kind)), None)


def clean_name(name: str) -> str:
    """A label, never a path: no parent folders, no hidden characters, at most 300 characters."""
    parts = [part for part in re.split(r"[\\/]+", strip_hidden(name)) if part not in ("", ".", "..")]
    return "/".join(" ".join(part.split()) for part in parts)[-300:] or "unnamed"


def read_documents(name: str, content: bytes) -> Iterator[Document]:
    """Raises Unreadable, at the start or between documents."""
    kind = kind_of(name)
    if kind is None:
        raise Unreadable(f"This kind of file is not read; {', '.join(_READERS)} are.")
    if len(content) > LIMIT_FILE:
        raise Unreadable("The file is larger than 10 MB.")
    if not content.strip():
        raise Unreadable("The file is empty.")
    try:
        text = _decode(_unpack(content) if kind.endswith(".gz") else content, kind)
        yield from _READERS[kind](name, text)
    except (csv.Error, RecursionError, ValueError) as error:
        raise Unreadable(f"The file is broken: {error}"[:500]) from error


def _unpack(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(LIMIT_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"The file cannot be unpacked: {error}") from error
    if len(unpacked) > LIMIT_UNPACKED:
        raise Unreadable("The file is larger than 100 MB when unpacked.")
    return unpacked


def _decode(content: bytes, kind: str) -> str:
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            raise Unreadable(f"This is {what}, not {kind}.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in content[:4096]:
        raise Unreadable("The file holds NUL characters: it is no text, or UTF-16 without its mark. Save it as UTF-8.")
    else:
        encoding = "utf-8-sig"
    if kind in (".html", ".htm") and encoding != "utf-16":
        encoding = _declared(content) or encoding
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable(f"The file is not valid {encoding.removesuffix('-sig').upper()}; save it as UTF-8.") from None


def _declared(content: bytes) -> str | None:
    match = re.search(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]+)", content[:4096], re.IGNORECASE)
    name = match[1].decode().lower() if match else ""
    # What browsers do: pages that say Latin-1 are Windows-1252.
    return {"iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"}.get(name)


def _read_markdown(name: str, text: str) -> Iterator[Document]:
    fields, body = _frontmatter(text.replace("\r\n", "\n").replace("\r", "\n"))
    body = without_html(body).strip("\n")
    heading = re.match(r"\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)", body)
    title = fields.get("title") or (heading[1] if heading else "")
    if heading and _same(heading[1], title):
        body = body[heading.end() :].strip("\n")
    yield _document(name, title, body, fields)


def _read_html(name: str, text: str) -> Iterator[Document]:
    page = read_html(text)
    first, _, rest = page.markdown.partition("\n\n")
    body = rest if re.match(r"#+ ", first) and _same(first.lstrip("# "), page.title) else page.markdown
    yield _document(name, page.title, body, {"language": page.language or ""})


def _read_text(name: str, text: str) -> Iterator[Document]:
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    yield _document(name, "", "\n\n".join(escape_line(escape_text(paragraph)) for paragraph in paragraphs if paragraph.strip()), {})


def _read_csv(name: str, text: str) -> Iterator[Document]:
    csv.field_size_limit(1_000_000)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = {(column or "").strip().lower(): column for column in rows.fieldnames or ()}
    title, body = (next((names[column] for column in columns if column in names), None) for columns in (_TITLES, _TEXTS))
    if title is None or body is None:
        raise Unreadable("A CSV file needs a first line with the columns title and body.")
    for row in _counted(rows):
        fields = {column: (row.get(given) or "").strip() for column, given in names.items() if given not in (title, body)}
        fields["original"] = fields.get("original") or fields.get("url", "")
        heading = (row.get(title) or "").strip()
        yield _document(f"{name}#{fields.get('id') or heading}", heading, without_html(row.get(body) or ""), fields)


def _read_json_lines(name: str, text: str) -> Iterator[Document]:
    for number, line in enumerate(_counted(line for line in text.split("\n") if line.strip()), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise Unreadable(f"Line {number} is not JSON: {error}"[:300]) from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise Unreadable(f'Line {number} is not an object with "id", "title" and "text".')
        fields = {key: value for key, value in row.items() if isinstance(value, str)}
        fields["original"] = fields.get("original") or fields.get("url", "")
        source = str(row.get("id") or f"{name}#{number}")
        yield _document(source, fields.get("title", ""), without_html(row["text"]), fields)


def _counted(rows: Iterator[T]) -> Iterator[T]:
    for number, row in enumerate(islice(rows, LIMIT_ROWS + 1)):
        if number == LIMIT_ROWS:
            raise Unreadable(f"The file has more than {LIMIT_ROWS:,} entries; split it.")
        yield row


def _frontmatter(text: str) -> tuple[dict[str, str], str]:
    """Lines of `name: value` between two `---`; what is more than that in YAML is left alone."""
    match = re.match(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", text, re.DOTALL)
    if not match:
        return {}, text
    fields = {}
    for line in match[1].split("\n"):
        pair = re.match(r"([A-Za-z_-]+)\s*:\s*(.*?)\s*$", line)
        if pair:
            fields[pair[1].lower().replace("-", "_")] = re.sub(r"^([\"'])(.*)\1$", r"\2", pair[2])
    return fields, text[match.end() :]


def _document(source: str, title: str, markdown: str, fields: dict[str, str]) -> Document:
    title = " ".join(strip_hidden(title).split())[:300] or _title_from(source)
    given = {name: fields.get(name) or None for name in ("slug", "collection", "language", "audience", "original")}
    if given["language"]:
        given["language"] = given["language"].replace("_", "-")
    until = fields.get("valid_until")
    return Document(strip_hidden(source)[-500:], title, markdown, **given, valid_until=_end_of(until) if until else None)


def _end_of(date: str) -> int:
    """A bare date counts to its end."""
    try:
        moment = from_iso(date)
    except ValueError:
        raise Unreadable(f"valid_until is no date: {date[:40]!r}; write it as 2027-01-31.") from None
    is_day = datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d") == date
    return moment + 86_400_000 if is_day else moment


def _title_from(source: str) -> str:
    stem = re.sub(r"\.(md|markdown|html?|txt|csv|jsonl(\.gz)?)$", "", source.rpartition("/")[2], flags=re.IGNORECASE)
    words = re.sub(r"[-_]+", " ", stem).strip()
    return words[:1].upper() + words[1:] or "Untitled"


def _same(one: str, other: str) -> bool:
    return re.findall(r"\w+", one.casefold()) == re.findall(r"\w+", other.casefold())


_READERS: dict[str, Callable[[str, str], Iterator[Document]]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".txt": _read_text,
    ".csv": _read_csv,
    ".jsonl": _read_json_lines,
    ".jsonl.gz": _read_json_lines,
}
