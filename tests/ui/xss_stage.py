"""Every field that a screen renders, and 300 payloads of the corpus planted in each.

They are planted by the domain functions, behind the cleaning and the limits of HTTP, so a screen must bear more than the doors let in.
Where a door or a domain function has a limit that makes sense to a screen (a name has 200 characters), only what fits goes in.
"""

import json
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.appointments import CANCEL, Appointment, book
from bot.rulebook import keep_policy
from bot.tools.order_source import OrderSource, keep_source
from chat import contacts, log
from chat.events import Author
from chat.inboxes import Inbox, create_inbox, list_inboxes
from chat.log import Draft
from chat.tables import contact as contact_table
from core.clock import now_ms
from core.database import Database
from core.errors import Invalid
from core.ids import new_id, new_secret
from core.scope import Actor, Scope
from core.secret import require_secret
from core.settings import Settings
from core.sqlite import SqliteStore
from core.tables import follower
from core.tables import workspace as workspace_table
from core.wakes import Wakes
from knowledge import collections
from knowledge.articles import Article, NewArticle, change_article, create_article
from knowledge.drafts import draft
from knowledge.record import moment
from people import api_keys, person
from people.capability import permit
from people.session import hash_token

COUNT, AT_ONCE, SEED, NOW = 300, 100, 7, 1_767_225_600_000
OWN = (
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://evil.example/a.png)",
    "<//evil.example>",
    "[1](javascript:alert(1)) [1]",
    '<https://x.example/"onmouseover=alert(1)>',
    "[x]: javascript:alert(1)\n[x]",
    "`<img src=x onerror=alert(1)>`",
)
# Three of four of these run where nothing cleans; of the rest of the corpus one in eight.
LIKELY = re.compile(
    r"\s*<[a-z!/][^>]*[\s/\"']on(error|load|click|focus|focusin|mouse(over|enter|move|down|up))\s*=.*(alert|confirm|prompt)", re.I | re.S
)
# Loads something from elsewhere.
LOADS = re.compile(
    r"<(img|image|script|link|iframe|object|embed|video|audio|source|style|body|table|input|base|meta)\b[^>]*?(src|href|data|poster|background|url\()\s*=?\s*[\"'`]?(https?:)?//[\w-]+\.\w",
    re.I,
)
# Between payloads that share one value: none of them can swallow the next by a quote, comment or element that it leaves open.
BETWEEN = " '\"--></title></textarea></script></style></select></svg> "


def chosen(corpus: Path, start: int = 0) -> list[str]:
    """From there on, and round again: what follows fills in where some do not fit a field."""
    ordered = choose(json.loads((corpus / "xss" / "all_xss.json").read_text("utf-8")))
    return ordered[start:] + ordered[:start]


