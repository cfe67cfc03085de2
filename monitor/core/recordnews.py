"""What changes of a database's entry say: a sentence each, and the news that follows from them, as far as it is sure to.

A status says less than it seems to: "Ended" is no proof of a cancellation, "In Production" none that cameras roll. What
was long over, and lists that volunteers fill in years later, are no news at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.core.calendar import say_when
from monitor.core.records import OVER, Difference, Known, Part, Performer, Record, Season, Stage
from monitor.core.report import Certainty, Claim, Facts, Kind, Person
from monitor.core.watchlist import Watch
from monitor.core.wording import say_list, say_seasons

# More at once are somebody tidying up.
_MOST_SEASONS = 3
_MOST_PERFORMERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Who says it: `id` begins the ids of its rules, `name` the sentences."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One sentence about an entry. `key` is the same whenever the entry says the same."""

    key: str
    text: str
    claims: tuple[Claim, ...] = ()


def changes(
    database: Database, watch: Watch, known: Known, record: Record, ripe: Sequence[Difference], *, today: date
) -> tuple[Change, ...]:
    """What the ripe differences come to: at most one change of each part, seasons and faces that came together in one."""
    teller = _Teller(database, watch, known, record, today.isoformat())
    return tuple(teller.tell(ripe))


def tells_renewal(told: Iterable[Change]) -> bool:
    """Whether a renewal was told by the status alone, so that the season, when it is listed, is no news."""
    claims = (claim for change in told for claim in change.claims)
    return any(claim.kind is Kind.RENEWAL and not claim.facts.seasons for claim in claims)


