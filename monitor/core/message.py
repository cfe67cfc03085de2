"""What a receiver is told, before it is dressed as HTML, Markdown or plain text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One announcement as told to a receiver. All text is plain and comes from outside: escape it at the edge."""

    title: str  # "Heartstopper: filming has started (season 2)"
    standing: str  # "official: first said by @netflixuk on Instagram"
    facts: tuple[tuple[str, str], ...]  # ("Season", "2"), ("Cast", "Leila Khan as Sahar Zahid"), ...
    said: str  # the headline that told it
    source: str  # the first publisher
    link: str | None  # http(s); None when the item had none
    why: str  # "watch heartstopper; rule en/filming_start/started-production on “has begun production”"
    reports: tuple[tuple[str, str | None], ...] = ()  # further reports: publisher, link
    update: str | None = None  # what is new, for an update: "now official"
    reference: str = ""  # "announcement-12", to ask `monitor explain` about


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to send to one receiver.

    `thread` is an invented, stable id: messages of one announcement share it, so mail programs group them.
    `note` stands above the entries (digests, holds, incidents); either may be empty.
    """

    subject: str
    entries: tuple[Entry, ...] = ()
    note: tuple[str, ...] = ()  # paragraphs
    thread: str | None = None
    reply: bool = False  # an earlier message of the thread was sent
