"""The keys of the types that are databases of shows and films: `tvmaze`, `wikidata`, `tmdb`, `trakt`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from monitor.config.addresses import ApiUrl
from monitor.config.fields import Flag, Key, TierName
from monitor.config.secrets import from_environment
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.options import DatabaseOptions, WikidataNumbers
from monitor.core.source import Tier
from monitor.core.watchlist import Watch, WatchType

_TITLES = frozenset({WatchType.SHOW, WatchType.FILM})
_Property = Literal["instance", "cast", "role", "imdb", "site", "published", "start", "end"]
_PropertyNumber = Annotated[str, Field(pattern=r"^P[1-9]\d{0,11}$")]
_Class = Literal["shows", "films"]
_ClassNumber = Annotated[str, Field(pattern=r"^Q[1-9]\d{0,11}$")]
_BASE = "Another server with the same API. Left out: the database's own."


class DatabaseEntry(CommonEntry):
    """What they share: they follow the shows and films of the watchlist, and are silent while nothing changes there."""

    server: ClassVar[str]

    tier: TierName = Field(
        default=Tier.AGGREGATOR,
        description="How much its word weighs: official, trade, press, community or aggregator. Left out: aggregator.",
    )
    watchdog: Flag = Field(
        default=False,
        description="true: somebody is told when it goes quiet. Left out: false, since nothing may change for months.",
    )
    base: ApiUrl | None = Field(default=None, description=_BASE, examples=["https://api.example.org"])

    def address(self) -> str:
        return self.server

    def options(self, watches: Sequence[Watch]) -> DatabaseOptions:
        titles = tuple(watch for watch in watches if watch.type in _TITLES)
        return DatabaseOptions(watches=titles, base=self.base)


class TvmazeEntry(DatabaseEntry, title="TVmaze"):
    """Status, seasons, first episodes and main cast of the shows you follow, from TVmaze."""

    server: ClassVar[str] = "https://api.tvmaze.com"
    usual: ClassVar[timedelta | None] = timedelta(hours=1)
    least: ClassVar[timedelta] = timedelta(minutes=30)

    type: Literal["tvmaze"] = Field(description="What the source is.")


class WikidataEntry(DatabaseEntry, title="Wikidata"):
    """Dates, cast and ends of the shows and films you follow, from Wikidata."""

    server: ClassVar[str] = "https://www.wikidata.org"
    usual: ClassVar[timedelta | None] = timedelta(hours=6)
    least: ClassVar[timedelta] = timedelta(hours=1)

    type: Literal["wikidata"] = Field(description="What the source is.")
    property_numbers: dict[_Property, _PropertyNumber] = Field(
        default_factory=dict,
        description="What properties are called there, where the numbers of this version are no longer right.",
        examples=[{"cast": "P161"}],
    )
    class_numbers: dict[_Class, tuple[_ClassNumber, ...]] = Field(
        default_factory=dict,
        description="What shows and films are instances of, in place of the classes of this version.",
        examples=[{"shows": ["Q5398426"]}],
    )

    def options(self, watches: Sequence[Watch]) -> DatabaseOptions:
        said: list[tuple[str, Any]] = [*self.property_numbers.items(), *self.class_numbers.items()]
        return replace(super().options(watches), numbers=replace(WikidataNumbers(), **dict(said)))


class TmdbEntry(DatabaseEntry, title="TMDB"):
    """Status, seasons, dates and cast of the shows and films you follow, from TMDB."""

    server: ClassVar[str] = "https://api.themoviedb.org/3"
    usual: ClassVar[timedelta | None] = timedelta(hours=6)
    least: ClassVar[timedelta] = timedelta(hours=1)

    type: Literal["tmdb"] = Field(description="What the source is.")
    token: Annotated[Key, from_environment("token", "TMDB_TOKEN")] = Field(
        default="",
        validate_default=True,
        repr=False,
        description="Your API Read Access Token. Left out: that of the environment variable TMDB_TOKEN.",
        examples=["${TMDB_TOKEN}"],
    )

    def options(self, watches: Sequence[Watch]) -> DatabaseOptions:
        return replace(super().options(watches), token=self.token)


class TraktEntry(DatabaseEntry, title="Trakt"):
    """Status, seasons and dates of the shows and films you follow, from Trakt."""

    server: ClassVar[str] = "https://api.trakt.tv"
    usual: ClassVar[timedelta | None] = timedelta(hours=6)
    least: ClassVar[timedelta] = timedelta(hours=1)

    type: Literal["trakt"] = Field(description="What the source is.")
    client_id: Annotated[Key, from_environment("client_id", "TRAKT_CLIENT_ID")] = Field(
        default="",
        validate_default=True,
        repr=False,
        description="The client id of your app. Left out: that of the environment variable TRAKT_CLIENT_ID.",
        examples=["${TRAKT_CLIENT_ID}"],
    )

    def options(self, watches: Sequence[Watch]) -> DatabaseOptions:
        return replace(super().options(watches), token=self.client_id)
