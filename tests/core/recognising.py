"""What tests of recognition share: the shipped rules, compiled once, and documents in one line."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from monitor.config.shipped import shipped_rules
from monitor.core.classify import Recogniser
from monitor.core.item import Embed
from monitor.core.lexicon import Lexicon
from monitor.core.reading import Passage, read
from monitor.core.report import Document
from monitor.core.rulefile import compile_rules
from monitor.core.rules import Ruleset
from monitor.core.watchlist import Watch, Watchlist, WatchType

PUBLISHED = datetime(2027, 5, 12, 9, 0, tzinfo=UTC)  # a Wednesday


@cache
def ruleset(lang: str) -> Ruleset:
    return compile_rules(shipped_rules(lang))


def english() -> Ruleset:
    return ruleset("en")


def lexicon(lang: str = "en") -> Lexicon:
    return ruleset(lang).lexicon


def recogniser(*watches: Watch, listed: bool = True, lang: str = "en") -> Recogniser:
    """With `listed` false there is no watchlist at all, as in `classify` without --watchlist."""
    return Recogniser({"en": english(), lang: ruleset(lang)}, Watchlist(watches) if listed else None)


def show(title: str, **more: Any) -> Watch:
    return Watch(id=title.lower().replace(" ", "-"), type=WatchType.SHOW, title=title, **more)


def person(name: str, **more: Any) -> Watch:
    return Watch(id=name.lower().replace(" ", "-"), type=WatchType.PERSON, title=name, **more)


def document(title: str = "", **more: Any) -> Document:
    return Document(title=title, published=more.pop("published", PUBLISHED), **more)


def passage(title: str, *, published: datetime | None = PUBLISHED, lang: str = "en") -> Passage:
    """The headline of a document with this title."""
    return read(document(title, published=published), lexicon(lang), None).passages[0]


def post(account: str | None, platform: str = "instagram") -> Embed:
    return Embed(platform=platform, account=account, permalink=None)
