"""A server that kills itself once at a named point of a turn: `python -m crash.faults POINT serve`."""

import os
import signal
import sys
from typing import Any

POINTS = ("before_the_answer", "in_the_middle_of_the_stream", "before_the_final_unit", "after_the_final_unit")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def plant(point: str) -> None:
    from bot import turn
    from chat.live import Live

    if point == "before_the_answer":

        async def reach(*args: Any) -> Any:
            die()

        turn.reach_outcome = reach
    elif point == "in_the_middle_of_the_stream":
        Live.write = lambda self, conversation, turn_id, piece: die()  # type: ignore[method-assign,assignment]
    else:
        finish = turn.finish

        def finish_and_die(connection: Any, *args: Any) -> bool:
            if point == "before_the_final_unit":
                die()
            from core.database import after_commit

            after_commit(connection, die)
            return finish(connection, *args)

        turn.finish = finish_and_die


if __name__ == "__main__":
    plant(sys.argv[1])
    sys.argv = [sys.argv[0], *sys.argv[2:]]
    from api.cli import main

    main()
