"""What a model may put before a customer: words. No link, image, markup or address that the sources do not hold."""

import re

from core.render import strip_hidden

_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_SILENT = re.compile(r"<(script|style|iframe|object|svg|template|noscript|title|textarea)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*(?:>|$)")
_DEFINITION = re.compile(r"(?m)^[ \t>]*\[[^\]\n]+\]:[^\n]*$")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\]?)?")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)?|\[[^\]]*\])")
_ADDRESS = re.compile(
    r"<?\b(?:[a-z][a-z0-9+.-]{1,20}:\s*[/\\]{2}|(?:javascript|data|vbscript|mailto|tel|file|blob|about):)\S*"
    r"|(?<![\w.])[/\\]{2}[\w.-]+\.\w\S*"
    r"|(?<![\w@.-])(?:[\w{}-]+\.)+[a-z]{2,24}(?::\d+)?(?:[/?#\\]\S*)?"
    r"|[\w.+{}-]+@[\w.{}-]+\.\w+",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\[(\d{1,2})\]")
_SPACES = re.compile(r"[ \t]+")


def plain(text: str, sources: str = "") -> str:
    """Readable text without markup; a bare address or file name stays only when `sources` hold it word for word, a web link never.
    Citation marks `[1]` stay."""
    text = strip_hidden(text)
    for pattern in (_COMMENT, _SILENT, _DEFINITION, _IMAGE):
        text = pattern.sub(" ", text)
    text = _LINK.sub(_link_text, text)
    text = _TAG.sub(" ", text)
    text = _ADDRESS.sub(lambda match: _allowed(match.group(), sources), text)
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()


def _link_text(match: re.Match[str]) -> str:
    return match.group() if _REFERENCE.fullmatch(match.group(1)) else match.group(1)


def _allowed(address: str, sources: str) -> str:
    bare = address.rstrip(".,;:!?)")
    if re.search(r"[/\\{}]|^\w+:|^www\.", bare, re.IGNORECASE) or bare.casefold() not in sources.casefold():
        # "e.g.this" and "3.5" are no addresses.
        return address if re.fullmatch(r"(?:e\.g|i\.e|a\.m|p\.m|U\.S|v?\d+(?:\.\d+)+)\.?", address, re.IGNORECASE) else ""
    return address


def cited(text: str) -> list[int]:
    """Numbers of the citation marks in the text, in order of appearance, each once."""
    return list(dict.fromkeys(int(number) for number in _REFERENCE.findall(text)))


def without_marks(text: str) -> str:
    return re.sub(r"[ \t]*\[\d{1,2}(?:\s*,\s*\d{1,2})*\]", "", text)
