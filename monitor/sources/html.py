"""HTML into plain text. Whatever comes in, nothing of it is ever executed, fetched or shown as markup."""

import html
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.core.text import clean_line, clean_text
from monitor.core.url import http_url
from monitor.sources.nesting import flattened

Node: TypeAlias = LexborNode

_NOT_SHOWN = frozenset({
    "audio", "button", "canvas", "head", "iframe", "input", "math", "noscript", "object", "script", "select", "style",
    "svg", "template", "textarea", "title", "video", "-comment",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "section", "summary", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_SLANTED = frozenset({"cite", "em", "i"})
_LONGEST_TITLE = 8  # words
_SMALL_WORD = 4  # letters: "with" has none of a title's capitals
_QUOTES = frozenset("\"'“”‘’«»„:")  # beside slanted words: quoted already, or a label
_SPACES = re.compile(r"\s+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
# No entry worth reading is longer than this.
_LONGEST = 100_000


def parse(markup: str) -> Node:
    """The root of the tree of a whole page."""
    root = LexborHTMLParser(flattened(markup)).root
    assert root is not None  # the parser makes html, head and body out of anything
    return root


def fragment(markup: str) -> Node:
    """The tree of a piece of a page, such as the content of a feed entry; of a very long piece, its beginning."""
    return parse(markup[:_LONGEST])


def to_text(markup: str) -> str:
    r"""The plain text of a piece of HTML, paragraphs parted by "\n". Text without markup keeps its lines."""
    if "<" not in markup:
        text = html.unescape(markup)
        return clean_text(text, max(len(text), 1))
    return text_of(fragment(markup))


def to_line(markup: str, limit: int) -> str:
    """The plain text of a title, as one line. Titles are escaped once by some publishers and twice by others."""
    text = _inline(markup)
    if _ENTITY.search(text) or _TAG.search(text):
        text = _inline(text)
    return clean_line(text, limit)


def _inline(markup: str) -> str:
    return to_text(markup) if "<" in markup else html.unescape(markup)


def text_of(root: Node, *, leave_out: Callable[[Node], bool] | None = None) -> str:
    r"""The visible text below a node, paragraphs parted by "\n", without the elements that `leave_out` names."""
    parts: list[str] = []
    todo: list[Node | str | None] = [root.first_child]
    while todo:
        node = todo.pop()
        if node is None:
            continue
        if isinstance(node, str):
            parts.append(node)
            continue
        todo.append(node.next)
        tag = node.tag
        if tag == "-text":
            parts.append(_SPACES.sub(" ", node.text_content or ""))
        elif tag == "br":
            parts.append("\n")
        elif tag == "pre":
            parts.append(f"\n{node.text()}\n")
        elif tag not in _NOT_SHOWN and not (leave_out is not None and leave_out(node)):
            opening, closing = _around(node)
            parts.append(opening)
            todo += [closing, node.first_child]
    text = "".join(parts)
    if _ENTITY.search(text):  # escaped twice
        text = html.unescape(text)
    return clean_text(text, max(len(text), 1))


def _around(node: Node) -> tuple[str, str]:
    """What stands before and behind the text of an element: line breaks for a block, quotation marks for a title."""
    if node.tag in _BLOCKS:
        return "\n", "\n"
    return ("“", "”") if node.tag in _SLANTED and _is_title(node) else ("", "")


def _is_title(node: Node) -> bool:
    """Whether slanted words within a sentence are a title, which plain text tells by quotation marks."""
    words = node.text().split()
    before, after = (_beside(near) for near in (node.prev, node.next))
    return (
        0 < len(words) <= _LONGEST_TITLE
        and not words[0][0].islower()
        and words[0][0].isalnum()
        and words[-1][-1] not in ".:"
        and all(word[0].isupper() or len(word) <= _SMALL_WORD or not word[0].isalpha() for word in words)
        and bool(before or after)
        and _QUOTES.isdisjoint((*before[-1:], *after[:1]))
    )


def _beside(node: Node | None) -> str:
    """The text of the neighbour within the same block, "" where there is none."""
    return "" if node is None or node.tag in _BLOCKS or node.tag == "br" else node.text().strip()


def first(node: Node, selector: str) -> Node | None:
    """The first element below a node that fits, in document order."""
    return next(iter(node.css(selector)), None)


def apart(nodes: Sequence[Node], *, within: int) -> list[Node]:
    """Those of the nodes, given in document order, that stand in no more than `within` others of them."""
    around: dict[int, int] = {}  # how many others each stands in
    for node in nodes:
        parent = node.parent
        while parent is not None and parent.mem_id not in around:
            parent = parent.parent
        around[node.mem_id] = 0 if parent is None else around[parent.mem_id] + 1
    return [node for node in nodes if around[node.mem_id] <= within]


def attribute(node: Node, name: str) -> str:
    """The value of an attribute, "" when it is absent or bare."""
    return (node.attributes.get(name) or "").strip()


def base_of(root: Node, url: str) -> str:
    """The address that the page's relative links are resolved against: its own, unless it names another."""
    node = first(root, "base[href]")
    return (http_url(attribute(node, "href"), url) if node is not None else None) or url
