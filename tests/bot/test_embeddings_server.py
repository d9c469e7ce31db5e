"""An embeddings server that answers 200 with something else: unreachable for us, not a bug of ours."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.errors import Unavailable
from retrieval.openai_embedder import OpenAIEmbedder

BODIES = {
    "page": ("text/html", "<html><h1>Bad gateway</h1></html>"),
    "page called json": ("application/json", "<html></html>"),
    "list": ("application/json", "[]"),
    "null": ("application/json", "null"),
    "number": ("application/json", "17"),
    "empty": ("application/json", ""),
    "no data": ("application/json", '{"object": "list", "data": null}'),
    "words": ("application/json", '{"object": "list", "data": ["a"]}'),
    "no vector": ("application/json", '{"object": "list", "data": [{"index": 0}]}'),
    "text vector": ("application/json", '{"object": "list", "data": [{"index": 0, "embedding": "zzz"}]}'),
}


@pytest.fixture(params=BODIES)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    kind, body = BODIES[request.param]

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_it_is_unavailable(address: str) -> None:
    with pytest.raises(Unavailable, match="embeddings server"):
        OpenAIEmbedder("m", address).vector("a question")
