"""Doors: each third-party library is imported by one package only, and a few things are done in one place only.

numpy and scikit-learn are free from floor 1 up; the standard library is free everywhere but for reading the environment.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("core", "people", "chat", "retrieval", "knowledge", "handoff", "bot", "inbox", "evals", "insights", "api")
# library → the packages or files that may import it
DOORS: dict[str, tuple[str, ...]] = {
    "dbos": ("core",),
    "httpx2": ("core",),
    "httpx": (),
    "requests": (),
    "nh3": ("core",),
    "markdown_it": ("core",),
    "alembic": ("core", "api/schema.py"),
    "pydantic_settings": ("core",),
    "psycopg": ("core",),
    "argon2": ("people",),
    "joserfc": ("people",),
    "faiss": ("retrieval",),
    "tantivy": ("retrieval",),
    "sentence_transformers": ("retrieval",),
    "onnxruntime": ("retrieval",),
    "tokenizers": ("retrieval",),
    "langchain_text_splitters": ("knowledge",),
    "selectolax": ("knowledge", "core/render.py", "core/highlight.py"),
    "langchain": ("bot",),
    "langchain_openai": ("bot",),
    "langchain_core": ("bot", "retrieval"),
    "openai": ("bot", "retrieval"),
    "ir_measures": ("evals",),
    "fastapi": ("api",),
    "starlette": ("api",),
    "sse_starlette": ("api/streams.py",),
    "uvicorn": ("api",),
    "typer": ("api",),
    "rich": ("api",),
    "prometheus_client": ("core", "api"),
    "limits": ("api",),
    "pickle": (),
    "joblib": (),
}
# The lexical index has a commit of its own, of its files.
COMMITS = ("core/", "retrieval/lexical.py")
SINGLE_CALLS = {"create_engine": ("core/sqlite.py", "core/postgres.py", "core/migrate.py"), "eval": (), "exec": ()}
BANNED_NAMES = ("utils", "helpers", "helper", "common", "manager", "service", "services", "misc")


def files(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(path for path in (root / package).rglob("*.py") if "migrations" not in path.parts)


def problems(root: Path) -> Iterator[str]:
    for path in files(root):
        place = path.relative_to(root).as_posix()
        if path.stem in BANNED_NAMES:
            yield f"{place}: an attic name"
        tree = ast.parse(path.read_text())
        yield from _imports(tree, place)
        yield from _single_places(tree, place)


def _imports(tree: ast.AST, place: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            library = name.partition(".")[0]
            allowed = DOORS.get(library)
            if allowed is not None and not any(place == door or place.startswith(door + "/") for door in allowed):
                yield f"{place}:{node.lineno}: imports {library}, whose door is {', '.join(allowed) or 'shut'}"


def _single_places(tree: ast.AST, place: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "commit"
            and not place.startswith(COMMITS)
        ):
            yield f"{place}:{node.lineno}: commits; only core does"
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and place != "core/settings.py":
            yield f"{place}:{node.lineno}: reads the environment; only core/settings.py does"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and place not in SINGLE_CALLS.get(node.func.id, (place,)):
            yield f"{place}:{node.lineno}: calls {node.func.id}"
