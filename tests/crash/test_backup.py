"""R21: backups made while customers write can be restored and hold every message acknowledged before they began. R20 in small: a stop
under load loses nothing and is quick."""

import sqlite3
import threading
import time

import httpx2 as httpx
import pytest
from crash.test_kill import fresh
from live import Customer, Server

ROUNDS = 5


@pytest.mark.timeout(240)
def test_backups_under_load_restore_whole(set_up_folder, tmp_path) -> None:
    server, key = fresh(set_up_folder, tmp_path)
    server.start()
    customer = Customer(server, key)
    conversation = customer.open()
    sent: list[int] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.05):
            sent.append(customer.says(conversation, "Do you ship to Norway?")["seq"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(ROUNDS):
            while len(sent) < (number + 1) * 5:
                time.sleep(0.01)
            before = list(sent)
            folder = tmp_path / f"backup{number}"
            server.run("backup", str(folder))
            other = Server(tmp_path / f"restored{number}", log_level="warning")
            other.run("restore", str(folder))
            assert set(before) <= stored(other, conversation)
        assert other.run("restore", str(folder), check=False).returncode != 0, "a restore overwrites nothing"
        other.start()
        assert set(before) <= {e["seq"] for e in httpx_as(customer, other).reads(conversation)["events"]}
        other.stop()
    finally:
        stop.set()
        writer.join()
    began = time.monotonic()
    server.stop(seconds=10)
    print(f"stopped in {time.monotonic() - began:.1f} s")


def stored(server: Server, conversation: str) -> set[int]:
    database = sqlite3.connect(server.data / "warmline.db")
    return {row[0] for row in database.execute("SELECT seq FROM event WHERE conversation = ?", (conversation,))}


def httpx_as(customer: Customer, server: Server) -> Customer:
    """The same visitor's token on another server."""
    other = object.__new__(Customer)
    other.server, other.token = server, customer.token
    other.http = httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {customer.token}"}, timeout=30)
    return other


def test_a_damaged_backup_is_refused(set_up_folder, tmp_path) -> None:
    server, _ = fresh(set_up_folder, tmp_path)
    server.run("backup", str(tmp_path / "backup"))
    database = tmp_path / "backup" / "warmline.db"
    content = bytearray(database.read_bytes())
    content[len(content) // 2] ^= 0xFF
    database.write_bytes(content)
    done = server.run("restore", str(tmp_path / "backup"), "--verify", check=False)
    assert done.returncode == 2
    assert "not what was backed up" in done.stderr
