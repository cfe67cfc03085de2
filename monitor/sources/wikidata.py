"""Wikidata: dates, cast and ends of shows and films, by the action API (https://www.wikidata.org/w/api.php), CC0.

Fifty revisions are compared with one request; only what changed is read. Names of a cast are asked for when they are news.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed
from monitor.core.options import DatabaseOptions, WikidataNumbers
from monitor.core.recordnews import Database
from monitor.core.records import Performer, Record, Stage
from monitor.core.source import Source
from monitor.core.watchlist import Watch, WatchType
from monitor.ports import Fetch
from monitor.sources.asking import Ask, Refusal, parse_object
from monitor.sources.jsonshape import at, day_at, line_at, number_at, objects_at
from monitor.sources.reading import Run

BASE = "https://www.wikidata.org"
_NAME = "Wikidata"
_PATH = "/w/api.php"
_SPACING = timedelta(seconds=1)  # requests one after another are asked for, no rate
_MOST_IDS = 50  # of one request
_FOUND = 10
# How exact a time is: Wikibase DataModel, "precision".
_EXACT = {9: 4, 10: 7, 11: 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """Entities that a search found, best first."""

    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """The revision of each entity, by the id it was asked for."""

    revisions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Labels by id."""

    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entities:
    """Entities by the id they were asked for; one that is missing is not among them."""

    records: Mapping[str, Record]


class WikidataCatalogue:
    """Shows and films; no key."""

    version = "wikidata 1"
    database = Database(id="wikidata", name=_NAME)
    notice = "Data from Wikidata, CC0"
    batch = 10  # an entity may take 300 kB

    def follows(self, watch: Watch) -> bool:
        return watch.type in {WatchType.SHOW, WatchType.FILM}

    def id_of(self, watch: Watch) -> str | None:
        return dict(watch.ids).get("wikidata")

    def asking(self, source: Source, options: DatabaseOptions, *, fetch: Fetch, run: Run) -> Ask:
        own = options.base is not None
        return Ask(source=source, fetch=fetch, run=run, base=options.base or BASE, own=own, spacing=_SPACING)

    async def find(self, watch: Watch, ask: Ask) -> tuple[Record, ...] | Refusal:
        imdb, numbers = dict(watch.ids).get("imdb"), _numbers(ask)
        if imdb is not None:
            statement = (("list", "search"), ("srsearch", f"haswbstatement:{numbers.imdb}={imdb}"), ("srlimit", "5"))
            found = await ask(_PATH, read_statements, query=_query("query", *statement))
        else:
            words = (("search", watch.title), ("language", "en"), ("type", "item"), ("limit", str(_FOUND)))
            found = await ask(_PATH, read_search, query=_query("wbsearchentities", *words))
        if not isinstance(found, Ids) or not found.ids:
            return () if isinstance(found, Ids) else found
        film = watch.type is WatchType.FILM
        entities = await ask(_PATH, read_entities, query=_entities(found.ids), film=film, numbers=numbers)
        if not isinstance(entities, Entities):
            return entities
        return tuple(entities.records[one] for one in found.ids if one in entities.records)

    async def stamps(
        self,
        ids: Sequence[str],
        *,
        since: datetime | None,  # noqa: ARG002  # revisions are compared
        now: datetime,  # noqa: ARG002
        ask: Ask,
    ) -> Mapping[str, str] | Refusal | None:
        found: dict[str, str] = {}
        for start in range(0, len(ids), _MOST_IDS):
            some = "|".join(ids[start : start + _MOST_IDS])
            revisions = await ask(
                _PATH, read_revisions, query=_query("wbgetentities", ("ids", some), ("props", "info"))
            )
            if not isinstance(revisions, Stamps):
                return revisions
            found.update(revisions.revisions)
        return found

    async def entries(self, ids: Sequence[str], ask: Ask) -> Mapping[str, Record | None] | Refusal:
        found = await ask(_PATH, read_entities, query=_entities(ids), film=None, numbers=_numbers(ask))
        return {one: found.records.get(one) for one in ids} if isinstance(found, Entities) else found

    async def complete(self, record: Record, cast: Collection[str], ask: Ask) -> Record | Refusal:
        wanted = sorted(cast)[:_MOST_IDS]
        labels = (("ids", "|".join(wanted)), ("props", "labels"), ("languages", "en|mul"))
        found = await ask(_PATH, read_names, query=_query("wbgetentities", *labels))
        if not isinstance(found, Names):
            return found
        named = (replace(one, name=found.names[one.id]) for one in record.cast if one.id in found.names)
        return replace(record, cast=tuple(named))


def _numbers(ask: Ask) -> WikidataNumbers:
    options = ask.source.options
    assert isinstance(options, DatabaseOptions)
    return options.numbers


