"""Whether one message tells a story that articles will not untangle: several remedies tried in vain, or many visits for one thing."""

import re

from handoff.wording import fold

_TRIED = re.compile(
    r"\b(?:tried|restarted|rebooted|reset|reinstalled|uninstalled|installed|cleared|changed|swapped|replaced|repaired|updated|followed|"
    r"did|done|checked|called|sent|switched|used|logged out|steps? \d)\b|\b(?:another|different|older?|new|two|three|four) "
    r"(?:browsers?|phones?|computers?|laptops?|cards?|banks?|devices?|versions?|sizes|accounts?)\b"
)
_IN_VAIN = re.compile(
    r"\b(?:still|keeps?|stays?|same|nothing|none|no result|no luck|neither|no matter|anyway|not fixed|fails?|failing|never|in vain|"
    r"every time|each time|always (?:end|get|the same)|broken again|at the same)\b|\bagain\b(?=[.!]|$)"
)
_AGAIN = re.compile(
    r"\b(?:third|fourth|fifth|sixth|tenth|hundredth|\d+(?:rd|th)) (?:time|mail|e-?mail|message|call|ticket|replacement|attempt)\b|"
    r"\bback and forth\b|\b(?:two|three|four|five|several|many|\d+) (?:people|agents|colleagues|different|times|weeks|months)\b.*"
    r"\b(?:told|said|not|nobody|no one|still|same|different)\b|\b(?:twice|again)\b.*\b(?:again|still|twice)\b|"
    r"\bevery (?:time|answer|agent)\b.*\b(?:same|again|closes?|asks?)\b|\ball of this with\b"
)
_TURNS = re.compile(r"\b(?:first|then|now|but|while|although|since|and now|neither|instead|yet|because|half of|the other|although)\b")
_CLAUSES = re.compile(r"[,;.]| and ")
_HARM = re.compile(
    r"\b(?:wrong|cancell?ed|refunded|charged|blocked|unblocked|gone|missing|merged|mistake|rejects?|rejected|refuses?|locked out|lost|"
    r"different|never|no (?:one|record|longer)|nobody|only|half|vanished|deletes?|returned|closed|expired|twice|none|nothing|"
    r"cannot|stops?|no longer|delivered|reminders?)\b"
)
_EVERYTHING = re.compile(
    r"\b(?:(?:tried|did|done|checked) (?:it |them )?(?:everything|all|every|both)|already (?:did|tried|done)|been through all)\b"
)
# Shorter ones tell no story.
WORDS, CLAUSES, PARTS = 15, 2, 3


def entangled(text: str) -> bool:
    """English. Written on half of evals/fitting/lines/complex_issue.txt and measured on the other half."""
    plain = fold(text[:2000])
    if _AGAIN.search(plain):
        return True
    tried = len(_TRIED.findall(plain))
    if _IN_VAIN.search(plain) and (tried >= 2 or _EVERYTHING.search(plain)):
        return True
    clauses = len(_CLAUSES.findall(plain.rstrip("."))) + 1
    parts = len(set(_TURNS.findall(plain))) + len(set(_HARM.findall(plain)))
    return "?" not in plain and len(plain.split()) >= WORDS and clauses > CLAUSES and parts >= PARTS
