"""HTML to Markdown for imports: what a reader of the page would see as its content, and nothing that is hidden from them."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.errors import Invalid
from knowledge.markdown_text import code_span, escape_line, escape_text

LIMIT_BYTES = 5_000_000
LIMIT_DEPTH = 200
# The parser is quadratic in depth (100,000 nested elements: 23 s; 5,000: 0.05 s), so depth is guessed from the tags before it runs.
LIMIT_OPEN = 5_000
LIMIT_TAGS = 300_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
# Elements that never hold others, or that the next of their kind closes.
_FLAT = set("area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody option".split())  # noqa: SIM905
_DROP = set(
    "script style noscript template nav footer aside head form button input select textarea svg canvas iframe object embed video audio "  # noqa: SIM905
    "picture img map dialog math frame frameset applet".split()
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0*\.?0+\s*(;|$|!)|font-size\s*:\s*0*\.?0+\s*(px|pt|em|rem|%)?\s*(;|$|!)"
    r"|(text-indent|left|top|right|margin-left)\s*:\s*-\d{3,}|clip\s*:\s*rect|clip-path\s*:\s*inset\(\s*(50|100)|(max-)?(height|width)\s*:\s*0(px)?\s*(;|$|!)"
    r"|(?<!-)color\s*:\s*(transparent|white|#fff(fff)?\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)",
    re.IGNORECASE,
)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(sr-only|visually-?hidden|screen-reader-text|hidden|d-none|u-hidden)(?:\s|$)", re.IGNORECASE)
_BOILERPLATE_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar"}
_INLINE = set(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt u "  # noqa: SIM905
    "var".split()
)


@dataclass(frozen=True)
class Page:
    title: str
    markdown: str
    language: str | None


def read_html(text: str) -> Page:
    """Raises Invalid with the reason when the page is too large or too deep."""
    if len(text) > LIMIT_BYTES:
        raise Invalid("The page is larger than 5 MB.")
    tags = _TAG.findall(text)
    if len(tags) > LIMIT_TAGS:
        raise Invalid(f"The page has more than {LIMIT_TAGS:,} tags.")
    if _open_elements(tags) > LIMIT_OPEN:
        raise Invalid("The page is nested too deeply.")
    tree = LexborHTMLParser(text)
    root = tree.root
    if root is None or tree.body is None:
        return Page("", "", None)
    _check_depth(root)
    named = tree.css_first("title")
    body = _content(tree.body)
    heading = body.css_first("h1") or tree.body.css_first("h1")
    title = _squeeze(heading.text()) if heading and not _is_hidden(heading) else ""
    lines = [] if _within_hidden(body) else _blocks(body)
    return Page(title or (_squeeze(named.text()) if named else ""), "\n\n".join(lines), root.attributes.get("lang") or None)


def _open_elements(tags: list[tuple[str, str]]) -> int:
    deepest = depth = 0
    for closing, name in tags:
        if name.lower() not in _FLAT:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _check_depth(root: LexborNode) -> None:
    waiting: list[tuple[LexborNode, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > LIMIT_DEPTH:
            raise Invalid(f"The page is nested more than {LIMIT_DEPTH} levels deep.")
        waiting += [(child, depth + 1) for child in _children(node) if child.tag not in ("-text", "-comment")]


def _content(body: LexborNode) -> LexborNode:
    main = body.css_first("main, [role=main]")
    if main is not None and not _within_hidden(main):
        return main
    articles = body.css("article")
    return articles[0] if len(articles) == 1 else body


def _children(node: LexborNode) -> list[LexborNode]:
    found, child = [], node.child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def _is_markup(node: LexborNode) -> bool:
    """Comments, doctypes and the like."""
    return (node.tag or "-").startswith("-")


def _is_hidden(node: LexborNode) -> bool:
    if node.tag in _DROP:
        return True
    given = node.attributes
    return (
        "hidden" in given
        or (given.get("aria-hidden") or "").lower() == "true"
        or (given.get("role") or "").lower() in _BOILERPLATE_ROLES
        or bool(_HIDDEN_STYLE.search(given.get("style") or ""))
        or bool(_HIDDEN_CLASS.search(given.get("class") or ""))
    )


def _within_hidden(node: LexborNode) -> bool:
    above: LexborNode | None = node
    while above is not None and above.tag not in ("html", "-document"):
        if _is_hidden(above):
            return True
        above = above.parent
    return False


def _blocks(node: LexborNode) -> list[str]:
    """The node's content as Markdown blocks."""
    found: list[str] = []
    line: list[str] = []

    def end_line() -> None:
        text = _tidy("".join(line))
        line.clear()
        if text:
            found.append(escape_line(text))

    for child in _children(node):
        if child.tag == "-text":
            line.append(escape_text(child.text_content or ""))
        elif child.tag == "br":
            line.append("\n")
        elif _is_markup(child) or _is_hidden(child):
            continue
        elif child.tag in _INLINE and not _holds_block(child):
            line.append(_inline(child))
        else:
            end_line()
            found.extend(_block(child))
    end_line()
    return found


