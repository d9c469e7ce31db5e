"""What a question wants to hear: a number, a yes or no, steps, or anything else."""

import re
from typing import Literal

Wanted = Literal["number", "yes_no", "steps", "text"]

_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|often|big|large|tall|fast|soon|early|late)\b|^\W*when\b|\buntil when\b"
    r"|\bwhat(?:'s| is| are| was)? (?:the |your )?(?:\w+ )?"
    r"(?:year|date|day|time|percentage|price|cost|fee|rate|number|amount|limit|deadline)s?\b"
    r"|\b(?:wie viele?|wie lange|wie oft|wann|combien|quand|cuánt[oa]s?|cuándo)\b",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\bhow (?:do|can|to|should|would|does|could) (?:i|we|you|one|my)?\b|\bsteps?\b|^\W*wie (?:kann|mache|geht)\b", re.IGNORECASE
)
_YES_NO = re.compile(
    r"(?:^|[,.!;–-]\s+|\b(?:and|but|so)\s+)(?:is|are|can|could|do|does|did|will|would|should|has|have|was|were|may|must|am)(?:n['’]t)?\s"
    r"(?:i|we|you|they|he|she|it|there|this|that|these|those|the|my|your|our|an?|\w+)\b",
    re.IGNORECASE,
)


def wanted_by(question: str) -> Wanted:
    if _NUMBER.search(question):
        return "number"
    if _STEPS.search(question):
        return "steps"
    return "yes_no" if _YES_NO.search(question) else "text"
