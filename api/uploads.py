"""Reading an upload: never more than the caps; what it says is known before any of it is kept, one file after the other."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from api.intake import clean_line
from api.problems import Malformed, UnsupportedMediaType
from core.database import Database
from core.errors import Invalid, TooLarge
from core.ids import new_id
from core.scope import Scope
from knowledge.documents import LIMIT_FILE, clean_name
from knowledge.folder import collection_named
from knowledge.import_files import LIMIT_FILES, Upload, fingerprint, keep_upload

LIMIT_UPLOAD: Final = 100_000_000


@dataclass(frozen=True)
class Sent:
    """A file of an upload, still in its form."""

    file: UploadFile
    name: str
    sha256: str


@dataclass(frozen=True)
class Form:
    """collection: as sent. Its files are there as long as it is open."""

    files: list[Sent]
    collection: str
    publish: bool

    def digest(self) -> str:
        """Of all that it says. The bytes as sent would not do: their boundary changes with each send."""
        said = [self.collection, self.publish, [[one.name, one.sha256] for one in self.files]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    async def keep(self, database: Database, scope: Scope, now: int) -> tuple[list[Upload], str]:
        """The files as kept, and the id of the collection, which is made when it is missing."""
        collection = await asyncio.to_thread(collection_named, database, scope, self.collection)
        return [await _keep(database, scope, one, now) for one in self.files], collection


@asynccontextmanager
async def opened_form(request: Request) -> AsyncIterator[Form]:
    """Raises Malformed, TooLarge or Invalid; a file that is too large alone is taken and fails on its own."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UnsupportedMediaType("send multipart/form-data with the field files")
    capped = Request(request.scope, _capped(request))
    try:
        fields = await capped.form(max_files=LIMIT_FILES, max_fields=10, max_part_size=10_000)
    except HTTPException as error:
        raise Malformed(str(error.detail)) from None
    except ValueError:
        # Of the codec that a charset in the header names.
        raise Malformed("the form could not be read") from None
    try:
        yield await _understood(fields)
    finally:
        await fields.close()


async def _understood(fields: FormData) -> Form:
    files = [value for name, value in fields.multi_items() if name == "files" and isinstance(value, UploadFile)]
    if not files:
        raise Invalid("Send at least one file in the field files.")
    collection, publish = _line(fields.get("collection"), "collection"), fields.get("publish")
    if publish not in (None, "true", "false", "1", "0", "on", ""):
        raise Invalid("publish is true or false.")
    return Form([await _looked_at(file) for file in files], collection, publish in (None, "true", "1", "on"))


async def _looked_at(file: UploadFile) -> Sent:
    sha256 = await asyncio.to_thread(fingerprint, await file.read(LIMIT_FILE + 1))
    await file.seek(0)
    return Sent(file, clean_name(file.filename or ""), sha256)


async def _keep(database: Database, scope: Scope, one: Sent, now: int) -> Upload:
    # One byte too many is enough to be told that the file is too large.
    content = await one.file.read(LIMIT_FILE + 1)
    upload = Upload(new_id("fil"), one.name, len(content))
    kept: Upload = await database.write(keep_upload, scope, upload, content, one.sha256, now, background=True)
    return kept


def _line(value: object, field: str) -> str:
    try:
        text = clean_line(value) if isinstance(value, str) else ""
    except ValueError as error:
        raise Invalid(f"{field}: {error}") from None
    if not 0 < len(text) <= 200:
        raise Invalid(f"{field} has 1 to 200 characters.")
    return text


def _capped(request: Request):  # type: ignore[no-untyped-def]
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > LIMIT_UPLOAD:
            raise TooLarge(f"An upload has at most {LIMIT_UPLOAD // 1_000_000} MB; send several.")
        return message

    return receive
