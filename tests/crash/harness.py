"""Kills a real server at random points while customers write, then holds all that was acknowledged or streamed against the log."""

import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx
from live import Customer, Person, Server

from chat.events import Event
from chat.log import differences, read, read_workspace
from chat.tables import conversation as conversation_table
from core.database import Database
from core.sqlite import SqliteStore
from core.wakes import Wakes

# Every one of these is answered by the articles in `ARTICLE`, so a handoff comes only when the bot may not answer.
QUESTIONS = (
    "What is your return policy?",
    "How long does delivery take?",
    "Do you ship to Norway?",
    "How do I get an invoice?",
    "Which payment methods do you take?",
    "Can I exchange a jacket for another size?",
)


@dataclass
class Sent:
    key: str
    text: str
    id: str
    seq: int


@dataclass
class Reader:
    """Follows one stream through all that happens to the server; moves its cursor by complete frames only, as a browser does."""

    http: httpx.Client
    path: str
    seen: list[int] = field(default_factory=list)
    reconnects: int = 0

    def follow(self, stop: threading.Event) -> None:
        while not stop.is_set():
            headers = {"Last-Event-ID": str(self.seen[-1] if self.seen else 0)}
            try:
                with self.http.stream("GET", self.path, headers=headers, timeout=5) as response:
                    self._read(response, stop)
            except httpx.HTTPError:
                pass
            self.reconnects += 1
            # Five readers that knock more often than this slow down the start that they wait for.
            time.sleep(0.1)

    def _read(self, response: httpx.Response, stop: threading.Event) -> None:
        current: int | None = None
        for line in response.iter_lines():
            if line.startswith("id: "):
                current = int(line[4:])
            elif line == "":
                if current is not None:
                    self.seen.append(current)
                current = None
            if stop.is_set():
                return


@dataclass
class Writer:
    """One customer with one conversation: sends in order, each message with its own key until it is acknowledged, and reads the stream."""

    server: Server
    customer: Customer
    conversation: str
    messages: int
    seed: int
    # When it is calm and all is answered: one more message, and then the wish for a person while the bot is at it.
    presses: bool = False
    sent: list[Sent] = field(default_factory=list)
    retries: int = 0
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.customer.http, f"/v1/conversations/{self.conversation}/events")

    def write(self, stop: threading.Event, calm: threading.Event) -> None:
        """calm: nothing is killed any more."""
        dice = random.Random(self.seed)
        for number in range(self.messages):
            if self.presses and number == self.messages - 1:
                calm.wait(300)
                while not stop.is_set() and not _answered(self.customer.reads(self.conversation)):
                    time.sleep(0.05)
            self._send(f"{self.conversation}-{number}", f"{dice.choice(QUESTIONS)} ({number})", stop)
        if self.presses:
            time.sleep(dice.uniform(0, 0.2))
            self._post("handoff", {}, None, stop)

    def _send(self, key: str, text: str, stop: threading.Event) -> None:
        answer = self._post("messages", {"text": text}, key, stop)
        if answer is not None:
            assert answer.status_code == 201, answer.text
            self.sent.append(Sent(key, text, answer.json()["id"], answer.json()["seq"]))

    def _post(self, what: str, body: dict[str, str], key: str | None, stop: threading.Event) -> httpx.Response | None:
        """Until it is acknowledged; None: stopped before."""
        while not stop.is_set():
            try:
                headers = {"Idempotency-Key": key} if key else {}
                return self.customer.http.post(f"/v1/conversations/{self.conversation}/{what}", json=body, headers=headers, timeout=10)
            except httpx.HTTPError:
                self.retries += 1
                time.sleep(0.05)
        return None


@dataclass
class Outcome:
    writers: list[Writer]
    kills: int
    violations: dict[str, list[str]]
    counts: dict[str, int]

    def __str__(self) -> str:
        found = ", ".join(f"{name} {len(rows)}" for name, rows in self.violations.items()) or "none"
        return f"kills {self.kills}, " + ", ".join(f"{name} {value}" for name, value in self.counts.items()) + f"; violations: {found}"


def torment(server: Server, inbox: str, *, conversations: int, messages: int, kills: int, seed: int, settle_s: float = 90) -> Outcome:
    """The server must be up. messages: per conversation. Leaves it stopped."""
    dice = random.Random(seed)
    writers = []
    for number in range(conversations):
        customer = Customer(server, inbox)
        writers.append(Writer(server, customer, customer.open(), messages, seed + number, presses=number % 2 == 1))
    # From the first position on: without a cursor an agent's stream begins at the end.
    person = Person(server)
    agent = Reader(person.http, "/v1/agents/me/events", seen=[1])
    stop_writing, stop_reading, calm = threading.Event(), threading.Event(), threading.Event()
    senders = [threading.Thread(target=w.write, args=(stop_writing, calm), daemon=True) for w in writers]
    readers = [threading.Thread(target=r.follow, args=(stop_reading,), daemon=True) for r in (agent, *(w.reader for w in writers))]
    for thread in senders + readers:
        thread.start()
    done = 0
    while done < kills:
        time.sleep(dice.uniform(0.1, 1.2))
        server.kill()
        done += 1
        server.start()
    calm.set()
    for thread in senders:
        thread.join(settle_s)
    _settle(person, writers, agent, settle_s)
    stop_writing.set()
    stop_reading.set()
    server.stop()
    for thread in readers:
        thread.join(10)
    return judge(server, writers, agent, done)