def _block(node: LexborNode) -> list[str]:
    tag = node.tag or ""
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        text = _tidy(_inside(node)).replace("\n", " ")
        return [f"{'#' * int(tag[1])} {text}"] if text else []
    if tag == "pre":
        text = (node.text() or "").strip("\n")
        fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
        return [f"{fence}\n{text}\n{fence}"] if text.strip() else []
    if tag in ("ul", "ol", "menu"):
        return _list(node, tag == "ol")
    if tag == "table":
        return _table(node)
    if tag == "blockquote":
        return ["\n".join(f"> {line}".rstrip() for line in "\n\n".join(_blocks(node)).split("\n"))]
    if tag == "dt":
        text = _tidy(_inside(node)).replace("\n", " ")
        return [f"**{text}**"] if text else []
    return [] if tag == "hr" else _blocks(node)


def _list(node: LexborNode, ordered: bool) -> list[str]:
    items: list[str] = []
    for child in _children(node):
        if _is_markup(child) or _is_hidden(child):
            continue
        inner = "\n".join(_blocks(child)) if child.tag == "li" else "\n".join(_block(child))
        if inner:
            mark = f"{len(items) + 1}. " if ordered else "- "
            items.append(mark + inner.replace("\n", "\n" + " " * len(mark)))
    return ["\n".join(items)] if items else []


def _table(node: LexborNode) -> list[str]:
    """Tables for layout hold one column or other tables: their cells become blocks."""
    rows = [[cell for cell in _children(row) if cell.tag in ("td", "th")] for row in node.css("tr") if not _is_hidden(row)]
    rows = [row for row in rows if row]
    if not rows or node.css_first("td table, th table") or max(map(len, rows)) < 2:
        return [block for row in rows for cell in row if not _is_hidden(cell) for block in _blocks(cell)]
    width = max(map(len, rows))
    lines = []
    for row in rows:
        cells = ["" if _is_hidden(cell) else _tidy(" ".join(_blocks(cell))).replace("\n", " ").replace("|", "\\|") for cell in row]
        lines.append("| " + " | ".join(cells + [""] * (width - len(cells))) + " |")
    return ["\n".join([lines[0], "|" + "---|" * width, *lines[1:]])]


def _inside(node: LexborNode) -> str:
    parts = []
    for child in _children(node):
        if child.tag == "-text":
            parts.append(escape_text(child.text_content or ""))
        elif child.tag == "br":
            parts.append("\n")
        elif not _is_markup(child) and not _is_hidden(child):
            parts.append(_inline(child))
    return "".join(parts)


def _inline(node: LexborNode) -> str:
    if node.tag in ("code", "kbd", "samp", "tt", "var"):
        return code_span(_squeeze(node.text() or ""))
    text = _inside(node)
    if not text.strip():
        return text
    if node.tag == "a":
        url = (node.attributes.get("href") or "").strip()
        safe = re.fullmatch(r"(https://|mailto:|/help/|#)[^\s<>()\\]*", url)
        return f"[{_tidy(text).replace(chr(10), ' ')}]({url})" if safe else text
    mark = {"strong": "**", "b": "**", "em": "*", "i": "*"}.get(node.tag or "")
    if not mark or "*" in text:
        return text
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{mark}{text.strip()}{mark}{trail}"


def _holds_block(node: LexborNode) -> bool:
    return node.css_first("p, div, ul, ol, table, pre, h1, h2, h3, h4, h5, h6, blockquote, section") is not None


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def _squeeze(text: str) -> str:
    return " ".join(text.split())
