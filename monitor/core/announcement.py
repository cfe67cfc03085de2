"""An announcement: one piece of news in the world, however many reports tell it, and which reports belong to it.

Merging is cautious: a wrong duplicate costs a second, a wrong merge hides news. So facts that contradict
each other (another season, another person cast) always part ways.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar, assert_never

from monitor.core.calendar import say_date
from monitor.core.report import Certainty, Facts, Kind, Person, Report, ScamSign, Subject
from monitor.core.source import Tier
from monitor.core.text import fold

T = TypeVar("T", str, str | None)


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

# When only one side names the season, the other is an echo or a first word of it, but not for as long.
_ONE_SIDED = timedelta(days=30)
# When nothing says which of several castings or calls is meant, only what is told at the same time is the same.
_VAGUE = timedelta(days=3)
# So long after a denial others still print what it denies; who states it later knows more.
_ECHO_OF_DENIED = timedelta(days=2)

_ABOUT_PEOPLE = frozenset({Kind.CASTING, Kind.DEPARTURE, Kind.CREW})
_ABOUT_DATES = frozenset({Kind.RELEASE_DATE, Kind.DELAY})
_COME_IN_NUMBERS = _ABOUT_PEOPLE | {Kind.CASTING_CALL}
_NAME_SUFFIXES = frozenset({"jr", "sr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What is known of one announcement. `id` is 0 until it is stored.

    `revision` counts what was worth telling: 1 is the first alert; each new fact, change of standing and newly
    concerned watch adds one. Once it is denied, `last_report_at` is the last denial.
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
    standing = standing_of(report, tier)
    fitting = [known for known in candidates if _same(known, report, standing, now)]
    if not fitting:
        return Settled(announcement=_first(report, standing, now))
    best = max(fitting, key=lambda known: (_agreement(known.facts, report.facts), known.last_report_at, known.id))
    # What a neighbour told is no news: "seasons 2 and 3" sums up two renewals that are both known.
    neighbours = [known.facts for known in fitting if known is not best]
    return _join(best, report, standing, neighbours, now)


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
    """Both, without repeating, and each in its fullest form; people known first come first."""
    return Facts(
        seasons=tuple(sorted({*known.seasons, *told.seasons})),
        people=_merge_people(known.people, told.people),
        dates=_merge_dates(known.dates, told.dates),
        network=_longer(known.network, told.network),
        place=_longer(known.place, told.place),
        deadline=_longer(known.deadline, told.deadline),  # of two days the later: a call is prolonged, never cut short
        scam_signs=tuple(sign for sign in ScamSign if sign in {*known.scam_signs, *told.scam_signs}),
        title=_longer(known.title, told.title),
    )


def _first(report: Report, standing: Standing, now: datetime) -> Announcement:
    return Announcement(
        id=0,
        subject=report.subject,
        kind=report.kind,
        facts=merge_facts(Facts(), report.facts),
        standing=standing,
        watches=report.watches,
        revision=1,
        first_seen=now,
        last_report_at=now,
    )


def _join(
    known: Announcement, report: Report, standing: Standing, neighbours: Sequence[Facts], now: datetime
) -> Settled:
    merged = replace(
        known,
        facts=merge_facts(known.facts, report.facts),
        standing=max(known.standing, standing, key=_WEIGHT.__getitem__),
        watches=tuple(dict.fromkeys((*known.watches, *report.watches))),
    )
    if merged.standing is standing or merged.standing is not Standing.DENIED:  # an echo of what is denied is no denial
        merged = replace(merged, last_report_at=max(known.last_report_at, now))
    change = "; ".join(_news(known, merged, neighbours))
    widened = merged.watches != known.watches
    return Settled(
        announcement=replace(merged, revision=known.revision + bool(change or widened)), change=change, widened=widened
    )


def _news(known: Announcement, merged: Announcement, neighbours: Sequence[Facts]) -> Iterator[str]:
    """What an update would say, standing first; nothing when nothing is worth a message."""
    before, after = known.facts, merged.facts
    if merged.standing is not known.standing:
        yield "denied" if merged.standing is Standing.DENIED else f"now {merged.standing}"
    for season in _new_seasons(before, after, neighbours):
        yield f"also season {season}"
    if known.kind in _ABOUT_PEOPLE and (names := _new_names(before, after, neighbours)):
        yield "also " + ", ".join(names)
    if known.kind in _ABOUT_DATES:
        # A first date, a more exact one, a moved one, another outlet's guess: all are worth saying.
        told = [date for facts in (before, *neighbours) for date in facts.dates]
        yield from (f"date: {say_date(date)}" for date in after.dates if not any(_covers(date, one) for one in told))
    if known.subject.key.startswith("person:") and after.title and not before.title:
        yield f"title: {after.title}"
    if after.place and not before.place:
        yield f"place: {after.place}"
    if after.deadline and after.deadline != before.deadline:
        yield f"apply by {say_date(after.deadline)}"
    if after.scam_signs and not before.scam_signs:
        yield "careful: signs of a scam"


def _new_seasons(before: Facts, after: Facts, neighbours: Sequence[Facts]) -> list[int]:
    """The first number only completes what was told, and a lower one is recalled rather than announced."""
    told = {number for facts in neighbours for number in facts.seasons}
    latest = max(before.seasons, default=max(after.seasons, default=0))
    return [number for number in after.seasons if number > latest and number not in told]


def _new_names(before: Facts, after: Facts, neighbours: Sequence[Facts]) -> list[str]:
    told = [person for facts in neighbours for person in facts.people]
    added = after.people[len(before.people) :]  # merging keeps the known ones in front
    return [person.name for person in added if not any(_same_person(person, one) for one in told)]


def _same(known: Announcement, report: Report, standing: Standing, now: datetime) -> bool:
    if (known.subject.key, known.kind) != (report.subject.key, report.kind):
        return False
    if _conflict(known.kind, known.facts, report.facts):
        return False
    silence = now - known.last_report_at
    if known.standing is Standing.DENIED and standing is Standing.REPORTED and silence > _ECHO_OF_DENIED:
        return False
    return silence <= _patience(known, report.facts, now)


def _patience(known: Announcement, told: Facts, now: datetime) -> timedelta:
    """How long after its last report the announcement may be told again by `told`, which does not contradict it."""
    window = _WINDOW[known.kind]
    had, has = _mark(known, known.facts), _mark(known, told)
    if had and has:
        return window
    if _is_many(known.subject) or known.kind in _COME_IN_NUMBERS:
        unrelated = known.subject.key.startswith("topic:") and not _agreement(known.facts, told)
        return timedelta.min if unrelated else _VAGUE
    if had:
        return min(_ONE_SIDED, window)
    # Passing mentions keep a vague announcement alive for years: the next season is not what it was about.
    return timedelta.min if has and now - known.first_seen > _ONE_SIDED else window


def _is_many(subject: Subject) -> bool:
    """Whether the subject's news is about several titles."""
    return subject.key.startswith(("person:", "topic:"))


