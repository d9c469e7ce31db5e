"""`warmline evals freeze` and `replay`: any message as a test that runs offline."""

import sys
from pathlib import Path

from rich.console import Console

import api.schema  # noqa: F401  every table is known
from api.commands.opened import opened, quiet_log
from core.clock import now_ms
from core.errors import Invalid
from core.ids import new_id
from core.settings import load_settings
from evals import kept_cases
from evals.frozen.case import Case, Replay, accepted, load_case, replay_case, save_case
from evals.frozen.case import freeze as freeze_message
from retrieval.load import load_embedder, load_reranker
from retrieval.search import Searcher

_SHOWN = 8


def freeze(message: str, out: Path | None) -> None:
    console = _console()
    with opened("freeze") as here:
        embedder = load_embedder(here.settings)
        searcher = Searcher(here.database, embedder, here.settings.data / "index")
        try:
            searcher.reranker = load_reranker(here.settings, embedder)
            case = freeze_message(here.settings, here.database, searcher, here.scope, message)
        finally:
            searcher.close()
        if out:
            save_case(case, out)
        else:
            kept = here.database.write_now(kept_cases.keep_case, here.scope, new_id("frz"), case, kept_cases.packed(case), now_ms())
    console.print(f"Written: {out}" if out else f"Kept as {kept.id}; replay it with: warmline evals replay --all", markup=False)
    if not case["as_posted"]:
        console.print("The bot answers differently now than it did then: the case holds what it answers now.")


def replay(files: tuple[Path, ...], every: bool, accept: bool) -> None:
    if bool(files) == every:
        raise Invalid("name the files of cases, or --all for those that are kept here")
    quiet_log(load_settings())
    results = [_replay_file(path, accept) for path in files] if files else _replay_kept(accept)
    failed = sum(bool(result.differences) for result in results)
    said = "accepted" if accept else "differ"
    _console().print(f"{len(results)} cases: {len(results) - failed} the same, {failed} {said}")
    if failed and not accept:
        sys.exit(1)


def _replay_file(path: Path, accept: bool) -> Replay:
    case = load_case(path)
    result = _replay(str(path), case)
    if accept and result.differences:
        save_case(accepted(case, result), path)
    return result


def _replay_kept(accept: bool) -> list[Replay]:
    results = []
    with opened("replay") as here:
        for kept in here.database.read_now(kept_cases.list_cases, here.scope):
            case = kept_cases.unpacked(here.database.read_now(kept_cases.content_of, here.scope, kept.id))
            result = _replay(f"{kept.id} {kept.question[:60]!r}", case)
            results.append(result)
            here.database.write_now(kept_cases.note_replay, here.scope, kept.id, result, now_ms())
            if accept and result.differences:
                content = kept_cases.packed(accepted(case, result))
                here.database.write_now(kept_cases.accept, here.scope, kept.id, content, now_ms())
    return results


def _replay(name: str, case: Case) -> Replay:
    result, console = replay_case(load_settings(), case), _console()
    console.print(f"{'DIFFERS' if result.differences else 'same   '}  {name}", markup=False)
    for difference in result.differences[:_SHOWN]:
        console.print(f"         {difference}", markup=False)
    if len(result.differences) > _SHOWN:
        console.print(f"         and {len(result.differences) - _SHOWN} more")
    return result


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
