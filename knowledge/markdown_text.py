"""Markdown by hand: text that must not turn into marks, and Markdown that brings HTML with it."""

import re

_SPECIAL = re.compile(r"([\\`*\[\]]|(?<!\w)_|_(?!\w)|<(?=[a-zA-Z/!?]))")
_LINE_MARK = re.compile(r"(?m)^(#{1,6}(?=\s)|[-+>](?=\s)|=+$|-{2,}$|\d{1,9}(?=[.)]\s))")
_FENCE = re.compile(r"(?ms)^([ ]{0,3})(`{3,}|~{3,})[^\n]*\n.*?(?:^[ ]{0,3}\2[`~]*[ ]*$|\Z)")
_CODE = re.compile(r"(`+)(?!`)(?:(?!\1).)+?\1(?!`)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNSEEN = re.compile(r"<(script|style|template|noscript|svg|iframe|object|head|title)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_HAS_HTML = re.compile(r"<(?:!--|/?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>)")
_LINK = re.compile(r"<a\b[^>]*?\bhref\s*=\s*[\"']?(https://[^\s\"'<>()]+)[^>]*>(.*?)</a\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HIDING = re.compile(
    r"<(div|p|span|details|section)\b[^>]*(?:\shidden\b|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]))"
    r"[^>]*>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)


def escape_text(text: str) -> str:
    """Text of another format, so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text))


def escape_line(text: str) -> str:
    """What would be a mark only at the start of a line."""
    return _LINE_MARK.sub(lambda match: (match[0] + "\\") if match[0].isdigit() else "\\" + match[0], text)


def code_span(text: str) -> str:
    if not text:
        return ""
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def without_html(markdown: str) -> str:
    """Markdown whose tags are gone: the renderer shows no HTML, so comments and hidden elements would be read by the bot alone and others
    would show their tags. Code stays as it is."""
    if not _HAS_HTML.search(markdown):
        return markdown
    kept: list[str] = []
    at = 0
    for fence in _FENCE.finditer(markdown):
        kept += [_strip(markdown[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*kept, _strip(markdown[at:])])


def _strip(text: str) -> str:
    spans: list[str] = []

    def put_away(match: re.Match[str]) -> str:
        spans.append(match[0])
        return f"\ue000{len(spans) - 1}\ue001"

    text = _CODE.sub(put_away, text.replace("\ue000", "").replace("\ue001", ""))
    for pattern in (_COMMENT, _UNSEEN, _HIDING):
        text = pattern.sub("", text)
    text = _LINK.sub(lambda match: f"[{_TAG.sub('', match[2]).strip()}]({match[1]})", _BREAK.sub("  \n", text))
    return re.sub("\ue000(\\d+)\ue001", lambda match: spans[int(match[1])], _TAG.sub("", text))
