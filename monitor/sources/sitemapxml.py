"""Reads a sitemap: addresses of pages with what it says of them, or the further files of an index."""

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from xml.etree.ElementTree import Element, ParseError, iterparse

from monitor.core.fetching import NotAFeed
from monitor.core.item import Item
from monitor.core.text import clean_line
from monitor.core.url import http_url
from monitor.sources.dates import read_date
from monitor.sources.entries import MOST_ITEMS, Entry, to_items
from monitor.sources.notafeed import not_a_feed
from monitor.sources.preclean import inflated

_MOST_FILES = 1_000
_FEWEST_ALIKE = 5
_TITLE_LIMIT = 500
_PLAIN = re.compile(rb"\s*https?://", re.IGNORECASE)
_ROBOTS_LINE = re.compile(rb"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w{1,31};)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapFile:
    """A further file that an index names; `lastmod` as it is written, "" where it says none."""

    url: str
    lastmod: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The items of one file. `trouble` says what of it could not be read."""

    items: tuple[Item, ...]
    held: int  # addresses in the file, also those that do not match
    dropped: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The files of an index, in its order."""

    files: tuple[SitemapFile, ...]
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """One address of a sitemap as it is written."""

    loc: str
    lastmod: str = ""
    title: str = ""
    published: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    pages: tuple[_Page, ...]
    damage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    files: tuple[tuple[str, str], ...]  # address and lastmod
    damage: str = ""


def read_sitemap(
    body: bytes, *, url: str, match: tuple[str, ...], lang: str, now: datetime
) -> Addresses | Index | NotAFeed:
    """What a sitemap holds: XML of pages or of further files, or one address a line. Gzip is seen by its first bytes."""
    unpacked = inflated(body)
    if isinstance(unpacked, NotAFeed):
        return unpacked
    text = unpacked.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = _of_xml(text) if text.startswith(b"<") else _of_lines(text)
    match found:
        case _Listed():
            return _addresses(found.pages, found.damage, url=url, match=match, lang=lang, now=now)
        case _Named():
            return _index(found.files, found.damage, url)
        case NotAFeed():
            return found
        case None:
            return not_a_feed(unpacked, url=url)
        case _:
            assert_never(found)


def _of_lines(text: bytes) -> _Listed | _Named | None:
    """A list of addresses, or the lines of a robots.txt that name sitemaps."""
    if _PLAIN.match(text):
        lines = text.decode("utf-8", errors="replace").splitlines()
        return _Listed(pages=tuple(_Page(loc=line.strip()) for line in lines))
    named = [found.decode("utf-8", errors="replace") for found in _ROBOTS_LINE.findall(text)]
    return _Named(files=tuple((address, "") for address in named)) if named else None


def _of_xml(text: bytes) -> _Listed | _Named | NotAFeed | None:
    reader = _Reader()
    damage = reader.read(text)
    match reader.root:
        case "sitemapindex":
            return _Named(files=tuple(reader.files), damage=damage)
        case "urlset":
            return _Listed(pages=tuple(reader.pages), damage=damage)
        case "rss" | "feed" | "RDF":
            return NotAFeed(detail="a feed and no sitemap: write type: feed")
        case _:
            return None


class _Reader:
    """Takes an XML document element by element, so that what stands before damage is read."""

    def __init__(self) -> None:
        self.root = ""
        self.pages: list[_Page] = []
        self.files: list[tuple[str, str]] = []

    def read(self, body: bytes) -> str:
        """Reads as far as it goes; what stopped it, "" when nothing did."""
        try:
            # The parser refuses entities that build on each other; whatever else it costs, the process may be killed.
            events = iterparse(io.BytesIO(_BARE_AMPERSAND.sub(b"&amp;", body)), ("start", "end"))  # noqa: S314
            for event, element in events:
                self._take(event, element)
        except ParseError as error:
            return f"the file is damaged at line {error.position[0]}"
        return ""

    def _take(self, event: str, element: Element) -> None:
        name = _name(element)
        if event == "start":
            self.root = self.root or name
        elif name == "url":
            self.pages.append(_page(element))
            element.clear()
        elif name == "sitemap":
            self.files.append((_child(element, "loc"), _child(element, "lastmod")))
            element.clear()


def _name(element: Element) -> str:
    """The element's name without its namespace, which some write with https, or leave out."""
    return element.tag.rpartition("}")[2]


def _child(element: Element, name: str) -> str:
    found = (child.text for child in element if _name(child) == name)
    return (next(found, "") or "").strip()


def _page(element: Element) -> _Page:
    """One address; of the extensions only that for news tells what the page says (images and videos have titles too)."""
    news = next((child for child in element if _name(child) == "news"), None)
    publication = next((child for child in news if _name(child) == "publication"), None) if news is not None else None
    return _Page(
        loc=_child(element, "loc"),
        lastmod=_child(element, "lastmod"),
        title=_child(news, "title") if news is not None else "",
        published=_child(news, "publication_date") if news is not None else "",
        lang=_child(publication, "language") if publication is not None else "",
    )


def _index(listed: Sequence[tuple[str, str]], damage: str, url: str) -> Index:
    files = {
        address: SitemapFile(url=address, lastmod=clean_line(lastmod, 40))
        for written, lastmod in listed
        if (address := http_url(written, url)) is not None
    }
    kept = sorted(files.values(), key=lambda file: file.lastmod, reverse=True)[:_MOST_FILES]
    cut = f"only {_MOST_FILES} of the {len(files)} files of the index are followed" if len(files) > len(kept) else ""
    chosen = frozenset(file.url for file in kept)
    return Index(
        files=tuple(file for file in files.values() if file.url in chosen),
        trouble="; ".join(part for part in (damage, cut) if part),
    )


def _addresses(
    pages: Sequence[_Page], damage: str, *, url: str, match: Sequence[str], lang: str, now: datetime
) -> Addresses | NotAFeed:
    if damage and not pages:
        return NotAFeed(detail=f"a sitemap of which nothing can be read: {damage}")
    wanted = [_fitting(pattern) for pattern in match]
    fitting = [page for page in pages if page.loc and (not wanted or any(one.fullmatch(page.loc) for one in wanted))]
    build_times = _build_times(pages)
    dated = [(page, _date(page, build_times, now)) for page in fitting]
    kept = _newest(dated)
    entries = [
        Entry(
            guid="",
            links=(page.loc,),
            title=clean_line(page.title, _TITLE_LIMIT),
            summary="",
            text="",
            published=date,
            updated=None,
            author="",
            publisher="",
            lang=lang or page.lang,
        )
        for page, date in kept
    ]
    items, untold = to_items(entries, base=url)
    none = f"none of its {len(pages)} addresses fits match" if pages and not fitting else ""
    return Addresses(
        items=items,
        held=len(pages),
        dropped=len(fitting) - len(kept) + untold,
        trouble="; ".join(part for part in (damage, none) if part),
    )


def _fitting(pattern: str) -> re.Pattern[str]:
    """A pattern in which "*" stands for anything; one that begins with "/" is meant for the path."""
    parts = (re.escape(part) for part in re.split(r"\*+", pattern))
    return re.compile((r"https?://[^/]+" if pattern.startswith("/") else "") + ".*".join(parts), re.DOTALL)


def _build_times(pages: Sequence[_Page]) -> frozenset[str]:
    """The lastmod that most of a file share: when the file was made, whatever it says of the pages."""
    shared = Counter(page.lastmod for page in pages if page.lastmod)
    return frozenset(said for said, count in shared.items() if count >= _FEWEST_ALIKE and count * 2 > len(pages))


def _date(page: _Page, build_times: frozenset[str], now: datetime) -> datetime | None:
    if page.published:
        return read_date(page.published, None, now=now)
    return None if page.lastmod in build_times else read_date(page.lastmod, None, now=now)


def _newest(dated: Sequence[tuple[_Page, datetime | None]]) -> list[tuple[_Page, datetime | None]]:
    """At most MOST_ITEMS of them, in their order: the latest by date, and of those without one both ends of the file.

    Sitemaps grow at the end as often as at the beginning.
    """
    if len(dated) <= MOST_ITEMS:
        return list(dated)
    last = len(dated) - 1
    by_worth = sorted(
        range(len(dated)),
        key=lambda place: (-stamp.timestamp() if (stamp := dated[place][1]) else 0.0, min(place, last - place)),
    )
    return [dated[place] for place in sorted(by_worth[:MOST_ITEMS])]
