"""The policy file, bot/policy.toml, and a workspace's own over it: what in a text may not be said to a customer. The bot's guard and the
agents' hint are this one function."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, delete, select

from bot import steps
from bot.tables import policy
from core.database import insert
from core.errors import Invalid
from core.mask import mask
from core.scope import Scope

FILE = Path(__file__).with_name("policy.toml")
LONGEST = 20_000
SCANNED = 10_000
FINDINGS = 8
# What a model's words are held against; how people word things is theirs.
GUARDED = ("promises", "prices", "personal_data")
RULES = (*GUARDED, "tone")

_DENIED = re.compile(
    r"\b(?:not|never|cannot|can[’']t|don[’']t|won[’']t|no|nor|unable to|nicht|nie|kein\w*|pas|no podemos|nunca)\b[^.!?]{0,25}$"
)
_CURRENCY = r"(?:€|\$|£|¥|CHF|EUR|USD|GBP|euros?|dollars?|pounds?|cents?)"
_NUMBER = r"\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"(?:{_CURRENCY}\s?)(?P<a>{_NUMBER})(?!\d)|(?<![\d.,])(?P<b>{_NUMBER})\s?{_CURRENCY}(?![\w])", re.IGNORECASE)
_ANY_NUMBER = re.compile(rf"(?<![\d.,])(?:{_NUMBER})(?!\d)")
_CONTACT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}|(?<![\w-])\+\d[\d ()/-]{7,18}\d"
    r"|(?<!\d)0\d{2,4}[ /-]\d[\d -]{4,12}\d(?!\d)"
)
_SHOUTED = re.compile(r"\b[A-ZÄÖÜ]{4,}\b(?:\W+\b[A-ZÄÖÜ]{2,}\b){2,}|[!?]{3,}")


class BadPolicy(Invalid):
    code = "bad_policy"
    title = "The policy file cannot be read"


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: bool = True
    hint: str = Field("", max_length=300)
    phrases: list[str] = Field(default_factory=list, max_length=300)
    also: list[str] = Field(default_factory=list, max_length=300)
    allow: list[str] = Field(default_factory=list, max_length=300)
    shouting: bool = False


class Policy(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: str = Field(max_length=40)
    promises: Rule
    prices: Rule
    personal_data: Rule
    tone: Rule


@dataclass(frozen=True)
class Finding:
    """quote: what in the text it is about."""

    rule: str
    quote: str
    hint: str


@dataclass(frozen=True)
class Rulebook:
    """patterns: by rule, what breaks it; allowed: what does not after all."""

    policy: Policy
    patterns: dict[str, re.Pattern[str] | None]
    allowed: dict[str, re.Pattern[str] | None]

    def findings(self, text: str, known: str, articles: str = "", rules: Iterable[str] = RULES) -> list[Finding]:
        """What in the text breaks a rule, in the order of the rules. known: what was said: amounts and addresses that stand there may be
        repeated, promises may not. articles: what they say word for word breaks nothing."""
        text = text[:SCANNED]
        found: list[Finding] = []
        for name in rules:
            rule: Rule = getattr(self.policy, name)
            if rule.on:
                found += [Finding(name, quote[:120], rule.hint) for quote in self._broken(name, rule, text, (known, articles))]
        return found[:FINDINGS]

    def guards(self, sentence: str, known: str, articles: str) -> bool:
        """Whether a model may not say this."""
        return bool(self.findings(sentence, known, articles, GUARDED))

    def _broken(self, name: str, rule: Rule, text: str, told: tuple[str, str]) -> list[str]:
        known, articles = "\n".join(told), told[1]
        match name:
            case "prices":
                numbers = {_value(one) for one in _ANY_NUMBER.findall(known)}
                return [match.group() for match in _AMOUNT.finditer(text) if _value(match["a"] or match["b"]) not in numbers]
            case "personal_data":
                bare = _bare(known)
                contacts = [match.group() for match in _CONTACT.finditer(text) if _bare(match.group()) not in bare]
                return contacts or ([mask(text)] if mask(text) != text and not _masked_known(text, known) else [])
        broken = self._phrases(name, text, articles)
        return broken + ([match.group() for match in _SHOUTED.finditer(text)] if rule.shouting else [])

    def _phrases(self, name: str, text: str, articles: str) -> list[str]:
        pattern, allowed = self.patterns[name], self.allowed[name]
        if pattern is None:
            return []
        said = " ".join(articles.casefold().split())
        spared = [match.span() for match in allowed.finditer(text)] if allowed else []
        return [
            match.group()
            for match in pattern.finditer(text)
            if not _DENIED.search(text[max(0, match.start() - 40) : match.start()].casefold())
            and not any(start <= match.start() and match.end() <= end for start, end in spared)
            and " ".join(match.group().casefold().split()) not in said
        ]


def default_text() -> str:
    return FILE.read_text("utf-8")


@lru_cache(maxsize=64)
def rulebook(own: str = "") -> Rulebook:
    """own: a workspace's file, laid over ours. Raises BadPolicy with what is wrong."""
    try:
        read = _laid_over(tomllib.loads(default_text()), tomllib.loads(own[:LONGEST]))
        found = Policy.model_validate(read)
        patterns = {name: _compiled([*getattr(found, name).phrases, *getattr(found, name).also]) for name in RULES}
        return Rulebook(found, patterns, {name: _compiled(getattr(found, name).allow) for name in RULES})
    except ValidationError as error:
        wrong = error.errors()[0]
        raise BadPolicy(f"{'.'.join(str(part) for part in wrong['loc'])}: {wrong['msg']}") from error
    except re.error as error:
        raise BadPolicy(f"not a pattern that can be used: {str(error.pattern)[:80]!r}: {error}") from error
    except RecursionError as error:
        raise BadPolicy("nested too deep") from error
    except ValueError as error:
        # Of TOML, and of what it lets Python's own readers refuse, such as a number of 5,000 digits.
        raise BadPolicy(f"not TOML: {error}") from error


