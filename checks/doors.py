"""Doors: each third-party library is imported by one package only, and a few things are done in one place only.

numpy and scikit-learn are free from floor 1 up; the standard library is free everywhere but for reading the environment and calling out.
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
    # Ways out: only core/fetch.py knows where a call may lead.
    "urllib.request": ("core",),
    "http.client": ("core",),
    "ftplib": ("core",),
    # `serve` asks whether its port is free.
    "socket": ("core", "api/commands/serve.py"),
    "smtplib": ("inbox",),
    "imaplib": ("inbox",),
    "poplib": ("inbox",),
}
# The lexical index has a commit of its own, of its files.
COMMITS = ("core/", "retrieval/lexical.py")
ENGINES = ("core/sqlite.py", "core/postgres.py")
SINGLE_CALLS = {"create_engine": ENGINES, "create_async_engine": (), "eval": (), "exec": ()}
ENVIRONMENT = ("environ", "environb", "getenv", "getenvb")
IMPORTERS = ("import_module", "__import__")
# Imports every package's tables by a computed name.
COMPUTED_IMPORTS = ("api/schema.py",)
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
        for name in _imported(node):
            door = next((door for door in (name, *_parents(name)) if door in DOORS), None)
            if door is not None and not _within(place, DOORS[door]):
                yield f"{place}:{_line(node)}: imports {door}, whose door is {', '.join(DOORS[door]) or 'shut'}"
        if isinstance(node, ast.Call) and _called(node) in IMPORTERS and not _constant(node) and place not in COMPUTED_IMPORTS:
            yield f"{place}:{node.lineno}: imports by a computed name"


def _imported(node: ast.AST) -> set[str]:
    """Modules, and names that may be modules: `from http import client` gives http.client."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return {f"{node.module}.{alias.name}" for alias in node.names}
    if isinstance(node, ast.Call) and _called(node) in IMPORTERS and (name := _constant(node)):
        return {name}
    return set()


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]


def _within(place: str, doors: tuple[str, ...]) -> bool:
    return any(place == door or place.startswith(door + "/") for door in doors)


def _called(node: ast.Call) -> str:
    """The last name of what is called: create_engine in sa.create_engine(…)."""
    return node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _constant(node: ast.Call) -> str:
    first = node.args[0] if node.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _single_places(tree: ast.AST, place: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name, bare = _called(node), isinstance(node.func, ast.Name)
            if name == "commit" and not bare and not place.startswith(COMMITS):
                yield f"{place}:{node.lineno}: commits; only core does"
            # `model.eval()` of a library is no eval.
            if place not in SINGLE_CALLS.get(name, (place,)) and (bare or name not in ("eval", "exec")):
                yield f"{place}:{node.lineno}: calls {name}"
        if place != "core/settings.py" and _reads_environment(node):
            yield f"{place}:{_line(node)}: reads the environment; only core/settings.py does"


def _reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in ("os", "posix") and any(alias.name in ENVIRONMENT for alias in node.names)
    return isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT
