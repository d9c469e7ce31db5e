"""The confidence that a workspace's answers are judged by: the shipped one, or its own where that proved better, with its risk dial."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import Connection, Row, select

from bot.confidence import Confidence, heads_of
from bot.tables import confidence_fit, risk_dial
from core.clock import iso
from core.database import Database


class Confidences(Protocol):
    def for_workspace(self, workspace: str) -> Confidence: ...


@dataclass(frozen=True)
class _Known:
    """fit, dial: ids of the newest."""

    fit: str | None
    dial: str | None
    confidence: Confidence


class Tuned:
    """Reads two ids from the database each time, and what they name when they have changed: every process answers by the newest."""

    def __init__(self, database: Database, shipped: Confidence) -> None:
        self._database, self._shipped = database, shipped
        self._known: dict[str, _Known] = {}

    def for_workspace(self, workspace: str) -> Confidence:
        """Blocking: from a thread that may read."""
        fit, dial = self._database.read_now(_newest, workspace, self._shipped.version)
        known = self._known.get(workspace)
        if known is None or (known.fit, known.dial) != (fit, dial):
            known = _Known(fit, dial, self._database.read_now(confidence_of, workspace, self._shipped))
            self._known[workspace] = known
        return known.confidence


def confidence_of(connection: Connection, workspace: str, shipped: Confidence) -> Confidence:
    fit, dial = newest_fit(connection, workspace, shipped.version), next(iter(dials_of(connection, workspace, 1)), None)
    confidence = shipped
    if fit is not None and fit.kept:
        heads = {name: head for name, head in heads_of(fit.heads).items() if head.names == shipped.heads[name].names}
        # One that reads other signals than this version takes is of an older version: it waits to be fitted again.
        confidence = replace(shipped, heads={**shipped.heads, **heads}, fitted_at=iso(fit.fitted_at)[:10]) if heads else shipped
    if dial is not None and dial.wrong_at_most is not None:
        confidence = replace(confidence, needed=dial.threshold)
    return confidence


def newest_fit(connection: Connection, workspace: str, near: str) -> Row[Any] | None:
    """Of those fitted near this version of the shipped one."""
    query = select(confidence_fit).where(confidence_fit.c.workspace == workspace, confidence_fit.c.model == near)
    row: Row[Any] | None = connection.execute(query.order_by(confidence_fit.c.id.desc()).limit(1)).one_or_none()
    return row


def dials_of(connection: Connection, workspace: str, limit: int = 100) -> list[Row[Any]]:
    """Settings of the risk dial, newest first."""
    query = select(risk_dial).where(risk_dial.c.workspace == workspace).order_by(risk_dial.c.id.desc()).limit(limit)
    return list(connection.execute(query).all())


def _newest(connection: Connection, workspace: str, near: str) -> tuple[str | None, str | None]:
    fits = select(confidence_fit.c.id).where(confidence_fit.c.workspace == workspace, confidence_fit.c.model == near)
    dials = select(risk_dial.c.id).where(risk_dial.c.workspace == workspace)
    newest = (
        table.order_by(column.desc()).limit(1).scalar_subquery() for table, column in ((fits, confidence_fit.c.id), (dials, risk_dial.c.id))
    )
    fit, dial = connection.execute(select(*newest)).one()
    return fit, dial
