"""The docs hold what the program holds: settings, events, routes, commands, links. Errors and roles: tests/api/test_docs.py."""

import re
import shlex
from pathlib import Path

import pytest
from fastapi import FastAPI
from typer.main import get_command
from typer.testing import CliRunner

from api.app import ROUTERS
from api.cli import app as command_line
from api.commands.init import snippet
from api.guards import route_policies
from chat.events import KINDS
from checks import settings_page
from core.settings import Settings
from handoff.decide import REASONS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMED = [page.relative_to(ROOT).as_posix() for page in PAGES]
TEXTS = {name: page.read_text() for name, page in zip(NAMED, PAGES, strict=True)}
PACKAGES = "core|people|chat|retrieval|knowledge|handoff|bot|evals|api|ui|demo|docs|tests|checks|bench|scripts"
FILE = re.compile(rf"`((?:{PACKAGES})/[\w./-]+\.\w+|[A-Z_]+\.md|Makefile|Dockerfile|Caddyfile|compose\.yaml|pyproject\.toml)`")
# Made by a command, not kept in the tree.
MADE = ("ui/dist/", "bench/results.json")


def code_lines(text: str) -> list[str]:
    return [line.strip() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]


def everywhere(pattern: str) -> dict[str, set[str]]:
    """{what was found: pages}"""
    found: dict[str, set[str]] = {}
    for name, text in TEXTS.items():
        for match in re.findall(pattern, text):
            found.setdefault(match, set()).add(name)
    return found


def test_the_settings_page_is_the_one_made_from_the_settings() -> None:
    assert settings_page.PAGE.read_text() == settings_page.page(), "run: python -m checks.settings_page"
    assert [name for _, names in settings_page.groups() for name in names] == list(Settings.model_fields)


def test_every_setting_that_is_mentioned_exists() -> None:
    known = {f"WARMLINE_{name.upper()}" for name in Settings.model_fields} | {"WARMLINE_DOMAIN", "WARMLINE_SKIP_UI"}
    assert {name: pages for name, pages in everywhere(r"\b(WARMLINE_[A-Z_]*[A-Z])\b").items() if name not in known} == {}


@pytest.mark.parametrize("page", ["docs/events.md", "docs/http.md"])
def test_every_event_kind_is_on_the_page(page: str) -> None:
    assert set(re.findall(r"^\| `([a-z]+\.[a-z]+)`", TEXTS[page], re.MULTILINE)) == set(KINDS)


