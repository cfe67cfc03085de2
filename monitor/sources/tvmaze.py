"""TVmaze: status, seasons, first episodes and main cast of shows. Its API is described at https://www.tvmaze.com/api.

Answers are cached at the edge for about an hour, so a look may be older than the change that caused it: the stamp tells.
Data of TVmaze may be used under CC BY-SA; what we tell links back to the show.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed
from monitor.core.options import DatabaseOptions
from monitor.core.recordnews import Database
from monitor.core.records import Performer, Record, Season, Stage
from monitor.core.source import Source
from monitor.core.watchlist import Watch, WatchType
from monitor.ports import Fetch
from monitor.sources.asking import Ask, Refusal, parse_object
from monitor.sources.jsonshape import at, day_at, line_at, number_at, objects_at
from monitor.sources.reading import Run, json_value

BASE = "https://api.tvmaze.com"
_NAME = "TVmaze"
_SPACING = timedelta(seconds=0.5)  # 20 calls in 10 seconds are allowed
_WINDOWS = (("day", timedelta(hours=23)), ("week", timedelta(days=6)), ("month", timedelta(days=27)))
_EMBEDS = tuple(("embed[]", part) for part in ("cast", "seasons", "nextepisode"))
_STAGES = {
    "Running": Stage.RUNNING,
    "Ended": Stage.ENDED,
    "To Be Determined": Stage.UNDECIDED,
    "In Development": Stage.PLANNED,
}
_ABSENT = frozenset({FetchFailure.NOT_FOUND, FetchFailure.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """Entries of an answer; `stamps` are those of its list of updates."""

    records: tuple[Record, ...] = ()
    stamps: Mapping[str, str] | None = None


class TvmazeCatalogue:
    """Shows only; no key."""

    version = "tvmaze 1"
    database = Database(id="tvmaze", name=_NAME)
    notice = "Data from TVmaze, CC BY-SA"
    batch = 1

    def follows(self, watch: Watch) -> bool:
        return watch.type is WatchType.SHOW

    def id_of(self, watch: Watch) -> str | None:
        return dict(watch.ids).get("tvmaze")

    def asking(self, source: Source, options: DatabaseOptions, *, fetch: Fetch, run: Run) -> Ask:
        own = options.base is not None
        return Ask(source=source, fetch=fetch, run=run, base=options.base or BASE, own=own, spacing=_SPACING)

    async def find(self, watch: Watch, ask: Ask) -> tuple[Record, ...] | Refusal:
        imdb = dict(watch.ids).get("imdb")
        if imdb is not None:
            # Answered by a redirect to the show.
            found = await ask("/lookup/shows", read_show, query=(("imdb", imdb),))
            if isinstance(found, FetchFailed) and found.reason is FetchFailure.NOT_FOUND:
                return ()
        else:
            found = await ask("/search/shows", read_search, query=(("q", watch.title),))
        return found.records if isinstance(found, Shows) else found

    async def stamps(
        self, ids: Sequence[str], *, since: datetime | None, now: datetime, ask: Ask
    ) -> Mapping[str, str] | Refusal | None:
        if not ids:
            return {}
        # Without a word from us for a month, every entry may have changed.
        window = next((word for word, length in _WINDOWS if since and now - since < length), None)
        if window is None:
            return None
        found = await ask("/updates/shows", read_updates, query=(("since", window),), only=list(ids))
        return found.stamps if isinstance(found, Shows) else found

    async def entries(self, ids: Sequence[str], ask: Ask) -> Mapping[str, Record | None] | Refusal:
        (wanted,) = ids
        found = await ask(f"/shows/{wanted}", read_show, query=_EMBEDS)
        if isinstance(found, FetchFailed) and found.reason in _ABSENT:
            return {wanted: None}
        return {wanted: found.records[0]} if isinstance(found, Shows) else found

    async def complete(self, record: Record, cast: Collection[str], ask: Ask) -> Record | Refusal:  # noqa: ARG002  # it is
        return record


def read_updates(body: bytes, *, only: list[str]) -> Shows | NotAFeed:
    """When each of the shows asked for changed last, as far as it is listed."""
    listed = parse_object(body, of=_NAME)
    if isinstance(listed, NotAFeed):
        return listed
    if any(number_at(listed, key) is None for key in listed):
        return NotAFeed(detail=f"{_NAME} answers with something else than a list of updates")
    return Shows(stamps={key: str(listed[key]) for key in only if key in listed})


def read_search(body: bytes) -> Shows | NotAFeed:
    """The shows that a search found, best first."""
    found = json_value(body)
    if not isinstance(found, list):
        told = parse_object(body, of=_NAME)
        return told if isinstance(told, NotAFeed) else NotAFeed(detail=f"{_NAME} answers with no list of shows")
    return Shows(
        records=tuple(record for one in objects_at({"found": found}, "found") if (record := _record(at(one, "show"))))
    )


def read_show(body: bytes) -> Shows | NotAFeed:
    """One show with what is embedded in it."""
    show = parse_object(body, of=_NAME)
    if isinstance(show, NotAFeed):
        return show
    record = _record(show)
    return Shows(records=(record,)) if record else NotAFeed(detail=f"{_NAME} answers with something else than a show")


def _record(show: Any) -> Record | None:
    number_, name, status = number_at(show, "id"), line_at(show, "name"), line_at(show, "status")
    if number_ is None or not name:
        return None
    return Record(
        id=str(number_),
        title=name,
        url=_page(show, number_),
        imdb=line_at(show, "externals", "imdb") or None,
        stamp=str(number_at(show, "updated") or ""),
        status=status,
        stage=_STAGES.get(status),
        seasons=tuple(_seasons(show)),
        cast=tuple(_cast(show)),
        released=day_at(show, "premiered") if at(show, "_embedded", "seasons") is None else None,
        network=line_at(show, "network", "name") or line_at(show, "webChannel", "name") or None,
        site=line_at(show, "officialSite") or None,
    )


def _page(show: Any, show_id: int) -> str:
    url = line_at(show, "url")
    return url if url.startswith("https://") else f"https://www.tvmaze.com/shows/{show_id}"


def _seasons(show: Any) -> Iterator[Season]:
    first = at(show, "_embedded", "nextepisode")
    begins = number_at(first, "season") if number_at(first, "number") == 1 else None
    for season in objects_at(show, "_embedded", "seasons"):
        which = number_at(season, "number")
        if which is not None and which > 0:
            yield Season(
                number=which,
                date=day_at(season, "premiereDate") or (day_at(first, "airdate") if which == begins else None),
            )


def _cast(show: Any) -> Iterator[Performer]:
    seen = set()
    for one in objects_at(show, "_embedded", "cast"):
        who, name = number_at(one, "person", "id"), line_at(one, "person", "name")
        if who is not None and name and who not in seen:
            seen.add(who)
            role = None if at(one, "self") is True else line_at(one, "character", "name") or None
            yield Performer(id=str(who), name=name, role=role)
