"""Every select, update and delete names the workspace: the second net under the Scope that every domain function takes.

A function that looks over all workspaces on purpose says so in its docstring: "over all workspaces" or "without a scope".
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from checks.doors import files

VERBS = ("select", "update", "delete")
FREE = ("over all workspaces", "without a scope")


def problems(root: Path) -> Iterator[str]:
    for path in files(root):
        source = path.read_text()
        if "sqlalchemy" not in source:
            continue
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        naming = {f.name for f in functions if "workspace" in (ast.get_source_segment(source, f) or "")}
        for function in functions:
            if _selects(function) and not _names_workspace(function, source, naming):
                yield f"{path.relative_to(root).as_posix()}:{function.lineno}: {function.name} touches rows without naming the workspace"


def _selects(function: ast.AST) -> bool:
    return any(isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in VERBS for n in ast.walk(function))


def _names_workspace(function: ast.FunctionDef | ast.AsyncFunctionDef, source: str, naming: set[str]) -> bool:
    """By itself, or by a function of the same file that makes its condition."""
    called = {n.func.id for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    text = (ast.get_source_segment(source, function) or "").lower()
    return function.name in naming or bool(called & naming) or any(words in text for words in FREE)
