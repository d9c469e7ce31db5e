"""Making a case out of a message, and making it again out of the case alone."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.clock import FrozenClock, iso, now_ms
from core.database import Database
from core.errors import Invalid, Unavailable
from core.scope import Scope
from core.settings import Settings
from core.sqlite import SqliteStore
from core.tables import metadata
from core.wakes import Wakes
from evals.frozen.rows import altered, checked, read_slice, write_slice
from evals.frozen.tape import SeenIndex, Tape, TapedEmbedder, TapedReranker
from evals.frozen.turn import SEED, PastTurn, make_again, past_turn
from evals.made_with import made_with
from retrieval.embedder import Embedder
from retrieval.reranker import Reranker
from retrieval.search import Searcher

FORMAT = 1
# Raw scores; what a decision shows is rounded to four places, where one more or less in the last place is rounding.
CLOSE, ROUNDED = 1e-6, 1.01e-4
_MISSING = "asked for what was not recorded"

Case = dict[str, Any]


@dataclass(frozen=True)
class Replay:
    """differences: in words, none when all is as expected. got: what the turn came to now."""

    differences: tuple[str, ...]
    got: dict[str, Any] = field(repr=False)


def freeze(settings: Settings, database: Database, searcher: Searcher, scope: Scope, message: str) -> Case:
    """Blocking. The turn is made once more over the live knowledge base, recorded, and made again from the record before it is handed out.

    Raises NotFound or Invalid as past_turn does, Unavailable while the index is being restored or when the record does not hold."""
    turn: PastTurn = database.read_now(past_turn, scope, message)
    if not searcher.wait_ready(scope.workspace):
        raise Unavailable("the index is being rebuilt; try again in a moment")
    tape = Tape.of(searcher.embedder, searcher.reranker)
    recording = _seen(searcher, tape, searcher.embedder, searcher.reranker)
    now = now_ms()
    expected = make_again(settings, database, recording, turn, scope.workspace)
    hits = {hit["passage"] for search in expected["searches"] for hit in search}
    rows = database.read_now(read_slice, scope.workspace, turn.state.inbox, searcher.embedder.model, tape.passages, hits)
    case = {
        "format": FORMAT,
        "workspace": scope.workspace,
        "frozen_at": iso(now),
        "now": now,
        "seed": SEED,
        "made_with": made_with(settings, searcher.embedder),
        "turn": turn.as_json(),
        "as_posted": _as_posted(turn, expected),
        "tape": tape.as_json(),
        "rows": rows,
        "expected": expected,
    }
    case = json.loads(json.dumps(case, allow_nan=False))
    broken = replay_case(settings, case).differences
    if broken:
        raise Unavailable(f"the case does not replay: {'; '.join(broken[:3])}")
    return case


def _as_posted(turn: PastTurn, expected: Mapping[str, Any]) -> bool:
    """Whether the bot says today what it said then: the articles may have changed since."""
    outcome = expected["outcome"]
    text = outcome["message"]["text"] if outcome["message"] else None
    return (text, outcome["reason"]) == (turn.posted["text"], turn.posted["reason"])


def replay_case(settings: Settings, case: Case) -> Replay:
    """Blocking; nothing but the case is read. Raises Invalid for what is no case."""
    try:
        rows, tape, turn = checked(case["rows"]), Tape.from_json(case["tape"]), PastTurn.from_json(case["turn"])
        expected, workspace, now = case["expected"], case["workspace"], case["now"]
        broken = altered(rows)
        with _stage(rows, tape, workspace, now) as (database, searcher):
            got = make_again(settings, database, searcher, turn, workspace)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(f"that is no whole case: {type(error).__name__}: {error}") from error
    got = json.loads(json.dumps(got))
    asked_more = [f"{_MISSING}: {what}" for what in dict.fromkeys(tape.missing)]
    return Replay((*broken, *asked_more, *_differences("", expected, got)), got)


def accepted(case: Case, result: Replay) -> Case:
    """The case with what it came to as the expected. Raises Invalid for a case that was tampered with or asks for more than it holds."""
    broken = [*altered(case["rows"]), *(one for one in result.differences if one.startswith(_MISSING))]
    if broken:
        raise Invalid(f"cannot be accepted: {broken[0]}; freeze the message anew")
    return {**case, "expected": result.got}


@contextmanager
def _stage(rows: dict[str, Any], tape: Tape, workspace: str, now: int) -> Iterator[tuple[Database, Searcher]]:
    with tempfile.TemporaryDirectory(prefix="warmline-replay-") as folder:
        database = Database(SqliteStore(Path(folder) / "case.db", Wakes()))
        metadata.create_all(database.store.engine)
        database.write_now(write_slice, rows)
        searcher = Searcher(database, TapedEmbedder(tape), Path(folder) / "index", FrozenClock(now))
        searcher.wait_ready(workspace)
        try:
            yield database, _seen(searcher, tape)
        finally:
            searcher.close()
            database.close()


def _seen(searcher: Searcher, tape: Tape, embedder: Embedder | None = None, reranker: Reranker | None = None) -> Searcher:
    """embedder, reranker: recorded; without an embedder the tape is played back."""
    looks = TapedReranker(tape, reranker) if tape.reranker else None
    return searcher.seen_through(lambda index: SeenIndex(index, tape, play=embedder is None), TapedEmbedder(tape, embedder), looks)  # type: ignore[arg-type, return-value]


def _differences(at: str, expected: Any, got: Any) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(got, dict):
        for name in dict.fromkeys([*expected, *got]):
            yield from _differences(f"{at}.{name}" if at else name, expected.get(name), got.get(name))
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for number, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from _differences(f"{at}[{number}]", one, other)
    elif _numbers(expected, got):
        if abs(expected - got) > (CLOSE if at.startswith("searches") else ROUNDED):
            yield f"{at}: {expected} → {got}"
    elif expected != got:
        yield f"{at}: {_short(expected)} → {_short(got)}"


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"


def load_case(path: Path) -> Case:
    try:
        case = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid(f"{path}: {error}") from error
    if not isinstance(case, dict) or case.get("format") != FORMAT:
        raise Invalid(f"{path} is no frozen case of this version (format {FORMAT})")
    return case


def save_case(case: Case, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(case, ensure_ascii=False) + "\n", encoding="utf-8")
