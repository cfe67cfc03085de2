"""An incident: a source in trouble (or everything at once), told once and closed once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class IncidentKind(StrEnum):
    FAILING = "failing"  # a source keeps failing
    NOT_A_FEED = "not_a_feed"  # a block page or HTML where a feed was
    GONE = "gone"  # 410 twice: we stopped asking
    IDS_CHANGED = "ids_changed"  # every id of a source changed at once
    NETWORK = "network"  # nothing can be reached
    RECEIVER = "receiver"  # an alert was given up
    CONFIG = "config"  # a changed file is wrong; the last good one is kept
    STREAM = "stream"  # what brings posts between the visits cannot be reached
    SPENDING = "spending"  # the user's spending cap for a source is reached
    # What the watchdog finds (core/watchdog.py).
    QUIET = "quiet"  # nothing new for much longer than usual
    STALE = "stale"  # its document changes, but its newest date stands still
    EMPTY = "empty"  # its documents used to hold items, and hold none
    LIMITED = "limited"  # put off at every poll, for ever
    TOKEN = "token"  # the user's token runs out  # noqa: S105  # no secret
    CLOCK = "clock"  # our clock is wrong
    LAG = "lag"  # polls run late
    MISSED = "missed"  # a database knows news that no other source has told; the subject is "announcement-12"


BY_WATCHDOG = frozenset(
    {
        *(IncidentKind.QUIET, IncidentKind.STALE, IncidentKind.EMPTY, IncidentKind.LIMITED),
        *(IncidentKind.TOKEN, IncidentKind.CLOCK, IncidentKind.LAG, IncidentKind.MISSED),
    }
)


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
    sign_in: bool = False  # the last answer refused the user's key or token


FAILURES_BEFORE_INCIDENT = 3
# So many sources do not break by coincidence: a captive portal or a proxy answers in their place.
_NO_COINCIDENCE = 5
# How long an unreachable source is given the benefit of the doubt while no other has been asked since.
_DOUBT = timedelta(hours=2)

_IN_TROUBLE = frozenset({IncidentKind.FAILING, IncidentKind.NOT_A_FEED, IncidentKind.GONE})
_ABOUT_SOURCES = _IN_TROUBLE | {IncidentKind.IDS_CHANGED, IncidentKind.SPENDING}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChange:
    """What a poll means for incidents: those to open (id 0) and those to close."""

    opened: tuple[Incident, ...] = ()
    closed: tuple[Incident, ...] = ()
    dropped: tuple[Incident, ...] = ()  # to close without a word: another one says more, or nobody wants to know


def after_poll(
    polled: Health, everyone: Iterable[Health], open_incidents: Iterable[Incident], *, ids_changed: str, now: datetime
) -> IncidentChange:
    """The incidents that one poll opens and closes.

    `everyone` is every configured source that is still asked; `ids_changed` describes an id change, "" for none.
    When everything fails at once it is the network: one incident, and no source is blamed.
    """
    open_now = list(open_incidents)
    mine = [i for i in open_now if i.subject == polled.source_id and i.kind in _ABOUT_SOURCES]
    network = [i for i in open_now if i.kind is IncidentKind.NETWORK]
    if polled.failures == 0:
        return _after_success(polled, mine, network, ids_changed, now)
    trouble = _trouble(polled, list(everyone), network_is_known=bool(network), now=now)
    if trouble is None or _is_told(trouble.kind, {incident.kind for incident in (*mine, *network)}):
        return IncidentChange()
    return IncidentChange(opened=(trouble,))


def _is_told(kind: IncidentKind, told: set[IncidentKind]) -> bool:
    """A source in trouble has one incident, whatever form the trouble takes next; only being gone is said again."""
    return kind in told or (kind not in {IncidentKind.GONE, IncidentKind.NETWORK} and not told.isdisjoint(_IN_TROUBLE))


def _after_success(
    polled: Health, mine: list[Incident], network: list[Incident], ids_changed: str, now: datetime
) -> IncidentChange:
    if not ids_changed:
        return IncidentChange(closed=(*mine, *network))
    # A source that changes its ids every time is told of once.
    over = [i for i in mine if i.kind is not IncidentKind.IDS_CHANGED]
    opened = () if len(over) < len(mine) else (_open(IncidentKind.IDS_CHANGED, polled.source_id, ids_changed, now),)
    return IncidentChange(opened=opened, closed=(*over, *network))


def _trouble(polled: Health, everyone: list[Health], *, network_is_known: bool, now: datetime) -> Incident | None:
    """The incident a failed poll amounts to, told before or not; None as long as it may be the network or a hiccup."""
    if polled.gone:
        return _open(IncidentKind.GONE, polled.source_id, polled.detail, now)
    last_answer = max((h.last_success_at for h in everyone if h.last_success_at is not None), default=None)
    if not _has_own_fault(polled, last_answer):
        if _nothing_answers(everyone, last_answer):
            return _open(IncidentKind.NETWORK, "", _say_network(polled, len(everyone)), now)
        doubtful = polled.network and polled.failing_since is not None and now - polled.failing_since < _DOUBT
        if network_is_known or doubtful:
            return None
    # A refused token does not mend itself by asking again.
    if polled.failures < FAILURES_BEFORE_INCIDENT and not polled.sign_in:
        return None
    kind = IncidentKind.NOT_A_FEED if polled.not_a_feed else IncidentKind.FAILING
    return _open(kind, polled.source_id, polled.detail, now)


def _open(kind: IncidentKind, subject: str, detail: str, now: datetime) -> Incident:
    return Incident(id=0, kind=kind, subject=subject, detail=detail, opened_at=now)


def _has_own_fault(failing: Health, last_answer: datetime | None) -> bool:
    """Whether any source was read since this one began to fail."""
    return last_answer is not None and failing.failing_since is not None and last_answer >= failing.failing_since


def _nothing_answers(everyone: list[Health], last_answer: datetime | None) -> bool:
    """Whether most of what could answer has failed since anything was read, too often to be a hiccup.

    Sources that were broken before prove nothing, nor do those that have not been asked since.
    """
    silent = [health for health in everyone if health.failures and not _has_own_fault(health, last_answer)]
    unasked = sum(not health.failures for health in everyone)
    unreachable = all(health.network for health in silent) or len(silent) >= _NO_COINCIDENCE
    often = sum(health.failures for health in silent) >= FAILURES_BEFORE_INCIDENT
    return unreachable and often and len(silent) > unasked


def _say_network(polled: Health, sources: int) -> str:
    who = "the only source cannot" if sources == 1 else f"none of {sources} sources can"
    return f"{who} be reached: {polled.detail}"
