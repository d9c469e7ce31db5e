"""A server made of the foundation and the routes of sign-in, set-up and administration, with a named cast. The database is real."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import admin, sessions, setup
from api.foundation import lay_foundation
from core.clock import FrozenClock
from core.database import Database
from core.ids import new_id
from core.log import set_up_log
from core.scope import Scope, system_scope
from core.settings import Settings
from people import person
from people.passwords import hash_password
from tests.conftest import NOW, OTHER_WORKSPACE, WORKSPACE

PASSWORD = "a long enough password"
ORIGIN = "http://localhost:8080"


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(data=tmp_path, _env_file=None)


@dataclass
class Server:
    """The cast: Ann the agent, Ed the editor, Rita the reviewer, Ada the admin; Olga is admin of another workspace."""

    app: FastAPI
    database: Database
    clock: FrozenClock

    def client(self) -> TestClient:
        return TestClient(self.app, base_url=ORIGIN, raise_server_exceptions=False)

    def signed_in(self, email: str, password: str = PASSWORD) -> TestClient:
        client = self.client()
        answer = client.post("/v1/sessions", json={"email": email, "password": password})
        assert answer.status_code == 201, answer.text
        client.headers["Origin"] = ORIGIN
        return client


CAST = {"ann": "agent", "ed": "editor", "rita": "reviewer", "ada": "admin"}


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def server(database: Database, settings: Settings, password_hash: str) -> Iterator[Server]:
    set_up_log("error")
    clock = FrozenClock(NOW)
    app = FastAPI(docs_url=None, redoc_url=None)
    lay_foundation(app, settings=settings, database=database, clock=clock)
    for router in (sessions.router, admin.router, setup.router):
        app.include_router(router)
    for name, role in CAST.items():
        add(database, system_scope(WORKSPACE, "test"), name, role, password_hash)
    add(database, system_scope(OTHER_WORKSPACE, "test"), "olga", "admin", password_hash)
    yield Server(app, database, clock)
    app.state.passwords.close()


def add(database: Database, scope: Scope, name: str, role: str, password_hash: str) -> person.Person:
    new = person.NewPerson(new_id("prs"), name.title(), f"{name}@example.com", role, password_hash)
    return database.write_now(person.create_person, scope, new, NOW)
