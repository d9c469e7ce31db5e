"""docs/errors.md and docs/security.md hold what the code holds."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

from api.problems import FRAMEWORK, status_of
from core.errors import WarmlineError
from people.roles import PERMISSIONS, ROLES

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| `(\w+)` \| (\d{3}) \|", re.MULTILINE)
# Needs a package that only an extra brings.
OPTIONAL = ("retrieval.sentence_transformers_embedder", "evals.fitting", "core.migrations")


def every_error() -> dict[str, int]:
    for package in ("core", "people", "chat", "retrieval", "knowledge", "handoff", "bot", "evals", "api"):
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, package + "."):
            if not module.name.startswith(OPTIONAL):
                importlib.import_module(module.name)
    found = {kind.code: status_of(kind()) for kind in subclasses(WarmlineError)}
    return found | {code: status for status, (code, _) in FRAMEWORK.items()} | {"internal": 500}


def subclasses(kind: type[WarmlineError]) -> Iterator[type[WarmlineError]]:
    for child in kind.__subclasses__():
        if child.__module__.split(".")[0] != "tests":
            yield child
        yield from subclasses(child)


def test_every_code_is_documented_with_its_status() -> None:
    documented = {code: int(status) for code, status in ROW.findall((DOCS / "errors.md").read_text())}
    assert documented == every_error()


def test_the_table_of_roles_is_the_one_in_the_code() -> None:
    text = (DOCS / "security.md").read_text()
    header, _, *rows = [line.strip("|").split("|") for line in text.split("| permission |")[1].split("\n\n")[0].splitlines()]
    roles = [cell.strip() for cell in header if cell.strip()]
    shown = {row[0].strip(" `"): {role for role, cell in zip(roles, row[1:], strict=True) if "✓" in cell} for row in rows}
    assert shown == {permission: {role for role, held in ROLES.items() if permission in held} for permission in PERMISSIONS}


def test_every_route_is_in_the_contract() -> None:
    from fastapi import FastAPI

    from api.app import ROUTERS

    app = FastAPI()
    for module in ROUTERS:
        app.include_router(module.router)
    text = (DOCS / "http.md").read_text()
    written = re.sub(r"\{\w+\}", "{}", text)
    paths = {re.sub(r"\{\w+(:path)?\}", "{}", path) for path in app.openapi()["paths"]}
    assert sorted(path for path in paths if path not in written) == []
