"""The risk dial of a workspace: "at most this share of wrong answers", kept by a threshold on the confidence, and watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row

from bot.bounds import more_than_by_chance, rate_interval, share_interval
from bot.confidence import Confidence
from bot.labels import Asked, Label, asked_of, labels_of
from bot.risk import Point, Scored, curve, point_at, threshold_for
from bot.tables import risk_dial
from bot.tuned import dials_of, newest_fit
from core.errors import Invalid
from core.scope import Scope

LOWEST, HIGHEST = 0.005, 0.5
DAY_MS = 86_400_000
LOOK_BACK_DAYS = 28
# Fewer questions say nothing of a share.
FEWEST_ASKED = 30
DRIFTS_BELOW = 0.05


@dataclass(frozen=True)
class Share:
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Expected:
    """wrong: of the answers given. answered: of the questions. handoffs_per_day: None without enough questions of our own."""

    wrong: Share
    answered: Share
    handoffs_per_day: Share | None


@dataclass(frozen=True)
class Realised:
    """Of the answers judged since the dial was set. drifts: more are wrong than chance allows where the limit is kept."""

    wrong: Share
    drifts: bool


@dataclass(frozen=True)
class Dial:
    """wrong_at_most: None while it is off. source: what the curve rests on, own (labels of this workspace) or shipped (public sets).
    expected: of the threshold that is set, or of the floor. labels: how many answers were judged. since: when the limit was set."""

    wrong_at_most: float | None
    threshold: float
    floor: float
    source: str
    labels: int
    curve: list[Point]
    expected: Expected
    realised: Realised | None
    since: int | None


@dataclass(frozen=True)
class Setting:
    wrong_at_most: float | None
    threshold: float
    source: str


def read_dial(connection: Connection, scope: Scope, shipped: Confidence, now: int, tried: float | None = None) -> Dial:
    """tried: as it would be, were the dial set so. Raises Invalid."""
    settings = dials_of(connection, scope.workspace)
    source, scored = known(connection, scope.workspace, shipped)
    labels = labels_of(connection, scope.workspace)
    limit = settings[0].wrong_at_most if settings else None
    threshold = settings[0].threshold if limit is not None else shipped.floor
    since = _since(settings)
    realised = _realised([label for label in labels if since is not None and label.at >= since], limit) if limit is not None else None
    if tried is not None:
        limit, threshold = tried, setting_on(source, scored, shipped, tried).threshold
    expected = expect(threshold, scored, asked_of(connection, scope.workspace, now - LOOK_BACK_DAYS * DAY_MS), now)
    return Dial(limit, threshold, shipped.floor, source, len(labels), curve(scored, shipped.floor), expected, realised, since)


def known(connection: Connection, workspace: str, shipped: Confidence) -> tuple[str, Scored]:
    """(own or shipped, the answers that the curve is drawn from, each scored by a head that had not seen it)."""
    fit = newest_fit(connection, workspace, shipped.version)
    if fit is None:
        return "shipped", shipped.reference
    return "own", [(confidence, right) for confidence, right in fit.scored]


def limit_of(connection: Connection, workspace: str) -> float | None:
    settings = dials_of(connection, workspace, 1)
    return settings[0].wrong_at_most if settings else None


def setting_on(source: str, scored: Scored, shipped: Confidence, wrong_at_most: float | None) -> Setting:
    """None turns it off. Raises Invalid."""
    if wrong_at_most is None:
        return Setting(None, 0.0, source)
    if not LOWEST <= wrong_at_most <= HIGHEST:
        raise Invalid(f"wrong_at_most is a share between {LOWEST} and {HIGHEST}")
    return Setting(wrong_at_most, threshold_for(wrong_at_most, scored, shipped.floor), source)


def set_dial(connection: Connection, scope: Scope, setting: Setting, dial_id: str, at: int) -> None:
    row = {"id": dial_id, "wrong_at_most": setting.wrong_at_most, "threshold": setting.threshold, "source": setting.source}
    connection.execute(risk_dial.insert().values(workspace=scope.workspace, set_by=scope.actor.id, set_at=at, **row))


def _since(settings: Sequence[Row[Any]]) -> int | None:
    """When the limit of today was first set; fits after it have only moved the threshold. settings: newest first."""
    same = list(takewhile(lambda row: row.wrong_at_most == settings[0].wrong_at_most, settings))
    return same[-1].set_at if same and same[0].wrong_at_most is not None else None


def expect(threshold: float, scored: Scored, asked: Sequence[Asked], now: int) -> Expected:
    """asked: our own questions of the last LOOK_BACK_DAYS."""
    point, enough = point_at(threshold, scored), len(asked) >= FEWEST_ASKED
    confidences = [one.confidence for one in asked] if enough else [confidence for confidence, _ in scored]
    given, of = sum(confidence >= threshold for confidence in confidences), len(confidences)
    wrong = Share(point.wrong, point.wrong_low, point.wrong_high, point.given)
    answered = Share(given / of if of else 0.0, *share_interval(given, of), of)
    if not enough:
        return Expected(wrong, answered, None)
    days = max(1.0, (now - min(one.at for one in asked)) / DAY_MS)
    return Expected(wrong, answered, Share((of - given) / days, *rate_interval(of - given, days), of - given))


def _realised(labels: Sequence[Label], limit: float) -> Realised:
    wrong = sum(not label.right for label in labels)
    share = wrong / len(labels) if labels else 0.0
    drifts = more_than_by_chance(wrong, len(labels), limit) < DRIFTS_BELOW
    return Realised(Share(share, *share_interval(wrong, len(labels)), len(labels)), drifts)
