"""A server with a small company, for the parts that measure over HTTP."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from crash.conftest import ARTICLE, keep_the_bot_at_it
from live import Server


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[tuple[Server, str]]:
    """(server, key of its inbox); its bot never hands over, so that every question is a turn."""
    folder.mkdir(parents=True)
    server = Server(folder / "data", log_level="error", **settings)
    key = server.init()
    (folder / "orders.md").write_text(ARTICLE)
    server.run("import", str(folder / "orders.md"))
    keep_the_bot_at_it(folder / "data")
    server.start()
    try:
        yield server, key
    finally:
        server.stop()
