"""How sure the bot must be: what is said of its answers, the workspace's own confidence, and the risk dial."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from api.guards import allow
from api.idempotency import Key, once
from api.intake import BIGGEST_INT, Body, PathId
from api.parts import Here
from api.shapes import Begun, Logged, Shape, gives
from api.shapes import Share as Fraction
from bot import dial, refit
from bot.confidence import load_confidence
from bot.tuned import newest_fit
from chat import conversation
from core.clock import iso
from core.ids import new_id
from core.jobs import list_jobs
from core.scope import Scope, system_scope
from people import audit

router = APIRouter(prefix="/v1", tags=["confidence"])
Judge = Annotated[Scope, Depends(allow("review", visitors=True))]
Reviewer = Annotated[Scope, Depends(allow("review"))]
Admin = Annotated[Scope, Depends(allow("administer"))]
Limit = Annotated[float, Field(ge=dial.LOWEST, le=dial.HIGHEST)]
Seq = Annotated[int, Path(ge=1, le=BIGGEST_INT)]


class Verdict(Body):
    """right: null takes an earlier word back."""

    right: bool | None


class NewDial(Body):
    """wrong_at_most: share of the answers given; null turns the dial off."""

    wrong_at_most: Limit | None


class Empty(Body):
    pass


class Measured(Shape):
    """A share (or a number per day) with its 95 % interval, and the count it rests on."""

    value: float
    low: float
    high: float
    n: int


class CurvePoint(Shape):
    """Were this threshold chosen. answered: share of the questions; wrong: share of the answers given."""

    threshold: float
    answered: Fraction
    given: int
    wrong: Fraction
    wrong_low: Fraction
    wrong_high: Fraction


class Expected(Shape):
    """handoffs_per_day: null while too few questions were asked here."""

    wrong: Measured
    answered: Measured
    handoffs_per_day: Measured | None


class Realised(Shape):
    """Of the answers judged since the limit was set. drifts: more are wrong than chance allows."""

    wrong: Measured
    drifts: bool


class Dial(Shape):
    """wrong_at_most: null while off. threshold above 1: no answer is ever sure enough. source: what the curve rests on."""

    wrong_at_most: float | None
    threshold: float
    floor: Fraction
    source: Literal["own", "shipped"]
    labels: int
    labels_needed: int
    curve: list[CurvePoint]
    expected: Expected
    realised: Realised | None
    since: datetime | None


class Setting(Shape):
    wrong_at_most: float | None
    threshold: float
    source: Literal["own", "shipped"]


class Fit(Shape):
    """Of the workspace's own confidence. kept: it foretold the labels better than the shipped one, out of fold. loss, shipped_loss: mean
    log loss of both, lower is better."""

    fitted_at: datetime
    kept: bool
    labels: int
    wrong: int
    examples: int
    loss: float
    shipped_loss: float


class Confidence(Shape):
    """fit: the newest, or null. fitting: one is under way. shipped_at: date of the shipped confidence."""

    shipped_at: str
    fit: Fit | None
    fitting: bool
    dial: Dial


@router.put("/conversations/{id}/messages/{seq}/verdict", responses=gives(Logged))
async def judge_answer(id: PathId, seq: Seq, body: Verdict, scope: Judge, key: Key, here: Here) -> Response:
    """A customer's thumb, or a reviewer's mark, on a message of the bot. Enough of them start a fit of the workspace's own confidence."""
    if scope.actor.kind == "visitor":
        here.limits.visitor_verdict(scope.actor.id, here.address)
    event_id, job_id = new_id("evt"), new_id("job")

    def make(connection: Connection) -> dict[str, Any]:
        event = conversation.judge_answer(connection, scope, id, seq, body.right, (event_id, here.now))
        if event.id == event_id:
            refit.start_when_due(connection, system_scope(scope.workspace, "confidence"), job_id)
        return {"id": event.id, "seq": event.seq}

    return (await here.database.write(once, scope, key, here.now, make, conversation=id)).response()


@router.get("/confidence", responses=gives(Confidence))
async def read_confidence(scope: Reviewer, here: Here, wrong_at_most: Annotated[Limit | None, Query()] = None) -> dict[str, Any]:
    """`wrong_at_most`: as it would be with the dial set so; nothing is changed."""

    def query(connection: Connection) -> dict[str, Any]:
        shipped = load_confidence()
        fit = newest_fit(connection, scope.workspace, shipped.version)
        fitting = any(one.state in ("waiting", "running") for one in list_jobs(connection, scope, refit.KIND, 5))
        shown = _dial_view(dial.read_dial(connection, scope, shipped, here.now, wrong_at_most))
        return {"shipped_at": shipped.fitted_at, "fit": _fit_view(fit), "fitting": fitting, "dial": shown}

    return await here.database.read(query)


@router.put("/confidence/dial", responses=gives(Setting))
async def set_dial(body: NewDial, scope: Admin, here: Here, key: Key) -> Response:
    """At most this share of wrong answers: what is less sure goes to a person at once."""
    shipped, dial_id, entry = load_confidence(), new_id("dia"), new_id("aud")
    source, scored = await here.database.read(dial.known, scope.workspace, shipped)
    setting = dial.setting_on(source, scored, shipped, body.wrong_at_most)

    def make(connection: Connection) -> dict[str, Any]:
        dial.set_dial(connection, scope, setting, dial_id, here.now)
        noted = {"wrong_at_most": setting.wrong_at_most, "threshold": setting.threshold}
        audit.record(connection, scope, "risk_dial.set", dial_id, noted, entry_id=entry, at=here.now)
        return vars(setting)

    return (await here.database.write(once, scope, key, here.now, make)).response()


@router.post("/confidence/fits", status_code=202, responses=gives(Begun, 202))
async def fit_confidence(body: Empty, scope: Admin, here: Here, key: Key) -> Response:
    """Starts a fit from the labels there are, or names the one under way."""
    job_id = new_id("job")
    return (
        await here.database.write(once, scope, key, here.now, lambda connection: {"id": refit.start(connection, scope, job_id)}, status=202)
    ).response()


def _dial_view(one: dial.Dial) -> dict[str, Any]:
    realised = one.realised and {"wrong": vars(one.realised.wrong), "drifts": one.realised.drifts}
    per_day = one.expected.handoffs_per_day
    expected = {"wrong": vars(one.expected.wrong), "answered": vars(one.expected.answered), "handoffs_per_day": per_day and vars(per_day)}
    shown = {name: getattr(one, name) for name in ("wrong_at_most", "threshold", "floor", "source", "labels")}
    curve = [vars(point) for point in one.curve]
    since = iso(one.since) if one.since is not None else None
    return {**shown, "labels_needed": refit.AT_LEAST, "curve": curve, "expected": expected, "realised": realised, "since": since}


def _fit_view(row: Any) -> dict[str, Any] | None:
    return {"fitted_at": iso(row.fitted_at), "kept": row.kept, **row.figures} if row is not None else None