def test_every_reason_of_a_handoff_is_in_the_docs() -> None:
    table = TEXTS["docs/agents.md"].split("| reason |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == list(REASONS)


def test_every_route_is_in_the_contract_and_none_beside_it() -> None:
    app = FastAPI(docs_url=None, redoc_url=None)
    for module in ROUTERS:
        app.include_router(module.router)
    served = {f"{method} {_open(path)}" for method, path in route_policies(app) if method != "HEAD"}
    written = {f"{method} {_open(path)}" for method, path in re.findall(r"^\| `([A-Z]+) (/[^`?]*)`", TEXTS["docs/http.md"], re.MULTILINE)}
    assert written == served


def _open(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_every_make_target_that_is_mentioned_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    mentioned = everywhere(r"(?:`|^|\n)(?:PYTHON=\S+ |WARMLINE_\w+=\S+ )*make ([a-z][a-z-]*)")
    assert {name: pages for name, pages in mentioned.items() if name not in targets} == {}


def test_every_warmline_command_in_the_docs_is_understood() -> None:
    lines = {line for text in TEXTS.values() for line in code_lines(text)} | set(everywhere(r"`(warmline [^`]+)`"))
    parts = {part.strip() for line in lines for part in re.split(r"&&|\||#", line)}
    commands = {match[1] for part in parts if (match := re.search(r"(?:^|\s)warmline ([a-z][^…]*)", part))}
    assert len(commands) > 10
    wrong = [command for command in sorted(commands) if not _understood(shlex.split(command))]
    assert wrong == []


def _understood(words: list[str]) -> bool:
    """Its command exists and takes each option."""
    names = words[:2] if words[0] in ("evals", "agents") else words[:1]
    names = [name for name in names if not name.startswith("-")]
    shown = CliRunner().invoke(command_line, [*names, "--help"], env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    return shown.exit_code == 0 and all(re.search(rf"{option}\b", shown.output) for option in options)


def test_every_command_is_in_the_docs() -> None:
    # typer's own tree of commands.
    tree = get_command(command_line)
    names = [[name, *([inner] if inner else [])] for name, one in tree.commands.items() for inner in getattr(one, "commands", {"": None})]
    told = "\n".join(TEXTS.values())
    assert len(names) > 15
    assert [" ".join(words) for words in names if f"warmline {' '.join(words)}" not in told] == []


def test_every_limit_is_on_the_page_about_limits() -> None:
    limits = set(re.findall(r"settings\.(\w+)", (ROOT / "api" / "limits.py").read_text())) - {"trusted_proxies"}
    table = TEXTS["docs/security.md"].split("## Limits")[1].split("\n## ")[0]
    assert {f"WARMLINE_{name.upper()}" for name in limits | {"streams_per_session"}} - set(re.findall(r"WARMLINE_[A-Z_]+", table)) == set()


def test_every_python_module_that_is_run_exists() -> None:
    for module, pages in everywhere(r"python -m ([a-z_]+(?:\.[a-z_]+)*)").items():
        path = ROOT / module.replace(".", "/")
        known = path.with_suffix(".py").exists() or (path / "__main__.py").exists() or module in ("venv", "build", "pytest")
        assert known, f"{module}, in {pages}"


@pytest.mark.parametrize("name", NAMED)
def test_links_lead_somewhere(name: str) -> None:
    """Pictures too; a `#part` is a heading of its page."""
    text = re.sub(r"```.*?```", "", TEXTS[name], flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"(?:src|srcset|href)=\"([^\"]+)\"", text)
    for target in targets:
        if not re.match(r"[a-z]+:", target):
            path, _, part = target.partition("#")
            file = (ROOT / name).parent / path if path else ROOT / name
            assert file.exists(), f"{target} leads nowhere"
            assert not part or part in _anchors(file.read_text()), f"{target}: no such heading"


def _anchors(text: str) -> set[str]:
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("name", NAMED)
def test_tables_are_whole(name: str) -> None:
    """Each row has as many cells as its head, and none stands apart from its table."""
    cells, before = 0, ""
    for line in TEXTS[name].splitlines():
        if line.startswith("|"):
            here = len(re.findall(r"(?<!\\)\|", line))
            cells = cells if before.startswith("|") else here
            assert here == cells, line
        before = line
    heads = re.findall(r"(?:^|\n\n)\|.*\n(.*)", TEXTS[name])
    assert [line for line in heads if not re.fullmatch(r"[|-]+", line)] == [], "rows without a head"


@pytest.mark.parametrize("name", NAMED)
def test_files_that_are_named_exist(name: str) -> None:
    assert [path for path in FILE.findall(TEXTS[name]) if not path.startswith(MADE) and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "docs/embed.md"])
def test_the_snippet_is_the_one_that_init_prints(name: str) -> None:
    printed = snippet(Settings(public_url="https://support.example.com"), "YOUR-INBOX-KEY")
    assert printed in TEXTS[name]


def test_the_figures_have_a_place_for_every_part_of_the_benchmark() -> None:
    # Read, not imported: the module measures when it is imported.
    parts = re.findall(r"^    \"(\w+)\": \w+\.measure", (ROOT / "bench" / "__main__.py").read_text(), re.MULTILINE)
    assert set(re.findall(r"`python -m bench (\w+)`", TEXTS["README.md"])) == set(parts) != set()


def test_decisions_are_dated_and_whole() -> None:
    for name, text in TEXTS.items():
        if name.startswith("docs/decisions/") and not name.endswith("README.md"):
            assert re.match(r"docs/decisions/\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md$", name)
            parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
            assert parts == ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"], name
