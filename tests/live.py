"""A real Warmline server in a process of its own, over a data folder of its own, for tests that go through the door."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx

ROOT = Path(__file__).parent.parent
PASSWORD = "correct horse battery"
ADMIN = "ada@example.com"
# Limits that a test would otherwise run into; the limits themselves have tests of their own.
GENEROUS = {
    "WARMLINE_VISITOR_MESSAGES_PER_MINUTE": "1000000",
    "WARMLINE_VISITOR_MESSAGES_PER_DAY": "1000000",
    "WARMLINE_ADDRESS_MESSAGES_PER_MINUTE": "1000000",
    "WARMLINE_ADDRESS_VISITORS_PER_MINUTE": "1000000",
    "WARMLINE_LOGIN_PER_ADDRESS": "1000000",
    "WARMLINE_IMPORTS_PER_MINUTE": "1000000",
}


def free_port() -> int:
    """With the next one free too, where the demo's shop is; below the ports that connections out of this machine are given."""
    while True:
        port = random.randrange(10_000, 32_000)
        try:
            with socket.socket() as probe, socket.socket() as beside:
                probe.bind(("127.0.0.1", port))
                beside.bind(("127.0.0.1", port + 1))
                return port
        except OSError:
            continue


# Every server that was started: after each test what it stored is held against its log (tests/conftest.py).
STARTED: set["Server"] = set()


class Server:
    """`warmline serve` on a fixed port, so that it can be killed and started again in its place."""

    def __init__(self, data: Path, entry: tuple[str, ...] = ("-m", "api.cli"), **settings: str) -> None:
        self.data, self.entry = data, entry
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        shown = {f"WARMLINE_{name.upper()}": value for name, value in settings.items()}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
        own = {"WARMLINE_DATA": str(data), "WARMLINE_PORT": str(self.port), "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        self.env = {**clean, **GENEROUS, **own, **shown}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data.parent / f"{data.name}.log"

    def run(self, *command: str, check: bool = True, **kw: Any) -> subprocess.CompletedProcess[str]:
        """A command of the command line against the same data folder."""
        arguments = [sys.executable, "-m", "api.cli", *command]
        done = subprocess.run(arguments, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=300, **kw)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def init(self, *origins: str) -> str:
        """Sets the folder up; returns the key of the first inbox."""
        sites = [word for origin in origins for word in ("--origin", origin)]
        who = ["--workspace", "Test", "--name", "Ada Admin", "--email", ADMIN, "--password", PASSWORD]
        done = self.run("init", *who, *sites)
        return done.stdout.split('data-inbox="')[1].split('"')[0]

    @property
    def up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, *command: str, wait: bool = True) -> "Server":
        STARTED.add(self)
        with self.log.open("ab") as log:
            arguments = [sys.executable, *self.entry, *(command or ("serve",))]
            self.process = subprocess.Popen(arguments, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)
        if wait:
            self.wait_until_up()
        return self

    def wait_until_up(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process is not None
            assert self.process.poll() is None, f"the server ended:\n{self.log.read_text()[-4000:]}"
            try:
                if httpx.get(f"{self.url}/livez", timeout=1).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"not up after {seconds} s:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """kill -9: nothing is flushed, said or tidied."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, seconds: float = 15) -> int:
        """SIGTERM; returns the exit status."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode if self.process else 0


class Customer:
    """A visitor over HTTP."""

    def __init__(self, server: Server, inbox: str) -> None:
        self.server = server
        made = httpx.post(f"{server.url}/v1/inboxes/{inbox}/visitors", json={})
        assert made.status_code == 201, made.text
        self.token = made.json()["token"]
        self.http = httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30)

    def open(self) -> str:
        return str(self.ok(self.http.post("/v1/conversations", json={}))["id"])

    def says(self, conversation: str, text: str, key: str | None = None, **body: Any) -> dict[str, Any]:
        headers = {"Idempotency-Key": key or os.urandom(8).hex()}
        return self.ok(self.http.post(f"/v1/conversations/{conversation}/messages", json={"text": text, **body}, headers=headers))

    def reads(self, conversation: str) -> dict[str, Any]:
        return self.ok(self.http.get(f"/v1/conversations/{conversation}"))

    def until(self, conversation: str, kind: str, after: int = 0, author: str | None = None, seconds: float = 45) -> dict[str, Any]:
        """The first frame of that kind on the stream."""
        for frame in stream(self.http, f"/v1/conversations/{conversation}/events", after, seconds):
            if frame["event"] == kind and (author is None or frame["data"]["author"]["kind"] == author):
                return frame["data"]
        raise AssertionError(f"no {kind} within {seconds} s")

    @staticmethod
    def ok(response: httpx.Response) -> Any:
        assert response.status_code < 300, f"{response.status_code} {response.text}"
        return response.json() if response.content else None


class Person(Customer):
    """Somebody who works here, with a session cookie."""

    def __init__(self, server: Server, email: str = ADMIN, password: str = PASSWORD) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=30)
        self.person = self.ok(self.http.post("/v1/sessions", json={"email": email, "password": password}))["person"]

    def colleague(self, name: str, role: str = "agent") -> "Person":
        email = f"{name.lower()}@example.com"
        self.ok(self.http.post("/v1/people", json={"name": name, "email": email, "role": role, "password": PASSWORD}))
        return Person(self.server, email)

    def online(self) -> None:
        self.ok(self.http.put("/v1/agents/me/availability", json={"availability": "online"}))


def stream(http: httpx.Client, path: str, after: int = 0, seconds: float = 45) -> Iterator[dict[str, Any]]:
    """Frames `{id, event, data}` of one connection, until it ends or the time is over."""
    # The time is enforced by closing from outside: a read time-out alone would be reset by each ping.
    with http.stream("GET", path, params={"after": after}, timeout=httpx.Timeout(30, read=max(seconds, 20))) as response:
        assert response.status_code == 200, response.read()
        watchdog = threading.Timer(seconds, response.close)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield from _frames(response.iter_lines())
        except httpx.HTTPError:
            return
        finally:
            watchdog.cancel()


def _frames(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    frame: dict[str, Any] = {"id": None, "event": None, "data": None}
    for line in lines:
        if line == "":
            if frame["id"] is not None or frame["event"]:
                yield frame
            frame = {"id": None, "event": None, "data": None}
        elif line.startswith("id: "):
            frame["id"] = int(line[4:])
        elif line.startswith("event: "):
            frame["event"] = line[7:]
        elif line.startswith("data: "):
            frame["data"] = json.loads(line[6:])
