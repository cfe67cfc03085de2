"""Reads RSS 0.9x to 2.0, RDF and Atom with feedparser, and hands JSON Feed to its own reader.

Runs in the killable process: any bytes may come in, and what they cost is bounded there.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser

from monitor.core.fetching import Fetched, FetchFailed, NotAFeed, Parsed, ParseFailed, ParseResult, VisitResult
from monitor.core.item import Embed
from monitor.core.source import Source, SourceState
from monitor.core.text import clean_line
from monitor.ports import Clock, Fetch
from monitor.sources import bridges, embeds, html
from monitor.sources.dates import read_date
from monitor.sources.entries import Entry, in_language, newest, to_items
from monitor.sources.hints import poll_hints
from monitor.sources.jsonfeed import is_json, json_feed_links, read_json_feed
from monitor.sources.notafeed import not_a_feed
from monitor.sources.preclean import inflated, preclean
from monitor.sources.reading import Run
from monitor.sources.visits import request_of, visit_document

# Raised whenever our own reading changes, so that unchanged documents are read once more.
READER = 1
VERSION = f"feedparser {feedparser.__version__}, reader {READER}"

_TITLE_LIMIT = 500
_ENTRY_TAG = re.compile(rb"<(?:[\w-]{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
# RSS asks for "address (Name)"; the name is what we show.
_EMAIL = re.compile(r"(?<![@\w])[<(]?[^\s<>()@]{1,64}@[^\s<>()@]{1,100}[>)]?")
# What a service's own reader makes of an entry, given what feedparser found besides; None leaves the entry out.
Refine = Callable[[Mapping[str, Any], Entry], Entry | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The addresses a feed names, as written: its hub and itself, "" where it names none."""

    hub: str = ""
    topic: str = ""


class FeedAdapter:
    """RSS, Atom and JSON Feed."""

    version = VERSION

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        async def read(answer: Fetched) -> ParseResult:
            result = await self._run(
                read_feed, answer.body, url=answer.url, content_type=answer.content_type, now=self._clock()
            )
            return in_language(result, source.lang)

        request = request_of(source, state, version=self.version)
        visit = await visit_document(state, request, version=self.version, fetch=fetch, read=read)
        return bridges.explained(visit) if isinstance(visit, FetchFailed) else visit


def read_feed(
    body: bytes, *, url: str, content_type: str | None, now: datetime, refine: Refine | None = None
) -> ParseResult:
    """The feed's items, or why there are none. `url` is what relative links are resolved against."""
    unpacked = inflated(body)
    if isinstance(unpacked, NotAFeed):
        return unpacked
    if is_json(unpacked):
        return read_json_feed(unpacked, url=url, now=now)
    clean = preclean(unpacked)
    try:
        document = _parse(clean, content_type)
    except Exception as error:  # noqa: BLE001 - the parser raises whatever it stumbles over; that is one unread body
        return ParseFailed(detail=clean_line(f"the feed parser failed: {type(error).__name__}: {error}", 200))
    if not document.get("entries"):
        if not document.get("version"):
            return not_a_feed(unpacked, url=url)
        if _ENTRY_TAG.search(clean):
            return NotAFeed(detail="a damaged feed, none of whose entries can be read")
    return _parsed(document, clean, url=url, now=now, refine=refine)


def read_links(body: bytes, *, content_type: str | None) -> Links | ParseFailed:
    """The hub that pushes the feed, and the address it is known under there (WebSub)."""
    unpacked = inflated(body)
    if isinstance(unpacked, NotAFeed):
        return Links()
    if is_json(unpacked):
        return Links(**json_feed_links(unpacked))
    try:
        channel = _parse(preclean(unpacked), content_type).get("feed", {})
    except Exception as error:  # noqa: BLE001 - as in read_feed
        return ParseFailed(detail=clean_line(f"the feed parser failed: {type(error).__name__}: {error}", 200))
    named = {_text(link, "rel"): _text(link, "href") for link in reversed(channel.get("links") or ())}
    return Links(hub=named.get("hub", ""), topic=named.get("self", ""))