def _query(action: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    # With maxlag a busy server says so instead of working for us.
    return ("action", action), ("format", "json"), ("maxlag", "5"), *more


def _entities(ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    props = ("props", "info|labels|aliases|claims")
    return _query("wbgetentities", ("ids", "|".join(ids)), props, ("languages", "en|mul"))


def read_search(body: bytes) -> Ids | NotAFeed | FetchFailed:
    """What a search for a name found."""
    answer = _told(body, "search")
    if not isinstance(answer, dict):
        return answer
    return Ids(
        ids=tuple(dict.fromkeys(line_at(one, "id") for one in objects_at(answer, "search") if line_at(one, "id")))
    )


def read_statements(body: bytes) -> Ids | NotAFeed | FetchFailed:
    """What a search for a statement found."""
    answer = _told(body, "query")
    if not isinstance(answer, dict):
        return answer
    return Ids(
        ids=tuple(line_at(one, "title") for one in objects_at(answer, "query", "search") if line_at(one, "title"))
    )


def read_revisions(body: bytes) -> Stamps | NotAFeed | FetchFailed:
    """The last revision of each entity; a missing one has another than any that was read."""
    answer = _told(body, "entities")
    if not isinstance(answer, dict):
        return answer
    found = {asked: str(number_at(entity, "lastrevid") or "missing") for asked, entity in _listed(answer)}
    return Stamps(revisions=found)


def read_names(body: bytes) -> Names | NotAFeed | FetchFailed:
    """The names of entities that have one."""
    answer = _told(body, "entities")
    if not isinstance(answer, dict):
        return answer
    return Names(names={asked: label for asked, entity in _listed(answer) if (label := _label(entity))})


def read_entities(body: bytes, *, film: bool | None, numbers: WikidataNumbers) -> Entities | NotAFeed | FetchFailed:
    """The entities; with `film`, only those that are films, or that are shows."""
    answer = _told(body, "entities")
    if not isinstance(answer, dict):
        return answer
    listed = ((asked, entity) for asked, entity in _listed(answer) if film is None or _is(entity, numbers, film=film))
    return Entities(records={asked: record for asked, entity in listed if (record := _record(entity, numbers))})


def _told(body: bytes, member: str) -> dict[str, Any] | NotAFeed | FetchFailed:
    """The answer, if it has the member asked for. Errors come with a status of success."""
    answer = parse_object(body, of=_NAME)
    if isinstance(answer, NotAFeed) or member in answer:
        return answer
    code, info = line_at(answer, "error", "code"), line_at(answer, "error", "info")
    if code in {"maxlag", "ratelimited", "readonly"}:
        return FetchFailed(reason=FetchFailure.UNAVAILABLE, detail=f"Wikidata asks to come back later: {info}")
    return NotAFeed(
        detail=f"Wikidata answers: {info}" if info else "Wikidata answers with something else than was asked"
    )


def _listed(answer: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entities with the id they were asked for, which a merged one names as where it was redirected from."""
    entities = at(answer, "entities")
    for key, entity in entities.items() if isinstance(entities, dict) else ():
        if isinstance(entity, dict):
            yield line_at(entity, "redirects", "from") or str(key), entity


def _record(entity: dict[str, Any], numbers: WikidataNumbers) -> Record | None:
    which, name = line_at(entity, "id"), _label(entity)
    if not which or not name or "missing" in entity:
        return None
    aliases = at(entity, "aliases")
    names = (
        [line_at(one, "value") for code in aliases for one in objects_at(aliases, code)]
        if isinstance(aliases, dict)
        else []
    )
    ended = any(_statements(entity, numbers.end))
    status, stage = ("ended", Stage.ENDED) if ended else ("running", Stage.RUNNING)
    show = _is(entity, numbers, film=False)
    return Record(
        id=which,
        title=name,
        url=f"{BASE}/wiki/{which}",
        aliases=tuple(names),
        imdb=next((line_at({"id": one}, "id") for one in _values(entity, numbers.imdb)), None),
        stamp=str(number_at(entity, "lastrevid") or ""),
        status=status if show else "",
        stage=stage if show else None,
        cast=tuple(_cast(entity, numbers)),
        released=min(
            (date for one in _values(entity, numbers.start if show else numbers.published) if (date := _date(one))),
            default=None,
        ),
        site=next((line_at({"at": one}, "at") for one in _values(entity, numbers.site)), None) or None,
    )


def _is(entity: dict[str, Any], numbers: WikidataNumbers, *, film: bool) -> bool:
    classes = {line_at(value, "id") for value in _values(entity, numbers.instance)}
    elsewhere = numbers.film_ids if film else numbers.show_ids
    return not classes.isdisjoint(numbers.films if film else numbers.shows) or any(
        any(_statements(entity, one)) for one in elsewhere
    )


def _label(entity: dict[str, Any]) -> str:
    return line_at(entity, "labels", "en", "value") or line_at(entity, "labels", "mul", "value")


def _statements(entity: dict[str, Any], property_: str) -> Iterator[Mapping[str, Any]]:
    """What is stated and not withdrawn."""
    for statement in objects_at(entity, "claims", property_):
        if line_at(statement, "rank") != "deprecated" and line_at(statement, "mainsnak", "snaktype") == "value":
            yield statement


def _values(entity: dict[str, Any], property_: str) -> Iterator[Any]:
    for statement in _statements(entity, property_):
        yield at(statement, "mainsnak", "datavalue", "value")


def _date(value: Any) -> str | None:
    """A time as exact as it is meant: "+2027-10-00T00:00:00Z" with precision 10 is October 2027."""
    length = _EXACT.get(number_at(value, "precision") or 0)
    return day_at({"at": line_at(value, "time").removeprefix("+")[:length]}, "at") if length else None


def _cast(entity: dict[str, Any], numbers: WikidataNumbers) -> Iterator[Performer]:
    """Ids; the names are asked for when they are news."""
    seen = set()
    for statement in _statements(entity, numbers.cast):
        who = line_at(statement, "mainsnak", "datavalue", "value", "id")
        if who and who not in seen:
            seen.add(who)
            roles = (line_at(one, "datavalue", "value") for one in objects_at(statement, "qualifiers", numbers.role))
            yield Performer(id=who, name=who, role=next(filter(None, roles), None))
