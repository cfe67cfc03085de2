"""An item: one entry as its source published it."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.embed import PRESS_OFFICE, Embed
from monitor.core.report import Claim

# An embed is a part of an item to all who read and write items.
__all__ = ["PRESS_OFFICE", "Embed", "Item"]


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
    claims: tuple[Claim, ...] | None = None  # what a database says, perhaps nothing; None = its words are to be read