def _settle(person: Person, writers: list[Writer], agent: Reader, seconds: float) -> None:
    """Until nothing is owed, nothing is added any more and every stream has reached its end; when the time is over first, what is missing
    is a violation."""
    end = time.monotonic() + seconds
    before: list[int] = []
    while time.monotonic() < end:
        shots = [person.reads(w.conversation) for w in writers]
        newest = [shot["seq"] for shot in shots]
        done = all(_scored(shot) and (shot["mode"] != "bot" or _answered(shot)) for shot in shots)
        streamed = all(w.reader.seen and w.reader.seen[-1] >= seq for w, seq in zip(writers, newest, strict=True))
        if done and streamed and agent.seen[-1] >= sum(newest) and newest == before:
            return
        before = newest
        time.sleep(0.7)


def _answered(shot: dict[str, Any]) -> bool:
    spoken = [e for e in shot["events"] if e["kind"] == "message.added"]
    return bool(spoken) and spoken[-1]["author"]["kind"] == "bot"


def _scored(shot: dict[str, Any]) -> bool:
    """The mood follows each message some time after it, and after nobody else has anything to add."""
    asked = sum(e["kind"] == "message.added" and e["author"]["kind"] == "customer" for e in shot["events"])
    return asked == sum(e["kind"] == "message.scored" for e in shot["events"])


def judge(server: Server, writers: list[Writer], agent: Reader, kills: int) -> Outcome:
    """Opens the stopped server's database."""
    found: dict[str, list[str]] = defaultdict(list)
    database = Database(SqliteStore(server.data / "warmline.db", Wakes()))
    try:
        workspace = database.read_now(lambda c: c.execute(conversation_table.select()).first().workspace)
        for name in database.read_now(differences, workspace):
            found["state is not the fold"].append(name)
        for writer in writers:
            _judge_one(writer, database.read_now(read, workspace, writer.conversation), found)
        positions = [e.position for e in database.read_now(read_workspace, workspace, 0, 1_000_000)]
        if agent.seen != positions:
            found["agent's stream is not the log"].append(f"{len(agent.seen)} frames, {len(positions)} events")
    finally:
        database.close()
    counts = {
        "messages": sum(len(w.sent) for w in writers),
        "retries": sum(w.retries for w in writers),
        "reconnects": sum(r.reconnects for r in (agent, *(w.reader for w in writers))),
        "agent's frames": len(agent.seen),
    }
    return Outcome(writers, kills, dict(found), counts)


def _judge_one(writer: Writer, events: list[Event], found: dict[str, list[str]]) -> None:
    here = writer.conversation
    if [e.seq for e in events] != list(range(1, len(events) + 1)):
        found["seq gap or double"].append(here)
    customers = [e for e in events if e.kind == "message.added" and e.author.kind == "customer"]
    stored = defaultdict(list)
    for event in customers:
        stored[event.body["client_id"]].append(event)
    for sent in writer.sent:
        kept = stored.get(sent.key, [])
        if not kept:
            found["acknowledged and lost"].append(sent.key)
        elif (kept[0].id, kept[0].seq) != (sent.id, sent.seq):
            found["acknowledged as another"].append(sent.key)
    found_double = [key for key, rows in stored.items() if len(rows) > 1]
    if found_double:
        found["doubled"] += found_double
    order = [stored[s.key][0].seq for s in writer.sent if stored.get(s.key)]
    if order != sorted(order):
        found["out of order"].append(here)
    if len(writer.sent) != writer.messages:
        found["never acknowledged"].append(here)
    if sorted(e.body["message"] for e in events if e.kind == "message.scored") != [e.seq for e in customers]:
        found["mood not scored once"].append(here)
    _judge_covers(here, events, customers, found)
    _judge_stream(writer, events, found)


def _judge_covers(here: str, events: list[Event], customers: list[Event], found: dict[str, list[str]]) -> None:
    """While the bot has the conversation, each customer message is covered by exactly one bot reply or handoff."""
    covers = [e.covers for e in events if e.covers is not None]
    if len(covers) != len(set(covers)) or covers != sorted(covers):
        found["covered twice"].append(here)
    handed_over = next((e.seq for e in events if e.kind == "handoff.requested"), None)
    owed = [e.seq for e in customers if handed_over is None or e.seq < handed_over]
    if owed and (not covers or max(covers) < owed[-1]):
        found["never answered"].append(here)
    replies = [e for e in events if e.kind == "message.added" and e.author.kind == "bot"]
    if any(reply.covers is None for reply in replies):
        found["reply that covers nothing"].append(here)
    if any(handed_over is not None and reply.seq > handed_over for reply in replies):
        found["bot spoke after the handoff"].append(here)


def _judge_stream(writer: Writer, events: list[Event], found: dict[str, list[str]]) -> None:
    """The stream's frames are the log: each seq once, in order, none missing."""
    seen = writer.reader.seen
    if seen != sorted(set(seen)):
        found["stream doubled or disordered"].append(writer.conversation)
    if set(seen) != {e.seq for e in events}:
        found["stream missed"].append(writer.conversation)
