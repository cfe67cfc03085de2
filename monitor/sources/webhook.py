"""What is pushed to us as JSON: a webhook of Miniflux or changedetection.io, or whatever the user's own tools send."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from monitor.core.fetching import NotAFeed, Parsed, ParseFailed, ParseResult, Unchanged, Visited, VisitResult
from monitor.core.item import Item
from monitor.core.jsonquery import QueryError, ask
from monitor.core.options import WebhookOptions
from monitor.core.source import Source, SourceState
from monitor.core.text import clean_line
from monitor.ports import Clock, Fetch, Inbox
from monitor.sources import embeds, html
from monitor.sources.dates import read_date
from monitor.sources.entries import Entry, in_language, to_items
from monitor.sources.jsonfeed import read_json_feed
from monitor.sources.reading import Run, json_value

MOST_ITEMS = 200  # of one push
_TITLE_LIMIT = 500
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


class WebhookAdapter:
    """Reads what was brought since the last visit. Nothing is asked of anybody."""

    version = "webhook reader 1"

    def __init__(self, *, run: Run, clock: Clock, inbox: Inbox) -> None:
        self._run = run
        self._clock = clock
        self._inbox = inbox

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:  # noqa: ARG002  # the port's
        pushes = await self._inbox(source.id)
        if not pushes:
            return Unchanged(detail="nothing was brought")
        batches: list[tuple[Item, ...]] = []
        troubles = []
        for push in pushes:
            read = await read_push(source, push.body, push.name, run=self._run, now=self._clock())
            match read:
                case Parsed():
                    batches.append(read.items)
                case NotAFeed() | ParseFailed():
                    troubles.append(read.detail)
                case _:
                    assert_never(read)
        # What was sent again replaces what was sent before; the newest stand first, as in a document.
        unique = {item.key: item for items in batches for item in reversed(items)}
        return Visited(
            parsed=Parsed(items=tuple(reversed(unique.values()))),
            bytes=sum(len(push.body) for push in pushes),
            trouble=f"{len(troubles)} of {len(pushes)} could not be read: {troubles[0]}" if troubles else "",
            pushes=tuple(push.id for push in pushes),
            complete=False,
        )


async def read_push(source: Source, body: bytes, name: str | None, *, run: Run, now: datetime) -> ParseResult:
    """The items of one push, read where that may be killed."""
    assert isinstance(source.options, WebhookOptions)
    return in_language(await run(read_hook, body, name=name, mapping=source.options.mapping, now=now), source.lang)


def read_hook(body: bytes, *, name: str | None, mapping: tuple[tuple[str, str], ...], now: datetime) -> ParseResult:
    """The items in what was pushed, or what is wrong with it. `name` is what the sender calls it, if anything."""
    document = json_value(body)
    if document is None:
        return NotAFeed(detail="the body is no JSON, or null")
    if mapping:
        try:
            document = _mapped(document, dict(mapping))
        except QueryError as error:
            return NotAFeed(detail=clean_line(f"the mapping does not suit it: {error}", 200))
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        read = read_json_feed(body, url="", now=now)
    else:
        found = _entries(document, now)
        if isinstance(found, NotAFeed):
            return found
        read = Parsed(items=to_items(_named(found, name), base="")[0])
    if isinstance(read, Parsed) and not read.items:
        return NotAFeed(detail="it holds no item with anything to show")
    return read


def _mapped(document: Any, mapping: Mapping[str, str]) -> Any:
    """The document by our own names, read from where the mapping says that they stand."""
    listed = ask(mapping["items"], document) if "items" in mapping else [document]
    if not isinstance(listed, list):
        raise QueryError("items finds no list")
    own = {name: query for name, query in mapping.items() if name != "items"}
    return [{name: ask(query, value) for name, query in own.items()} for value in listed]


def _entries(document: Any, now: datetime) -> Sequence[Entry] | NotAFeed:
    if isinstance(document, dict) and "event_type" in document:
        return _from_miniflux(document, now)
    listed = document if isinstance(document, list) else [document]
    if len(listed) > MOST_ITEMS:
        return NotAFeed(detail=f"{len(listed)} items at once; {MOST_ITEMS} are the most")
    entries = []
    for place, value in enumerate(listed, start=1):
        where = f"item {place}: " if isinstance(document, list) else ""
        if not isinstance(value, dict):
            return NotAFeed(detail=f"{where}an object is expected")
        entry = _entry(value, now)
        if not (entry.title or entry.text or any(entry.links)):
            return NotAFeed(detail=f"{where}none of title, text, html and url says anything")
        entries.append(entry)
    return entries


def _entry(value: Mapping[str, object], now: datetime) -> Entry:
    """Our own small schema, the names of JSON Feed, and the message of Apprise, which changedetection.io sends."""
    markup = _text(value, "html", "content_html")
    plain = _text(value, "text", "content_text", "message", "summary")
    text, posts = embeds.read(markup) if markup else embeds.read_plain(plain)
    url = _text(value, "url", "external_url", "link")
    # An alert of a page watcher leads to the page in its text alone.
    told = _ADDRESS.search(plain) if not url and "message" in value else None
    return Entry(
        guid=_text(value, "id"),
        links=(url, told[0].rstrip(".,;:)") if told else ""),
        title=html.to_line(_text(value, "title"), _TITLE_LIMIT),
        summary=html.to_text(_text(value, "summary")) if markup or _text(value, "text", "content_text") else "",
        text=text,
        published=_date(value, now, "published", "date_published"),
        updated=_date(value, now, "updated", "date_modified"),
        author=clean_line(_text(value, "author"), _TITLE_LIMIT),
        publisher=clean_line(_text(value, "source"), _TITLE_LIMIT),
        lang=_text(value, "lang", "language"),
        embeds=posts,
    )


def _from_miniflux(document: Mapping[str, Any], now: datetime) -> Sequence[Entry] | NotAFeed:
    """The entries of a webhook of Miniflux (https://miniflux.app/docs/webhooks.html)."""
    event = _text(document, "event_type")
    listed = {"new_entries": document.get("entries"), "save_entry": [document.get("entry")]}.get(event)
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        return NotAFeed(
            detail=clean_line(f"an event “{event}” without entries; new_entries and save_entry are read", 120)
        )
    return [_miniflux_entry(entry, entry.get("feed") or document.get("feed"), now) for entry in listed]


def _miniflux_entry(entry: Mapping[str, Any], feed: object, now: datetime) -> Entry:
    text, posts = embeds.read(_text(entry, "content"))
    return Entry(
        guid=_text(entry, "hash"),  # of the feed's own id; `id` is a row number, another one after an import
        links=(_text(entry, "url"),),
        title=html.to_line(_text(entry, "title"), _TITLE_LIMIT),
        summary="",
        text=text,
        published=_date(entry, now, "published_at"),
        updated=None,
        author=clean_line(_text(entry, "author"), _TITLE_LIMIT),
        publisher=html.to_line(_text(feed, "title"), _TITLE_LIMIT) if isinstance(feed, dict) else "",
        lang="",
        embeds=posts,
    )


def _named(entries: Sequence[Entry], name: str | None) -> list[Entry]:
    """The entries; those without an id of their own get one from the name of the push, if it has one."""
    if name is None:
        return list(entries)
    return [
        entry if entry.guid else replace(entry, guid=f"{name} {place}" if place else name)
        for place, entry in enumerate(entries)
    ]


def _date(value: Mapping[str, object], now: datetime, *names: str) -> datetime | None:
    return read_date(_text(value, *names), None, now=now)


def _text(value: Mapping[str, object], *names: str) -> str:
    """The first of the named values that says something: text as it is, a number as its digits."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str | int | float) and not isinstance(found, bool) and str(found).strip():
            return str(found)
    return ""