def choose(corpus: list[dict[str, str]]) -> list[str]:
    """The corpus in the same order each time. The first 300 are what is planted: some of our own for the marks that our renderers know, all that
    load something, and the rest likely to run and at random, half and half. From what follows a field is filled in which some do not fit."""
    texts = sorted({one["payload"].encode("utf-8", "ignore").decode().replace("\0", "") for one in corpus if len(one["payload"]) > 8})
    draw = random.Random(SEED)
    loading = [one for one in texts if LOADS.search(one)]
    likely = [one for one in texts if LIKELY.match(one) and one not in loading]
    first = [*OWN, *loading, *draw.sample(likely, (COUNT - len(OWN) - len(loading)) // 2)]
    others = sorted(set(texts) - set(first))
    draw.shuffle(others)
    return first + others


def line(text: str) -> str:
    return " ".join(text.split())


def joined(texts: list[str], count: int = 30) -> list[str]:
    """For what a page shows once."""
    return [BETWEEN.join(map(line, texts[start : start + count])) for start in range(0, len(texts), count)]


def packed(texts: list[str], limit: int) -> list[str]:
    """As many to a value as its limit lets in."""
    values = [line(texts[0])]
    for one in map(line, texts[1:]):
        longer = f"{values[-1]} '\"--></title> {one}"
        values[-1:] = [longer] if len(longer) <= limit else [values[-1], one]
    return values


def text(payload: str) -> str:
    return payload.strip("\n")


def name(limit: int) -> Callable[[str], str]:
    return lambda payload: short if 0 < len(short := line(payload)) <= limit else ""


def email(payload: str) -> str:
    """As the part before the @."""
    with suppress(Invalid):
        return person.normal_email(f"{line(payload)}@example.com")
    return ""


def original(payload: str) -> str:
    for address in (payload, f"https://shop.example/{payload}"):
        with suppress(Invalid):
            if (made := draft("x", "x", original=address).original) is not None:
                return made
    return ""


def title(payload: str) -> str:
    with suppress(Invalid):
        return draft(payload, "x").title
    return ""


def markdown(payload: str) -> str:
    with suppress(Invalid):
        return draft("x", payload).markdown
    return ""


def file_name(payload: str) -> str:
    """A browser takes no slash in a name."""
    return line(payload).replace("/", "∕")[:200]


@dataclass(frozen=True)
class Field:
    """shown: where. fit: the payload as it goes in, "" when it does not. least: so many of the 300 must fit."""

    name: str
    shown: str
    fit: Callable[[str], str] = text
    least: int = COUNT


FIELDS = (
    Field("message of a customer", "widget and console: log; console: row, brief"),
    Field("message of the bot", "widget and console: log; brief"),
    Field("message of an agent", "widget and console: log"),
    Field("note", "console: log"),
    Field("name of an agent", "widget: rows, joined, header; console: log, events", line),
    Field("name of a customer", "console: row, head, log, brief, composer", line),
    Field("reason of a handoff in words", "widget: log"),
    Field("fact", "brief"),
    Field("title of a page", "console: first event, brief", line),
    Field("address of a page", "brief", line),
    Field("title of a source", "widget and console: log; brief", line),
    Field("quote of a source", "widget and console: log"),
    Field("address of a source", "widget and console: log; brief", line),
    Field("original of a source", "widget and console: log", line),
    Field("decision", "console: why", line),
    Field("order in a card", "widget: log: number, status, carrier, tracking, items, note", line),
    Field("time in a card", "widget: log: choices, appointment, its links", line),
    Field("signed-in customer", "console: log", line),
    Field("hint", "console: composer: rule, quote, advice", line),
    Field("guidance", "console: form of an inbox", name(4000)),
    Field("procedure", "console: form of an inbox: name, phrases, questions", name(200)),
    Field("address of an order source", "console: settings", name(1900)),
    Field("policy", "console: settings", line),
    Field("name of a data set", "console: list, choices; head of a run", name(200)),
    Field("name of a run", "console: list, head, choices of a comparison", line),
    Field("line of a run", "console: list, drawer: question, history, expected, answer, trace; comparison: item, field, values", line),
    Field("figure of a run", "console: list, figures, comparison", line),
    Field("frozen case", "console: question, author, differences", name(500)),
    Field("name of an inbox", "console: row, head, settings", name(200)),
    Field("name of the assistant", "widget: header, greeting, foot; console: settings", name(40)),
    Field("greeting", "widget: log", name(2000)),
    Field("prompt", "widget: buttons", name(200)),
    Field("name of a collection", "console: knowledge, settings, forms", name(200)),
    Field("name of an API key", "console: settings", name(200)),
    Field("name of a person", "console: settings, own menu", name(200)),
    Field("e-mail of a person", "console: settings", email, 10),
    Field("title of an article", "help page: title, heading; console: list, editor, search", title),
    Field("text of an article", "help page; console: preview", markdown),
    Field("original of an article", "help page", original, 20),
    Field("quote in an address", "help page"),
    Field("name of a file", "console: upload, before and after", file_name),
    Field("name of the workspace", "help page: title, header; console: top bar", line),
    Field("words searched for", "console: list, commands", line),
)


@dataclass
class Stage:
    database: Database
    scope: Scope
    corpus: list[str]
    planted: dict[str, list[str]] = field(default_factory=dict)
    # (visitor's token, conversation) of the long ones; (conversation, what is wanted) of those with a crowded brief.
    talks: list[tuple[str, str]] = field(default_factory=list)
    briefs: list[tuple[str, str]] = field(default_factory=list)
    inboxes: list[Inbox] = field(default_factory=list)
    # Thirty payloads in each of their fields.
    crowded: list[Inbox] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    # Path of the page behind the link of a confirmation.
    appointment: str = ""

    def of(self, field_name: str) -> list[str]:
        """300 payloads as they go into that field, fewer where no more of the whole corpus fit."""
        if field_name not in self.planted:
            fit = next(one.fit for one in FIELDS if one.name == field_name)
            made: dict[str, None] = {}
            for payload in self.corpus:
                if len(made) < COUNT and (fitting := fit(payload)):
                    made[fitting] = None
            self.planted[field_name] = list(made)
        return self.planted[field_name]


def set_the_stage(folder: Path, corpus: list[str], origin: str) -> Stage:
    """Over the data folder of a company whose server is not running."""
    database = Database(SqliteStore(folder / "warmline.db", Wakes()))
    workspace = database.read_now(lambda c: c.scalar(workspace_table.select()))
    admin = database.read_now(lambda c: person.list_people(c, Scope(workspace, Actor("system", "test"))))[0]
    scope = Scope(workspace, Actor("person", admin.id, admin.name, "admin"))
    stage = Stage(database, scope, corpus)
    for one in FIELDS:
        stage.of(one.name)
    database.write_now(plant_inboxes, stage, origin)
    for plant in (plant_talks, plant_rows, plant_briefs, plant_articles, plant_names):
        database.write_now(plant, stage)
    secret = require_secret(Settings(data=folder, _env_file=None))
    database.write_now(plant_appointment, stage, secret, now_ms() + 24 * 3_600_000)
    database.write_now(leave_the_mood, stage)
    return stage


def plant_inboxes(connection: Connection, stage: Stage, origin: str) -> None:
    names, prompts, sources = stage.of("name of an inbox"), stage.of("prompt"), stage.of("address of an order source")
    assistants, greetings = stage.of("name of the assistant"), stage.of("greeting")
    place = collections.create_collection(connection, stage.scope, "Payloads", new_id("col"), moment(NOW))
    for n in range(COUNT):
        asks = tuple(prompts[(4 * n + k) % COUNT] for k in range(4))
        made = Inbox(
            new_id("inb"), new_id("key"), names[n], origins=(origin,), collections=(place.id,), prompts=asks,
            assistant=assistants[n], greeting=greetings[n],
        )  # fmt: skip
        stage.inboxes.append(create_inbox(connection, stage.scope, made, NOW))
        address = f"https://shop.example/?{sources[n]}" if n % 2 else sources[n]
        keep_source(connection, stage.scope, OrderSource(made.id, address, ""), NOW)
    rules = [stage.of("guidance"), stage.of("procedure")]
    for n, (crowd, greeting, guidance, procedure) in enumerate(zip(*map(joined, (assistants, greetings, *rules)), strict=True)):
        asks = tuple(joined(prompts, 8)[4 * n : 4 * n + 4])
        steps = [{"kind": "ask", "text": procedure, "expects": "text"}, {"kind": "handoff", "text": procedure, "expects": "text"}]
        made = Inbox(
            new_id("inb"), new_id("key"), "Crowd", origins=(origin,), prompts=asks, assistant=crowd, greeting=greeting, guidance=guidance,
            procedures=({"name": procedure, "when": [procedure], "steps": steps},),
        )  # fmt: skip
        stage.crowded.append(create_inbox(connection, stage.scope, made, NOW))


def plant_visitor(connection: Connection, stage: Stage, inbox: str, shown: str) -> tuple[str, str]:
    """(token, contact)."""
    token, contact = new_secret("vst"), new_id("con")
    contacts.add_visitor(connection, stage.scope.workspace, inbox, hash_token(token), contact, "en", NOW)
    connection.execute(update(contact_table).where(contact_table.c.id == contact).values(name=shown))
    return token, contact


class Talk:
    """Appends to one conversation as if each of its authors were there."""

    def __init__(
        self, connection: Connection, workspace: str, inbox: str, contact: tuple[str, str], page: dict[str, str], at: int = NOW
    ) -> None:
        self.connection, self.workspace, self.id, self.at = connection, workspace, new_id("cnv"), at
        self.customer = Author("customer", *contact)
        first = Draft("conversation.opened", self.customer, new_id("evt"), at, {"page": page})
        log.open_log(connection, workspace, self.id, inbox, contact[0], first)

    def add(self, kind: str, author: Author, covers: int | None = None, **body: Any) -> int:
        added, _ = log.append(self.connection, self.workspace, self.id, Draft(kind, author, new_id("evt"), self.at, body, covers))
        return int(added.seq)


def bot_message(stage: Stage, n: int) -> dict[str, Any]:
    """What a log could hold had a model or a hole let everything through."""
    quote, shown = stage.of("quote of a source")[n], stage.of("title of a source")[n]
    source = {"n": 1, "article": "art_x", "title": shown, "passage": 1, "quote": quote}
    source |= {"url": stage.of("address of a source")[n], "original": stage.of("original of a source")[n]}
    told = stage.of("decision")[n]
    passage = {"passage": 1, "source": told, "title": told, "heading": [told], "score": 0.5}
    decision = {"intent": told, "model": told, "confidence": 0.5, "passages": [passage], "signals": {told: 1.0}, "timings": {told: 1}}
    return {"text": f"{stage.of('message of the bot')[n]} [1]", "citations": [source], "decision": decision, "ending": "answer"}


def cards(stage: Stage, numbers: range) -> list[dict[str, Any]]:
    """One of each kind, as crowded as a screen can get."""
    orders, times = (stage.of(one)[numbers.start : numbers.stop] for one in ("order in a card", "time in a card"))
    day, hour, to = "2026-01-02", "2026-01-02T09:00:00Z", "/appointments/x"
    parts = ("number", "status", "carrier", "tracking", "note")
    told = {"lead": orders[0], "label": joined(times, len(times))[0], "timezone": times[0], "starts_at": hour, "ends_at": hour}
    return [
        {"kind": "orders", "lead": orders[0], "orders": [
            dict.fromkeys(parts, one) | {"placed": day, "items": [{"name": one, "quantity": 1}]} for one in orders
        ]},
        {"kind": "slots", "lead": orders[0], "slots": [{"label": one, "starts_at": f"{hour}{n}"} for n, one in enumerate(times)]},
        *({"kind": "appointment", **told, "label": one, "timezone": one, "calendar": one, "cancel": one} for one in times[::10]),
        {"kind": "appointment", **told, "calendar": f"{to}/calendar.ics", "cancel": to},
    ]  # fmt: skip


def page_of(stage: Stage, n: int) -> dict[str, str]:
    shown, address = stage.of("title of a page")[n], stage.of("address of a page")[n]
    # Every other one is a payload as it stands, the others stand in an address.
    return {"url": f"https://shop.example/?q={address}" if n % 2 else address, "title": shown, "product": shown, "referrer": address}


def plant_talks(connection: Connection, stage: Stage) -> None:
    planted = {one.id for one in stage.inboxes + stage.crowded}
    inbox = next(one for one in list_inboxes(connection, stage.scope) if one.id not in planted)
    for start in range(0, COUNT, AT_ONCE):
        stage.talks.append(_talk(connection, stage, inbox.id, range(start, start + AT_ONCE)))


def _talk(connection: Connection, stage: Stage, inbox: str, numbers: range) -> tuple[str, str]:
    """Mine at the end, so that the composer and all of an agent's buttons are there."""
    shown = stage.of("name of a customer")[numbers.start]
    token, contact = plant_visitor(connection, stage, inbox, shown)
    talk = Talk(connection, stage.scope.workspace, inbox, (contact, shown), page_of(stage, numbers.start), NOW - numbers.start - 1)
    customers, agents, names = (stage.of(one) for one in ("message of a customer", "message of an agent", "name of an agent"))
    notes, reasons, signed = stage.of("note"), stage.of("reason of a handoff in words"), stage.of("signed-in customer")
    for card in cards(stage, numbers):
        talk.add("message.added", Author("bot", "bot", "Ada"), text="Here it is.", ending="answer", card=card)
    for n in numbers:
        agent = Author("agent", f"prs_{n}", names[n])
        asked = talk.add("message.added", talk.customer, text=customers[n], page=page_of(stage, n), signed=who(signed[n], n))
        talk.add("message.added", Author("bot", "bot", names[n]), covers=asked, **bot_message(stage, n))
        talk.add("handoff.requested", Author("bot", "bot", names[n]), reason="asked_for_human", reason_text=reasons[n])
        talk.add("conversation.offered", Author("system", "router", ""), agent={"id": agent.id, "name": names[n]}, policy="x", why=names[n])
        talk.add("conversation.assigned", agent, agent={"id": agent.id, "name": names[n]})
        talk.add("message.added", agent, text=agents[n])
        talk.add("note.added", agent, text=notes[n])
        talk.add("conversation.returned", agent)
    mine = {"id": stage.scope.actor.id, "name": names[numbers.start]}
    talk.add("conversation.assigned", Author("agent", *mine.values()), agent=mine)
    return token, talk.id


def who(shown: str, n: int) -> dict[str, str]:
    """Every other one has no address, so that their name in the shop is shown."""
    return {"sub": shown, "email": shown if n % 2 else ""}


def plant_appointment(connection: Connection, stage: Stage, secret: str, at: int) -> None:
    _, contact = plant_visitor(connection, stage, stage.inboxes[0].id, "Robin")
    talk = Talk(connection, stage.scope.workspace, stage.inboxes[0].id, (contact, "Robin"), page_of(stage, 0))
    new = Appointment(new_id("apt"), stage.inboxes[0].id, talk.id, contact, at, at + 1_800_000)
    book(connection, stage.scope.workspace, new, new_id("evt"), Author("bot", "bot"), NOW)
    stage.appointment = f"/appointments/{permit(secret, CANCEL, f'{stage.scope.workspace}/{new.id}', at)}"


def plant_rows(connection: Connection, stage: Stage) -> None:
    """A conversation for each row of the console's list, a minute apart: the list goes on from a time."""
    names, messages = stage.of("name of a customer"), stage.of("message of a customer")
    for n in range(COUNT):
        _, contact = plant_visitor(connection, stage, stage.inboxes[n].id, names[n])
        page = page_of(stage, n)
        talk = Talk(connection, stage.scope.workspace, stage.inboxes[n].id, (contact, names[n]), page, NOW + 60_000 * n)
        seq = talk.add("message.added", talk.customer, text=messages[n], page=page)
        talk.add("conversation.resolved", talk.customer, covers=seq)


def plant_briefs(connection: Connection, stage: Stage) -> None:
    """Ten payloads in each part of a brief."""
    parts = ("name of a customer", "message of a customer", "title of a page", "address of a page", "fact", "title of a source")
    for shown, wants, title, address, fact, source in zip(*(joined(stage.of(one), 10) for one in parts), strict=True):
        inbox = stage.inboxes[0].id
        _, contact = plant_visitor(connection, stage, inbox, shown)
        page = {"url": address, "title": title}
        talk = Talk(connection, stage.scope.workspace, inbox, (contact, shown), page, NOW - 60_000 * (len(stage.briefs) + 1))
        seq = talk.add("message.added", talk.customer, text=wants, page=page)
        sources = [{"title": source, "url": stage.of("address of a source")[len(stage.briefs) * 10 + k]} for k in range(10)]
        brief = {
            "reason": "asked_for_human", "wants": {"text": wants, "seq": seq}, "mood": None, "page": {**page, "seq": seq},
            "tried": [{"text": wants, "seq": seq, "sources": sources, "confidence": 0.5}],
            "facts": [{"name": fact, "value": fact, "seq": seq}],
        }  # fmt: skip
        talk.add("handoff.requested", talk.customer, covers=seq, reason="asked_for_human", reason_text=fact, brief=brief)
        stage.briefs.append((talk.id, wants))


def plant_articles(connection: Connection, stage: Stage) -> None:
    """Published without passages: what is searched is planted by HTTP."""
    titles = packed(stage.of("title of an article"), 300)
    texts, originals = stage.of("text of an article"), stage.of("original of an article")
    place = stage.inboxes[0].collections[0]
    for n, title in enumerate(titles):
        parts = [f"## {line(one)}\n\n{one}" for one in texts[n :: len(titles)]]
        new = NewArticle(new_id("art"), place, draft(title, "\n\n".join(parts), original=originals[n % len(originals)]))
        made = create_article(connection, stage.scope, new, moment(NOW))
        change_article(connection, stage.scope, made.id, published=1, published_at=NOW)
        stage.articles.append(made)


def plant_names(connection: Connection, stage: Stage) -> None:
    emails = iter(stage.of("e-mail of a person"))
    keep_policy(connection, stage.scope, written(stage.of("policy")), NOW)
    for n in range(COUNT):
        collections.create_collection(connection, stage.scope, stage.of("name of a collection")[n], new_id("col"), moment(NOW + n))
        key = api_keys.NewApiKey(new_id("key"), stage.of("name of an API key")[n], frozenset({"read_content"}), "wlk_xxxxxx", f"{n}")
        api_keys.create_api_key(connection, stage.scope, key, NOW)
        address = next(emails, f"p{n}@example.com")
        someone = person.NewPerson(new_id("prs"), stage.of("name of a person")[n], address, "agent", "x")
        person.create_person(connection, stage.scope, someone, NOW)


def written(texts: list[str]) -> str:
    """As a workspace's own policy: the payloads are its comments."""
    return "".join(f"# {''.join(filter(str.isprintable, one))}\n" for one in texts)


def leave_the_mood(connection: Connection, stage: Stage) -> None:
    """The server would score every message while the pages are looked at, and no page shows more for it."""
    newest = connection.scalar(select(workspace_table.c.position).where(workspace_table.c.id == stage.scope.workspace))
    connection.execute(insert(follower).values(workspace=stage.scope.workspace, name="scoring", position=newest))


def show_once(stage: Stage, shown: str) -> None:
    """The names that a page shows once: of the workspace and of the person who is signed in."""

    def unit(connection: Connection) -> None:
        connection.execute(update(workspace_table).values(name=shown))
        person.change_person(connection, stage.scope, stage.scope.actor.id, name=shown)

    stage.database.write_now(unit)
