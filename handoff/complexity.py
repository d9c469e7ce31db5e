"""Signs that articles will not do: what was tried did not work, or there is an error that no article knows."""

import re
from collections.abc import Iterable

from handoff.wording import fold

_FAILED = re.compile(
    "|".join(
        [
            r"\b(?:already|also|just) (?:tried|did|done|checked|followed|read|attempted|went through|been through)\b",
            r"\b(?:have|had|i've|ive|'ve|i) (?:already )?(?:tried|done|followed|attempted) (?:all |everything|that|this|it|these|those|"
            r"both|the steps|each|your|what you)",
            r"\b(?:tried|did) (?:that|this|it|these|all of (?:that|this|it)|everything|both)\b",
            r"\b(?:still|again) (?:\w+ ){0,3}(?:doesn'?t|don'?t|not|isn'?t|can'?t|cannot|won'?t|no|fails?|failing|broken|stuck|wrong|"
            r"happening|happens|same|the same|an? error|an? problem|nothing)\b",
            r"\b(?:doesn'?t|didn'?t|does not|did not|isn'?t|is not|not|won'?t|hasn'?t|don'?t|never|wasn'?t) (?:\w+ )?(?:work(?:ing|ed)?|"
            r"help(?:ing|ed|ful)?|solve[d]?|fix(?:ed)?|resolve[d]?|change[d]? anything|make a difference|do anything|the (?:solution|"
            r"answer|problem))\b(?! (?:on|at|in) )",
            r"\b(?:no luck|no success|no difference|no change|no effect|nothing (?:works|worked|happens|happened|changed|changes|helps|"
            r"helped)|same (?:error|problem|issue|result|thing|message)|to no avail|without success|no joy|not solved|useless answer|"
            r"wrong answer)\b",
            r"\b(?:funktioniert|geht|klappt|hilft|half|funktionierte|ging|klappte|hat) (?:\w+ ){0,3}(?:nicht|nichts|nix)\b|\b(?:schon|"
            r"bereits) (?:probiert|versucht|gemacht|getan|ausprobiert)\b|\bimmer noch\b|\bnichts (?:gebracht|geholfen|passiert)\b|"
            r"\b(?:gleiche[rs]?|selbe[rs]?) (?:fehler|problem)\b|\bohne erfolg\b|\bleider nicht\b",
            r"\b(?:ne |n')?(?:marche|fonctionne|aide|change|resout) (?:toujours |vraiment )?(?:pas|rien)\b|\b(?:deja|bien) (?:essaye|"
            r"fait|tente|suivi|teste)\b|\btoujours (?:pas|le meme|la meme|rien)\b|\bmeme (?:erreur|probleme|resultat)\b|\bsans succes\b|"
            r"\bn'a (?:pas|rien) (?:marche|fonctionne|aide|change)\b|\brien n'y fait\b",
            r"\b(?:no|nada) (?:me )?(?:ha )?(?:funciona|funciono|funcionado|sirve|sirvio|ayuda|ayudo|resuelve|cambia)\b|\bya (?:lo "
            r")?(?:he )?(?:probe|probado|intente|intentado|hice|hecho)\b|\bsigue (?:sin|igual|fallando|dando)\b|\bmism[oa] (?:error|"
            r"problema|resultado)\b|\bsin exito\b|\btodavia no\b",
        ]
    )
)
_TRACES = re.compile(
    r"Traceback \(most recent call last\)|^[ \t]*at [\w.$<>]+\([\w.]+:\d+(?::\d+)?\)|^[ \t]*at .+ \(?\S+:\d+:\d+\)?$|Exception in thread|"
    r"^[ \t]*File \".+\", line \d+|"
    r"(?<![\w.])[A-Za-z_][\w.]{0,80}(?:Exception|Error): |\bsegmentation fault\b|\bcore dumped\b|panic: |Caused by: ",
    re.MULTILINE,
)
# A number is a code only beside a word for error: orders have a status, vouchers and articles have codes, and neither is a fault.
_ERROR = (
    r"(?:[Ee]rror|ERROR|[Ff]ehler|FEHLER|[Ff]ehlermeldung|[Ee]rreur|ERREUR)"
    r"(?:,? \(?(?:with |mit |avec |con )?(?:the |dem |le |el )?(?:[Cc]ode|CODE)|-?[Cc]ode| ?CODE|"
    r" ?[Nn]umber| ?[Nn]ummer| ?[Nn]o\.?| ?[Nn]r\.?)?"
)
# HL20 may be a fault, SAVE20 is a voucher: four letters and more need their dash.
_NUMBER = r"((?:[A-Z]{1,3}-?|[A-Z]{4,8}-)\d{2,6}[A-Z]?(?:-\d{1,3})?|\d{2,6}[A-Z]?)\b(?![-./:]?\d)"
_COUNTED = (
    r"(?! ?(?:times?|x|mal|fois|veces|days?|tagen?|jours?|dias?|hours?|stunden?|minutes?|mins?|seconds?|weeks?|orders?|items?|%|percent|"
    r"€|\$|£|euros?|EUR|USD|GBP|dollars?)(?!\w))"
)
_CODES = re.compile(
    r"\b(?:ERR|ERROR|E|ORA|SQLSTATE|NET|DNS|SSL|PR|MOZILLA)_[A-Z0-9_]{3,}\b|\b0x[0-9A-Fa-f]{4,}\b|\bORA-\d{4,5}\b|"
    rf"\b{_ERROR}[ :#-]{{1,3}}{_NUMBER}{_COUNTED}|"
    r"\bHTTP(?: [Ss]tatus)?(?: [Cc]ode| [Ee]rror)? ?([45]\d\d)\b|\b[Ss]tatus ?[Cc]ode[ :]{1,2}([45]\d\d)\b|"
    r"\b([45]\d\d) (?:Internal Server Error|Bad Gateway|Service Unavailable|Forbidden|Gateway Time-?out|Not Found)\b"
)


def failed(text: str) -> bool:
    """Whether the customer says that what was suggested did not work (en, de, fr, es). Means something only after a suggestion."""
    return bool(_FAILED.search(fold(text[:3000])))


def has_trace(text: str) -> bool:
    """Whether a stack trace or an exception is pasted in."""
    return bool(_TRACES.search(text[:10_000]))


def error_codes(text: str) -> tuple[str, ...]:
    """Error codes named in the text, as written: `ERR_CONNECTION_RESET`, `0x80070057`, the 1234 of "error code 1234"."""
    found = _CODES.finditer(text[:10_000])
    return tuple(dict.fromkeys(next((group for group in match.groups() if group), match.group()) for match in found))


def unknown_error(text: str, passages: Iterable[str]) -> str | None:
    """The first error in the text that none of the passages holds: its code, or "a stack trace" when none holds the trace's last line."""
    known = "\n".join(passages).casefold()
    for code in error_codes(text):
        if code.casefold() not in known:
            return code
    if has_trace(text) and not error_codes(text):
        last = text.strip().splitlines()[-1].strip().casefold()
        return None if last and last in known else "a stack trace"
    return None
