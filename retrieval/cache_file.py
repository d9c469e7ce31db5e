"""Files that can always be made again: checksummed, written whole or not at all."""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


class Damaged(Exception):
    """The cache cannot be used and has to be made again; its text says why."""


def write_whole(path: Path, header: dict[str, Any], payload: bytes) -> None:
    """Temp file, fsync, rename, fsync of the folder. First line: sha256 of the rest; second line: the header as JSON."""
    line = json.dumps(header, sort_keys=True).encode() + b"\n"
    digest = hashlib.sha256(line)
    digest.update(payload)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines([digest.hexdigest().encode(), b"\n", line, payload])
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def read_whole(path: Path, expected: dict[str, Any]) -> bytes:
    """The payload; raises Damaged unless every byte is as written and the header says all that is expected."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Damaged("missing") from None
    except OSError as error:
        raise Damaged(f"unreadable: {error}") from error
    start = content.find(b"\n") + 1
    if content[: max(0, start - 1)] != hashlib.sha256(content[start:]).hexdigest().encode():
        raise Damaged("checksum differs")
    end = content.index(b"\n", start) + 1
    header = json.loads(content[start:end])
    for name, value in expected.items():
        if header.get(name) != value:
            raise Damaged(f"{name} is {header.get(name)!r}, not {value!r}")
    return content[end:]


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
