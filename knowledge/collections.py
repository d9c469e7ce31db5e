"""Collections: an inbox names the ones its bot reads."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from core.errors import Conflict, Invalid, NotFound
from core.scope import Scope
from knowledge.record import Moment, record
from knowledge.slugs import free_slug
from knowledge.tables import article, collection


@dataclass(frozen=True)
class Collection:
    """articles: how many are not archived."""

    id: str
    name: str
    slug: str
    articles: int = 0


class CollectionExists(Conflict):
    code = "collection_exists"
    title = "There is already a collection with this name"


def create_collection(connection: Connection, scope: Scope, name: str, collection_id: str, when: Moment) -> Collection:
    name = " ".join(name.split())
    if not 0 < len(name) <= 200:
        raise Invalid("A collection's name has 1 to 200 characters.")
    if connection.scalar(select(collection.c.id).where(collection.c.workspace == scope.workspace, collection.c.name == name)):
        raise CollectionExists(f"There is already a collection named {name!r}.")
    slug = free_slug(connection, scope.workspace, collection, name, collection_id)
    connection.execute(collection.insert().values(workspace=scope.workspace, id=collection_id, name=name, slug=slug, created_at=when.at))
    record(connection, scope, "collection.created", collection_id, {"name": name}, when)
    return Collection(collection_id, name, slug)


def list_collections(connection: Connection, scope: Scope) -> list[Collection]:
    return [_collection(row) for row in connection.execute(_counted(scope.workspace).order_by(collection.c.name))]


def find_collection(connection: Connection, scope: Scope, name: str) -> Collection:
    """By id, slug or name; raises NotFound."""
    named = or_(collection.c.id == name, collection.c.slug == name, collection.c.name == name)
    row = connection.execute(_counted(scope.workspace).where(named).order_by(collection.c.created_at).limit(1)).one_or_none()
    if row is None:
        raise NotFound(f"There is no collection {name!r}.")
    return _collection(row)


def _counted(workspace: str) -> Any:
    here = and_(article.c.workspace == collection.c.workspace, article.c.collection == collection.c.id, article.c.archived_at.is_(None))
    columns = (collection.c.id, collection.c.name, collection.c.slug)
    query = select(*columns, func.count(article.c.id).label("articles")).select_from(collection.outerjoin(article, here))
    return query.where(collection.c.workspace == workspace).group_by(*columns, collection.c.created_at)


def _collection(row: Row[Any]) -> Collection:
    return Collection(row.id, row.name, row.slug, row.articles)
