"""R6: the process dies at four points of a turn; the turn is taken up again when its lease runs out, and is answered once."""

import time

import pytest
from crash.faults import POINTS
from crash.test_kill import fresh
from live import Customer, Server


@pytest.mark.timeout(120)
@pytest.mark.parametrize("point", POINTS)
def test_a_turn_whose_process_died_is_answered_once(point, set_up_folder, tmp_path) -> None:
    deadly, key = fresh(set_up_folder, tmp_path, "-m", "crash.faults", point)
    deadly.start()
    customer = Customer(deadly, key)
    conversation = customer.open()
    # Acknowledged before the turn begins; the turn then takes the process with it.
    sent = customer.says(conversation, "What is your return policy?")
    assert deadly.process.wait(30) == -9
    server = revived(deadly)
    started = time.monotonic()
    reply = customer.until(conversation, "message.added", sent["seq"], author="bot", seconds=2 + 5 + 20)
    assert "30 days" in reply["text"]
    events = customer.reads(conversation)["events"]
    assert [e["author"]["kind"] for e in events if e["kind"] == "message.added"] == ["customer", "bot"]
    print(f"{point}: answered {time.monotonic() - started:.1f} s after the restart")
    assert server.stop() in (0, -15, 143)


def revived(dead: Server) -> Server:
    """The same folder and port, without the fault."""
    dead.entry = ("-m", "api.cli")
    return dead.start()
