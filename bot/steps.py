"""How long a pattern that a workspace wrote may take: counted on the parsed pattern before it is used, as `re` itself knows no deadline."""

import re
from collections.abc import Iterable

# The public name of this parser, sre_parse, warns that it is going.
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 300
# At one place of a text, of all phrases in a list. At each place of 10,000 characters it takes about a second, on the worst text there is.
MOST = 10_000
_SINGLE = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"})
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_WORD = "[(IN, [(CATEGORY, CATEGORY_WORD)])]"


class Uncounted(Exception):
    """What a pattern holds that may take any time; `str` says it to who wrote it."""


def steps(phrase: str) -> int:
    """Of every way to match it from one place, followed to its end; what passes MOST is told as somewhat above it. Raises re.error for
    what cannot be counted."""
    if len(phrase) > LONGEST:
        raise re.error(f"longer than {LONGEST} characters", phrase)
    try:
        return _walked(_parser.parse(phrase), True)[0]
    except Uncounted as error:
        raise re.error(str(error), phrase) from error
    except OverflowError as error:
        raise re.error("a repetition without end", phrase) from error
    except RecursionError as error:
        raise re.error("nested too deep", phrase) from error


def _walked(parsed: Iterable[tuple[Any, Any]], last: bool) -> tuple[int, int]:
    """(steps, ways to match), both upper bounds. last: the phrase ends with it."""
    items = list(parsed)
    taken, ways = 1, 1
    for place, (kind, what) in enumerate(items, 1):
        more, times = _one(str(kind), what, last and place == len(items))
        taken, ways = min(taken + ways * more, MOST + 1), min(ways * times, MOST + 1)
    return taken, ways


def _one(kind: str, what: Any, last: bool) -> tuple[int, int]:
    if kind in _SINGLE:
        return 1, 1
    if kind in _REPEATS:
        least, most, body = what
        return _repeated(least, most, body, last)
    if kind == "BRANCH":
        branches = [_walked(one, last) for one in what[1]]
        return sum(taken for taken, _ in branches), sum(ways for _, ways in branches)
    if kind == "SUBPATTERN" and not what[1] and not what[2]:
        return _walked(what[3], last)
    if kind in ("ASSERT", "ASSERT_NOT"):
        return _walked(what[1], False)[0], 1
    raise Uncounted("only letters, sets, groups, alternatives, repetitions and look-arounds can be used")


def _repeated(least: int, most: Any, body: Iterable[tuple[Any, Any]], last: bool) -> tuple[int, int]:
    if str(most) == "MAXREPEAT":
        # A phrase ends where a word does: the run is taken as a whole and never tried shorter.
        if last and str(body) == _WORD:
            return 1, 1
        raise Uncounted("a repetition needs an end, such as {0,40}; only \\w* and \\w+ need none, at the end of a phrase")
    once, times = _walked(body, False)
    taken, ways, passes = 1, 0, 1
    for count in range(int(most) + 1):
        ways += passes if count >= least else 0
        taken += passes * once if count < int(most) else 0
        if taken > MOST:
            return MOST + 1, MOST + 1
        passes *= times
    return taken, ways
