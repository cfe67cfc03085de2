"""Trakt: status, seasons and dates of shows and films, with the client id of a free app (https://trakt.docs.apiary.io).

Most of it is the data of TMDB; it is of use to those who have no token there.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed
from monitor.core.recordnews import Database
from monitor.core.records import Record, Season, Stage
from monitor.core.watchlist import Watch, WatchType
from monitor.sources.asking import Ask, Headers, Refusal, parse_object
from monitor.sources.jsonshape import at, day_at, line_at, number_at, objects_at
from monitor.sources.oneatatime import REFUSING, OneAtATime, Titles, unless_absent
from monitor.sources.reading import json_value

_NAME = "Trakt"
_PAGES = "https://trakt.tv"
_KINDS = {WatchType.SHOW: "show", WatchType.FILM: "movie"}
_PATHS = {watched: f"{kind}s" for watched, kind in _KINDS.items()}
_FULL = ("extended", "full")
_STAGES = {
    "rumored": Stage.PLANNED,
    "planned": Stage.PLANNED,
    "upcoming": Stage.PLANNED,
    "pilot": Stage.PLANNED,
    "in production": Stage.MAKING,
    "post production": Stage.MAKING,
    "returning series": Stage.RUNNING,
    "continuing": Stage.RUNNING,
    "released": Stage.OUT,
    "ended": Stage.ENDED,
    "canceled": Stage.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasons:
    """The seasons of a show."""

    seasons: tuple[Season, ...] = ()


class TraktCatalogue(OneAtATime):
    """Shows and films."""

    version = "trakt 1"
    database = Database(id="trakt", name=_NAME)
    notice = "Data from Trakt"
    base = "https://api.trakt.tv"
    spacing = timedelta(seconds=0.4)  # 1,000 requests in 5 minutes are allowed
    paths = _PATHS

    async def find(self, watch: Watch, ask: Ask) -> tuple[Record, ...] | Refusal:
        kind, imdb = _KINDS[watch.type], dict(watch.ids).get("imdb")
        if imdb is not None:
            found = await ask(f"/search/imdb/{imdb}", read_search, query=(("type", kind), _FULL), kind=kind)
        else:
            found = await ask(f"/search/{kind}", read_search, query=(("query", watch.title), _FULL), kind=kind)
        return found.records if isinstance(found, Titles) else found

    async def read(self, wanted: str, ask: Ask) -> Record | Refusal | None:
        kind = wanted.partition("/")[0].removesuffix("s")
        found = await ask(f"/{wanted}", read_title, query=(_FULL,), kind=kind)
        if not isinstance(found, Titles):
            return unless_absent(found)
        (record,) = found.records
        if kind == "show":
            seasons = await ask(f"/{wanted}/seasons", read_seasons, query=(_FULL,))
            if not isinstance(seasons, Seasons):
                return seasons
            record = replace(record, seasons=seasons.seasons, released=None if seasons.seasons else record.released)
        return record

    @staticmethod
    def key(token: str) -> Headers:
        return (("trakt-api-version", "2"), ("trakt-api-key", token))

    @staticmethod
    def explain(failed: FetchFailed) -> FetchFailed:
        if failed.status in REFUSING:
            detail = (
                "Trakt refuses the client id; put that of your app, from trakt.tv/oauth/applications, under client_id"
            )
            return replace(failed, reason=FetchFailure.SIGN_IN, detail=detail)
        return failed


def read_search(body: bytes, *, kind: str) -> Titles | NotAFeed:
    """The titles that a search found, best first."""
    found = _list(body)
    if isinstance(found, NotAFeed):
        return found
    records = (_record(at(one, kind), kind) for one in objects_at({"found": found}, "found"))
    return Titles(records=tuple(record for record in records if record))


def read_title(body: bytes, *, kind: str) -> Titles | NotAFeed:
    """One show or film."""
    title = parse_object(body, of=_NAME)
    if isinstance(title, NotAFeed):
        return title
    record = _record(title, kind)
    return Titles(records=(record,)) if record else NotAFeed(detail="Trakt answers with something else than a title")


def read_seasons(body: bytes) -> Seasons | NotAFeed:
    """The seasons of a show; number 0 is the specials."""
    found = _list(body)
    if isinstance(found, NotAFeed):
        return found
    numbered = ((number_at(one, "number"), day_at(one, "first_aired")) for one in objects_at({"found": found}, "found"))
    return Seasons(seasons=tuple(Season(number=which, date=date) for which, date in numbered if which and which > 0))


def _list(body: bytes) -> list[Any] | NotAFeed:
    value = json_value(body)
    if isinstance(value, list):
        return value
    told = parse_object(body, of=_NAME)
    return told if isinstance(told, NotAFeed) else NotAFeed(detail="Trakt answers with something else than a list")


def _record(title: Any, kind: str) -> Record | None:
    which, name = number_at(title, "ids", "trakt"), line_at(title, "title")
    if which is None or not name:
        return None
    status = line_at(title, "status")
    page = line_at(title, "ids", "slug") or which
    return Record(
        id=f"{kind}s/{which}",
        title=name,
        url=f"{_PAGES}/{kind}s/{page}",
        imdb=line_at(title, "ids", "imdb") or None,
        stamp=line_at(title, "updated_at"),
        status=status,
        stage=_STAGES.get(status),
        released=day_at(title, "first_aired" if kind == "show" else "released"),
        network=line_at(title, "network") or None,
        site=line_at(title, "homepage") or None,
    )
