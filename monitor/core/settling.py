"""Settling a report: the announcement it belongs to, and what of it is worth telling."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from monitor.core.announcement import Announcement, Standing
from monitor.core.calendar import say_date
from monitor.core.identity import ABOUT_PEOPLE, Relation, agreement, is_many, relate
from monitor.core.merging import covers, merge_facts, same_night, same_person
from monitor.core.report import Certainty, Facts, Kind, Recognition, Report
from monitor.core.source import Tier
from monitor.core.stories import STORY_LASTS, Vocabulary, likenesses, words_of
from monitor.core.text import fold
from monitor.core.wording import say_list, say_seasons

# A denial outweighs what it denies, and an official word outweighs a denial. Taking the highest makes
# the standing independent of the order in which reports arrive.
_WEIGHT = {Standing.RUMOURED: 0, Standing.REPORTED: 1, Standing.DENIED: 2, Standing.OFFICIAL: 3}
_ABOUT_DATES = frozenset({Kind.RELEASE_DATE, Kind.DELAY})
_AND = "; "  # between the parts of a change
_MOST_HEADLINES = 250  # of an announcement; more of the same add nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a report was told, for news that no fact identifies."""

    headline: str = ""
    same_page: Collection[int] = ()  # announcements that were told at the item's address before
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Where a report went. `change` says in plain words what is worth an update; "" when nothing is, or when it is new."""

    announcement: Announcement
    change: str = ""
    widened: bool = False  # it concerns a watch that it did not concern before
    raised: Standing | None = None  # the standing that the report gave it

    @property
    def is_new(self) -> bool:
        return self.announcement.id == 0

    @property
    def worth_telling(self) -> bool:
        return self.is_new or self.widened or bool(self.change)


def settle(
    report: Report, *, tier: Tier, candidates: Iterable[Announcement], wording: Wording, now: datetime
) -> Settled:
    """The announcement a report belongs to: one of `candidates` with the report merged in, or a new one with id 0."""
    standing = standing_of(report, tier)
    headline = fold(wording.headline)
    known = tuple(candidates)
    alike = _likenesses(report, known, wording, now)
    relations = [
        (one, relate(one, report, standing, headline=headline, likeness=alike[one.id], now=now)) for one in known
    ]
    fitting = [one for one, relation in relations if relation is Relation.SAME]
    if not fitting:
        likely = [one for one, relation in relations if relation is Relation.LIKELY]
        possibly = max(likely, key=lambda one: (alike[one.id], one.last_report_at, one.id)).id if likely else None
        return Settled(announcement=_first(report, standing, headline, possibly, now))
    best = max(fitting, key=lambda one: (agreement(one.facts, report.facts), alike[one.id], one.last_report_at, one.id))
    # What a neighbour told is no news: "seasons 2 and 3" sums up two renewals that are both known.
    neighbours = [one.facts for one in fitting if one is not best]
    return _join(best, _in_step(report, best), best.facts, standing, headline, neighbours, now)


def _in_step(report: Report, known: Announcement) -> Report:
    """The report of a database without days that are known but for the hour of midnight, which depends on the place."""
    if not report.database:
        return report
    days = [day for day in report.facts.dates if not any(same_night(day, told) for told in known.facts.dates)]
    return replace(report, facts=replace(report.facts, dates=tuple(days)))


def amend(
    known: Announcement, report: Report, *, tier: Tier, headline: str, only_source: bool, now: datetime
) -> Settled:
    """The announcement with what an item that told it says since it was revised, also where that contradicts it.

    With `only_source` nobody else has told it: the season that is corrected is forgotten.
    """
    mistaken = only_source and bool(report.facts.seasons)
    kept = replace(known.facts, seasons=()) if mistaken else known.facts
    return _join(known, report, kept, standing_of(report, tier), fold(headline), (), now)


def _likenesses(report: Report, known: Iterable[Announcement], wording: Wording, now: datetime) -> dict[int, float]:
    """How like the headline is to those of each announcement, where words have to tell; by id."""
    found = {one.id: 1.0 if one.id in wording.same_page else 0.0 for one in known}
    if is_many(report.subject):
        fresh = {one.id: one.headlines for one in known if now - one.last_report_at <= STORY_LASTS}
        # That a person's name stands in two headlines about that person says nothing.
        own = words_of(report.subject.title)
        for number, likeness in likenesses(wording.headline, fresh, wording.vocabulary, besides=own).items():
            found[number] = max(found[number], likeness)
    return found


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


def _first(report: Report, standing: Standing, headline: str, possibly: int | None, now: datetime) -> Announcement:
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
        possibly=possibly,
        headlines=(headline,) if headline else (),
    )


def _join(
    known: Announcement,
    report: Report,
    kept: Facts,
    standing: Standing,
    headline: str,
    neighbours: Sequence[Facts],
    now: datetime,
) -> Settled:
    merged = replace(
        known,
        facts=merge_facts(kept, report.facts),
        standing=max(known.standing, standing, key=_WEIGHT.__getitem__),
        watches=tuple(dict.fromkeys((*known.watches, *report.watches))),
        headlines=tuple(dict.fromkeys((*known.headlines, *([headline] if headline else ()))))[:_MOST_HEADLINES],
    )
    if merged.standing is standing or merged.standing is not Standing.DENIED:  # an echo of what is denied is no denial
        merged = replace(merged, last_report_at=max(known.last_report_at, now))
    change = _AND.join(_news(known, merged, neighbours))
    widened = merged.watches != known.watches
    return Settled(
        announcement=replace(merged, revision=known.revision + bool(change or widened)),
        change=change,
        widened=widened,
        raised=merged.standing if merged.standing is not known.standing else None,
    )


def gather_changes(earlier: Iterable[str], latest: str) -> str:
    """What several updates say as one, the latest first; of several standings only the last."""
    said = [part for change in (latest, *reversed(tuple(earlier))) for part in change.split(_AND)]
    standings = frozenset(map(_say_raised, Standing))
    standing = [part for part in said if part in standings]
    return _AND.join(dict.fromkeys((*standing[:1], *(part for part in said if part and part not in standings))))


def changed_reports(before: Recognition, after: Recognition) -> tuple[Report, ...]:
    """The reports of a revised text that say something else than the text said before; a typo mended changes none."""
    told = {_gist(report) for report in before.reports}
    return tuple(report for report in after.reports if _gist(report) not in told)


def _gist(report: Report) -> tuple[object, ...]:
    return report.subject.key, report.kind, report.certainty, report.facts, report.official


def _news(known: Announcement, merged: Announcement, neighbours: Sequence[Facts]) -> Iterator[str]:
    """What an update would say, standing first; nothing when nothing is worth a message."""
    before, after = known.facts, merged.facts
    if merged.standing is not known.standing:
        yield _say_raised(merged.standing)
    if before.seasons and not set(before.seasons) & set(after.seasons):
        yield f"{say_seasons(after.seasons)}, not {say_list([str(number) for number in before.seasons])}"
    else:
        yield from (f"also season {season}" for season in _new_seasons(before, after, neighbours))
    if known.kind in ABOUT_PEOPLE and (names := _new_names(before, after, neighbours)):
        yield "also " + ", ".join(names)
    if known.kind in _ABOUT_DATES:
        # A first date, a more exact one, a moved one, another outlet's guess: all are worth saying.
        told = [date for facts in (before, *neighbours) for date in facts.dates]
        yield from (f"date: {say_date(date)}" for date in after.dates if not any(covers(date, one) for one in told))
    if known.subject.key.startswith("person:") and after.title and not before.title:
        yield f"title: {after.title}"
    if after.place and not before.place:
        yield f"place: {after.place}"
    if after.deadline and after.deadline != before.deadline:
        yield f"apply by {say_date(after.deadline)}"
    if after.scam_signs and not before.scam_signs:
        yield "careful: signs of a scam"


def _say_raised(standing: Standing) -> str:
    return "denied" if standing is Standing.DENIED else f"now {standing}"


def _new_seasons(before: Facts, after: Facts, neighbours: Sequence[Facts]) -> list[int]:
    """The first number only completes what was told, and a lower one is recalled rather than announced."""
    told = {number for facts in neighbours for number in facts.seasons}
    latest = max(before.seasons, default=max(after.seasons, default=0))
    return [number for number in after.seasons if number > latest and number not in told]


def _new_names(before: Facts, after: Facts, neighbours: Sequence[Facts]) -> list[str]:
    told = [person for facts in neighbours for person in facts.people]
    added = after.people[len(before.people) :]  # merging keeps the known ones in front
    return [person.name for person in added if not any(same_person(person, one) for one in told)]
