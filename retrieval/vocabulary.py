"""A workspace's own words: names of products and what customers call them, in groups that mean the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, select

from core.database import insert
from core.errors import Invalid
from retrieval.passages import next_revision
from retrieval.tables import vocabulary
from retrieval.words import terms_of

MOST_GROUPS, MOST_WORDS, LONGEST = 500, 20, 60
# Of one question, so that a long list drowns nobody's own words.
MOST_ADDED = 6
Group = tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    groups: tuple[Group, ...] = ()

    @cached_property
    def _spoken(self) -> tuple[tuple[str, Group, str], ...]:
        """(stems of a word or name, its group, itself)."""
        return tuple((stems, group, word) for group in self.groups for word in group if (stems := _stems(word)))

    def alike(self, text: str) -> tuple[str, ...]:
        """The other words of each group that the text names a word of, at most MOST_ADDED."""
        said = _stems(text)
        named = {word for stems, _, word in self._spoken if stems in said}
        groups = [group for group in self.groups if named & set(group)]
        added = dict.fromkeys(word for group in groups for word in group if _stems(word) not in said)
        return tuple(added)[:MOST_ADDED]


def read_vocabulary(connection: Connection, workspace: str) -> Vocabulary:
    groups = connection.scalar(select(vocabulary.c.groups).where(vocabulary.c.workspace == workspace))
    return Vocabulary(tuple(tuple(group) for group in groups or ()))


def put_vocabulary(connection: Connection, workspace: str, groups: Sequence[Sequence[str]]) -> Vocabulary:
    """A unit: the whole list becomes this, searched with from the next question on. Raises Invalid."""
    made = Vocabulary(tuple(_group(group) for group in groups))
    if len(made.groups) > MOST_GROUPS:
        raise Invalid(f"at most {MOST_GROUPS} groups")
    values = {"groups": [list(group) for group in made.groups]}
    statement = insert(connection, vocabulary).values(workspace=workspace, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["workspace"], set_=values))
    next_revision(connection, workspace)
    return made


def _group(words: Sequence[str]) -> Group:
    group = tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    if not 2 <= len(group) <= MOST_WORDS:
        raise Invalid(f"a group has 2 to {MOST_WORDS} words that mean the same: {' = '.join(group)[:LONGEST] or 'this one is empty'}")
    for word in group:
        if len(word) > LONGEST or not _stems(word).strip():
            raise Invalid(f'{word[:LONGEST]!r} is no word to search for: at most {LONGEST} characters, and not only such as "the" or "how"')
    return group


def _stems(text: str) -> str:
    """With a blank on both sides, so that one text's can be looked for in another's."""
    terms = terms_of(text)
    return f" {' '.join(terms)} " if terms else ""