def _mark(known: Announcement, facts: Facts) -> object:
    """The facts that tell one announcement of this subject and kind from the next; empty when they are not told."""
    if _is_many(known.subject):
        return facts.title
    if known.kind is Kind.CASTING_CALL:
        return facts.place
    return facts.people if known.kind in _ABOUT_PEOPLE else facts.seasons


def _conflict(kind: Kind, known: Facts, told: Facts) -> bool:
    if known.seasons and told.seasons and not set(known.seasons) & set(told.seasons):
        return True
    if kind in _ABOUT_PEOPLE and known.people and told.people and not _shared_people(known, told):
        return True
    return (kind is Kind.CASTING_CALL and _differ(known.place, told.place)) or _differ(known.title, told.title)


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and fold(one) != fold(other))


def _agreement(known: Facts, told: Facts) -> int:
    """How many facts the two share."""
    pairs = ((known.place, told.place), (known.title, told.title))
    return (
        len(set(known.seasons) & set(told.seasons))
        + len(set(known.dates) & set(told.dates))
        + _shared_people(known, told)
        + sum(bool(one and other) and not _differ(one, other) for one, other in pairs)
    )


def _shared_people(known: Facts, told: Facts) -> int:
    return sum(any(_same_person(person, one) for one in known.people) for person in told.people)


def _same_person(one: Person, other: Person) -> bool:
    """The same name, or one the surname of the other ("Connor" in a second paragraph) unless their roles differ."""
    short, long = sorted((_words(one.name), _words(other.name)), key=len)
    if short == long:
        return True
    return long[-len(short) :] == short and _alike(one.role, other.role)


def _words(name: str) -> tuple[str, ...]:
    """The name's words without what outlets write in different ways: dots, hyphens, "Jr."."""
    return tuple(word for word in fold(name).replace(".", "").replace("-", " ").split() if word not in _NAME_SUFFIXES)


def _alike(one: str | None, other: str | None) -> bool:
    """Whether two roles may be one: "Sahar" is "Sahar Zahid"."""
    short, long = sorted((fold(one or ""), fold(other or "")), key=len)
    return short in long


def _merge_people(known: tuple[Person, ...], told: tuple[Person, ...]) -> tuple[Person, ...]:
    merged = list(known)
    for person in told:
        places = [place for place, other in enumerate(merged) if _same_person(person, other)]
        if not places:
            merged.append(person)
        elif len(places) == 1:  # else a surname that two of them share: nobody knows whose
            one = merged[places[0]]
            merged[places[0]] = Person(name=_longer(one.name, person.name), role=_longer(one.role, person.role))
    return tuple(merged)


def _merge_dates(known: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """Each date in its most exact form. Dates that contradict all that was known are the latest word: they come first."""
    agree = any(_covers(one, other) or _covers(other, one) for one in known for other in told)
    dates = tuple(dict.fromkeys((*known, *told) if agree else (*told, *known)))
    return tuple(date for date in dates if not any(date != other and _covers(date, other) for other in dates))


def _covers(vague: str, exact: str) -> bool:
    """Whether the second date is the first one, or lies in it: "2027" covers "2027-03", and so does "2027-Q1"."""
    year, _, quarter = vague.partition("-Q")
    if not quarter:
        return exact.startswith(vague)
    # Seasons of the year begin in the last month of the quarter before: spring is said of March.
    months = [f"{year}-{month:02}" for month in range(max(1, 3 * int(quarter) - 3), 3 * int(quarter) + 1)]
    return exact == vague or exact[:7] in months


def _longer(one: T, other: T) -> T:
    """The fuller of two texts; ties by alphabet, so that the order of arrival does not matter."""
    return max(one, other, key=lambda text: (len(text or ""), text or ""))
