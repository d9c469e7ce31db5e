"""A turn from the customer's POST to the first frame of the answer, against one bare embedding of the same question; and how turns bunch up
when they come at half the rate that the server can keep up."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import quantiles

from live import Customer, Server, stream

from bench.company import serving
from bench.figure import Figure, p50
from retrieval.minilm import MiniLM

TURNS = 60
CUSTOMERS, SECONDS = 8, 10.0


def measure(folder: Path) -> Iterator[Figure]:
    embedder = MiniLM()
    with serving(folder / "turns") as (server, key):
        first, final, bare = _one_after_the_other(server, key, embedder, "What is your return policy for parcel {}?")
        note = f"{p50(first):.1f} ms against {p50(bare):.1f} ms for one embedding"
        yield Figure("turn to first answer frame / one embedding", round(p50(first) / p50(bare), 2), 3, "less", note)
        yield Figure("turn to committed answer, p50 ms", p50(final), None, "less")
        first, _, bare = _one_after_the_other(server, key, embedder, "What is your return policy for order number {}?")
        note = "the order desk looks at it first"
        yield Figure("the same for a question that names an order", round(p50(first) / p50(bare), 2), None, "less", note)
        rate = len(_many_at_once(server, key, None)) / SECONDS
        took = sorted(_many_at_once(server, key, rate / 2))
        p95 = quantiles(took, n=20)[-1]
        note = f"{p95:.0f} ms against {p50(took):.0f} ms at {rate / 2:.0f} turns/s, half of {rate:.0f}/s"
        yield Figure("p95 of turns / their p50, at half the rate", round(p95 / p50(took), 2), 2, "less", note)


def _one_after_the_other(server: Server, key: str, embedder: MiniLM, question: str) -> tuple[list[float], list[float], list[float]]:
    """ms to the first piece of each answer, to its commit, and of the question's bare embedding, taken in turns."""
    first: list[float] = []
    final: list[float] = []
    bare: list[float] = []
    customer = Customer(server, key)
    for number in range(TURNS):
        text = question.format(number)
        started = time.perf_counter()
        embedder.vectors([text])
        bare.append((time.perf_counter() - started) * 1000)
        begun, done = _turn(customer, text)
        first.append(begun)
        final.append(done)
    return first, final, bare


def _many_at_once(server: Server, key: str, rate: float | None) -> list[float]:
    """ms to the committed answer of the turns of CUSTOMERS threads in SECONDS: as fast as they get answers, or so many a second."""
    numbers, lock, started = count(), threading.Lock(), time.perf_counter()

    def one() -> list[float]:
        took: list[float] = []
        customer = Customer(server, key)
        while True:
            with lock:
                number = next(numbers)
            due = started + number / rate if rate else time.perf_counter()
            if max(due, time.perf_counter()) > started + SECONDS:
                return took
            time.sleep(max(0.0, due - time.perf_counter()))
            took.append(_turn(customer, f"What is your return policy for parcel {number}?")[1])

    with ThreadPoolExecutor(CUSTOMERS) as pool:
        return [ms for future in [pool.submit(one) for _ in range(CUSTOMERS)] for ms in future.result()]


def _turn(customer: Customer, text: str) -> tuple[float, float]:
    """ms to the first piece of the answer and to its commit, in a conversation of its own: a question, not a history."""
    conversation = customer.open()
    frames = stream(customer.http, f"/v1/conversations/{conversation}/events", 0, 30)
    next(frames)
    started = time.perf_counter()
    customer.says(conversation, text)
    begun = None
    for frame in frames:
        took = (time.perf_counter() - started) * 1000
        if begun is None and (frame["event"] == "delta" or _is_reply(frame)):
            begun = took
        if _is_reply(frame):
            frames.close()
            return begun or took, took
    raise AssertionError(f"no answer to {text!r} within 30 s")


def _is_reply(frame: dict) -> bool:  # type: ignore[type-arg]
    return frame["event"] == "message.added" and frame["data"]["author"]["kind"] == "bot"
