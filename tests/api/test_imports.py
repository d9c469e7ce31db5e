"""The same Idempotency-Key on an upload: the same files begin one import, other files are refused, and nothing of them is kept."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from core.settings import Settings
from core.tables import file, job
from knowledge.tables import collection
from tests.api.stage import NO_LIMITS, Answer, Stage, open_stage

PLAIN = {"collection": "Help", "publish": "true"}
TWO = [("a.md", "# A"), ("b.md", "# B")]


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path, _env_file=None, **NO_LIMITS))
    yield stage
    stage.close()


def upload(stage: Stage, key: str | None, files: list[tuple[str, str]], fields: dict[str, str] = PLAIN, boundary: str = "x") -> Answer:
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts += [f'name="files"; filename="{name}"\r\n\r\n{content}' for name, content in files]
    body = "".join(f"--{boundary}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    headers = stage.callers["main admin"] | {"content-type": f"multipart/form-data; boundary={boundary}"}
    return asyncio.run(stage.call("POST", "/v1/imports", headers | ({"idempotency-key": key} if key else {}), body.encode()))


def kept(stage: Stage) -> list[int]:
    """How many files, jobs and collections there are."""
    tables = (file, job, collection)
    return [stage.house.database.read_now(lambda c, t=table: c.scalar(select(func.count()).select_from(t))) for table in tables]


def test_the_same_upload_again_is_the_same_import(stage: Stage) -> None:
    first = upload(stage, "k1", TWO)
    before = kept(stage)
    again = upload(stage, "k1", TWO, boundary="another-boundary")
    assert (first.status, again.status, again.json()) == (202, 202, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert upload(stage, "k1", TWO, {"collection": " Help ", "publish": "1"}).json() == first.json(), "says the same in other words"
    assert kept(stage) == before


@pytest.mark.parametrize(
    ("files", "fields"),
    [
        ([("a.md", "# A"), ("b.md", "# C")], PLAIN),
        ([("a.md", "# A"), ("c.md", "# B")], PLAIN),
        ([("b.md", "# B"), ("a.md", "# A")], PLAIN),
        ([("a.md", "# A")], PLAIN),
        ([*TWO, ("c.md", "# C")], PLAIN),
        (TWO, {**PLAIN, "publish": "false"}),
        (TWO, {**PLAIN, "collection": "Other"}),
    ],
)
def test_another_upload_under_the_same_key_is_refused_and_not_kept(
    stage: Stage, files: list[tuple[str, str]], fields: dict[str, str]
) -> None:
    assert upload(stage, "k1", TWO).status == 202
    before = kept(stage)
    refused = upload(stage, "k1", files, fields)
    assert (refused.status, refused.json()["code"]) == (409, "idempotency_mismatch")
    assert kept(stage) == before
    assert upload(stage, "k2", files, fields).status == 202


def test_without_a_key_each_upload_is_an_import(stage: Stage) -> None:
    assert upload(stage, None, TWO).json() != upload(stage, None, TWO).json()


def test_a_body_that_is_no_upload_is_refused(stage: Stage) -> None:
    headers = stage.callers["main admin"] | {"content-type": "text/plain", "idempotency-key": "k1"}
    refused = asyncio.run(stage.call("POST", "/v1/imports", headers, b"x" * 10))
    assert (refused.status, refused.json()["code"]) == (415, "unsupported_media_type")
