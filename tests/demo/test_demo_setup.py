"""The demo is set up once, through the domain's verbs; a second start does nothing; a kill in the middle loses nothing."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import func, select

import api.schema  # noqa: F401  every table is known
from api.demo.cast import CAST
from api.demo.catalogue import help_articles
from api.demo.company import HANDBOOK
from api.demo.setup import Demo, clear_demo, set_up
from chat.inboxes import inbox_by_key
from core.clock import now_ms
from core.database import Database
from core.errors import Misconfigured
from core.jobs import claim, run_claimed, waiting
from core.scope import system_scope
from core.settings import Settings
from core.sqlite import SqliteStore
from core.tables import metadata
from core.tables import workspace as workspace_table
from core.wakes import Wakes
from knowledge.articles import Article
from knowledge.collections import list_collections
from knowledge.find import Wanted, list_articles
from knowledge.import_files import list_imports
from people.passwords import check_password
from people.person import list_people
from people.tables import person as person_table
from retrieval.hash_embedder import HashEmbedder
from retrieval.tables import passage

ORIGINS = ("http://localhost:8081",)
SHOP_ARTICLES = len(help_articles())


class Interrupted(Exception):
    """As a kill would: raised from the middle of the work."""


class DyingEmbedder(HashEmbedder):
    """Embeds so many texts, then no more."""

    def __init__(self, texts: int) -> None:
        super().__init__()
        self.left = texts
        self.embedded = 0

    def embed_texts(self, texts, question):
        self.left -= len(texts)
        if self.left < 0:
            raise Interrupted
        self.embedded += len(texts)
        return super().embed_texts(texts, question)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def empty(data: Path):
    data.mkdir()
    database = Database(SqliteStore(data / "warmline.db", Wakes()))
    metadata.create_all(database.store.engine)
    yield database
    database.close()


def start(database: Database, data: Path, embedder: HashEmbedder | None = None, origins=ORIGINS) -> tuple[Demo, list[tuple[str, int, int]]]:
    said: list[tuple[str, int, int]] = []
    demo = set_up(database, Settings(data=data), embedder or HashEmbedder(), origins, lambda *what: said.append(what))
    return demo, said


def articles(database: Database, demo: Demo, **wanted) -> list[Article]:
    return database.read_now(list_articles, system_scope(demo.workspace, "test"), Wanted(limit=500, **wanted))[0]


def test_the_first_start_makes_the_company(empty, data):
    demo, said = start(empty, data)
    scope = system_scope(demo.workspace, "test")
    assert demo.new
    assert demo.articles == SHOP_ARTICLES
    assert [(one.name, one.role) for one in empty.read_now(list_people, scope)] == sorted((name, role) for name, _, role in CAST)
    made = articles(empty, demo)
    assert {one.slug for one in made} == {one.slug for one in help_articles()}
    assert {one.status for one in made} == {"live"}
    assert {one.revision.author_name for one in made} == {"Mara Lindt"}
    assert said[0][0] == "Founding Holm & Lark"
    assert said[-1] == ("Reading the shop's help articles", SHOP_ARTICLES, SHOP_ARTICLES)


def test_each_inbox_reads_its_own_collections_and_opens_for_the_shop(empty, data):
    demo, _ = start(empty, data)
    names = {one.id: one.name for one in empty.read_now(list_collections, system_scope(demo.workspace, "test"))}
    store, docs = (empty.read_now(inbox_by_key, key) for key in (demo.store_inbox, demo.docs_inbox))
    assert {names[one] for one in store.collections} == {one.collection for one in help_articles()} - {HANDBOOK}
    assert [names[one] for one in docs.collections] == ["Plausible documentation"]
    assert store.origins == docs.origins == ORIGINS
    assert len(store.prompts) == 4
    moved, _ = start(empty, data, origins=("http://localhost:9081",))
    assert empty.read_now(inbox_by_key, moved.store_inbox).origins == (*ORIGINS, "http://localhost:9081")


def test_the_sign_ins_are_right_and_only_their_owner_reads_them(empty, data):
    demo, _ = start(empty, data)
    assert stat.S_IMODE(demo.sign_ins.stat().st_mode) == 0o600
    lines = [line.split() for line in demo.sign_ins.read_text("utf-8").splitlines()[3:]]
    hashes = dict(empty.read_now(lambda c: c.execute(select(person_table.c.email, person_table.c.password_hash)).all()))
    assert len(lines) == len(hashes) == 5
    assert all(check_password(hashes[line[-2]], line[-1]).right for line in lines)
    assert len({line[-1] for line in lines}) == 5


def test_a_second_start_does_nothing(empty, data):
    first, _ = start(empty, data)
    written = demo_rows(empty)
    again, said = start(empty, data, DyingEmbedder(0))
    assert (again.new, again.articles, said) == (False, 0, [])
    assert (again.workspace, again.store_inbox, again.docs_inbox) == (first.workspace, first.store_inbox, first.docs_inbox)
    assert demo_rows(empty) == written


def test_a_start_killed_in_the_middle_goes_on_where_it_stopped(empty, data):
    with pytest.raises(Interrupted):
        start(empty, data, DyingEmbedder(300))
    demo, _ = start(empty, data)
    assert 0 < demo.articles < SHOP_ARTICLES
    made = articles(empty, demo)
    assert len(made) == SHOP_ARTICLES
    assert {one.status for one in made} == {"live"}
    assert {one.revision.number for one in made} == {1}
    assert not demo.new


def test_the_documentation_comes_as_a_job_that_survives_a_kill(empty, data):
    demo, _ = start(empty, data)
    scope = system_scope(demo.workspace, "test")
    run_jobs(empty, DyingEmbedder(2000))
    assert [job.state for job in empty.read_now(list_imports, scope)] == ["failed"]
    start(empty, data)
    run_jobs(empty, HashEmbedder())
    newest = empty.read_now(list_imports, scope)[0]
    assert (newest.state, newest.done, newest.total) == ("done", 127, 127)
    collection = next(one for one in empty.read_now(list_collections, scope) if one.name == "Plausible documentation")
    made = articles(empty, demo, collection=collection.id)
    assert len(made) == 127
    assert {one.status for one in made} == {"live"}
    assert all(one.revision.draft.original.startswith("https://plausible.io/docs") for one in made)
    start(empty, data)
    assert empty.read_now(waiting) == []


def test_the_demo_does_not_move_into_another_company(empty, data):
    row = {"id": "wsp_real", "name": "Real", "position": 0, "demo": False, "created_at": now_ms()}
    empty.write_now(lambda c: c.execute(workspace_table.insert().values(**row)))
    with pytest.raises(Misconfigured, match="WARMLINE_DATA"):
        start(empty, data)


def test_clearing_takes_articles_people_and_doors_away(empty, data):
    demo, _ = start(empty, data)
    assert clear_demo(empty, Settings(data=data)) == SHOP_ARTICLES
    scope = system_scope(demo.workspace, "test")
    assert articles(empty, demo) == []
    assert empty.read_now(lambda c: c.scalar(select(func.count()).select_from(passage))) == 0
    assert [one.name for one in empty.read_now(list_people, scope) if one.active] == ["Ada Ruiz"]
    assert empty.read_now(inbox_by_key, demo.store_inbox).origins == ()
    assert not demo.sign_ins.exists()


def demo_rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    return database.read_now(lambda c: {name: c.scalar(select(func.count()).select_from(table)) for name, table in metadata.tables.items()})


def run_jobs(database: Database, embedder: HashEmbedder) -> None:
    for workspace, job_id in database.read_now(waiting):
        run_claimed(database, database.write_now(claim, workspace, job_id, "test"), {"embedder": embedder})
