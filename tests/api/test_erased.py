"""What is left of an erased customer's words in the database: none, whatever was made of them and whatever is under way."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from api.commands.erase import _erase
from chat.log import read
from core.errors import Conflict
from core.ids import new_id
from core.scope import system_scope
from core.settings import Settings
from core.tables import metadata
from evals.frozen.case import freeze
from evals.kept_cases import keep_case, list_cases, packed
from tests.api.stage import NO_LIMITS, Answer, Stage, furnish, open_stage, settle

SCOPE = system_scope("wsp_main", "test")
CANARY = "canary-4711"


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path, _env_file=None, **NO_LIMITS))
    yield stage
    stage.close()


def send(stage: Stage, caller: str, method: str, path: str, body: Any = None, key: str = "") -> Answer:
    headers = stage.callers[caller] | {"content-type": "application/json", "idempotency-key": key or new_id("key")}
    return asyncio.run(stage.call(method, path, headers, b"" if body is None else json.dumps(body).encode()))


def answered(stage: Stage) -> str:
    """The id of the bot's message to a customer who told it their secret."""
    asyncio.run(furnish(stage))
    send(stage, "main admin", "POST", f"/v1/articles/{stage.things['/v1/articles/{id}']}/publication")
    send(stage, "main admin", "PATCH", f"/v1/inboxes/{stage.things['/v1/inboxes/{id}']}", {"collections": [stage.things["collection"]]})
    talk = send(stage, "main one a", "POST", "/v1/conversations", {}).json()["id"]
    asked = {"text": f"Can I send it back within 30 days? My number is {CANARY}."}
    send(stage, "main one a", "POST", f"/v1/conversations/{talk}/messages", asked)
    asyncio.run(settle(stage))
    return next(e.id for e in stage.house.database.read_now(read, "wsp_main", talk) if e.author.kind == "bot")


def erase(stage: Stage) -> None:
    contact, entries = stage.actors["main one a"].contact, (new_id("aud"), new_id("aud"))
    stage.house.database.write_now(_erase, SCOPE, contact, entries, stage.house.clock.now())


def left(stage: Stage) -> list[str]:
    """Tables that still hold the words."""
    rows = {table.name: stage.house.database.read_now(lambda c, t=table: c.execute(select(t)).all()) for table in metadata.sorted_tables}
    return [name for name, found in rows.items() if CANARY in repr(found)]


def test_what_was_made_of_their_words_goes_with_them(stage: Stage) -> None:
    message = answered(stage)
    case = send(stage, "main reviewer", "POST", "/v1/frozen-cases", {"message": message}, "freeze")
    assert CANARY in case.json()["question"]
    again = send(stage, "main reviewer", "POST", "/v1/frozen-cases", {"message": message}, "freeze")
    assert (again.json(), again.headers["idempotency-replayed"]) == (case.json(), "true")
    assert send(stage, "main reviewer", "POST", f"/v1/frozen-cases/{case.json()['id']}/replays", {}).status == 201
    erase(stage)
    assert left(stage) == []
    assert send(stage, "main reviewer", "POST", "/v1/frozen-cases", {"message": message}, "freeze").status == 404


def test_a_removed_case_leaves_no_words_outside_the_conversation(stage: Stage) -> None:
    case = send(stage, "main reviewer", "POST", "/v1/frozen-cases", {"message": answered(stage)}).json()["id"]
    send(stage, "main reviewer", "POST", f"/v1/frozen-cases/{case}/replays", {})
    send(stage, "main reviewer", "DELETE", f"/v1/frozen-cases/{case}")
    assert set(left(stage)) <= {"conversation", "event"}


def test_what_is_frozen_while_its_customer_is_erased_is_not_kept(stage: Stage) -> None:
    message, house = answered(stage), stage.house
    case = freeze(house.settings, house.database, house.searcher, SCOPE, message)
    erase(stage)
    before = len(house.database.read_now(list_cases, SCOPE))
    with pytest.raises(Conflict, match="erased"):
        house.database.write_now(keep_case, SCOPE, new_id("frz"), case, packed(case), house.clock.now())
    assert len(house.database.read_now(list_cases, SCOPE)) == before
