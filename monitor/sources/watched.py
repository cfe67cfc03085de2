"""Reads one element of a page for what is added to it from one visit to the next."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.fetching import NotAFeed
from monitor.core.item import Item
from monitor.core.options import PageOptions
from monitor.core.text import clean_line
from monitor.core.url import http_url
from monitor.sources.charset import decoded
from monitor.sources.entries import Entry, to_items
from monitor.sources.html import Node, apart, attribute, base_of, parse, text_of
from monitor.sources.listing import nothing_there
from monitor.sources.steady import mark_of, steady

_MOST_LINES = 3_000
_TEXT_LIMIT = 8_000  # characters of what was added; more is another page


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the element shows: the marks of its lines, and the lines that were not there before, as one item."""

    marks: tuple[str, ...]
    added: Item | None = None


def read_watched(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    options: PageOptions,
    source_url: str,
    known: tuple[str, ...] | None,
    lang: str,
    now: datetime,
) -> Watched | NotAFeed:
    """The element by now. `known` are the marks of the lines read before; None = all of it is new to us, and no news."""
    root = parse(decoded(body, content_type))
    nodes = apart(root.css(options.watch)[:_MOST_LINES], within=0)  # what stands within another is read with it
    if not nodes:
        return nothing_there("watch", options.watch, body, root, url=url)
    lines = _lines(nodes, options.ignore, now)
    marks = tuple(lines)
    before = frozenset(known or ())
    added = {mark: line for mark, line in lines.items() if mark not in before}
    if known is None or not added:
        return Watched(marks=marks)
    entry = Entry(
        guid=mark_of(" ".join(added)),
        # Where the new words are a link, there is the news; else it stands here.
        links=(*_links(nodes, added.values(), base_of(root, url)), source_url),
        title="",
        summary="",
        text="\n".join(added.values())[:_TEXT_LIMIT],
        published=None,
        updated=None,
        author="",
        publisher="",
        lang=lang or attribute(root, "lang"),
    )
    (item,), _ = to_items([entry], base=url)
    return Watched(marks=marks, added=item)


def _lines(nodes: Sequence[Node], ignored: Sequence[str], now: datetime) -> dict[str, str]:
    """The lines worth comparing, each once, by their marks; order and repetition say nothing."""
    left_out = [re.compile(pattern, re.IGNORECASE) for pattern in ignored]
    shown = [line for node in nodes for line in text_of(node).split("\n")][:_MOST_LINES]
    kept = [line for line in shown if not any(pattern.search(line) for pattern in left_out)]
    return {mark_of(lasting): line for line in kept if (lasting := steady(line, now=now))}


def _links(nodes: Sequence[Node], added: Collection[str], base: str) -> list[str]:
    """Where the added lines lead, if they are links, and to one place."""
    found = set()
    for node in nodes:
        for link in node.css("a[href]"):
            words, address = clean_line(text_of(link), _TEXT_LIMIT), http_url(attribute(link, "href"), base)
            if words and address and any(words in line and len(words) * 2 > len(line) for line in added):
                found.add(address)
    return list(found) if len(found) == 1 else []
