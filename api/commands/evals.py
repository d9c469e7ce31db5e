"""`warmline evals run`: a suite over files, never over live data, with progress on the way and a table at the end."""

from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import api.schema  # noqa: F401  every table is known
from core.settings import load_settings
from evals.suite import Files, run_suite
from retrieval.load import load_embedder


def run(suite: str, files: Files, limit: int) -> None:
    settings = load_settings()
    embedder = load_embedder(settings)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def bar(name: str) -> Callable[[int, int], None]:
            task = bars.add_task(name, total=None)
            return lambda done, total: bars.update(task, completed=done, total=total)

        figures = run_suite(settings, embedder, suite, files, limit, bar)
    console = Console(highlight=False, soft_wrap=True)
    read = [path for path in (files.corpus, files.queries, files.items, files.train) if path]
    console.print(" · ".join([suite, *(f"{path.parent.name}/{path.name}" for path in read), f"embedder {embedder.name}"]))
    for figure in figures:
        console.print(str(figure), markup=False)
    console.print(f"Written: {files.out}")
