"""What a database says of one title, and which of its changes are to be believed.

Databases are written by volunteers. A change is believed when it still stands hours later: a slip or a prank is mended by
then. What disappears is kept in mind, so that its return is no news either.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

# How long a change has to stand, seen at both ends.
STANDS = timedelta(hours=6)


class Stage(StrEnum):
    """What the words of all databases for the status of a title come to."""

    PLANNED = "planned"
    MAKING = "making"  # being made; no proof that cameras roll
    RUNNING = "running"
    UNDECIDED = "undecided"  # between seasons
    OUT = "out"  # a film in cinemas
    ENDED = "ended"
    CANCELLED = "cancelled"


OVER = frozenset({Stage.ENDED, Stage.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """Somebody in the cast. `id` is the database's own, since names are respelt."""

    id: str
    name: str
    role: str | None = None
    main: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A season that the database lists, with the day of its first episode as exactly as it is known."""

    number: int
    date: str | None = None  # ISO 8601: "2027-03-07", "2027-03", "2027"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A database's entry for a show or film, as far as news is made of it. Specials are no season."""

    id: str
    title: str
    url: str  # of its page, for people
    aliases: tuple[str, ...] = ()
    imdb: str | None = None
    stamp: str = ""  # changes whenever the entry does
    status: str = ""  # in the database's own words; "" = it has none
    stage: Stage | None = None
    seasons: tuple[Season, ...] = ()
    cast: tuple[Performer, ...] = ()
    released: str | None = None  # of a film, or of a show whose seasons are not listed
    network: str | None = None
    site: str | None = None

    @property
    def year(self) -> str:
        """The year it came or comes out; "" when nobody knows."""
        first = min((season.date for season in self.seasons if season.date), default=None)
        return (self.released or first or "")[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What of an entry has been believed so far."""

    status: str = ""
    stage: Stage | None = None
    seasons: Mapping[int, str | None] = field(default_factory=dict)
    cast: frozenset[str] = frozenset()  # ids of everybody who ever stood there
    released: str | None = None
    network: str | None = None
    site: str | None = None
    renewed: bool = False  # a renewal was told whose season is not listed yet

    @property
    def last_season(self) -> int:
        return max(self.seasons, default=0)


class Part(StrEnum):
    """What of an entry can change; the second half of a rule's id."""

    STATUS = "status"
    SEASON = "season"
    DATE = "date"  # of a season
    RELEASE = "release"
    CAST = "cast"
    NETWORK = "network"
    SITE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the entry says now and did not say before. `about` is the season or the performer's id."""

    part: Part
    value: str
    about: str = ""

    @property
    def key(self) -> str:
        return f"{self.part}:{self.about}={self.value}"


def first_known(record: Record) -> Known:
    """All of an entry seen for the first time, of which nothing is told."""
    return Known(
        status=record.status,
        stage=record.stage,
        seasons={season.number: season.date for season in record.seasons},
        cast=frozenset(one.id for one in record.cast),
        released=record.released,
        network=record.network,
        site=record.site,
    )


def differences(known: Known, record: Record) -> tuple[Difference, ...]:
    """What the entry says now and did not say before; what it no longer says is no difference."""
    return tuple(_differences(known, record))


def _differences(known: Known, record: Record) -> Iterator[Difference]:
    if record.status and record.status != known.status:
        yield Difference(part=Part.STATUS, value=record.status)
    for season in record.seasons:
        number = str(season.number)
        if season.number not in known.seasons:
            yield Difference(part=Part.SEASON, about=number, value=season.date or "")
        elif _is_other_date(known.seasons[season.number], season.date):
            yield Difference(part=Part.DATE, about=number, value=season.date or "")
    if _is_other_date(known.released, record.released):
        yield Difference(part=Part.RELEASE, value=record.released or "")
    for one in record.cast:
        if one.id not in known.cast:
            yield Difference(part=Part.CAST, about=one.id, value="")
    if record.network and record.network != known.network:
        yield Difference(part=Part.NETWORK, value=record.network)
    if record.site and record.site != known.site:
        yield Difference(part=Part.SITE, value=record.site)


def _is_other_date(before: str | None, now: str | None) -> bool:
    """Whether a date says something else; one that is only less exact than before does not."""
    return now is not None and not (before or "").startswith(now)


def ripen(
    found: Iterable[Difference], waiting: Mapping[str, datetime], *, now: datetime
) -> tuple[tuple[Difference, ...], Mapping[str, datetime]]:
    """The differences that have stood long enough, and since when the others have been seen, by key.

    `waiting` is what came of the last look; what was seen then and is gone now begins anew when it comes back.
    """
    seen = {one.key: min(waiting.get(one.key, now), now) for one in found}
    ripe = tuple(one for one in found if now - seen[one.key] >= STANDS)
    return ripe, {key: since for key, since in seen.items() if key not in {one.key for one in ripe}}


def advance(known: Known, record: Record, ripe: Iterable[Difference], *, renewed: bool) -> Known:
    """What is believed once these differences are. `renewed` says that a renewal was told whose season is not listed."""
    parts = {one.part for one in ripe}
    listed = {int(one.about) for one in ripe if one.part in {Part.SEASON, Part.DATE}}
    status = Part.STATUS in parts
    return replace(
        known,
        status=record.status if status else known.status,
        stage=record.stage if status else known.stage,
        seasons={**known.seasons, **{one.number: one.date for one in record.seasons if one.number in listed}},
        cast=known.cast | {one.about for one in ripe if one.part is Part.CAST},
        released=record.released if Part.RELEASE in parts else known.released,
        network=record.network if Part.NETWORK in parts else known.network,
        site=record.site if Part.SITE in parts else known.site,
        renewed=(known.renewed or renewed) and Part.SEASON not in parts,
    )
