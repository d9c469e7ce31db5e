"""Articles and their revisions. A revision is never changed: restoring one appends it again; what customers see is the published one."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from core.errors import Conflict, NotFound
from core.scope import Scope
from knowledge.collections import find_collection
from knowledge.drafts import Draft
from knowledge.record import Moment, record
from knowledge.slugs import free_slug, wanted_slug
from knowledge.tables import article, revision
from retrieval.passages import remove

Status = Literal["draft", "live", "changed"]
_CONTENT = list(Draft.__dataclass_fields__)


@dataclass(frozen=True)
class NewArticle:
    """collection: an id, slug or name. slug: None makes one from the title. source: what an import calls the article."""

    id: str
    collection: str
    draft: Draft
    slug: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Revision:
    article: str
    number: int
    draft: Draft
    author_kind: str
    author: str
    author_name: str
    at: int


@dataclass(frozen=True)
class Article:
    """revision: the newest. published: the number that customers see, or None. passages: how many the published one has. publications:
    how often it was published or unpublished."""

    id: str
    collection: str
    slug: str
    source: str | None
    revision: Revision
    published: int | None
    passages: int
    published_at: int | None
    created_at: int
    updated_at: int
    publications: int = 0

    @property
    def status(self) -> Status:
        if self.published is None:
            return "draft"
        return "live" if self.published == self.revision.number else "changed"


class EditConflict(Conflict):
    """extra `theirs`: the newest Revision."""

    code = "edit_conflict"
    title = "Somebody else has edited this article meanwhile"


def source_of(article_id: str) -> str:
    """The name under which retrieval knows an article; `article_of` is its inverse."""
    return f"article:{article_id}"


def article_of(source: str) -> str:
    return source.removeprefix("article:")


def create_article(connection: Connection, scope: Scope, new: NewArticle, when: Moment) -> Article:
    place = find_collection(connection, scope, new.collection)
    if new.slug:
        slug = wanted_slug(connection, scope.workspace, article, new.slug, new.id)
    else:
        slug = free_slug(connection, scope.workspace, article, new.draft.title, new.id)
    row = {"workspace": scope.workspace, "id": new.id, "collection": place.id, "slug": slug, "source": new.source}
    connection.execute(article.insert().values(**row, latest=1, passages=0, created_at=when.at, updated_at=when.at))
    first = _append(connection, scope, new.id, 1, new.draft, when)
    record(connection, scope, "article.created", new.id, {"title": new.draft.title, "collection": place.name}, when)
    return Article(new.id, place.id, slug, new.source, first, None, 0, None, when.at, when.at)


def revise(
    connection: Connection, scope: Scope, article_id: str, draft: Draft, when: Moment, *, base: int | None = None, slug: str | None = None
) -> Revision:
    """base: the revision number that was edited; EditConflict when it is not the newest. None (imports) takes whatever is there."""
    present = read_article(connection, scope, article_id, lock=True)
    if base is not None and base != present.revision.number:
        raise EditConflict(f"Revision {present.revision.number} was made after {base}.", theirs=present.revision)
    if slug and slug != present.slug:
        wanted_slug(connection, scope.workspace, article, slug, article_id)
    number = present.revision.number + 1
    made = _append(connection, scope, article_id, number, draft, when)
    change_article(connection, scope, article_id, latest=number, updated_at=when.at, slug=slug or present.slug)
    record(connection, scope, "article.revised", article_id, {"revision": number, "title": draft.title}, when)
    return made


def restore(connection: Connection, scope: Scope, article_id: str, number: int, when: Moment) -> Revision:
    """The old revision again, as the newest."""
    read_article(connection, scope, article_id)
    return revise(connection, scope, article_id, read_revision(connection, scope, article_id, number).draft, when)


def archive(connection: Connection, scope: Scope, article_id: str, when: Moment) -> None:
    """Unpublished at once, out of every list; its revisions stay, its address and import key are free again."""
    read_article(connection, scope, article_id, lock=True)
    remove(connection, scope.workspace, source_of(article_id))
    gone = {"published": None, "published_at": None, "passages": 0, "slug": None, "source": None}
    change_article(connection, scope, article_id, archived_at=when.at, updated_at=when.at, **gone)
    record(connection, scope, "article.archived", article_id, None, when)


def read_article(connection: Connection, scope: Scope, article_id: str, *, lock: bool = False) -> Article:
    """Raises NotFound for unknown, archived and other workspaces' articles."""
    query = articles_query(scope.workspace).where(article.c.id == article_id)
    row = connection.execute(query.with_for_update(of=article) if lock else query).one_or_none()
    if row is None:
        raise NotFound()
    return article_from(row)


def find_by_source(connection: Connection, scope: Scope, collection_id: str, source: str) -> Article | None:
    query = articles_query(scope.workspace).where(article.c.collection == collection_id, article.c.source == source)
    row = connection.execute(query).one_or_none()
    return article_from(row) if row else None


def read_revision(connection: Connection, scope: Scope, article_id: str, number: int) -> Revision:
    here = (revision.c.workspace == scope.workspace, revision.c.article == article_id, revision.c.number == number)
    row = connection.execute(select(revision).where(*here)).one_or_none()
    if row is None:
        raise NotFound()
    return revision_from(row)


def list_revisions(connection: Connection, scope: Scope, article_id: str) -> list[Revision]:
    """Newest first."""
    here = (revision.c.workspace == scope.workspace, revision.c.article == article_id)
    return [revision_from(row) for row in connection.execute(select(revision).where(*here).order_by(revision.c.number.desc()))]


def articles_query(workspace: str) -> Any:
    """Articles that are not archived, each with its newest revision."""
    newest = (revision.c.workspace == article.c.workspace) & (revision.c.article == article.c.id) & (revision.c.number == article.c.latest)
    own = [article.c.id, article.c.collection, article.c.slug, article.c.source, article.c.published, article.c.passages]
    times = [article.c.published_at, article.c.created_at, article.c.updated_at, article.c.publications]
    query = select(*own, *times, *revision.c).select_from(article.join(revision, newest))
    return query.where(article.c.workspace == workspace, article.c.archived_at.is_(None))


def article_from(row: Row[Any]) -> Article:
    state = (row.published, row.passages, row.published_at, row.created_at, row.updated_at, row.publications)
    return Article(row.id, row.collection, row.slug, row.source, revision_from(row), *state)


def revision_from(row: Row[Any]) -> Revision:
    content = Draft(*(getattr(row, name) for name in _CONTENT))
    return Revision(row.article, row.number, content, row.author_kind, row.author, row.author_name, row.at)


def change_article(connection: Connection, scope: Scope, article_id: str, **values: Any) -> None:
    connection.execute(update(article).where(article.c.workspace == scope.workspace, article.c.id == article_id).values(**values))


def _append(connection: Connection, scope: Scope, article_id: str, number: int, draft: Draft, when: Moment) -> Revision:
    actor = scope.actor
    made = Revision(article_id, number, draft, actor.kind, actor.id, (actor.name or actor.id)[:200], when.at)
    author = {"author_kind": made.author_kind, "author": made.author, "author_name": made.author_name}
    row = {"workspace": scope.workspace, "article": article_id, "number": number, "at": when.at}
    connection.execute(revision.insert().values(**row, **asdict(draft), **author))
    return made
