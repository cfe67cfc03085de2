"""Lists of feeds in OPML 1.0 and 2.0, the format in which feed readers hand their subscriptions on.

Reading is for the killable process. Documents that declare entities are refused: no list of feeds needs one, and they
are how an XML file grows without end or asks for others. What OPML has no word for travels in attributes of our own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat  # entities are refused below
from xml.sax.saxutils import quoteattr

from monitor.core.text import clean_line
from monitor.core.url import http_url

_MOST = 10_000  # outlines
_DEEPEST = 50
_TEXT_LIMIT = 200
_NAMESPACE = "urn:announcement-monitor:source"
_PREFIX = "monitor:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list. What the list does not say is ""."""

    url: str
    title: str = ""
    folder: str = ""  # the outlines around it, outermost first, parted by " / "
    lang: str = ""
    own: tuple[tuple[str, str], ...] = ()  # keys of `sources.yaml` that OPML has no word for


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """What a document lists. `refused` are the titles of outlines whose address is none that we would visit."""

    outlines: tuple[Outline, ...]
    empty: int = 0  # outlines that are neither a feed nor around one
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAList:
    """A document that is no OPML."""

    detail: str


class _RefusedError(Exception):
    """Stops the reading; its text is for the user."""


def read_opml(body: bytes) -> FeedList | NotAList:
    """The feeds of a list, in its order."""
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(body, True)
    except _RefusedError as refused:
        return NotAList(detail=str(refused))
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: an encoding nobody knows
        return NotAList(detail=f"not well-formed XML: {clean_line(str(error), _TEXT_LIMIT)}")
    return FeedList(outlines=tuple(reading.outlines), empty=reading.empty, refused=tuple(reading.refused))


def _refuse_entity(*_: object) -> NoReturn:
    raise _RefusedError("it declares XML entities, which no list of feeds needs")


class _Reading:
    """What has been read so far. Mutable because a parser calls it, once for each tag of one document."""

    def __init__(self) -> None:
        self.outlines: list[Outline] = []
        self.refused: list[str] = []
        self.empty = 0
        self._depth = 0
        self._around: list[str] = []  # titles of the outlines we are in
        self._fruitful: list[bool] = []  # for each of them: whether it is a feed, or there was one within

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.lower()
        if self._depth == 0 and name != "opml":
            raise _RefusedError(f"not OPML: it is <{clean_line(tag, 40)}>")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError(f"outlines nested deeper than {_DEEPEST}")
        if name == "outline":
            # Spelt xmlurl and XMLURL as well.
            said = {key.lower(): clean_line(value, 4 * _TEXT_LIMIT) for key, value in attributes.items()}
            title = clean_line(said.get("title") or said.get("text", ""), _TEXT_LIMIT)
            self._fruitful.append("xmlurl" in said)
            if "xmlurl" in said:
                self._take(said, title)
            self._around.append(title)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag.lower() == "outline":
            self._around.pop()
            if not self._fruitful.pop():
                self.empty += 1
            elif self._fruitful:
                self._fruitful[-1] = True

    def _take(self, said: dict[str, str], title: str) -> None:
        # feed:https://… and feed://… are how browsers hand feeds to readers.
        url = said["xmlurl"].removeprefix("feed:")
        address = http_url(f"http:{url}" if url.startswith("//") else url, "")
        if address is None:
            self.refused.append(title or "an outline without a title")
        elif len(self.outlines) >= _MOST:
            raise _RefusedError(f"more than {_MOST:,} feeds")
        else:
            own = tuple((key.removeprefix(_PREFIX), said[key]) for key in said if key.startswith(_PREFIX))
            folder = " / ".join(part for part in self._around if part)
            lang = said.get("language", "")
            self.outlines.append(Outline(url=address, title=title, folder=folder, lang=lang, own=own))


def write_opml(outlines: Sequence[Outline], *, title: str) -> str:
    """The list as an OPML 2.0 document."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:monitor="{_NAMESPACE}">',
        f"  <head><title>{title}</title></head>",
        "  <body>",
        *(f"    <outline {_attributes(outline)}/>" for outline in outlines),
        "  </body>",
        "</opml>",
        "",
    ]
    return "\n".join(lines)


def _attributes(outline: Outline) -> str:
    said = {
        "type": "rss",  # of every feed, Atom too (OPML 2.0, "Subscription lists")
        "text": outline.title,
        "title": outline.title,
        "xmlUrl": outline.url,
        "language": outline.lang,
        **{f"{_PREFIX}{key}": value for key, value in outline.own},
    }
    return " ".join(f"{key}={quoteattr(value)}" for key, value in said.items() if value)
