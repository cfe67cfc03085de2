"""The watchlist: what the user follows, and finding its names in text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.item import Embed
from monitor.core.names import Names
from monitor.core.report import Kind, Part
from monitor.core.text import fold, fold_with_offsets


class WatchType(StrEnum):
    SHOW = "show"
    FILM = "film"
    PERSON = "person"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One line of `watchlist.yaml`. `title` is a person's name for people and the id for topics."""

    id: str
    type: WatchType
    title: str
    aliases: tuple[str, ...] = ()
    kinds: frozenset[Kind] = frozenset(Kind)
    require: tuple[str, ...] = ()  # one of these must stand near an everyday title
    cast: tuple[str, ...] = ()  # context that the title is meant; never a trigger by itself
    accounts: tuple[tuple[str, str], ...] = ()  # (platform, handle without "@", lower case): their posts are official
    ids: tuple[tuple[str, str], ...] = ()  # (database, its id of the title)
    any: tuple[str, ...] = ()  # topics: at least one of these words
    all: tuple[str, ...] = ()  # topics: every one of these words
    none: tuple[str, ...] = ()  # topics: none of these words


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A watched name at characters `start` to `end` of one part of a document."""

    watch: Watch
    part: Part
    start: int
    end: int
    name: str  # as folded


class Watchlist:
    """All watches, ready to be looked for. Immutable; built anew when the configuration changes."""

    def __init__(self, watches: Iterable[Watch]) -> None:
        self.watches = tuple(watches)
        self._topics = tuple(watch for watch in self.watches if watch.type is WatchType.TOPIC)
        self._named: dict[str, list[Watch]] = {}
        for watch in self.watches:
            if watch.type is not WatchType.TOPIC:
                for name in dict.fromkeys(map(fold, (watch.title, *watch.aliases))):
                    self._named.setdefault(name, []).append(watch)
        self._names = Names(self._named)

    def find(self, part: Part, text: str) -> tuple[Mention, ...]:
        """Every watched name in a text as whole words, any case, any accent; overlapping ones included."""
        folded = fold(text)
        if not self._names.find(folded):  # most texts name nobody; they are spared the map of places
            return ()
        folded, offsets = fold_with_offsets(text)
        return tuple(
            Mention(watch=watch, part=part, start=offsets[start], end=offsets[end], name=name)
            for name, start, end in self._names.find(folded)
            for watch in self._named[name]
        )

    def topics(self, folded: str) -> Iterator[Watch]:
        """The topics whose words stand in the folded text."""
        for watch in self._topics:
            if (
                (not watch.any or names_any(watch.any, folded))
                and all(names_any((word,), folded) for word in watch.all)
                and not names_any(watch.none, folded)
            ):
                yield watch


def names_any(words: Iterable[str], folded: str) -> bool:
    """Whether one of the words stands in the folded text as a whole word."""
    near = [name for name in map(fold, words) if name in folded]
    return bool(near) and bool(Names(near).find(folded))


def is_official(watch: Watch, embeds: Iterable[Embed]) -> bool:
    """Whether one of the posts shown is by one of the watch's own accounts."""
    return any((embed.platform, embed.account) in watch.accounts for embed in embeds)