class _Teller:
    def __init__(self, database: Database, watch: Watch, known: Known, record: Record, today: str) -> None:
        self._database, self._watch, self._known, self._record, self._today = database, watch, known, record, today
        self._title = watch.title

    def tell(self, ripe: Sequence[Difference]) -> Iterator[Change]:
        by_part = {part: [one for one in ripe if one.part is part] for part in Part}
        new = [season for season in self._record.seasons if str(season.number) in _about(by_part[Part.SEASON])]
        season = self._seasons(new) if new else None
        if by_part[Part.STATUS]:
            claimed = season is not None and any(claim.kind is Kind.RENEWAL for claim in season.claims)
            yield self._status(season_tells=claimed)
        if season is not None:
            yield season
        moved = [one for one in self._record.seasons if str(one.number) in _about(by_part[Part.DATE])]
        yield from map(self._date, moved)
        if by_part[Part.RELEASE]:
            yield self._release()
        joined = [one for one in self._record.cast if one.main and one.id in _about(by_part[Part.CAST])]
        if joined:
            yield self._cast(joined)
        for part, said in ((Part.NETWORK, "network"), (Part.SITE, "official site")):
            for one in by_part[part]:
                yield self._change(part, one.value, f"the {said} of {self._title} is {one.value}")

    def _change(self, part: Part, value: str, said: str, *claims: Claim) -> Change:
        return Change(key=f"{part}:{value}", text=f"{self._database.name}: {said}", claims=claims)

    def _claim(self, part: Part, kind: Kind, facts: Facts, certainty: Certainty = Certainty.CONFIRMED) -> Claim:
        rule = f"{self._database.id}/{part}"
        return Claim(rule=rule, kind=kind, title=self._title, watch=self._watch.id, certainty=certainty, facts=facts)

    def _status(self, *, season_tells: bool) -> Change:
        before = f" from {self._known.status}" if self._known.status else ""
        said = f"the status of {self._title} changed{before} to {self._record.status}"
        # The same status after a further season is other news.
        value = (
            f"{self._record.status}@{max(self._known.last_season, *(one.number for one in self._record.seasons), 0)}"
        )
        means = _meaning(self._known.stage, self._record.stage)
        if means is None or (means[0] is Kind.RENEWAL and season_tells):
            return self._change(Part.STATUS, value, said)
        kind, certainty = means
        facts = Facts(network=self._record.network if kind is Kind.RENEWAL else None)
        return self._change(Part.STATUS, value, said, self._claim(Part.STATUS, kind, facts, certainty))

    def _seasons(self, new: Sequence[Season]) -> Change:
        numbers = tuple(season.number for season in new)
        dated = next((season for season in new if season.date), None)
        said = f"{self._title} has {'a ' if len(new) == 1 else ''}{say_seasons(numbers)}"
        said += f", from {say_when(dated.date).partition(' ')[2]}" if dated and dated.date else ""
        fresh = tuple(one.number for one in new if one.number > self._known.last_season and not self._is_past(one.date))
        claims = []
        if fresh and len(new) <= _MOST_SEASONS:
            if self._known.last_season and not self._known.renewed:
                facts = Facts(seasons=fresh, network=self._record.network)
                claims.append(self._claim(Part.SEASON, Kind.RENEWAL, facts))
            if dated and dated.date and dated.number in fresh:
                facts = Facts(seasons=(dated.number,), dates=(dated.date,), network=self._record.network)
                claims.append(self._claim(Part.SEASON, Kind.RELEASE_DATE, facts))
        return self._change(Part.SEASON, ",".join(map(str, numbers)), said, *claims)

    def _date(self, season: Season) -> Change:
        assert season.date is not None
        said = f"{say_seasons((season.number,))} of {self._title} starts {say_when(season.date)}"
        facts = Facts(seasons=(season.number,), dates=(season.date,), network=self._record.network)
        return self._dated(Part.DATE, f"{season.number}={season.date}", said, season.date, facts)

    def _release(self) -> Change:
        day = self._record.released
        assert day is not None
        facts = Facts(dates=(day,), network=self._record.network)
        return self._dated(Part.RELEASE, day, f"{self._title} comes out {say_when(day)}", day, facts)

    def _dated(self, part: Part, value: str, said: str, day: str, facts: Facts) -> Change:
        if self._is_past(day):  # a correction of what was
            return self._change(part, value, said)
        return self._change(part, value, said, self._claim(part, Kind.RELEASE_DATE, facts))

    def _cast(self, joined: Sequence[Performer]) -> Change:
        people = tuple(Person(name=one.name, role=one.role) for one in joined)
        named = say_list([f"{one.name} as {one.role}" if one.role else one.name for one in people[:_MOST_PERFORMERS]])
        rest = len(people) - _MOST_PERFORMERS
        said = f"the main cast of {self._title} lists {named}{f' and {rest} more' if rest > 0 else ''}"
        value = ",".join(sorted(one.id for one in joined))
        over = self._record.stage in OVER or self._record.stage is Stage.OUT or self._is_past(self._record.released)
        # The first names of what already runs are those whom everybody has seen.
        begun = any(self._is_past(season.date) for season in self._record.seasons)
        if over or rest > 0 or (begun and not self._known.cast):
            return self._change(Part.CAST, value, said)
        return self._change(Part.CAST, value, said, self._claim(Part.CAST, Kind.CASTING, Facts(people=people)))

    def _is_past(self, day: str | None) -> bool:
        return day is not None and day < self._today[: len(day)]


def _about(found: Iterable[Difference]) -> frozenset[str]:
    return frozenset(one.about for one in found)


def _meaning(before: Stage | None, now: Stage | None) -> tuple[Kind, Certainty] | None:
    """What a change of status is the news of, and how sure that is; None where it is none."""
    match before, now:
        case Stage.UNDECIDED, Stage.RUNNING:
            return Kind.RENEWAL, Certainty.CONFIRMED
        case ((Stage.ENDED | Stage.CANCELLED), Stage.RUNNING):
            return Kind.RENEWAL, Certainty.RUMOUR  # a revival, or the end was a mistake
        case ((Stage.ENDED | Stage.CANCELLED | Stage.OUT), _):
            return None  # what is over is only put into other words
        case _, Stage.CANCELLED:
            return Kind.CANCELLATION, Certainty.CONFIRMED
        case ((Stage.RUNNING | Stage.UNDECIDED), Stage.ENDED):
            return Kind.ENDING, Certainty.CONFIRMED
        case _:
            return None
