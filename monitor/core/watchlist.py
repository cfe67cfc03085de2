"""The watchlist: what the user follows, and finding its names in text."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.core.report import Kind


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
    any: tuple[str, ...] = ()  # topics: at least one of these words
    all: tuple[str, ...] = ()  # topics: every one of these words
    none: tuple[str, ...] = ()  # topics: none of these words
