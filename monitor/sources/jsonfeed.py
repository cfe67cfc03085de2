"""Reads JSON Feed 1.0 and 1.1, and documents that nearly are."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor.core.fetching import NotAFeed, Parsed
from monitor.core.source import PollHints
from monitor.core.text import clean_line
from monitor.sources import embeds, html
from monitor.sources.dates import read_date
from monitor.sources.entries import Entry, newest, to_items
from monitor.sources.reading import json_value

_TITLE_LIMIT = 500


def is_json(body: bytes) -> bool:
    """Whether the body is meant as JSON, whatever its content type says."""
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def read_json_feed(body: bytes, *, url: str, now: datetime) -> Parsed | NotAFeed:
    """The feed's items, or why it is none."""
    try:
        document = json.loads(body.decode("utf-8-sig", errors="replace"), strict=False)
    except ValueError as error:
        return NotAFeed(detail=f"JSON that cannot be read: {clean_line(str(error), 120)}")
    except RecursionError:
        return NotAFeed(detail="JSON nested too deeply to be read")
    if not isinstance(document, dict):
        return NotAFeed(detail="JSON that is not a JSON Feed")
    listed = document.get("items")
    is_declared = "jsonfeed.org" in _text(document.get("version"))
    if not is_declared and not (isinstance(listed, list) and any(_looks_like_item(entry) for entry in listed)):
        return NotAFeed(detail="JSON that is not a JSON Feed")
    shaped = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    dates = [_date(entry, "date_published", now) or _date(entry, "date_modified", now) for entry in shaped]
    kept = newest(dates)
    entries = [_entry(shaped[index], document, now) for index in kept]
    items, untold = to_items(entries, base=url)
    return Parsed(
        items=items,
        title=clean_line(_text(document.get("title")), _TITLE_LIMIT),
        hints=PollHints(expired=document.get("expired") is True),
        dropped=(len(listed) if isinstance(listed, list) else 0) - len(kept) + untold,
    )


def json_feed_links(body: bytes) -> Mapping[str, str]:
    """The address of the feed's WebSub hub, and its own, as keys `hub` and `topic`."""
    document = json_value(body)
    if not isinstance(document, dict):
        return {}
    hubs = document.get("hubs")
    listed = [hub for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    hub = next((_text(hub.get("url")) for hub in listed if _text(hub.get("type")).lower() == "websub"), "")
    return {"hub": hub, "topic": _text(document.get("feed_url"))}


def _looks_like_item(entry: object) -> bool:
    return isinstance(entry, dict) and "id" in entry and not entry.keys().isdisjoint({"content_html", "content_text"})


def _entry(entry: Mapping[str, object], feed: Mapping[str, object], now: datetime) -> Entry:
    markup, plain = _text(entry.get("content_html")), _text(entry.get("content_text"))
    text, posts = embeds.read(markup) if markup else embeds.read_plain(plain)
    guid = _text(entry.get("id"))
    return Entry(
        guid=guid,
        links=(_text(entry.get("url")), _text(entry.get("external_url")), guid if "://" in guid else ""),
        title=html.to_line(_text(entry.get("title")), _TITLE_LIMIT),
        summary=html.to_text(_text(entry.get("summary"))),
        text=text,
        published=_date(entry, "date_published", now),
        updated=_date(entry, "date_modified", now),
        author=", ".join(_names(entry)) or ", ".join(_names(feed)),
        publisher="",
        lang=_text(entry.get("language")) or _text(feed.get("language")),
        embeds=posts,
    )


def _names(holder: Mapping[str, object]) -> Iterable[str]:
    """The authors' names; `author` is the spelling of version 1.0."""
    listed = holder.get("authors")
    people = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else [holder.get("author")]
    return [name for person in people if isinstance(person, dict) and (name := _text(person.get("name")))]


def _date(entry: Mapping[str, object], name: str, now: datetime) -> datetime | None:
    return read_date(_text(entry.get(name)), None, now=now)


def _text(value: object) -> str:
    """A string as it is, a number as its digits, anything else as nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
