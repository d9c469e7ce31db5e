"""What the routes of content editors answer (api/content.py); see api/shapes.py."""

from datetime import datetime
from typing import Literal

from api.shapes import Shape

Audience = Literal["public", "agents"]


class CollectionRow(Shape):
    """articles: how many are not archived."""

    id: str
    name: str
    slug: str
    articles: int


class CollectionList(Shape):
    collections: list[CollectionRow]


class Vocabulary(Shape):
    groups: list[list[str]]


class ArticleRow(Shape):
    id: str
    title: str
    slug: str
    collection: str
    language: str
    audience: Audience
    status: Literal["draft", "live", "changed"]
    updated_at: datetime
    updated_by: str


class ArticleList(Shape):
    """next: give it as `before`."""

    articles: list[ArticleRow]
    next: str | None


class RevisionAuthor(Shape):
    kind: str
    id: str
    name: str


class Revision(Shape):
    id: str
    number: int
    title: str
    markdown: str
    language: str
    audience: Audience
    author: RevisionAuthor
    at: datetime


class RevisionRow(Revision):
    published: bool


class RevisionList(Shape):
    revisions: list[RevisionRow]


class Article(ArticleRow):
    """published: a revision number."""

    original: str | None
    valid_until: datetime | None
    revision: Revision
    published: int | None
    published_at: datetime | None
    passages: int
    url: str


class Published(Shape):
    """passages: how many the bot can now quote."""

    revision: int
    passages: int
    seconds: float


class Html(Shape):
    html: str


class ImportedFile(Shape):
    """reason: why it failed, or what of it did."""

    name: str
    state: Literal["waiting", "indexed", "unchanged", "failed"]
    reason: str | None
    article: str | None


class Import(Shape):
    """total, done, failed count documents: a CSV file holds many."""

    id: str
    state: Literal["waiting", "running", "done", "failed"]
    total: int
    done: int
    failed: int
    error: str | None
    created_at: datetime
    files: list[ImportedFile]


class ImportList(Shape):
    imports: list[Import]
