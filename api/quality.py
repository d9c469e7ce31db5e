"""For quality reviewers, editors and programs: search and answer without a conversation, by the very code that customers get."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Connection

from api.answer_view import answer_view
from api.customers import PageNow
from api.decision import Decision
from api.desk import open_desk
from api.guards import allow
from api.house import TheHouse
from api.intake import Body, Identifier, Line200, Text10k, Text100k
from api.shapes import Citation, Mood, Shape, Share, gives
from bot.answer import Answer, Page, Question, Turn
from bot.outcome import citations_of
from bot.tools.desk import Desk
from chat.inboxes import inbox_by_key, list_inboxes
from core.errors import NotFound
from core.scope import Scope
from handoff.scoring import mood_of
from knowledge.find import addresses
from knowledge.trial import trial_searcher
from people.budget import ModelBudget
from retrieval.search import Filters, Query

router = APIRouter(prefix="/v1", tags=["quality"])
Reader = Annotated[Scope, Depends(allow("read_content"))]
Collections = Annotated[list[Identifier], Field(max_length=100)]


class Said(Body):
    role: Literal["customer", "bot", "agent"]
    text: Text10k


class Search(Body):
    query: Text10k
    history: Annotated[list[Text10k], Field(max_length=20)] = Field(default_factory=list)
    collections: Collections | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class Draft(Body):
    """An article as it would be: the answer is made as if it were published."""

    article: Identifier | None = None
    title: Line200
    markdown: Text100k


class Ask(Body):
    question: Text10k
    history: Annotated[list[Said], Field(max_length=40)] = Field(default_factory=list)
    inbox: Identifier | None = None
    collections: Collections | None = None
    page: PageNow | None = None
    draft: Draft | None = None


class Found(Shape):
    """score: within this one search, no probability. cosine: null while the vectors are being restored. url: of a public article.
    also: other articles that say the same, and no more, in a passage of theirs."""

    passage: int
    article: str
    title: str
    heading: list[str]
    text: str
    score: float
    cosine: float | None
    lexical: float
    url: str | None
    also: list[str]


class Hits(Shape):
    """degraded: found by words only."""

    hits: list[Found]
    degraded: bool


class Answered(Shape):
    """sentiment: of the question. reason: of a handoff. decision: all that led here."""

    action: Literal["answer", "partial", "clarify", "handoff", "small_talk", "no_answer"]
    text: str
    citations: list[Citation]
    confidence: Share
    sentiment: Mood
    reason: str | None
    decision: Decision


@router.post("/search", responses=gives(Hits))
async def search(body: Search, scope: Reader, house: TheHouse) -> dict[str, Any]:
    filters = Filters(scope.workspace, frozenset(body.collections) if body.collections is not None else None, _everything())
    query = Query(body.query, tuple(body.history))
    results = await asyncio.to_thread(house.searcher.search, query, filters, body.limit)
    named = await house.database.read(addresses, scope.workspace, {_article(hit.source) for hit in results.hits})
    return {"hits": [_hit(hit, named) for hit in results.hits], "degraded": results.degraded}


@router.post("/answers", responses=gives(Answered))
async def answer(body: Ask, scope: Reader, house: TheHouse) -> dict[str, Any]:
    """What a customer would be answered, with the decision behind it."""
    filters = await house.database.read(_filters, scope, body)
    page = Page(body.page.url, body.page.title or "", body.page.product or "") if body.page else None
    question = Question(body.question, filters, tuple(Turn(said.role, said.text) for said in body.history), page)
    answerer = house.answerer
    if body.draft:
        searcher = await asyncio.to_thread(trial_searcher, house.searcher, scope, body.draft.article, body.draft.title, body.draft.markdown)
        answerer = answerer.over(searcher)
    purse = ModelBudget.of(house.settings, house.database, house.clock).purse(scope)
    made = None if body.draft else await house.database.read(_of_tools, open_desk(house), scope, body)
    made = made or await answerer.answer(question, lambda piece: None, purse=purse)
    sentiment = await asyncio.to_thread(mood_of, body.question, house.embedder)
    citations = await house.database.read(citations_of, scope.workspace, made.citations)
    if body.draft:
        citations = sorted([*citations, *_of_draft(made, body.draft, citations)], key=lambda one: one["n"])
    return {**answer_view(made, citations, sentiment), "decision": made.decision}


def _of_tools(connection: Connection, desk: Desk, scope: Scope, body: Ask) -> Answer | None:
    """A question for a tool is not answered with whatever article speaks of orders."""
    inboxes = [inbox_by_key(connection, body.inbox)] if body.inbox else list_inboxes(connection, scope)
    return desk.not_here(connection, scope.workspace, inboxes, body.question)


def _of_draft(made: Answer, draft: Draft, published: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Citations of an article that is not published (or not like this) have no address yet."""
    known = {one["n"] for one in published}
    return [
        {"n": c.n, "article": draft.article, "title": c.title, "passage": None, "quote": c.quote, "url": None, "original": None}
        for c in made.citations
        if c.n not in known
    ]


def _filters(connection: Connection, scope: Scope, body: Ask) -> Filters:
    collections = frozenset(body.collections) if body.collections is not None else None
    if body.inbox:
        inbox = inbox_by_key(connection, body.inbox)
        if inbox.workspace != scope.workspace:
            raise NotFound()
        collections = frozenset(inbox.collections)
    return Filters(scope.workspace, collections)


def _everything() -> frozenset[str]:
    return frozenset({"public", "agents"})


def _article(source: str) -> str:
    return source.partition(":")[2]


def _hit(hit: Any, named: dict[str, Any]) -> dict[str, Any]:
    address = named.get(_article(hit.source))
    return {
        "passage": hit.passage,
        "article": _article(hit.source),
        "title": hit.title,
        "heading": list(hit.heading),
        "text": hit.text,
        "score": round(hit.score, 4),
        "cosine": round(hit.cosine, 4) if hit.cosine == hit.cosine else None,
        "lexical": round(hit.lexical, 3),
        "url": f"/help/{address.slug}" if address and address.public else None,
        "also": list(dict.fromkeys(_article(one.source) for one in hit.repeats if one.source != hit.source)),
    }