def _parse(body: bytes, content_type: str | None) -> Mapping[str, Any]:
    """What feedparser makes of it.

    It gets a stream, because it takes bytes for the name of a file first, and no content-location, because it would
    resolve ids against it and every id would change with the host.
    """
    headers = {"content-type": _believed(content_type, body)} if content_type else {}
    document: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return document


def _believed(content_type: str, body: bytes) -> str:
    """The content type, without a charset that the body refutes: nothing but UTF-8 is valid UTF-8 by accident."""
    if body.isascii():
        return content_type
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return content_type
    return content_type.partition(";")[0]


def _parsed(
    document: Mapping[str, Any], body: bytes, *, url: str, now: datetime, refine: Refine | None
) -> Parsed | NotAFeed:
    found: Sequence[Mapping[str, Any]] = document["entries"]
    errors = [entry for entry in found if bridges.is_error(_text(entry, "title"))]
    trouble = f"a bridge's error message: {html.to_line(_text(errors[0], 'title'), 120)}" if errors else ""
    if errors and len(errors) == len(found):
        return NotAFeed(detail=trouble)
    raw = [entry for entry in found if entry not in errors] if errors else found
    kept = newest([_date(entry, "published", now) or _date(entry, "updated", now) for entry in raw])
    channel = document.get("feed", {})
    lang = _text(channel, "language")
    entries = [(raw[index], _entry(raw[index], lang, now)) for index in kept]
    refined = [refine(found, entry) if refine else entry for found, entry in entries]
    items, untold = to_items([entry for entry in refined if entry is not None], base=url)
    return Parsed(
        items=items,
        title=html.to_line(_text(channel, "title"), _TITLE_LIMIT),
        hints=poll_hints(channel, body),
        dropped=len(raw) - len(kept) + refined.count(None) + untold,
        trouble=trouble,
    )


def _entry(entry: Mapping[str, Any], lang: str, now: datetime) -> Entry:
    publisher = html.to_line(_text(entry.get("source") or {}, "title") or _text(entry, "news_source"), _TITLE_LIMIT)
    title = html.to_line(_text(entry, "title"), _TITLE_LIMIT)
    # Aggregators end the headline with the outlet they name besides.
    title = title.removesuffix(f" - {publisher}") if publisher else title
    summary, text, posts = _content(entry)
    if publisher and title and summary.startswith(title):
        summary = ""  # the headline once more, and other outlets' headlines after it
    return Entry(
        guid=_text(entry, "id"),
        links=tuple(_links(entry)),
        title=title,
        summary=summary,
        text=text,
        published=_date(entry, "published", now) or _date(entry, "created", now),
        updated=_date(entry, "updated", now),
        author=_EMAIL.sub("", html.to_line(_text(entry, "author"), _TITLE_LIMIT)).strip(" ()"),
        publisher=publisher,
        lang=lang or _text(entry.get("title_detail") or {}, "language"),
        embeds=posts,
    )


def _content(entry: Mapping[str, Any]) -> tuple[str, str, tuple[Embed, ...]]:
    """Summary, text and embedded posts; the text is the longest of the contents, "" where there is none."""
    contents = [_text(content, "value") for content in entry.get("content") or ()]
    content, description = max(contents, key=len, default=""), _text(entry, "summary")
    text, posts = embeds.read(content)
    if description == content:
        return "", text, posts
    summary, described = embeds.read(description)
    # Some publishers have it the other way round: the article in the description, a teaser in the content.
    if len(summary) > len(text) > 0:
        summary, text = text, summary
    return summary, text, embeds.merged((*posts, *described))


def _links(entry: Mapping[str, Any]) -> Iterator[str]:
    """Addresses of the entry's page as written, best first; enclosures are files and no pages."""
    yield _text(entry, "feedburner_origlink")
    for link in entry.get("links") or ():
        if link.get("rel") == "alternate" and "html" in link.get("type", "html"):
            yield _text(link, "href")
    link = _text(entry, "link")
    # The parser takes the id for the link where there is none; only a whole address can be meant as one.
    if link != _text(entry, "id") or "://" in link:
        yield link


def _date(entry: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    # Asked for a missing `updated`, feedparser answers with `published` and a warning; it lists what is there.
    said = {key: value for key, value in entry.items() if key in {name, f"{name}_parsed"}}
    return read_date(said.get(name), said.get(f"{name}_parsed"), now=now)


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
