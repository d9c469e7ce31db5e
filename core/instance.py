"""Who this process is among those that serve: the same name after a restart over its data folder, never that of one that still runs."""

import fcntl
import os
from pathlib import Path
from typing import IO

from core.ids import new_id


class Instance:
    """Holds the folder's file `instance` until it is closed or the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = (folder / "instance").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.name = new_id("ins")
            return
        self._file.seek(0)
        name, _, inode = self._file.read().strip().partition(" ")
        # A folder that was copied for a second server must not bring its name along.
        own = str(os.fstat(self._file.fileno()).st_ino)
        if inode != own:
            name = new_id("ins")
            self._file.truncate(0)
            self._file.write(f"{name} {own}\n")
            self._file.flush()
        self.name = name

    def close(self) -> None:
        self._file.close()
