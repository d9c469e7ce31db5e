"""Articles that say the same fill no list of results: through POST /v1/search."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.ids import new_id
from core.settings import Settings
from tests.api.stage import NO_LIMITS, Stage, furnish, open_stage

DELIVERY = """Parcels leave our warehouse on the day of your order when it reaches us before two in the afternoon. Delivery takes two days in
Germany and four days in Austria. You get a link to follow your parcel as soon as it is on its way. When nobody is at home, the courier
leaves it with a neighbour or takes it to the nearest shop, where it waits for a week."""
PLAN = """The plan is made for small teams that answer their customers together. It is billed by the month and may be ended in the settings
at any time, and what was paid for is kept until the month is over. It costs {0} € for each member of the team, and {1} comes with it."""


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path, _env_file=None, **NO_LIMITS))
    asyncio.run(furnish(stage))
    yield stage
    stage.close()


def send(stage: Stage, path: str, body: Any) -> Any:
    headers = stage.callers["main admin"] | {"content-type": "application/json", "idempotency-key": new_id("key")}
    return asyncio.run(stage.call("POST", path, headers, json.dumps(body).encode())).json()


def publish(stage: Stage, collection: str, title: str, markdown: str) -> str:
    made = send(stage, "/v1/articles", {"collection": collection, "title": title, "markdown": markdown})["id"]
    send(stage, f"/v1/articles/{made}/publication", {})
    return made


def found(stage: Stage, query: str, collections: list[str]) -> list[dict]:
    assert stage.house.searcher.wait_ready("wsp_main")
    return send(stage, "/v1/search", {"query": query, "collections": collections})["hits"]


def test_what_several_articles_say_is_found_once(stage: Stage) -> None:
    guides, partners = (send(stage, "/v1/collections", {"name": name})["id"] for name in ("Guides", "Partners"))
    # In another layout and with another little word; the article has a passage of its own too.
    again = DELIVERY.replace("You get", "Then you get").replace("\n", " ").replace("Germany", "**Germany**")
    plans = " ".join(PLAN.format(price, "delivery") for price in (5, 7, 9))
    guide = publish(stage, guides, "Delivery", DELIVERY)
    answers = publish(stage, guides, "Questions and answers", f"{again}\n\n## Plans and delivery\n\n{plans}")
    more = [publish(stage, guides, title, DELIVERY) for title in ("After your order", "Courier", "What happens next")]
    elsewhere = publish(stage, partners, "Resellers", DELIVERY)
    returns = publish(stage, guides, "Returns", "Send it back within 30 days of delivery; the parcel costs nothing.")
    first, *rest = found(stage, "How long does delivery take?", [guides])
    assert (first["article"], sorted(first["also"])) == (guide, sorted([answers, *more]))
    assert {hit["article"]: hit["also"] for hit in rest} == {answers: [], returns: []}
    assert [hit["article"] for hit in found(stage, "How long does delivery take?", [partners])] == [elsewhere]


def test_the_articles_that_a_question_names_are_all_found(stage: Stage) -> None:
    made = send(stage, "/v1/collections", {"name": "Guides"})["id"]
    named = {publish(stage, made, title, DELIVERY) for title in ("Schools", "Resellers")}
    assert {hit["article"] for hit in found(stage, "Is delivery the same for schools and resellers?", [made])} == named


def test_what_differs_in_a_number_or_a_name_is_not_the_same(stage: Stage) -> None:
    made = send(stage, "/v1/collections", {"name": "Guides"})["id"]
    short = {publish(stage, made, title, text) for title, text in (("Costs", "Plan A costs 5 €."), ("Prices", "Plan B costs 7 €."))}
    assert {hit["article"] for hit in found(stage, "What does it cost?", [made])} == short
    pairs = {
        "number": (("5", "a help page"), ("7", "a help page")),
        "name": (("5", "Summit"), ("5", "Trail")),
        "word": (("5", "a monthly bill"), ("5", "a yearly bill")),
        "denial": (("5", "a contract"), ("5", "not a contract")),
        "denial, asked for": (("5", "a small contract"), ("5", "not a small contract")),
        "much more": (("5", "help"), ("5", "help desk hours, onboarding sessions, recorded lessons, printed handbooks, telephone support")),
        "half of it": (
            ("5", "help comes by mail and by telephone, some of it at once and some of it the other day, and a page"),
            ("5", "page"),
        ),
    }
    for what, told in pairs.items():
        made = send(stage, "/v1/collections", {"name": what})["id"]
        both = {publish(stage, made, title, PLAN.format(*one)) for title, one in zip(("Teams", "Groups"), told, strict=True)}
        assert {hit["article"] for hit in found(stage, "What is the plan for small teams?", [made])} == both, what
    made = send(stage, "/v1/collections", {"name": "Countries"})["id"]
    both = {publish(stage, made, f"Invoices in {country}", PLAN.format("5", "a help page")) for country in ("Norway", "Sweden")}
    assert {hit["article"] for hit in found(stage, "What does the plan cost?", [made])} == both