def named(own: str = "") -> str:
    """The policy in force, as a decision tells it."""
    return rulebook(own).policy.version + (" with the workspace's own" if own.strip() else "")


def _laid_over(ours: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    for name, value in own.items():
        ours[name] = {**ours[name], **value} if isinstance(value, dict) and isinstance(ours.get(name), dict) else value
    return ours


def _compiled(phrases: list[str]) -> re.Pattern[str] | None:
    """Raises re.error."""
    left = steps.MOST
    for phrase in phrases:
        left -= steps.steps(phrase)
        if left < 0:
            raise re.error("with it, the phrases of this list could take too long; repeat less, or offer fewer choices in a row", phrase)
        re.compile(phrase)
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE) if phrases else None


def _value(number: str) -> Decimal | None:
    """`1.234,50`, `1,234.50` and `1234.5` are one."""
    bare = re.sub(r"['’ ]", "", number)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare):
        bare = re.sub(r"[.,]", "", bare)
    elif match := re.fullmatch(r"(.*)[.,](\d{1,2})", bare):
        bare = f"{re.sub(r'[.,]', '', match[1])}.{match[2]}"
    try:
        return Decimal(bare).normalize()
    except InvalidOperation:
        return None


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum() or letter == "@")


def _masked_known(text: str, known: str) -> bool:
    """A card or account that the conversation holds already."""
    digits = re.sub(r"\D", "", text)
    return len(digits) >= 8 and digits in re.sub(r"\D", "", known)


def own_policy(connection: Connection, workspace: str) -> str:
    return connection.scalar(select(policy.c.text).where(policy.c.workspace == workspace)) or ""


def keep_policy(connection: Connection, scope: Scope, text: str, at: int) -> None:
    """Raises BadPolicy. Empty: ours alone."""
    rulebook(text)
    if not text.strip():
        connection.execute(delete(policy).where(policy.c.workspace == scope.workspace))
        return
    row = {"text": text, "changed_by": scope.actor.id, "changed_at": at}
    upsert = insert(connection, policy).values(workspace=scope.workspace, **row)
    connection.execute(upsert.on_conflict_do_update(index_elements=["workspace"], set_=row))
