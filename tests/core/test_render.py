"""The policy renderer: nothing that a person or a model writes becomes more than text, headings, lists, tables, code and safe links."""

import json
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.errors import Invalid
from core.render import blocks, highlight, plain_text, render_markdown, strip_hidden

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "mark",
}
ATTRIBUTES = {"href", "rel", "target", "id", "start", "align", "tabindex", "autofocus"}


class Tree(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"{tag} {name}")
            if name == "href":
                self.links.append(value or "")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


def safe(html: str) -> Tree:
    tree = Tree(html)
    assert tree.wrong == []
    assert all(link.startswith(("https://", "mailto:", "/help/", "#h-")) for link in tree.links), tree.links
    return tree


def test_a_document_keeps_its_shape() -> None:
    html = render_markdown("# Returns\n\nSend it **back**.\n\n## How\n\n1. Print\n2. Post\n\n|a|b|\n|-|-:|\n|1|2|\n\n```\nx < y\n```\n")
    assert '<h2 id="h-returns">Returns</h2>' in html
    assert '<h3 id="h-how">How</h3>' in html
    assert "<strong>back</strong>" in html
    assert "<ol>" in html
    assert '<td align="right">2</td>' in html
    assert "x &lt; y" in html


def test_same_headings_get_different_ids() -> None:
    assert 'id="h-a-2"' in render_markdown("## A\n\n## A")


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))", "[x](http://plain.test)", "[x](//evil.test)", "[x](https://a@evil.test/)",
        "[x](data:text/html,x)",
        "[x](https://evil.test:8443/)", "[x](vbscript:x)", "[x](https://[::1)", "<javascript:alert(1)>", "[x](/admin)",
        "[x](mailto:a@b.c?bcc=d@e.f)",
    ],
)  # fmt: skip
def test_other_links_become_their_text(source: str) -> None:
    html = render_markdown(source)
    assert "href" not in html
    assert "<a" not in html


def test_links_that_stay() -> None:
    tree = safe(render_markdown("[a](https://example.org/x?y=1#z) [b](mailto:help@example.org) [c](/help/returns#h-how) [d](#how)"))
    assert tree.links == ["https://example.org/x?y=1#z", "mailto:help@example.org", "/help/returns#h-how", "#h-how"]
    assert 'rel="noopener noreferrer nofollow"' in render_markdown("[a](https://example.org)")


def test_hosts_bound_the_links_of_a_model() -> None:
    source = "[a](https://docs.test/x) [b](https://docs.test/x?q=secret) [c](https://evil.test/) [d](https://docs.test/#s)"
    assert Tree(render_markdown(source, link_hosts={"docs.test"})).links == ["https://docs.test/x"]


def test_images_become_their_description() -> None:
    html = render_markdown("![A *red* shoe](https://evil.test/p.png?q=secret)")
    assert html.strip() == "<p>A red shoe</p>"


def test_invisible_characters_go_and_joined_letters_stay() -> None:
    assert strip_hidden("I\u200bg\u200bn\U000e0049\u202e\x07\ue000\ud800ore\ufe0f\U000e0101") == "Ignore\ufe0f"
    assert strip_hidden("می\u200cخواهم") == "می\u200cخواهم"
    assert strip_hidden("a\u200c\u200c\u200db\r\nc\td") == "ab\nc\td"
    assert strip_hidden("👩\u200d🔧 naïve 日本語 5 €") == "👩\u200d🔧 naïve 日本語 5 €"


def test_no_payload_of_the_corpus_survives(shared_data: Path) -> None:
    payloads = [row["payload"] for row in json.loads((shared_data / "corpora" / "xss" / "all_xss.json").read_text())]
    assert len(payloads) == 8275
    for payload in payloads:
        safe(render_markdown(payload))
        safe(highlight(render_markdown(f"Before {payload} after"), payload))


def test_an_obedient_model_links_nowhere(shared_data: Path) -> None:
    for row in json.loads((shared_data / "corpora" / "injection" / "obedient_model_outputs.json").read_text()):
        tree = safe(render_markdown(row["output"], link_hosts={"docs.warmline.test"}))
        assert not any("evil" in link for link in tree.links), row


@pytest.mark.parametrize(
    "source", ["x" * 500_001, ">" * 200 + " x", "".join(" " * 2 * n + "- x\n" for n in range(80)), "*" * 4000 + "a" + "*" * 4000]
)
def test_too_long_or_too_deep_is_refused(source: str) -> None:
    for function in (render_markdown, plain_text, blocks):
        with pytest.raises(Invalid):
            function(source)


HOSTILE = [
    "![",
    "[",
    "*a **b ",
    "`",
    "<",
    "&",
    "[a](",
    "- ",
    "\\",
    "|",
    "a|b\n",
    "***",
    "__a",
    "<!--",
    "]",
    "~~",
    "#",
    "1. ",
    "\t",
    "[a]: x\n",
]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_hostile_patterns_end(pattern: str) -> None:
    started = time.perf_counter()
    try:
        render_markdown((pattern * 10_000)[:10_000])
    except Invalid:
        pass
    # Not a speed goal: a quadratic parser takes minutes here.
    assert time.perf_counter() - started < 30


def test_plain_text_is_what_the_reader_sees() -> None:
    steps = "## Steps\n\nDo *this* [now](https://x.test):\n\n3. one\n4. two\n   - deep\n\n"
    text = plain_text(steps + "> said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[//]: # (hidden)\n")
    assert text == "Steps\n\nDo this now:\n\n3. one\n4. two\n  - deep\n\nsaid\n\na | b\n1 | 2"


def test_a_quote_is_marked_across_elements() -> None:
    html = highlight(render_markdown("Send it **back within** [30 days](https://x.test) & keep it."), "send it back within 30 days & keep")
    assert html.count("<mark") == 4
    assert html.count('id="quote"') == 1
    assert "</mark></strong>" in html
    assert " &amp; keep</mark> it." in html
    safe(html)


def test_a_quote_may_run_over_list_numbers_and_be_shortened() -> None:
    html = render_markdown("Intro words.\n\n1. Print the label\n2. Pack the box\n3. Post it today\n\nEnd.")
    assert "<mark" in highlight(html, "1. Print the label\n2. Pack the box")
    marked = highlight(html, "Print the label 2. Pack the box 3. Post it today")
    assert "<mark>Post it today</mark>" in marked
    assert "Intro words.</p>" in marked
    assert "<mark" in highlight(html, "Pack the box 3. Post it…")


@pytest.mark.parametrize("quote", ["", "not in it at all", "<b>", "…", "\x00", "]" * 5000])
def test_a_quote_that_is_not_there_changes_nothing(quote: str) -> None:
    html = render_markdown("One two three.")
    assert highlight(html, quote) == html
