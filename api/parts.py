"""What a route may ask for besides its scope: `database: Db, now: Now`, or all of it at once: `here: Here`.

`api/foundation.py` puts them on `app.state`.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.limits import Limits
from core.database import Database
from core.settings import Settings
from people.passwords import Passwords


@dataclass(frozen=True)
class Parts:
    """now: ms, the same for the whole request. address: who is calling, for limits only."""

    database: Database
    settings: Settings
    limits: Limits
    passwords: Passwords
    now: int
    address: str


async def _here(request: Request) -> Parts:
    state = request.app.state
    address = state.limits.address(request)
    return Parts(state.database, state.settings, state.limits, state.passwords, state.clock.now(), address)


Here = Annotated[Parts, Depends(_here)]


async def _database(here: Here) -> Database:
    return here.database


async def _now(here: Here) -> int:
    return here.now


Db = Annotated[Database, Depends(_database)]
Now = Annotated[int, Depends(_now)]
