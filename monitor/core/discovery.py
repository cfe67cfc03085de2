"""The feeds of a site: what its page says of them, where they usually are, and which of them is meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from monitor.core.platforms import Entry
from monitor.core.url import same_site

_STALE = timedelta(days=90)  # a feed whose newest entry is older is a forgotten one
_COMMENTS = re.compile(r"comment|kommentar|comentario|commentaire|reacties|replies", re.IGNORECASE)
_PART = re.compile(r"/(?:tags?|category|categories|topics?|authors?|label|search|rubrik|thema)/", re.IGNORECASE)
_AUDIO = re.compile(r"podcast|episodes?\b", re.IGNORECASE)
_USUAL = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "?feed=rss2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that a page, a header or a file offers, with what it calls it."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a page says of feeds: those it declares, and links that look like feeds."""

    title: str = ""
    declared: tuple[Link, ...] = ()
    linked: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a feed document says of itself beside its entries."""

    hub: str = ""  # where it can be had pushed (WebSub), "" if nowhere
    audio: bool = False  # a podcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A source that was read and can be offered. `entry` has no id yet."""

    entry: Entry
    how: str  # where it was found, in words
    title: str
    items: int
    newest: datetime | None
    traits: Traits = Traits()
    story: frozenset[str] = frozenset()  # what its items are known by, to see two formats of one feed


def usual_places(url: str) -> tuple[str, ...]:
    """Where a site that declares no feed may have one, the likeliest first: below this address, then below its root."""
    parts = urlsplit(url)
    root = urlunsplit((parts.scheme, parts.netloc, "/", "", ""))
    below = parts.path.strip("/")
    own = (urljoin(root, f"{below}/feed/"),) if below and "." not in below.rpartition("/")[2] else ()
    return (*own, *(urljoin(root, place) for place in _USUAL))


def ranked(candidates: Iterable[Candidate], *, asked: str, now: datetime) -> tuple[Candidate, ...]:
    """The candidates, best first; of those with the same items only the best."""
    best: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: _rank(one, asked, now)):
        if not (candidate.story and any(candidate.story == other.story for other in best)):
            best.append(candidate)
    return tuple(best)


def _rank(candidate: Candidate, asked: str, now: datetime) -> tuple[bool, ...]:
    """What is worse sorts later: comments, podcasts, a part of the site not asked for, what sleeps, headlines alone."""
    url = candidate.entry.get("url", "")
    words = f"{unquote(urlsplit(url).path)} {candidate.title}"
    awake = candidate.newest is not None and now - candidate.newest < _STALE
    return (
        _COMMENTS.search(words) is not None,
        candidate.traits.audio or _AUDIO.search(words) is not None,
        _PART.search(f"{urlsplit(url).path}/") is not None and not _is_below(url, asked),
        not _is_below(url, asked),
        not awake,
        candidate.entry["type"] == "sitemap",
    )


def _is_below(url: str, asked: str) -> bool:
    """Whether a feed belongs to the very part of the site that was asked for; the root is no part."""
    part = urlsplit(asked).path.strip("/")
    return bool(part) and same_site(url, asked) and urlsplit(url).path.strip("/").startswith(part)
