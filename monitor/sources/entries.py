"""Entries of any format into items: identity, links, lengths."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from monitor.core.fetching import Parsed, ParseResult
from monitor.core.item import Embed, Item
from monitor.core.text import clean_line, clean_text
from monitor.core.url import canonical, http_url

MOST_ITEMS = 1_000
_TITLE_LIMIT = 500
_SUMMARY_LIMIT = 600
_TEXT_LIMIT = 40_000
_NAME_LIMIT = 200
_GUID_LIMIT = 2_000
_WRAPPED = re.compile(
    r"https?://www\.(?:google\.[a-z.]{2,6}/url|bing\.com/news/apiclick\.aspx)\?(?:[^#]*&)?url=(https?[^&#]+)",
    re.IGNORECASE,
)
_LANG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2})\b)?(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as a reader found it, markup already taken out. `links` are addresses as written, best first."""

    guid: str
    links: tuple[str, ...]
    title: str
    summary: str
    text: str
    published: datetime | None
    updated: datetime | None
    author: str
    publisher: str
    lang: str
    embeds: tuple[Embed, ...] = ()


def newest(dates: Sequence[datetime | None]) -> list[int]:
    """The places of the entries to read, at most MOST_ITEMS, in document order: the newest; undated ones first."""
    if len(dates) <= MOST_ITEMS:
        return list(range(len(dates)))
    by_age = sorted(range(len(dates)), key=lambda index: -(stamp.timestamp() if (stamp := dates[index]) else 1e12))
    return sorted(by_age[:MOST_ITEMS])


def to_items(entries: Sequence[Entry], *, base: str) -> tuple[tuple[Item, ...], int]:
    """The items, keys unique, and how many entries were too many, had nothing to show or were told twice.

    `base` is the address relative links are resolved against.
    """
    items = [_item(entries[place], base) for place in newest([entry.published for entry in entries])]
    shown = [item for item in items if item.title or item.summary or item.url]
    # An id that several entries share is no id. All of them get more to it, so that their order tells nothing.
    shown = _told_apart(shown, [item.url or "" for item in shown])
    shown = _told_apart(shown, [item.fingerprint for item in shown])
    unique = {item.key: item for item in reversed(shown)}
    kept = tuple(item for item in shown if unique.get(item.key) is item)
    return kept, len(entries) - len(kept)


def in_language(result: ParseResult, lang: str | None) -> ParseResult:
    """The items in the language the user says: they know better than software that says "en-US" of everything."""
    if lang is None or not isinstance(result, Parsed):
        return result
    return replace(result, items=tuple(replace(item, lang=lang) for item in result.items))


def _item(entry: Entry, base: str) -> Item:
    url = next((link for written in entry.links if (link := _link(written, base)) is not None), None)
    guid = clean_line(entry.guid, _GUID_LIMIT) or None
    title = clean_line(entry.title, _TITLE_LIMIT)
    text = clean_text(entry.text, _TEXT_LIMIT)
    summary = clean_text(entry.summary, len(entry.summary) + 1)
    if not text and len(summary) > _SUMMARY_LIMIT:
        text = clean_text(summary, _TEXT_LIMIT)
    summary = clean_text(summary or text, _SUMMARY_LIMIT)
    # The guid is hashed whole: what is cut for show must not make two ids one.
    key = entry.guid.strip() or (canonical(url) if url else f"{title}\n{summary}")
    return Item(
        key=_hash(key),
        fingerprint=_hash(title, summary, text, url or ""),
        guid=guid,
        url=url,
        title=title,
        summary=summary,
        text=text if text != summary else "",
        published=entry.published or entry.updated,
        updated=entry.updated,
        author=clean_line(entry.author, _NAME_LIMIT) or None,
        publisher=clean_line(entry.publisher, _NAME_LIMIT) or None,
        lang=_lang(entry.lang),
        embeds=entry.embeds,
    )


def _link(written: str, base: str) -> str | None:
    address = http_url(written, base) if written.strip() else None
    wrapped = _WRAPPED.match(address or "")
    # Search engines send their readers through an address of their own, which differs from search to search.
    return http_url(unquote(wrapped[1]), base) if wrapped else address


def _told_apart(items: Sequence[Item], marks: Sequence[str]) -> list[Item]:
    """The items, those that share a key now told apart by their marks too."""
    shared = Counter(item.key for item in items)
    return [
        replace(item, key=_hash(item.key, mark)) if shared[item.key] > 1 else item
        for item, mark in zip(items, marks, strict=True)
    ]


def _lang(written: str) -> str | None:
    """The language tag in its usual spelling: "en-GB"."""
    match = _LANG.fullmatch(written.strip())
    if match is None:
        return None
    return f"{match[1].lower()}-{match[2].upper()}" if match[2] else match[1].lower()


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", errors="surrogatepass")).hexdigest()
