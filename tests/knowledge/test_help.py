"""The public article page."""

import json
from pathlib import Path

from tests.core.test_render import Tree
from tests.knowledge.conftest import Desk

TEXT = "You can send it **back within 30 days**.\n\n1. Print the label\n2. Post the parcel\n\nQuestions? [Write](mailto:help@example.org)."


def test_the_quote_is_marked_and_the_page_opens_there(desk: Desk) -> None:
    desk.article(desk.collection(), "Returns", TEXT, original="https://old.example.org/returns")
    page = desk.anybody().get("/help/returns", params={"quote": "Print the label 2. Post the parcel"})
    assert '<mark id="quote" tabindex="-1" autofocus>Print the label</mark>' in page.text
    assert '<a href="#quote">' in page.text
    assert '<a href="https://old.example.org/returns" rel="noopener noreferrer nofollow">Original</a>' in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "no longer in this article" in desk.anybody().get("/help/returns", params={"quote": "something else entirely"}).text


def test_nothing_that_is_written_or_asked_runs(desk: Desk, shared_data: Path) -> None:
    payloads = [row["payload"] for row in json.loads((shared_data / "corpora" / "xss" / "all_xss.json").read_text())]
    some = [payload for payload in payloads[::97] if "\x00" not in payload][:60]
    collection = desk.collection()
    for payload in some:
        made = desk.article(collection, payload[:290] or "x", payload, publish=False, slug=None)
        desk.client().post(f"/v1/articles/{made['id']}/publication")
        page = desk.anybody().get(f"/help/{made['slug']}", params={"quote": payload[:500]})
        assert page.status_code in (200, 404)
        wrong = [one for one in Tree(page.text).wrong if one not in ALLOWED]
        assert wrong == [], payload


FRAME = "html body head meta title link header main article h1 div span time".split()  # noqa: SIM905
NAMES = ("lang", "dir", "charset", "name", "content", "class", "datetime")
ALLOWED = {*FRAME, "comment", *(f"{tag} {name}" for tag in [*FRAME, "p", "a"] for name in NAMES)}


def test_the_style_sheet_is_served(desk: Desk) -> None:
    answer = desk.anybody().get("/help.css")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")


def test_odd_addresses_are_not_found(desk: Desk) -> None:
    for slug in ("..%2f..%2fetc%2fpasswd", "x" * 3000, "%E2%80%AE", "a b"):
        assert desk.anybody().get(f"/help/{slug}").status_code == 404
