"""An editor's desk: the content routes over a real database, a real searcher and the embedder that needs no model."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import content, help
from api.foundation import lay_foundation
from api.house import House
from chat.live import Live
from core.clock import SystemClock
from core.database import Database
from core.ids import new_id
from core.jobs import claim, run_claimed, waiting
from core.scope import Scope, system_scope
from core.settings import Settings
from people import person, session
from retrieval.hash_embedder import HashEmbedder
from retrieval.search import Filters, Query, Searcher
from tests.conftest import OTHER_WORKSPACE, WORKSPACE

ORIGIN = "http://localhost:8080"


@dataclass
class Desk:
    """Ed is the editor, Lea an agent, Olga the editor of another workspace."""

    app: FastAPI
    house: House
    scope: Scope

    def client(self, name: str = "Ed") -> TestClient:
        token = f"wls_{name}"
        return TestClient(self.app, base_url=ORIGIN, cookies={"warmline": token}, headers={"origin": ORIGIN}, raise_server_exceptions=False)

    def anybody(self) -> TestClient:
        return TestClient(self.app, base_url=ORIGIN, raise_server_exceptions=False)

    def collection(self, name: str = "Help") -> str:
        return str(self.client().post("/v1/collections", json={"name": name}).json()["id"])

    def article(self, collection: str, title: str, markdown: str, publish: bool = True, **fields: Any) -> dict[str, Any]:
        ed = self.client()
        made = ed.post("/v1/articles", json={"collection": collection, "title": title, "markdown": markdown, **fields})
        assert made.status_code == 201, made.text
        if publish:
            assert ed.post(f"/v1/articles/{made.json()['id']}/publication").status_code == 200
        return dict(made.json())

    def found(self, text: str, *audiences: str) -> list[str]:
        """Titles, best first."""
        filters = Filters(WORKSPACE, audiences=frozenset(audiences or ("public",)))
        return [hit.title for hit in self.house.searcher.search(Query(text), filters).hits]

    def run_jobs(self) -> None:
        """What the job runner does in a server."""
        for workspace, job_id in self.house.database.read_now(waiting):
            run_claimed(self.house.database, self.house.database.write_now(claim, workspace, job_id, "test"), self.house.parts())


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(data=tmp_path, _env_file=None)
    clock, embedder = SystemClock(), HashEmbedder()
    searcher = Searcher(database, embedder, tmp_path / "index", clock)
    house = House(settings, database, clock, Live(database.wakes), embedder, searcher, answerer=None)  # type: ignore[arg-type]
    app = FastAPI(docs_url=None, redoc_url=None)
    lay_foundation(app, settings=settings, database=database, clock=clock)
    app.state.house = house
    for module in (content, help):
        app.include_router(module.router)
    for name, role, workspace in (("Ed", "editor", WORKSPACE), ("Lea", "agent", WORKSPACE), ("Olga", "editor", OTHER_WORKSPACE)):
        _add_person(database, name, role, workspace, clock.now())
    yield Desk(app, house, system_scope(WORKSPACE, "test"))
    app.state.passwords.close()
    searcher.close()


def _add_person(database: Database, name: str, role: str, workspace: str, now: int) -> None:
    new = person.NewPerson(new_id("prs"), name, f"{name}@example.com", role, f"hash {name}")
    made = database.write_now(person.create_person, system_scope(workspace, "test"), new, now)
    opening = session.Opening(new_id("ses"), session.hash_token(f"wls_{name}"), now, now + 10**9)
    database.write_now(session.sign_in, session.Credentials(workspace, made.id, new.password_hash), opening)
