"""Alembic's entry: runs on the connection that core.migrate hands over, in its transaction."""

from typing import Any

from alembic import context
from sqlalchemy import JSON

from core.tables import metadata


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """JSON columns are written by the name they have in core.tables."""
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from core.tables import json_type")
        return "json_type"
    return False


# dbos keeps its own tables (on Postgres in a schema of its own); they are not ours to migrate.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata", metadata),
    render_as_batch=True,
    render_item=render_item,
    transactional_ddl=False,
    transaction_per_migration=False,
)
context.run_migrations()
