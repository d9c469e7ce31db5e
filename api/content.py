"""For content editors: collections, articles, revisions, publication, imports and the preview."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import Connection
from starlette.responses import Response

from api import content_shapes as shapes
from api.guards import allow
from api.house import TheHouse
from api.idempotency import Key, Made, find, keep, once
from api.intake import BIGGEST_INT, Body, Identifier, Language, Line200, PathId, clean_line, clean_text
from api.parts import Here
from api.shapes import Begun, gives
from api.uploads import opened_form
from core.clock import iso
from core.ids import new_id
from core.jobs import Job
from core.render import render_markdown
from core.scope import Scope
from knowledge import articles, collections, import_files, publication
from knowledge import find as finding
from knowledge.drafts import draft
from knowledge.record import moment, record
from retrieval.vocabulary import MOST_GROUPS, MOST_WORDS, Vocabulary, put_vocabulary, read_vocabulary

router = APIRouter(prefix="/v1", tags=["content"])
Reader = Annotated[Scope, Depends(allow("read_content"))]
Writer = Annotated[Scope, Depends(allow("write_content"))]
Publisher = Annotated[Scope, Depends(allow("publish"))]

Title = Annotated[str, AfterValidator(clean_line), StringConstraints(min_length=1, max_length=300)]
Markdown = Annotated[str, StringConstraints(max_length=500_000), AfterValidator(clean_text)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
SlugText = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Number = Annotated[int, Query(ge=1, le=BIGGEST_INT)]


class NewCollection(Body):
    name: Line200


class NewVocabulary(Body):
    """Each group: words and names that mean the same."""

    groups: Annotated[list[Annotated[list[Line200], Field(max_length=MOST_WORDS)]], Field(max_length=MOST_GROUPS)]


class NewArticle(Body):
    collection: Identifier
    title: Title
    markdown: Markdown
    slug: SlugText | None = None
    language: Language = "en"
    audience: Literal["public", "agents"] = "public"
    original: Address | None = None


class NewRevision(Body):
    """Either the edited text with `base`, the revision number it was made from, or `restore`, an older number to bring back."""

    title: Title | None = None
    markdown: Markdown | None = None
    base: Annotated[int, Query(ge=1, le=BIGGEST_INT)] | None = None
    slug: SlugText | None = None
    language: Language | None = None
    audience: Literal["public", "agents"] | None = None
    original: Address | None = None
    restore: Annotated[int, Query(ge=1, le=BIGGEST_INT)] | None = None


class NewPublication(Body):
    revision: Annotated[int, Query(ge=1, le=BIGGEST_INT)] | None = None


class Preview(Body):
    markdown: Markdown


@router.get("/collections", responses=gives(shapes.CollectionList))
async def list_collections(scope: Reader, here: Here) -> dict[str, Any]:
    found = await here.database.read(collections.list_collections, scope)
    return {"collections": [_collection(one) for one in found]}


@router.post("/collections", status_code=201, responses=gives(shapes.CollectionRow, 201))
async def add_collection(body: NewCollection, scope: Writer, here: Here, key: Key) -> Response:
    new, when = new_id("col"), moment(here.now)

    def make(connection: Connection) -> dict[str, Any]:
        return _collection(collections.create_collection(connection, scope, body.name, new, when))

    return (await here.database.write(once, scope, key, here.now, make, status=201)).response()


@router.get("/vocabulary", responses=gives(shapes.Vocabulary))
async def see_vocabulary(scope: Reader, here: Here) -> dict[str, Any]:
    return _vocabulary(await here.database.read(read_vocabulary, scope.workspace))


@router.put("/vocabulary", responses=gives(shapes.Vocabulary))
async def change_vocabulary(body: NewVocabulary, scope: Publisher, here: Here, key: Key) -> Response:
    when = moment(here.now)

    def make(connection: Connection) -> dict[str, Any]:
        made = put_vocabulary(connection, scope.workspace, body.groups)
        record(connection, scope, "vocabulary.changed", "vocabulary", {"groups": len(made.groups)}, when)
        return _vocabulary(made)

    return (await here.database.write(once, scope, key, here.now, make)).response()


@router.get("/articles", responses=gives(shapes.ArticleList))
async def list_articles(
    scope: Reader,
    here: Here,
    collection: Identifier | None = None,
    status: Literal["draft", "live", "changed"] | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    before: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    found, more = await here.database.read(finding.list_articles, scope, finding.Wanted(collection, status, q, before, limit))
    return {"articles": [_row(one) for one in found], "next": more}


@router.post("/articles", status_code=201, responses=gives(shapes.Article, 201))
async def add_article(body: NewArticle, scope: Writer, here: Here, key: Key) -> Response:
    content = await asyncio.to_thread(
        draft, body.title, body.markdown, language=body.language, audience=body.audience, original=body.original
    )
    new, when = articles.NewArticle(new_id("art"), body.collection, content, body.slug), moment(here.now)

    def make(connection: Connection) -> dict[str, Any]:
        return _article(articles.create_article(connection, scope, new, when))

    return (await here.database.write(once, scope, key, here.now, make, status=201)).response()


@router.get("/articles/{article}", responses=gives(shapes.Article))
async def read_article(article: PathId, scope: Reader, here: Here) -> dict[str, Any]:
    return _article(await here.database.read(articles.read_article, scope, article))


@router.delete("/articles/{article}", status_code=204)
async def archive_article(article: PathId, scope: Publisher, here: Here, key: Key) -> Response:
    when = moment(here.now)

    def make(connection: Connection) -> None:
        articles.archive(connection, scope, article, when)

    return (await here.database.write(once, scope, key, here.now, make, status=204)).response()


@router.post("/articles/{article}/revisions", status_code=201, responses=gives(shapes.Revision, 201))
async def add_revision(article: PathId, body: NewRevision, scope: Writer, here: Here, key: Key) -> Response:
    when = moment(here.now)
    if body.restore is None:
        present = await here.database.read(articles.read_article, scope, article)
        content = await asyncio.to_thread(_edited, present.revision.draft, body)

    def make(connection: Connection) -> dict[str, Any]:
        if body.restore is not None:
            return _revision(articles.restore(connection, scope, article, body.restore, when))
        return _revision(articles.revise(connection, scope, article, content, when, base=body.base, slug=body.slug))

    try:
        return (await here.database.write(once, scope, key, here.now, make, status=201)).response()
    except articles.EditConflict as conflict:
        conflict.extra["theirs"] = _revision(conflict.extra["theirs"])
        raise


@router.get("/articles/{article}/revisions", responses=gives(shapes.RevisionList))
async def list_revisions(article: PathId, scope: Reader, here: Here) -> dict[str, Any]:
    def read(connection: Connection) -> dict[str, Any]:
        published = articles.read_article(connection, scope, article).published
        found = articles.list_revisions(connection, scope, article)
        return {"revisions": [_revision(one) | {"published": one.number == published} for one in found]}

    return await here.database.read(read)


@router.post("/articles/{article}/publication", responses=gives(shapes.Published))
async def publish_article(
    article: PathId, scope: Publisher, here: Here, house: TheHouse, key: Key, body: NewPublication | None = None
) -> Response:
    """Answered when customers can be answered from it."""
    replay = await here.database.read(find, scope, key)
    if replay is not None:
        return replay.response()
    number = body.revision if body else None
    made = await asyncio.to_thread(publication.publish, here.database, house.embedder, scope, article, moment(here.now), number)
    answer = Made(200, {"revision": made.revision, "passages": made.passages, "seconds": made.seconds})
    return (await here.database.write(_keep, scope, key, answer, here.now)).response()


@router.delete("/articles/{article}/publication", status_code=204)
async def unpublish_article(article: PathId, scope: Publisher, here: Here, key: Key) -> Response:
    when = moment(here.now)

    def make(connection: Connection) -> None:
        publication.unpublish(connection, scope, article, when)

    return (await here.database.write(once, scope, key, here.now, make, status=204)).response()


@router.post("/preview", responses=gives(shapes.Html))
async def preview(body: Preview, scope: Reader) -> dict[str, str]:
    return {"html": await asyncio.to_thread(render_markdown, body.markdown)}


UPLOAD_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files", "collection"],
                "properties": {
                    "files": {"type": "array", "maxItems": 200, "items": {"type": "string", "format": "binary"}},
                    "collection": {"type": "string", "description": "Id, slug or name; made when missing."},
                    "publish": {"type": "boolean", "default": True},
                },
            }
        }
    },
}


@router.post("/imports", status_code=202, responses=gives(Begun, 202), openapi_extra={"requestBody": UPLOAD_FORM})
async def start_import(request: Request, scope: Publisher, here: Here, key: Key) -> Response:
    """At most 200 files of 10 MB: .md .markdown .html .htm .txt .csv .jsonl .jsonl.gz.

    Each ends as indexed, unchanged, or failed with a reason."""
    here.limits.import_files(f"{scope.actor.kind}:{scope.actor.id}")
    async with opened_form(request) as form:
        key = key and replace(key, body_hash=form.digest())
        replay = await here.database.read(find, scope, key)
        if replay is not None:
            return replay.response()
        uploads, collection = await form.keep(here.database, scope, here.now)
    job_id, when = new_id("job"), moment(here.now)

    def make(connection: Connection) -> dict[str, Any]:
        import_files.start_import(connection, scope, job_id, uploads, collection, form.publish, when)
        return {"id": job_id}

    return (await here.database.write(once, scope, key, here.now, make, status=202)).response()


@router.get("/imports", responses=gives(shapes.ImportList))
async def list_imports(scope: Reader, here: Here) -> dict[str, Any]:
    def read(connection: Connection) -> list[dict[str, Any]]:
        jobs = import_files.list_imports(connection, scope)
        return [_import(job, import_files.imported_files(connection, scope, job.id)) for job in jobs]

    return {"imports": await here.database.read(read)}


@router.get("/imports/{job}", responses=gives(shapes.Import))
async def read_import(job: PathId, scope: Reader, here: Here) -> dict[str, Any]:
    return _import(*await here.database.read(import_files.read_import, scope, job))


def _edited(present: Any, body: NewRevision) -> Any:
    """What the editor did not send stays."""
    return draft(
        body.title if body.title is not None else present.title,
        body.markdown if body.markdown is not None else present.markdown,
        language=body.language or present.language,
        audience=body.audience or present.audience,
        original=body.original if body.original is not None else present.original,
        valid=(present.valid_from, present.valid_until),
    )


def _keep(connection: Connection, scope: Scope, key: Any, made: Made, at: int) -> Made:
    return find(connection, scope, key) or keep(connection, scope, key, made, at)


def _vocabulary(found: Vocabulary) -> dict[str, Any]:
    return {"groups": [list(group) for group in found.groups]}


def _collection(one: collections.Collection) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "slug": one.slug, "articles": one.articles}


def _row(one: articles.Article) -> dict[str, Any]:
    content = one.revision.draft
    return {
        "id": one.id,
        "title": content.title,
        "slug": one.slug,
        "collection": one.collection,
        "language": content.language,
        "audience": content.audience,
        "status": one.status,
        "updated_at": iso(one.updated_at),
        "updated_by": one.revision.author_name,
    }


def _article(one: articles.Article) -> dict[str, Any]:
    content = one.revision.draft
    return _row(one) | {
        "original": content.original,
        "valid_until": iso(content.valid_until) if content.valid_until is not None else None,
        "revision": _revision(one.revision),
        "published": one.published,
        "published_at": iso(one.published_at) if one.published_at is not None else None,
        "passages": one.passages,
        "url": f"/help/{one.slug}",
    }


def _revision(one: articles.Revision) -> dict[str, Any]:
    author = {"kind": one.author_kind, "id": one.author, "name": one.author_name}
    content = {"title": one.draft.title, "markdown": one.draft.markdown, "language": one.draft.language, "audience": one.draft.audience}
    return {"id": f"{one.article}.{one.number}", "number": one.number, **content, "author": author, "at": iso(one.at)}


def _import(job: Job, files: list[import_files.ImportedFile]) -> dict[str, Any]:
    """done, failed, total count documents: a CSV file holds many."""
    shown = [{"name": one.name, "state": one.state, "reason": one.reason, "article": one.article} for one in files]
    total = max(job.total, sum(one.documents for one in files))
    counts = {"total": total, "done": job.done, "failed": job.failed, "error": job.error and "The import broke off; the log says why."}
    return {"id": job.id, "state": job.state, **counts, "created_at": iso(job.created_at), "files": shown}
