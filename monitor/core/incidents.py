"""An incident: a source in trouble (or everything at once), told once and closed once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IncidentKind(StrEnum):
    FAILING = "failing"  # a source keeps failing
    NOT_A_FEED = "not_a_feed"  # a block page or HTML where a feed was
    GONE = "gone"  # 410 twice: we stopped asking
    IDS_CHANGED = "ids_changed"  # every id of a source changed at once
    NETWORK = "network"  # nothing can be reached
    RECEIVER = "receiver"  # an alert was given up
    CONFIG = "config"  # a changed file is wrong; the last good one is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """`subject` is the source or receiver in trouble, or "" for everything. `id` is 0 until stored."""

    id: int
    kind: IncidentKind
    subject: str
    detail: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one source is, as far as incidents go."""

    source_id: str
    failures: int  # consecutive failed polls; 0 after a success
    failing_since: datetime | None
    last_success_at: datetime | None
    network: bool  # the last failure was one that a dead network would explain
    not_a_feed: bool  # the last answer was no feed
    gone: bool
    detail: str


FAILURES_BEFORE_INCIDENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChange:
    """What a poll means for incidents: those to open (id 0) and those to close."""

    opened: tuple[Incident, ...] = ()
    closed: tuple[Incident, ...] = ()


def after_poll(
    polled: Health, everyone: Iterable[Health], open_incidents: Iterable[Incident], *, ids_changed: str, now: datetime
) -> IncidentChange:
    """The incidents that one poll opens and closes.

    `everyone` is every configured source, `polled` among them; `ids_changed` describes an id change, "" for none.
    When everything fails at once it is the network: one incident, and no source is blamed.
    """
    open_now = list(open_incidents)
    mine = [i for i in open_now if i.subject == polled.source_id and i.kind in _ABOUT_SOURCES]
    network = [i for i in open_now if i.kind is IncidentKind.NETWORK]
    if polled.failures == 0:
        changed = _open(IncidentKind.IDS_CHANGED, polled.source_id, ids_changed, now) if ids_changed else ()
        return IncidentChange(opened=changed, closed=(*mine, *network))
    if polled.gone:
        return IncidentChange(opened=_unless(mine, _open(IncidentKind.GONE, polled.source_id, polled.detail, now)))
    others = [health for health in everyone if health.source_id != polled.source_id]
    if not network and _nothing_answers(polled, others):
        detail = f"none of {len(others) + 1} sources can be reached: {polled.detail}"
        return IncidentChange(opened=_open(IncidentKind.NETWORK, "", detail, now))
    if polled.failures < FAILURES_BEFORE_INCIDENT or (polled.network and not _network_works(polled, others)):
        return IncidentChange()
    kind = IncidentKind.NOT_A_FEED if polled.not_a_feed else IncidentKind.FAILING
    return IncidentChange(opened=_unless(mine, _open(kind, polled.source_id, polled.detail, now)))


_ABOUT_SOURCES = frozenset({IncidentKind.FAILING, IncidentKind.NOT_A_FEED, IncidentKind.GONE, IncidentKind.IDS_CHANGED})


def _open(kind: IncidentKind, subject: str, detail: str, now: datetime) -> tuple[Incident, ...]:
    return (Incident(id=0, kind=kind, subject=subject, detail=detail, opened_at=now),)


def _unless(already_open: list[Incident], opened: tuple[Incident, ...]) -> tuple[Incident, ...]:
    """A source in trouble has one incident, whatever form the trouble takes next; only being gone is said again."""
    worse = opened[0].kind is IncidentKind.GONE and all(i.kind is not IncidentKind.GONE for i in already_open)
    return opened if worse or not already_open else ()


def _nothing_answers(polled: Health, others: list[Health]) -> bool:
    """Every source failed as it would without a network, often enough between them not to be a hiccup."""
    everyone = (polled, *others)
    failures = sum(health.failures for health in everyone)
    return failures >= FAILURES_BEFORE_INCIDENT and all(health.network and health.failures for health in everyone)


def _network_works(polled: Health, others: list[Health]) -> bool:
    """Somebody else answered since this source began to fail, so the fault is its own."""
    since = polled.failing_since
    return since is not None and any(o.last_success_at is not None and o.last_success_at >= since for o in others)
