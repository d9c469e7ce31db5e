"""A turn from the customer's POST to the first frame of the answer, against one bare embedding of the same question."""

import time
from collections.abc import Iterator
from pathlib import Path

from live import Customer, stream

from bench.company import serving
from bench.figure import Figure, p50
from retrieval.minilm import MiniLM

TURNS = 60


def measure(folder: Path) -> Iterator[Figure]:
    embedder = MiniLM()
    questions = [f"What is your return policy for parcel {n}?" for n in range(TURNS)]
    bare: list[float] = []
    first: list[float] = []
    final: list[float] = []
    with serving(folder / "turns") as (server, key):
        for question in questions:
            # A conversation each: what is measured is a question, not a history.
            customer = Customer(server, key)
            conversation = customer.open()
            frames = stream(customer.http, f"/v1/conversations/{conversation}/events", 0, 30)
            next(frames)
            started = time.perf_counter()
            embedder.vectors([question])
            bare.append((time.perf_counter() - started) * 1000)
            started = time.perf_counter()
            customer.says(conversation, question)
            answered = None
            for frame in frames:
                took = (time.perf_counter() - started) * 1000
                if answered is None and (frame["event"] == "delta" or _is_reply(frame)):
                    answered = took
                if _is_reply(frame):
                    first.append(answered or took)
                    final.append(took)
                    break
            frames.close()
    note = f"{p50(first):.1f} ms against {p50(bare):.1f} ms for one embedding"
    yield Figure("turn to first answer frame / one embedding", round(p50(first) / p50(bare), 2), 3, "less", note)
    yield Figure("turn to committed answer, p50 ms", p50(final), None, "less")


def _is_reply(frame: dict) -> bool:  # type: ignore[type-arg]
    return frame["event"] == "message.added" and frame["data"]["author"]["kind"] == "bot"
