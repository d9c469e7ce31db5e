"""`warmline evals run`, `compare` and `gate`, over files and saved runs; `import` of a data set for runs over what is live."""

import gzip
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import api.schema  # noqa: F401  every table is known
from api.commands.changes import difference_of, show_comparison, signed
from api.commands.opened import opened, quiet_log
from bot.confidence import load_confidence
from bot.refit import keep as keep_fit
from core.clock import now_ms
from core.errors import Conflict, Invalid
from core.ids import new_id
from core.settings import Settings, load_settings
from evals import gate as gates
from evals import sets
from evals.calibrate import calibrate as calibrate_on
from evals.compare import compare as compare_runs
from evals.made_with import made_with
from evals.saved import checked_name, data_of, load, new_run
from evals.saved import save as save_run
from evals.suite import Bar, Files, run_suite
from retrieval.load import load_embedder

Paths = tuple[Path | None, Path | None, Path | None, Path | None]


def run(suite: str, out: Path | None, paths: Paths, name: str, limit: int) -> None:
    """paths: corpus, queries, items, train."""
    if out is None and not name:
        raise Invalid("say where the lines go (--out FILE), or keep the run (--save NAME), or both")
    settings = load_settings()
    quiet_log(settings)
    runs = runs_folder(settings)
    if name and (runs / checked_name(name)).exists():
        raise Conflict(f"there is a run {name} already, in {runs / name}")
    embedder = load_embedder(settings)
    with tempfile.TemporaryDirectory() as folder, bars() as bar:
        files = Files(out or Path(folder) / "lines.jsonl", *paths)
        figures = run_suite(settings, embedder, suite, files, limit, bar)
        saved = (
            save_run(new_run(name, suite, data_of(files.read, limit), made_with(settings, embedder), figures, files.out), runs)
            if name
            else None
        )
    console = _console()
    read = [path for path in paths if path]
    console.print(" · ".join([suite, *(f"{path.parent.name}/{path.name}" for path in read), f"embedder {embedder.name}"]))
    for figure in figures:
        console.print(str(figure), markup=False)
    for place in (out, saved):
        if place:
            console.print(f"Written: {place}")


def calibrate(corpus: Path, queries: Path, keep: bool, limit: int) -> None:
    embedder = load_embedder(load_settings())
    with bars() as bar:
        found = calibrate_on(embedder, corpus, queries, limit, bar)
    console = _console()
    for title, figures in (
        ("The confidence that came with Warmline", found.shipped),
        ("One fitted on these questions, out of fold", found.own),
    ):
        console.print(f"\n{title}")
        for figure in figures:
            console.print(str(figure), markup=False)
    told = found.fitted.figures
    verdict = "better: worth keeping" if found.fitted.kept else "no better: the one that came with Warmline stays"
    console.print(
        f"\nlog loss {told['loss']} against {told['shipped_loss']} on {told['labels']} answers, {told['wrong']} of them wrong: {verdict}"
    )
    if keep:
        with opened("calibrate") as here:
            keep_fit(here.database, here.scope, found.fitted, load_confidence())
        console.print("Kept for this workspace; the server answers by it from the next question on.")


def compare(before: str, after: str, limit: int) -> None:
    runs = runs_folder(load_settings())
    show_comparison(_console(), compare_runs(load(before, runs), load(after, runs)), limit)


def gate(baseline: str, run: str, max_loss: float, only: Sequence[str]) -> None:
    runs = runs_folder(load_settings())
    verdict = gates.judge(compare_runs(load(baseline, runs), load(run, runs)), max_loss, only)
    console = _console()
    for change in verdict.judged:
        console.print(difference_of(change), markup=False)
    for change in verdict.unjudged:
        console.print(f"{change.name}: cannot be judged, it has no interval in both runs", markup=False)
    for change in verdict.lost:
        lost = f"worse by {signed(change.difference.value)}, certainly by more than {max_loss:g}" if change.difference else "gone"
        console.print(f"LOST  {change.name}: {lost}", markup=False)
    console.print(f"{run} {'holds' if verdict.passed else 'loses'} against {baseline}", markup=False)
    if not verdict.passed:
        sys.exit(1)


def import_set(file: Path, name: str, items: bool) -> None:
    try:
        raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        rows = sets.parse(file.name.removesuffix(".gz"), raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, OSError, EOFError) as error:
        raise Invalid(f"{file}: {error}") from error
    with opened("evals import") as here:
        find = here.database.read_now(sets.article_finder, here.scope)
        made = sets.items_of(file.name, rows) if items else sets.questions_of(file.name, rows, find)
        new = sets.NewSet(new_id("set"), name or file.name, "items" if items else "questions", made)
        kept = here.database.write_now(sets.add_set, here.scope, new, sets.pack(new), now_ms())
    _console().print(f"Imported {kept.items} {kept.kind} as {kept.name}; run a suite over them on the quality page.", markup=False)


def runs_folder(settings: Settings) -> Path:
    return settings.data / "evals"


@contextmanager
def bars() -> Iterator[Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def bar(name: str) -> Callable[[int, int], None]:
            task = progress.add_task(name, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield bar


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
