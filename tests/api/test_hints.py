"""What an agent is told of a reply before it is sent: through HTTP."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.ids import new_id
from core.settings import Settings
from tests.api.stage import NO_LIMITS, Stage, add_conversation, furnish, open_stage


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path, _env_file=None, **NO_LIMITS))
    yield stage
    stage.close()


def send(stage: Stage, caller: str, method: str, path: str, body: Any) -> Any:
    headers = stage.callers[caller] | {"content-type": "application/json", "idempotency-key": new_id("key")}
    return asyncio.run(stage.call(method, path, headers, json.dumps(body).encode())).json()


def test_the_companys_own_address_is_nobodys_personal_data(stage: Stage) -> None:
    asyncio.run(furnish(stage))
    collection, inbox = stage.things["collection"], stage.things["/v1/inboxes/{id}"]
    send(stage, "main admin", "PATCH", f"/v1/inboxes/{inbox}", {"collections": [collection]})
    markdown = "Write to hello@shop.example or call +49 451 1234567; we answer within one working day."
    made = send(stage, "main admin", "POST", "/v1/articles", {"collection": collection, "title": "Contact", "markdown": markdown})
    send(stage, "main admin", "POST", f"/v1/articles/{made['id']}/publication", {})
    talk = add_conversation(stage)

    def hinted(text: str) -> list[str]:
        return [hint["quote"] for hint in send(stage, "main agent", "POST", f"/v1/conversations/{talk}/hints", {"text": text})["hints"]]

    assert hinted("Please write to hello@shop.example or call +49 451 1234567.") == []
    assert hinted("Please write to anna@other.example.") == ["anna@other.example"]
