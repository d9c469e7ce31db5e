"""Finding articles: the editor's list, the public page, and the addresses behind citations."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select, tuple_

from core.errors import Invalid, NotFound
from core.scope import Scope
from knowledge.articles import Article, Revision, article_from, articles_query, revision_from
from knowledge.tables import article, revision


@dataclass(frozen=True)
class Wanted:
    """Which articles an editor wants to see. before: the `next` of the page above."""

    collection: str | None = None
    status: str | None = None
    words: str = ""
    before: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class PublicPage:
    article: str
    slug: str
    revision: Revision
    published_at: int


@dataclass(frozen=True)
class Address:
    """Where an article can be read. public: whether customers may."""

    article: str
    slug: str
    title: str
    original: str | None
    public: bool


def list_articles(connection: Connection, scope: Scope, wanted: Wanted) -> tuple[list[Article], str | None]:
    """Newest change first; the second is the `before` of the next page, or None."""
    query = articles_query(scope.workspace)
    if wanted.collection:
        query = query.where(article.c.collection == wanted.collection)
    for word in wanted.words.split()[:8]:
        query = query.where(or_(revision.c.title.icontains(word, autoescape=True), article.c.slug.icontains(word, autoescape=True)))
    if wanted.status:
        query = query.where(_status(wanted.status))
    if wanted.before:
        query = query.where(tuple_(article.c.updated_at, article.c.id) < tuple_(*_cursor(wanted.before)))
    rows = connection.execute(query.order_by(article.c.updated_at.desc(), article.c.id.desc()).limit(wanted.limit + 1)).all()
    found = [article_from(row) for row in rows[: wanted.limit]]
    more = len(rows) > wanted.limit
    return found, f"{found[-1].updated_at}.{found[-1].id}" if more else None


def by_slug(connection: Connection, workspace: str, slug: str) -> PublicPage:
    """What anybody may read: published, public, not archived. Everything else is NotFound, without a difference."""
    shown = and_(revision.c.workspace == article.c.workspace, revision.c.article == article.c.id, revision.c.number == article.c.published)
    query = select(article.c.slug, article.c.published_at, *revision.c).select_from(article.join(revision, shown))
    here = (article.c.workspace == workspace, article.c.slug == slug, article.c.archived_at.is_(None), revision.c.audience == "public")
    row = connection.execute(query.where(*here)).one_or_none()
    if row is None:
        raise NotFound()
    return PublicPage(row.article, row.slug, revision_from(row), row.published_at)


def addresses(connection: Connection, workspace: str, articles: Collection[str]) -> dict[str, Address]:
    """By article id, of those that are published now."""
    shown = and_(revision.c.workspace == article.c.workspace, revision.c.article == article.c.id, revision.c.number == article.c.published)
    columns = (article.c.id, article.c.slug, revision.c.title, revision.c.original, revision.c.audience)
    query = select(*columns).select_from(article.join(revision, shown)).where(article.c.workspace == workspace)
    rows = connection.execute(query.where(article.c.id.in_(list(articles))))
    return {row.id: Address(row.id, row.slug, row.title, row.original, row.audience == "public") for row in rows}


def _status(status: str) -> Any:
    conditions = {
        "draft": article.c.published.is_(None),
        "live": article.c.published == article.c.latest,
        "changed": article.c.published != article.c.latest,
    }
    if status not in conditions:
        raise Invalid("A status is draft, live or changed.")
    return conditions[status]


def _cursor(before: str) -> tuple[int, str]:
    at, _, last = before.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) <= 15 and last):
        raise Invalid("That is not the `next` of a page before.")
    return int(at), last
