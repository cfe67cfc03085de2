"""Reads the items of a page by CSS selectors, and says what is wrong where there are none."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from monitor.core.fetching import NotAFeed, Parsed, ParseResult
from monitor.core.options import PageOptions
from monitor.core.text import clean_line
from monitor.core.url import http_url
from monitor.selectors import Pick, pick_of
from monitor.sources.charset import decoded
from monitor.sources.entries import MOST_ITEMS, Entry, to_items
from monitor.sources.html import Node, apart, attribute, base_of, first, parse, text_of
from monitor.sources.notafeed import not_a_feed
from monitor.sources.showndates import read_shown_date
from monitor.sources.steady import mark_of, steady

_TITLE_LIMIT = 500
_HEADINGS = "h1, h2, h3, h4, h5, h6, [itemprop=headline], [role=heading]"
_DATES = "time, [itemprop=datePublished], .date, .published, .timestamp"
_DATE_ATTRIBUTES = ("datetime", "content", "title")
_LITTLE_TEXT = 100  # letters: a page of so few holds nothing to read
_DATA_SCRIPT = re.compile(r"(window\.[A-Za-z_$][\w$]{2,60})\s*=\s*(?:\{|\[|JSON\.parse)")
_SHOWN = 80
_WITHIN = 3  # items that an item may stand in: a list in a list; the text of each is read again for each around it


def read_listing(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    options: PageOptions,
    source_url: str,
    lang: str,
    now: datetime,
) -> ParseResult:
    """The items of the page in its order; NotAFeed, with what is missing, where the selectors find nothing.

    An item without a link is to be found at `source_url`.
    """
    root = parse(decoded(body, content_type))
    base = base_of(root, url)
    nodes = root.css(options.item)
    if not nodes:
        return nothing_there("item", options.item, body, root, url=url, others=_picks(options))
    reader = _ItemReader(options, url=source_url, base=base, lang=lang or attribute(root, "lang"), now=now)
    entries = [reader.entry(node) for node in apart(nodes[:MOST_ITEMS], within=_WITHIN)]
    for name in ("title", "link"):
        if name in reader.never_found:
            css = getattr(options, name)
            detail = f"{len(entries)} elements fit item “{options.item}”, but none of them holds {name} “{css}”"
            return NotAFeed(detail=clean_line(f"{detail}; has the page changed?", 300))
    items, untold = to_items(entries, base=base)
    return Parsed(
        items=items,
        title=_window_title(root),
        dropped=len(nodes) - len(entries) + untold,
        trouble=reader.trouble(),
    )


class _ItemReader:
    """Reads one item after the other and keeps count of what was found in none of them."""

    def __init__(self, options: PageOptions, *, url: str, base: str, lang: str, now: datetime) -> None:
        self._url = url
        self._base = base
        self._lang = lang
        self._now = now
        self._date_format = options.date_format
        self._picks = dict(_picks(options))
        self.never_found = set(self._picks)
        self._unread_date = ""

    def entry(self, node: Node) -> Entry:
        heading = first(node, _HEADINGS)
        links = tuple(self._links(node, heading))
        date = self._date(node)
        return Entry(
            # Known by its link, else by what it says, without what changes by itself.
            guid="" if links else mark_of(" ".join(steady(line, now=self._now) for line in text_of(node).split("\n"))),
            links=links or (self._url,),
            title=self._title(node, heading),
            summary=self._summary(node),
            text="",
            published=date,
            updated=None,
            author="",
            publisher="",
            lang=self._lang,
        )

    def trouble(self) -> str:
        """What could be found or read in no item, though the user said where it stands."""
        missing = [f"no item holds {name} “{self._picks[name].css}”" for name in sorted(self.never_found)]
        unread = [f"no date can be read in “{self._unread_date}”; see date_format"] if self._unread_date else []
        return clean_line("; ".join((*missing, *unread)), 200)

    def _title(self, node: Node, heading: Node | None) -> str:
        if "title" in self._picks:
            found = (self._text(element, "title") for element in self._found(node, "title"))
            return clean_line(next((text for text in found if text), ""), _TITLE_LIMIT)
        if heading is not None and (title := clean_line(text_of(heading), _TITLE_LIMIT)):
            return title
        linked = [clean_line(text_of(link), _TITLE_LIMIT) for link in node.css("a[href]")]
        return max(linked, key=len, default="")

    def _links(self, node: Node, heading: Node | None) -> Iterator[str]:
        """Addresses the item leads to, best first."""
        if "link" in self._picks:
            written = [self._address(element) for element in self._found(node, "link")]
        else:
            inside = heading.css("a[href]") if heading is not None else []
            written = [attribute(link, "href") for link in (*inside, *node.css("a[href]"))]
        for address in written:
            if address and address != "#" and http_url(address, self._base) is not None:
                yield address

    def _address(self, element: Node) -> str:
        if name := self._picks["link"].attribute:
            return attribute(element, name)
        if href := attribute(element, "href"):
            return href
        within = first(element, "a[href]")
        return attribute(within, "href") if within is not None else ""

    def _date(self, node: Node) -> datetime | None:
        elements = self._found(node, "date") if "date" in self._picks else node.css(_DATES)
        for element in elements:
            for shown in self._dates_of(element):
                date = read_shown_date(shown, now=self._now, date_format=self._date_format, lang=self._lang)
                if date is not None:
                    return date
                if shown and "date" in self._picks:
                    self._unread_date = clean_line(shown, _SHOWN)
        return None

    def _dates_of(self, element: Node) -> tuple[str, ...]:
        pick = self._picks.get("date")
        if pick is not None and pick.attribute:
            return (attribute(element, pick.attribute),)
        return (*(attribute(element, name) for name in _DATE_ATTRIBUTES), text_of(element))

    def _summary(self, node: Node) -> str:
        if "summary" in self._picks:
            return "\n".join(self._text(element, "summary") for element in self._found(node, "summary"))
        paragraphs = (text_of(paragraph) for paragraph in node.css("p"))
        return next((text for text in paragraphs if text), "")

    def _text(self, element: Node, name: str) -> str:
        wanted = self._picks[name].attribute
        return attribute(element, wanted) if wanted else text_of(element)

    def _found(self, node: Node, name: str) -> list[Node]:
        css = self._picks[name].css
        found = node.css(css) if css else [node]
        if found:
            self.never_found.discard(name)
        return found


def _picks(options: PageOptions) -> list[tuple[str, Pick]]:
    """What the user says of the parts of an item."""
    written = (
        ("title", options.title),
        ("link", options.link),
        ("date", options.date),
        ("summary", options.summary),
    )
    return [(name, pick_of(selector)) for name, selector in written if selector]


def nothing_there(
    key: str, css: str, body: bytes, root: Node, *, url: str, others: Iterable[tuple[str, Pick]] = ()
) -> NotAFeed:
    """Why the selector of `key` finds nothing: a bot check, a page that a script writes, or another page than it was."""
    still = [f"{name} “{pick.css}” fits {len(root.css(pick.css))}" for name, pick in others if pick.css]
    page = not_a_feed(body, url=url).detail.removeprefix("not a feed; ")
    parts = (f"{key} “{css}” fits nothing on the page", ", ".join(still), *_scripted(root), f"the page is {page}")
    return NotAFeed(detail=clean_line("; ".join(part for part in parts if part), 400))


def _scripted(root: Node) -> Iterator[str]:
    """Says of a page that it holds no text of its own, and where else its data may be."""
    scripts = root.css("script")
    if scripts and len(text_of(root)) < _LITTLE_TEXT:
        yield "it is written by scripts in the browser, and holds next to no text without them"
    named = [attribute(node, "id") for node in scripts if "json" in attribute(node, "type")]
    named += [name for node in scripts for name in _DATA_SCRIPT.findall(node.text()[:100_000])]
    if name := next(filter(None, named), ""):
        yield f"type json with script: {name} may read its data"


def _window_title(root: Node) -> str:
    node = first(root, "title")
    return clean_line(node.text(), _TITLE_LIMIT) if node is not None else ""
