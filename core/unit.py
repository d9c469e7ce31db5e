"""One unit of writing: a function that runs in a transaction. What must happen at its end or after its commit is hung on its connection."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Unit = Callable[..., Any]


@dataclass
class Endings:
    """before: run once per key as the unit's last statements. after: run when the COMMIT is durable, dropped when it is not."""

    before: dict[str, Callable[[Connection], None]] = field(default_factory=dict)
    after: list[Callable[[], None]] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    memory: dict[str, Any] = field(default_factory=dict)
    # By workspace, the first and last position given in this unit.
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)


def run_unit(connection: Connection, unit: Unit, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Endings]:
    endings = Endings()
    connection.info["endings"] = endings
    try:
        value = unit(connection, *args, **kwargs)
        for last in list(endings.before.values()):
            last(connection)
        return value, endings
    finally:
        connection.info.pop("endings", None)


def _endings(connection: Connection) -> Endings:
    endings: Endings | None = connection.info.get("endings")
    if endings is None:
        raise RuntimeError("only a unit run by Database.write may change anything")
    return endings


def after_commit(connection: Connection, callback: Callable[[], None]) -> None:
    """callback runs on the writer's thread: it must be quick and must not raise."""
    _endings(connection).after.append(callback)


def before_commit(connection: Connection, key: str, callback: Callable[[Connection], None]) -> None:
    """The first callback given for a key is kept."""
    _endings(connection).before.setdefault(key, callback)


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT with `.on_conflict_do_nothing()` and `.on_conflict_do_update()` on both databases."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def announce(connection: Connection, *topics: str) -> None:
    """Wakes these topics when the COMMIT is durable; forgotten when it is not."""
    _endings(connection).topics.update(topics)


def gave_positions(connection: Connection, workspace: str, first: int, last: int) -> None:
    """So that this process does not take its own commit for another one's."""
    _endings(connection).positions[workspace] = (first, last)


def memory(connection: Connection) -> dict[str, Any]:
    """What this unit wants to remember until its end."""
    return _endings(connection).memory
