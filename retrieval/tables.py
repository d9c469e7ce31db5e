"""What retrieval stores. Everything else it has (FAISS, tantivy, numpy columns) is made from these rows."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from core.tables import json_type, metadata, ms, workspace_column

# A number, because FAISS knows no other ids.
_passage_id = BigInteger().with_variant(Integer, "sqlite")

passage = Table(
    "passage",
    metadata,
    Column("id", _passage_id, primary_key=True, autoincrement=True),
    Column("workspace", String(40), nullable=False),
    Column("source", String(120), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("collection", String(40), nullable=False),
    Column("audience", String(20), nullable=False),
    Column("language", String(20), nullable=False),
    ms("valid_from", nullable=True),
    ms("valid_until", nullable=True),
    Column("title", Text, nullable=False),
    Column("heading", json_type, nullable=False),
    Column("text", Text, nullable=False),
    Column("attributes", json_type),
    # Of the embedded text: title, heading path and text.
    Column("sha", String(64), nullable=False),
    # The index revision that added it.
    Column("revision", BigInteger, nullable=False),
    UniqueConstraint("workspace", "id"),
    Index(None, "workspace", "source"),
    Index(None, "workspace", "revision"),
    Index(None, "workspace", "sha"),
    # An id is never given twice: caches know passages by it.
    sqlite_autoincrement=True,
)

passage_sentence = Table(
    "passage_sentence",
    metadata,
    workspace_column(),
    Column("passage", BigInteger, primary_key=True, autoincrement=False),
    Column("begin_char", Integer, primary_key=True, autoincrement=False),
    Column("end_char", Integer, nullable=False),
    Column("sha", String(64), nullable=False),
    ForeignKeyConstraint(["workspace", "passage"], ["passage.workspace", "passage.id"]),
    Index(None, "workspace", "sha"),
)

embedding = Table(
    "embedding",
    metadata,
    workspace_column(),
    Column("sha", String(64), primary_key=True),
    Column("model", String(80), primary_key=True),
    # float32, little-endian, length 1.
    Column("vector", LargeBinary, nullable=False),
)

index_state = Table(
    "index_state",
    metadata,
    workspace_column(),
    Column("revision", BigInteger, nullable=False),
)

passage_removed = Table(
    "passage_removed",
    metadata,
    workspace_column(),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("passage", BigInteger, primary_key=True, autoincrement=False),
)

vocabulary = Table(
    "vocabulary",
    metadata,
    workspace_column(),
    # Lists of words and names for the same thing.
    Column("groups", json_type, nullable=False),
)
