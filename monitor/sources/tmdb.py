"""TMDB: status, seasons, dates and cast of shows and films, with the user's own token (https://developer.themoviedb.org).

Its list of all that changed is longer than any watchlist and names no reason, so entries are read instead: one request
each. TMDB asks that its notice is shown: "This product uses the TMDB API but is not endorsed or certified by TMDB".
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed
from monitor.core.recordnews import Database
from monitor.core.records import Performer, Record, Season, Stage
from monitor.core.text import clean_line
from monitor.core.watchlist import Watch, WatchType
from monitor.sources.asking import Ask, Headers, Refusal, parse_object
from monitor.sources.jsonshape import at, day_at, line_at, number_at, objects_at
from monitor.sources.oneatatime import REFUSING, OneAtATime, Titles, unless_absent
from monitor.sources.reading import json_value

_NAME = "TMDB"
_PAGES = "https://www.themoviedb.org"
_KINDS = {WatchType.SHOW: "tv", WatchType.FILM: "movie"}
_MAIN = 10  # of a film: the rest of its list is filled up over years
_STAGES = {
    "Rumored": Stage.PLANNED,
    "Planned": Stage.PLANNED,
    "Pilot": Stage.PLANNED,
    "In Production": Stage.MAKING,
    "Post Production": Stage.MAKING,
    "Returning Series": Stage.RUNNING,
    "Released": Stage.OUT,
    "Ended": Stage.ENDED,
    "Canceled": Stage.CANCELLED,
}


class TmdbCatalogue(OneAtATime):
    """Shows and films."""

    version = "tmdb 1"
    database = Database(id="tmdb", name=_NAME)
    notice = "Data from TMDB, which does not endorse or certify this program"
    base = "https://api.themoviedb.org/3"
    spacing = timedelta(seconds=0.1)  # some 40 requests a second are allowed
    paths = _KINDS

    async def find(self, watch: Watch, ask: Ask) -> tuple[Record, ...] | Refusal:
        kind, imdb = _KINDS[watch.type], dict(watch.ids).get("imdb")
        if imdb is not None:
            found = await ask(
                f"/find/{imdb}", read_found, query=(("external_source", "imdb_id"),), kind=kind, imdb=imdb
            )
        else:
            query = (("query", watch.title), ("include_adult", "false"))
            found = await ask(f"/search/{kind}", read_search, query=query, kind=kind)
        return found.records if isinstance(found, Titles) else found

    async def read(self, wanted: str, ask: Ask) -> Record | Refusal | None:
        kind = wanted.partition("/")[0]
        query = (("append_to_response", "credits,external_ids"),)
        found = await ask(f"/{wanted}", read_title, query=query, kind=kind)
        return found.records[0] if isinstance(found, Titles) else unless_absent(found)

    @staticmethod
    def key(token: str) -> Headers:
        return (("Authorization", f"Bearer {token}"),)

    @staticmethod
    def explain(failed: FetchFailed) -> FetchFailed:
        """Refusals in TMDB's own words: it tells in JSON what a status alone does not."""
        said = clean_line(line_at(json_value(failed.body), "status_message"), 150)
        if failed.status in REFUSING:
            detail = f"TMDB refuses the token{f': {said}' if said else ''}; put your API Read Access Token under token"
            return replace(failed, reason=FetchFailure.SIGN_IN, detail=detail)
        return replace(failed, detail=f"{failed.detail}: {said}") if said else failed


def read_found(body: bytes, *, kind: str, imdb: str) -> Titles | NotAFeed:
    """What has an id at IMDb: at most one title, whose entry here does not repeat that id."""
    found = _told(body)
    if isinstance(found, NotAFeed):
        return found
    return Titles(records=tuple(replace(one, imdb=imdb) for one in _records(found, f"{kind}_results", kind)))


def read_search(body: bytes, *, kind: str) -> Titles | NotAFeed:
    """The titles that a search found, best first."""
    found = _told(body)
    if isinstance(found, NotAFeed):
        return found
    if not isinstance(found.get("results"), list):
        return NotAFeed(detail="TMDB answers with something else than search results")
    return Titles(records=tuple(_records(found, "results", kind)))


def read_title(body: bytes, *, kind: str) -> Titles | NotAFeed:
    """One show or film with its cast."""
    title = _told(body)
    if isinstance(title, NotAFeed):
        return title
    record = _record(title, kind)
    return Titles(records=(record,)) if record else NotAFeed(detail="TMDB answers with something else than a title")


def _told(body: bytes) -> dict[str, Any] | NotAFeed:
    """The object in an answer; errors may come with a status of success."""
    value = parse_object(body, of=_NAME)
    if isinstance(value, dict) and value.get("success") is False:
        return NotAFeed(detail=f"TMDB answers: {line_at(value, 'status_message') or 'an error without a reason'}")
    return value


def _records(value: Any, name: str, kind: str) -> Iterator[Record]:
    yield from (record for one in objects_at(value, name) if (record := _record(one, kind)))


def _record(title: Any, kind: str) -> Record | None:
    show = kind == "tv"
    which, name = number_at(title, "id"), line_at(title, "name" if show else "title")
    if which is None or not name:
        return None
    status, seasons = line_at(title, "status"), tuple(_seasons(title))
    original = line_at(title, "original_name" if show else "original_title")
    return Record(
        id=f"{kind}/{which}",
        title=name,
        url=f"{_PAGES}/{kind}/{which}",
        aliases=(original,) if original and original != name else (),
        imdb=line_at(title, "external_ids", "imdb_id") or line_at(title, "imdb_id") or None,
        status=status,
        stage=_STAGES.get(status),
        seasons=seasons,
        cast=tuple(_cast(title, most=None if show else _MAIN)),
        released=day_at(title, "release_date") if not show else (None if seasons else day_at(title, "first_air_date")),
        network=next((line_at(one, "name") for one in objects_at(title, "networks")), None) or None,
        site=line_at(title, "homepage") or None,
    )


def _seasons(title: Any) -> Iterator[Season]:
    """The seasons, also one that only the count or the next episode tells. Season 0 is the specials."""
    coming = at(title, "next_episode_to_air")
    dates = {
        which: day_at(one, "air_date")
        for one in objects_at(title, "seasons")
        if (which := number_at(one, "season_number"))
    }
    for which in (number_at(title, "number_of_seasons"), number_at(coming, "season_number")):
        if which:
            dates.setdefault(which, None)
    begins = number_at(coming, "season_number") if number_at(coming, "episode_number") == 1 else None
    for which, date in sorted((which, date) for which, date in dates.items() if which > 0):
        yield Season(number=which, date=date or (day_at(coming, "air_date") if which == begins else None))


def _cast(title: Any, *, most: int | None) -> Iterator[Performer]:
    seen = set()
    for place, one in enumerate(objects_at(title, "credits", "cast")):
        who, name = number_at(one, "id"), line_at(one, "name")
        if who is not None and name and who not in seen:
            seen.add(who)
            main = most is None or place < most
            yield Performer(id=str(who), name=name, role=line_at(one, "character") or None, main=main)
