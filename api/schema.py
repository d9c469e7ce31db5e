"""Every table, so that core's metadata is whole. `python -m api.schema "what changed"` writes the next migration."""

import importlib
import sys
import tempfile
from pathlib import Path

from core.tables import metadata

PACKAGES = ("people", "chat", "retrieval", "knowledge", "handoff", "bot", "evals")
for package in PACKAGES:
    importlib.import_module(f"{package}.tables")

__all__ = ["metadata"]


def write_migration(message: str, number: str) -> None:
    from alembic import command

    from core.migrate import configuration
    from core.settings import Settings
    from core.sqlite import sqlite_engine

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        engine = sqlite_engine(settings.sqlite_path)
        with engine.connect() as connection:
            config = configuration()
            config.attributes.update(connection=connection, metadata=metadata)
            if number != "0001":
                command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    versions = Path(__file__).parent.parent / "core" / "migrations" / "versions"
    write_migration(sys.argv[1], f"{len(list(versions.glob('0*.py'))) + 1:04d}")
