"""A real OpenAI-compatible embeddings server on the loopback, well-behaved or broken in a named way."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

from retrieval.hash_embedder import HashEmbedder


class EmbeddingsServer:
    """fault: '', error, missing, unequal, nan, trickle, garbage."""

    def __init__(self) -> None:
        self.fault = ""
        self.batches: list[int] = []
        self.url = ""
        self.app = FastAPI()
        self.app.post("/v1/embeddings")(self.embeddings)
        self._embedder = HashEmbedder(64)

    async def embeddings(self, request: Request) -> Any:
        body = await request.json()
        texts = body["input"]
        self.batches.append(len(texts))
        rows = [row.tolist() for row in self._embedder.vectors(texts)]
        if self.fault == "error":
            return JSONResponse({"error": {"message": "overloaded"}}, 503)
        if self.fault == "garbage":
            return JSONResponse({"hello": "there"})
        if self.fault == "trickle":
            return StreamingResponse(_trickle(), media_type="application/json")
        if self.fault == "missing":
            rows = rows[:-1]
        if self.fault == "unequal":
            rows[-1] = rows[-1][:-1]
        if self.fault == "nan":
            rows[0][0] = "NaN"
        data = [{"object": "embedding", "index": index, "embedding": row} for index, row in enumerate(rows)]
        # Servers may answer in any order: the index counts.
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return {"object": "list", "data": data[::-1], "model": body["model"], "usage": usage}


async def _trickle() -> Any:
    for _ in range(400):
        yield b" "
        await asyncio.sleep(0.05)


@contextmanager
def running() -> Iterator[EmbeddingsServer]:
    embeddings = EmbeddingsServer()
    config = uvicorn.Config(embeddings.app, port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    started = threading.Event()

    async def serve() -> None:
        serving = asyncio.ensure_future(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        started.set()
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(20)
    embeddings.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
    yield embeddings
    server.should_exit = True
    thread.join(10)
