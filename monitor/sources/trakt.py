"""Trakt: status, seasons and dates of shows and films, with the client id of a free app (https://trakt.docs.apiary.io).

Most of it is the data of TMDB; it is of use to those who have no token there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed
from monitor.core.options import DatabaseOptions
from monitor.core.recordnews import Database
from monitor.core.records import Record, Season, Stage
from monitor.core.source import Source
from monitor.core.watchlist import Watch, WatchType
from monitor.ports import Fetch
from monitor.sources.asking import Ask, Refusal, parse_object
from monitor.sources.jsonshape import at, day_at, line_at, number_at, objects_at
from monitor.sources.reading import Run, json_value

BASE = "https://api.trakt.tv"
_NAME = "Trakt"
_PAGES = "https://trakt.tv"
_SPACING = timedelta(seconds=0.4)  # 1,000 requests in 5 minutes are allowed
_KINDS = {WatchType.SHOW: "show", WatchType.FILM: "movie"}
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
_ABSENT = frozenset({FetchFailure.NOT_FOUND, FetchFailure.GONE})
_REFUSING = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """Entries of an answer, best first."""

    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasons:
    """The seasons of a show."""

    seasons: tuple[Season, ...] = ()


class TraktCatalogue:
    """Shows and films; ids say which: "shows/1390"."""

    version = "trakt 1"
    database = Database(id="trakt", name=_NAME)
    notice = "Data from Trakt"
    batch = 1

    def follows(self, watch: Watch) -> bool:
        return watch.type in _KINDS

    def id_of(self, watch: Watch) -> str | None:
        given = dict(watch.ids).get("trakt")
        return f"{_KINDS[watch.type]}s/{given}" if given else None

    def asking(self, source: Source, options: DatabaseOptions, *, fetch: Fetch, run: Run) -> Ask:
        return Ask(
            source=source,
            fetch=fetch,
            run=run,
            base=options.base or BASE,
            own=options.base is not None,
            spacing=_SPACING,
            headers=(("trakt-api-version", "2"), ("trakt-api-key", options.token)),
            explain=_explained,
        )

    async def find(self, watch: Watch, ask: Ask) -> tuple[Record, ...] | Refusal:
        kind, imdb = _KINDS[watch.type], dict(watch.ids).get("imdb")
        if imdb is not None:
            found = await ask(f"/search/imdb/{imdb}", read_search, query=(("type", kind), _FULL), kind=kind)
        else:
            found = await ask(f"/search/{kind}", read_search, query=(("query", watch.title), _FULL), kind=kind)
        return found.records if isinstance(found, Titles) else found

    async def stamps(
        self,
        ids: Sequence[str],  # noqa: ARG002  # only reading them tells
        *,
        since: datetime | None,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
        ask: Ask,  # noqa: ARG002
    ) -> Mapping[str, str] | Refusal | None:
        return None

    async def entries(self, ids: Sequence[str], ask: Ask) -> Mapping[str, Record | None] | Refusal:
        (wanted,) = ids
        kind = wanted.partition("/")[0].removesuffix("s")
        found = await ask(f"/{wanted}", read_title, query=(_FULL,), kind=kind)
        if isinstance(found, FetchFailed) and found.reason in _ABSENT:
            return {wanted: None}
        if not isinstance(found, Titles):
            return found
        (record,) = found.records
        if kind == "show":
            seasons = await ask(f"/{wanted}/seasons", read_seasons, query=(_FULL,))
            if not isinstance(seasons, Seasons):
                return seasons
            record = replace(record, seasons=seasons.seasons, released=None if seasons.seasons else record.released)
        return {wanted: record}

    async def complete(self, record: Record, cast: Collection[str], ask: Ask) -> Record | Refusal:  # noqa: ARG002  # it is
        return record


def _explained(failed: FetchFailed) -> FetchFailed:
    if failed.status in _REFUSING:
        detail = "Trakt refuses the client id; put that of your app, from trakt.tv/oauth/applications, under client_id"
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
