"""The demo: a fortnight of invented news, served on loopback, told by the real pipeline under a simulated clock.

What comes out is compared with the alerts that `expected.yaml` lists, so the demo is a proof as well as a show.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.core.alert import Alert, AlertPurpose
from monitor.ports import Store, View
from monitor.rounds import Program, Round, once

# Any Monday would do; a fixed one makes every run tell the same.
STARTS = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(slots=True)
class SimulatedClock:
    """A clock that stands still until it is set."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An alert as `expected.yaml` describes one. Day 1 is the first; empty where the purpose has no such thing."""

    day: int
    time: str
    purpose: str
    kind: str
    title: str
    standing: str = ""
    seasons: tuple[int, ...] = ()
    people: frozenset[tuple[str, str | None]] = frozenset()

    def __str__(self) -> str:
        words = (f"day {self.day} {self.time}", self.purpose, self.title, self.kind.replace("_", " "), self.standing)
        people = ", ".join(f"{name} as {role}" if role else name for name, role in sorted(self.people, key=str))
        seasons = f"season {', '.join(map(str, self.seasons))}" if self.seasons else ""
        return " · ".join(word for word in (*words, seasons, people) if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One round of the demo with what it told."""

    day: int
    time: str
    round: Round
    tellings: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came out against what had to."""

    missing: tuple[Telling, ...]
    surplus: tuple[Telling, ...]

    @property
    def as_expected(self) -> bool:
        return not (self.missing or self.surplus)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutcome:
    """What the demo came to. `again` when it had been played on the same data before: then nothing must be told."""

    items: int
    outlets: int
    again: bool
    expected: tuple[tuple[Telling, str], ...]
    verdict: Verdict


def moments(timeline: Mapping[str, Any]) -> list[datetime]:
    """When the demo polls: the rounds of every day of the timeline."""
    hours = [datetime.strptime(text, "%H:%M").time() for text in timeline["rounds"]]  # noqa: DTZ007  # a time of day
    days = [STARTS.date() + timedelta(days=day) for day in range(timeline["days"])]
    return [datetime.combine(day, hour, UTC) for day in days for hour in hours]


async def play(program: Program, *, moment: datetime) -> Moment:
    """Polls everything as of that moment, which the program's clock must show, and delivers."""
    store = program.desk.store
    before = await store.read(lambda view: {alert.id for alert in view.alerts_since(moment)})
    done = await once(program, everything=True, told=lambda _outcome, _error: None)
    tellings = await store.read(
        lambda view: tuple(_telling(alert, view) for alert in view.alerts_since(moment) if alert.id not in before)
    )
    return Moment(day=_day(moment), time=f"{moment:%H:%M}", round=done, tellings=tellings)


def read_expected(data: Mapping[str, Any]) -> tuple[tuple[Telling, str], ...]:
    """The alerts that must come out, each with its reason in plain words."""
    return tuple(
        (
            Telling(
                day=entry["day"],
                time=entry["time"],
                purpose=entry["purpose"],
                kind=entry["kind"],
                title=entry["title"],
                standing=entry.get("standing", ""),
                seasons=tuple(entry.get("seasons", ())),
                people=frozenset((person["name"], person.get("role")) for person in entry.get("people", ())),
            ),
            entry["reason"],
        )
        for entry in data["alerts"]
    )


def judge(tellings: Sequence[Telling], expected: Sequence[Telling]) -> Verdict:
    """What is missing and what is too much."""
    came, wanted = Counter(tellings), Counter(expected)
    return Verdict(missing=tuple((wanted - came).elements()), surplus=tuple((came - wanted).elements()))


async def count_items(store: Store) -> int:
    """How many items the demo's outlets published, as far as they were seen."""
    return await store.read(lambda view: view.count_items())


def _telling(alert: Alert, view: View) -> Telling:
    made = alert.created_at
    telling = Telling(day=_day(made), time=f"{made:%H:%M}", purpose=alert.purpose, kind="", title="")
    if alert.incident_id is not None:
        incident = view.incident(alert.incident_id)
        assert incident is not None
        return replace(telling, kind=incident.kind, title=incident.subject)
    if alert.announcement_id is None:
        return telling
    announcement = view.announcement(alert.announcement_id)
    assert announcement is not None
    facts = announcement.facts
    is_update = alert.purpose is AlertPurpose.UPDATE
    return replace(
        telling,
        kind=announcement.kind,
        title=announcement.subject.title,
        standing=announcement.standing,
        seasons=facts.seasons,
        people=frozenset((p.name, p.role) for p in facts.people if not is_update or p.name in alert.change),
    )


def _day(moment: datetime) -> int:
    return (moment - STARTS).days + 1
