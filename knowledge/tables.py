"""The tables of knowledge: collections, articles, their revisions, and what an import made of each file."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, UniqueConstraint

from core.tables import metadata, ms, workspace_column

collection = Table(
    "collection",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("slug", String(100), nullable=False),
    ms("created_at"),
    UniqueConstraint("workspace", "slug", name="uq_collection_slug"),
)

article = Table(
    "article",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("collection", String(40), nullable=False),
    # slug and source are given back when an article is archived.
    Column("slug", String(120)),
    # What an import calls it: the path or id there. A second import finds the article by it.
    Column("source", String(500)),
    Column("latest", Integer, nullable=False),
    Column("published", Integer),
    Column("passages", Integer, nullable=False, default=0),
    # Grows with each publication and unpublication: who began before the newest of them has lost.
    Column("publications", Integer, nullable=False, default=0, server_default="0"),
    ms("published_at", nullable=True),
    ms("created_at"),
    ms("updated_at"),
    ms("archived_at", nullable=True),
    ForeignKeyConstraint(["workspace", "collection"], ["collection.workspace", "collection.id"], name="fk_article_collection"),
    UniqueConstraint("workspace", "slug", name="uq_article_slug"),
    UniqueConstraint("workspace", "collection", "source", name="uq_article_source"),
    Index("ix_article_updated", "workspace", "updated_at", "id"),
)

# Append-only. Language, audience and dates belong to the revision: a change of audience reaches the index and the help page together.
revision = Table(
    "revision",
    metadata,
    workspace_column(),
    Column("article", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("title", String(300), nullable=False),
    Column("markdown", Text, nullable=False),
    Column("language", String(20), nullable=False),
    Column("audience", String(10), nullable=False),
    Column("original", String(2000)),
    ms("valid_from", nullable=True),
    ms("valid_until", nullable=True),
    # Over the title, the text and the fields above: an import that brings the same again makes no revision.
    Column("sha256", String(64), nullable=False),
    Column("author_kind", String(10), nullable=False),
    Column("author", String(40), nullable=False),
    Column("author_name", String(200), nullable=False),
    ms("at"),
    ForeignKeyConstraint(["workspace", "article"], ["article.workspace", "article.id"], name="fk_revision_article"),
)

import_file = Table(
    "import_file",
    metadata,
    workspace_column(),
    Column("job", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", String(500), nullable=False),
    # The uploaded bytes in core's `file`; removed when the file is done.
    Column("file", String(40)),
    Column("size", BigInteger, nullable=False),
    # waiting, indexed, unchanged or failed.
    Column("state", String(10), nullable=False),
    Column("reason", String(1000)),
    Column("documents", Integer, nullable=False, default=1),
    Column("article", String(40)),
    ForeignKeyConstraint(["workspace", "job"], ["job.workspace", "job.id"], name="fk_import_file_job"),
)
