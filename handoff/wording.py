"""A customer's words made comparable: folding, tokens, small typing errors, and whether the text is English at all."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+")
_COMMON = {
    "en": """the a an i you it is are was my me to of and in for on with what how do does can not have this that please your be will where
        when why thanks hello""",
    "de": """der die das ich sie es ist sind war mein meine mich mir zu und in fur auf mit was wie kann nicht habe ein eine einen bitte wo
        wann warum danke vielen dank hallo""",
    "fr": """le la les je vous il est sont mon ma mes moi de et dans pour sur avec que comment peut pas ai un une des ne svp ou quand
        pourquoi votre merci bonjour c'est j'ai n'est c'etait d'un d'une l'ai qu'est""",
    "es": """el la los yo usted es son mi mis me de y en para con que como puede he un una por favor donde cuando quiero su lo se esta
        gracias hola""",
}
_LANGUAGE = {language: frozenset(common.split()) for language, common in _COMMON.items()}


def listed(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


def fold(text: str) -> str:
    """Lower case, no accents, straight apostrophes, single spaces; `¿qué?` → `¿que?`."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("`", "'").replace("´", "'").casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def is_english(text: str) -> bool:
    """True unless another language shows more of its small words, or most letters are not Latin. Short texts count as English."""
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(letter < "ɐ" for letter in letters) < len(letters) / 2:
        return False
    seen = words(text)
    counts = {language: sum(word in common for word in seen) for language, common in _LANGUAGE.items()}
    return counts["en"] >= max(counts.values())


def mended(text: str, known: frozenset[str]) -> str:
    """Folded text, its words joined by single spaces, each unknown word of five letters or more replaced by a known one that is one
    slip away (two from ten letters on): `asisstant` → `assistant`. Sentence marks stay, as words of their own."""
    return " ".join(_mend(piece, known) for piece in re.findall(r"[a-z]+(?:'[a-z]+)*|\d+|[.!?,;:\n]", fold(text)))


def _mend(word: str, known: frozenset[str]) -> str:
    if len(word) < 5 or word in known or not word.isalpha():
        return word
    return _nearest(word, known)


@lru_cache(maxsize=4096)
def _nearest(word: str, known: frozenset[str]) -> str:
    allowed = 2 if len(word) >= 10 else 1
    near = [(slips(word, other), other) for other in known if abs(len(other) - len(word)) <= allowed and len(other) >= 5]
    best = min(near, default=(allowed + 1, word))
    return best[1] if best[0] <= allowed else word


def slips(a: str, b: str) -> int:
    """Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of neighbours."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        current = [i]
        for j, right in enumerate(b, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, row = row, current
    return row[-1]
