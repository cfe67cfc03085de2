"""An item: one entry as its source published it."""

from dataclasses import dataclass
from datetime import datetime

PRESS_OFFICE = "press"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """A social post shown inside a page or feed entry, or the text of a press office that a page links to."""

    platform: str  # "instagram", "x", "bluesky", ...; PRESS_OFFICE
    account: str | None  # handle without "@", lower case; None when the embed does not say
    permalink: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry, as plain text: no markup, no control characters, lengths cut.

    `key` is the entry's identity within its source (SHA-256 hex of guid, else link, else content);
    `fingerprint` is the hash of what we show, so a silent edit changes it and nothing else.
    """

    key: str
    fingerprint: str
    guid: str | None
    url: str | None  # absolute http(s) or None
    title: str  # may be empty: social posts have none
    summary: str
    text: str  # full text where the feed carries it, else ""
    published: datetime | None  # aware UTC; None when absent or not believable
    updated: datetime | None = None
    author: str | None = None
    publisher: str | None = None  # the outlet, where an aggregator names it
    lang: str | None = None
    embeds: tuple[Embed, ...] = ()
