"""An announcement: one piece of news in the world, however many reports tell it, and which reports belong to it.

Merging is cautious: a wrong duplicate costs a second, a wrong merge hides news. So facts that contradict
each other (another season, another person cast) always part ways.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar, assert_never

from monitor.core.report import Certainty, Facts, Kind, Person, Report, Subject
from monitor.core.source import Tier
from monitor.core.text import fold

T = TypeVar("T")


class Standing(StrEnum):
    """How far an announcement is backed: rumoured < reported < official; or denied."""

    RUMOURED = "rumoured"
    REPORTED = "reported"
    OFFICIAL = "official"
    DENIED = "denied"


# A denial outweighs what it denies, and an official word outweighs a denial. Taking the highest makes
# the standing independent of the order in which reports arrive.
_WEIGHT = {Standing.RUMOURED: 0, Standing.REPORTED: 1, Standing.DENIED: 2, Standing.OFFICIAL: 3}

# How long after its last report a further one is still the same news. A renewal is told again for months
# ("recently renewed for a third season"); two trailers a month apart are two trailers.
_WINDOW = {
    Kind.DEVELOPMENT: timedelta(days=60),
    Kind.ORDER: timedelta(days=90),
    Kind.RENEWAL: timedelta(days=180),
    Kind.CANCELLATION: timedelta(days=90),
    Kind.ENDING: timedelta(days=180),
    Kind.CASTING: timedelta(days=60),
    Kind.DEPARTURE: timedelta(days=60),
    Kind.CASTING_CALL: timedelta(days=30),
    Kind.CREW: timedelta(days=60),
    Kind.FILMING_START: timedelta(days=60),
    Kind.FILMING_WRAP: timedelta(days=45),
    Kind.DELAY: timedelta(days=30),
    Kind.RELEASE_DATE: timedelta(days=45),
    Kind.TRAILER: timedelta(days=7),
}
LONGEST_WINDOW = max(_WINDOW.values())

# A report without a single fact joins the latest announcement of its subject and kind only for this long.
_VAGUE_WINDOW = timedelta(days=3)

_ABOUT_PEOPLE = frozenset({Kind.CASTING, Kind.DEPARTURE, Kind.CREW})
_ABOUT_DATES = frozenset({Kind.RELEASE_DATE, Kind.DELAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What is known of one announcement. `id` is 0 until it is stored.

    `revision` counts what was worth telling: 1 is the first alert, each new fact or change of standing adds one.
    """

    id: int
    subject: Subject
    kind: Kind
    facts: Facts
    standing: Standing
    watches: tuple[str, ...]
    revision: int
    first_seen: datetime
    last_report_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Where a report went. `change` says in plain words what is worth an update; "" when nothing is, or when it is new."""

    announcement: Announcement
    change: str = ""
    widened: bool = False  # it concerns a watch that it did not concern before

    @property
    def is_new(self) -> bool:
        return self.announcement.id == 0

    @property
    def worth_telling(self) -> bool:
        return self.is_new or self.widened or bool(self.change)


def settle(report: Report, *, tier: Tier, candidates: Iterable[Announcement], now: datetime) -> Settled:
    """The announcement a report belongs to: one of `candidates` with the report merged in, or a new one with id 0."""
    fitting = [known for known in candidates if _same(known, report, now)]
    if not fitting:
        return Settled(announcement=_first(report, tier, now))
    best = max(fitting, key=lambda known: (_agreement(known.facts, report.facts), known.last_report_at, known.id))
    return _join(best, report, tier, now)


def standing_of(report: Report, tier: Tier) -> Standing:
    """The standing one report gives by itself."""
    match report.certainty:
        case Certainty.DENIED:
            return Standing.DENIED
        case Certainty.RUMOUR:
            return Standing.RUMOURED
        case Certainty.CONFIRMED:
            if report.official or tier is Tier.OFFICIAL:
                return Standing.OFFICIAL
            return Standing.RUMOURED if tier is Tier.COMMUNITY else Standing.REPORTED
        case _:
            assert_never(report.certainty)


def merge_facts(known: Facts, told: Facts) -> Facts:
    """Both, without repeating: what was known first comes first."""
    return Facts(
        seasons=_union(known.seasons, told.seasons),
        people=_merge_people(known.people, told.people),
        dates=_union(known.dates, told.dates),
        network=known.network or told.network,
        place=known.place or told.place,
        title=known.title or told.title,
    )


def _first(report: Report, tier: Tier, now: datetime) -> Announcement:
    return Announcement(
        id=0,
        subject=report.subject,
        kind=report.kind,
        facts=report.facts,
        standing=standing_of(report, tier),
        watches=report.watches,
        revision=1,
        first_seen=now,
        last_report_at=now,
    )


def _join(known: Announcement, report: Report, tier: Tier, now: datetime) -> Settled:
    standing = max(known.standing, standing_of(report, tier), key=_WEIGHT.__getitem__)
    facts = merge_facts(known.facts, report.facts)
    change = _change(known, standing, facts)
    merged = replace(
        known,
        facts=facts,
        standing=standing,
        watches=_union(known.watches, report.watches),
        revision=known.revision + bool(change),
        last_report_at=max(known.last_report_at, now),
    )
    return Settled(announcement=merged, change=change, widened=merged.watches != known.watches)


def _change(known: Announcement, standing: Standing, facts: Facts) -> str:
    """What an update would say, standing first; "" when nothing new is worth a message."""
    news = []
    if standing is not known.standing:
        news.append("denied" if standing is Standing.DENIED else f"now {standing}")
    if known.kind in _ABOUT_PEOPLE:
        named = [_fold_name(person) for person in known.facts.people]
        added = [p.name for p in facts.people if not any(_same_name(_fold_name(p), name) for name in named)]
        if added:
            news.append("also " + ", ".join(added))
    if known.kind in _ABOUT_DATES:
        # A first date is news; a second one is another outlet's guess or a moved date: both worth saying.
        news.extend(f"date: {date}" for date in facts.dates if not _date_known(date, known.facts.dates))
    return "; ".join(news)


def _date_known(date: str, known: tuple[str, ...]) -> bool:
    """A vaguer or a more exact form of a known date ("2027" and "2027-03") is no new date."""
    return any(date.startswith(other) or other.startswith(date) for other in known)


def _same(known: Announcement, report: Report, now: datetime) -> bool:
    if (known.subject.key, known.kind) != (report.subject.key, report.kind):
        return False
    age = now - known.last_report_at
    if age > _WINDOW[known.kind] or _conflict(known.kind, known.facts, report.facts):
        return False
    return _agreement(known.facts, report.facts) > 0 or report.facts != Facts() or age <= _VAGUE_WINDOW


def _conflict(kind: Kind, known: Facts, told: Facts) -> bool:
    if known.seasons and told.seasons and not set(known.seasons) & set(told.seasons):
        return True
    if kind in _ABOUT_PEOPLE and known.people and told.people and not _shared_people(known, told):
        return True
    if kind is Kind.CASTING_CALL and known.place and told.place and fold(known.place) != fold(told.place):
        return True
    return bool(known.title and told.title and fold(known.title) != fold(told.title))


def _agreement(known: Facts, told: Facts) -> int:
    """How many facts the two share."""
    return (
        len(set(known.seasons) & set(told.seasons))
        + len(set(known.dates) & set(told.dates))
        + _shared_people(known, told)
    )


def _shared_people(known: Facts, told: Facts) -> int:
    names = [_fold_name(person) for person in known.people]
    return sum(any(_same_name(_fold_name(person), name) for name in names) for person in told.people)


def _fold_name(person: Person) -> tuple[str, ...]:
    return tuple(fold(person.name).split())


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Equal, or one is the other's surname: "Connor" in a second paragraph is Kit Connor."""
    return one == other or (1 in {len(one), len(other)} and one[-1:] == other[-1:])


def _merge_people(known: tuple[Person, ...], told: tuple[Person, ...]) -> tuple[Person, ...]:
    merged = list(known)
    for person in told:
        name = _fold_name(person)
        place = next((i for i, other in enumerate(merged) if _same_name(_fold_name(other), name)), None)
        if place is None:
            merged.append(person)
        else:
            merged[place] = _fuller(merged[place], person)
    return tuple(merged)


def _fuller(one: Person, other: Person) -> Person:
    """The longer name with the longer role; ties by alphabet, so that the order of arrival does not matter."""
    return Person(
        name=max(one.name, other.name, key=lambda name: (len(name), name)),
        role=max(one.role or "", other.role or "", key=lambda role: (len(role), role)) or None,
    )


def _union(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))
