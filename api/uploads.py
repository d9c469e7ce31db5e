"""Reading an upload: never more than the caps, each file into the database before the next is looked at."""

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import UploadFile
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
class Form:
    """collection: an id."""

    uploads: list[Upload]
    collection: str
    publish: bool


async def read_uploads(request: Request, database: Database, scope: Scope, now: int) -> Form:
    """Raises Malformed, TooLarge or Invalid; a file that is too large alone is taken and fails on its own."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UnsupportedMediaType("send multipart/form-data with the field files")
    capped = Request(request.scope, _capped(request))
    try:
        async with capped.form(max_files=LIMIT_FILES, max_fields=10, max_part_size=10_000) as form:
            files = [value for name, value in form.multi_items() if name == "files" and isinstance(value, UploadFile)]
            if not files:
                raise Invalid("Send at least one file in the field files.")
            name, publish = _line(form.get("collection"), "collection"), form.get("publish")
            collection = await _named(database, scope, name)
            uploads = [await _keep(database, scope, file, now) for file in files]
    except HTTPException as error:
        raise Malformed(str(error.detail)) from None
    if publish not in (None, "true", "false", "1", "0", "on", ""):
        raise Invalid("publish is true or false.")
    return Form(uploads, collection, publish in (None, "true", "1", "on"))


async def _named(database: Database, scope: Scope, name: str) -> str:
    import asyncio

    return await asyncio.to_thread(collection_named, database, scope, name)


async def _keep(database: Database, scope: Scope, file: UploadFile, now: int) -> Upload:
    content = await file.read(LIMIT_FILE + 1)
    upload = Upload(new_id("fil"), clean_name(file.filename or ""), len(content))
    kept: Upload = await database.write(keep_upload, scope, upload, content, fingerprint(content), now, background=True)
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
