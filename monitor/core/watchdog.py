"""The watchdog: one look at all sources that answer as if all was well, and at ourselves, as incidents to open and to close.

A source has at most one of these incidents about its silence at a time, and none while another one tells that it fails. What
cannot be judged now, because the source was not read lately or the network is down, stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.silence import OVERDUE, Trouble, Verdict, judge, measure
from monitor.core.source import Source, SourceState
from monitor.core.wording import say_list, say_roughly

TOKEN_WARNING = timedelta(days=7)
TOKEN_LAST_WARNING = timedelta(days=1)
CLOCK_TOLERANCE = timedelta(minutes=2)
LEAST_HOSTS = 3  # whose clocks are asked; one wrong clock is not ours
LATE_TICK = timedelta(minutes=1)
_LATE_SHARE = 10  # one source in so many is polled late: more than a single slow host
# So many sources, and one in so many, fall silent together: a holiday, or something they share.
_TOGETHER = 3
_NAMED = 8

_SILENCE = frozenset({IncidentKind.QUIET, IncidentKind.STALE})
_OF_A_SOURCE = _SILENCE | {IncidentKind.EMPTY, IncidentKind.LIMITED}
_SAY_MORE = frozenset({IncidentKind.FAILING, IncidentKind.NOT_A_FEED, IncidentKind.GONE, IncidentKind.SPENDING})
_FINE, _NOBODY_KNOWS = "", None

Watched = tuple[Source, SourceState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ourselves:
    """How we are: what was measured since the last look."""

    ahead: Mapping[str, timedelta]  # our clock less that of each host asked lately
    daemon: bool  # under cron nothing runs late
    tick: timedelta = timedelta()  # the worst lateness of the daemon's loop
    late_before: bool = False  # polls ran late at the last look as well, and that was not long ago


def look(
    sources: Iterable[Source],
    states: Mapping[str, SourceState],
    open_incidents: Iterable[Incident],
    ourselves: Ourselves,
    *,
    now: datetime,
) -> IncidentChange:
    """The incidents that this look opens and closes."""
    watched = [(source, states[source.id]) for source in sources if source.id in states]
    open_now = list(open_incidents)
    skew = clock_skew(ourselves.ahead)
    changes = [
        _about(IncidentKind.CLOCK, "", _say_skew(skew), open_now, now),
        _about(IncidentKind.LAG, "", _say_lag(watched, ourselves, now), open_now, now),
        *(_token(source, state, open_now, now) for source, state in watched),
    ]
    # By a wrong clock everything has been quiet for long, and without a network everything is.
    blind = (skew is not None and abs(skew) > CLOCK_TOLERANCE) or any(
        incident.kind is IncidentKind.NETWORK for incident in open_now
    )
    if not blind:
        changes.append(_sources(watched, open_now, now))
    return IncidentChange(
        opened=tuple(incident for change in changes for incident in change.opened),
        closed=tuple(incident for change in changes for incident in change.closed),
        dropped=tuple(incident for change in changes for incident in change.dropped),
    )


def runs_late(watched: Sequence[Watched], ourselves: Ourselves, now: datetime) -> bool:
    """Whether polls are late at this look, for whatever reason: the machine may just have woken up."""
    overdue = _overdue(watched, now)
    return ourselves.daemon and (ourselves.tick > LATE_TICK or len(overdue) * _LATE_SHARE > len(watched))


def clock_skew(ahead: Mapping[str, timedelta]) -> timedelta | None:
    """By how much our clock is ahead of most servers'; None where too few were asked."""
    if len(ahead) < LEAST_HOSTS:
        return None
    return timedelta(seconds=median(skew.total_seconds() for skew in ahead.values()))


def _about(
    kind: IncidentKind, subject: str, said: str | None, open_now: Iterable[Incident], now: datetime
) -> IncidentChange:
    """Opens or closes an incident by what is `said`: the trouble, "" when there is none, None when nobody knows."""
    told = next((incident for incident in open_now if (incident.kind, incident.subject) == (kind, subject)), None)
    if said and told is None:
        return IncidentChange(opened=(_open(kind, subject, said, now),))
    if said == _FINE and told is not None:
        return IncidentChange(closed=(told,))
    return IncidentChange()


def _open(kind: IncidentKind, subject: str, detail: str, now: datetime) -> Incident:
    return Incident(id=0, kind=kind, subject=subject, detail=detail, opened_at=now)


def _say_skew(skew: timedelta | None) -> str | None:
    if skew is None:
        return _NOBODY_KNOWS
    if abs(skew) <= CLOCK_TOLERANCE:
        return _FINE
    return (
        f"our clock is {say_roughly(abs(skew))} {'ahead of' if skew > timedelta() else 'behind'} those of most servers"
    )


def _overdue(watched: Iterable[Watched], now: datetime) -> list[timedelta]:
    late = [now - state.next_due for _, state in watched if not state.disabled]
    return [wait for wait in late if wait > OVERDUE]


def _say_lag(watched: Sequence[Watched], ourselves: Ourselves, now: datetime) -> str | None:
    """Told at the second look in a row that finds it, so that a machine that wakes up may catch up first."""
    if not ourselves.daemon:
        return _NOBODY_KNOWS
    if not runs_late(watched, ourselves, now):
        return _FINE
    overdue = _overdue(watched, now)
    if not ourselves.late_before:
        return _NOBODY_KNOWS
    polls = (
        f"{len(overdue)} of {len(watched)} polls are late, by {say_roughly(max(overdue))} at worst" if overdue else ""
    )
    loop = f"the loop ran {say_roughly(ourselves.tick)} late" if ourselves.tick > LATE_TICK else ""
    return "; ".join(part for part in (polls, loop) if part)


def _token(source: Source, state: SourceState, open_now: Iterable[Incident], now: datetime) -> IncidentChange:
    """Said a week ahead, and once more a day ahead: then the first word is closed without another one."""
    expires = state.credential_expires
    if expires is None or expires - now > TOKEN_WARNING:
        return _about(IncidentKind.TOKEN, source.id, _FINE, open_now, now)
    last_warning = expires - TOKEN_LAST_WARNING
    said = f"its token runs out on {expires:%d %b %Y at %H:%M} UTC" if expires > now else "its token has run out"
    told = next((i for i in open_now if (i.kind, i.subject) == (IncidentKind.TOKEN, source.id)), None)
    if told is not None and told.opened_at < last_warning <= now:
        return IncidentChange(opened=(_open(IncidentKind.TOKEN, source.id, said, now),), dropped=(told,))
    return _about(IncidentKind.TOKEN, source.id, said, open_now, now)


def _sources(known: Sequence[Watched], open_now: Sequence[Incident], now: datetime) -> IncidentChange:
    """What changes about the silence of sources: each by itself, or many of them in one incident."""
    watched = [(source, state) for source, state in known if source.watchdog]
    verdicts = {source.id: judge(source, state, now=now) for source, state in watched}
    told = {i.subject: i for i in open_now if i.kind in _OF_A_SOURCE and i.subject}
    failing = {i.subject for i in open_now if i.kind in _SAY_MORE}
    begun = {source.id: state.baseline_at or now for source, state in watched}
    together = _say_together(watched, verdicts, now)
    opened = tuple(
        _open(verdict.kind, source_id, verdict.detail, now)
        for source_id, verdict in verdicts.items()
        if isinstance(verdict, Trouble)
        and source_id not in told.keys() | failing
        # What many do at once is told once.
        and not (together and verdict.kind in _SILENCE)
    )
    # Under another address it is another source, of which nothing is known yet.
    dropped = tuple(
        incident
        for subject, incident in told.items()
        if subject in failing or subject not in verdicts or begun[subject] > incident.opened_at
    )
    over = tuple(i for subject, i in told.items() if verdicts.get(subject) is Verdict.FINE and i not in dropped)
    all_of_them = _about(IncidentKind.QUIET, "", together, open_now, now)
    return IncidentChange(opened=(*all_of_them.opened, *opened), closed=(*all_of_them.closed, *over), dropped=dropped)


def _say_together(watched: Iterable[Watched], verdicts: Mapping[str, Trouble | Verdict], now: datetime) -> str:
    """The sources that are silent, when so many are half-way to it that it is no trouble of one source; "" when not."""
    measured = [(source, silence) for source, state in watched if (silence := measure(source, state, now=now))]
    half_way = [source for source, silence in measured if silence.lasts * 2 > silence.allowed]
    silent = [source.id for source, _ in measured if _is_silent(verdicts[source.id])]
    if not silent or len(half_way) < _TOGETHER or len(half_way) * _TOGETHER <= len(measured):
        return _FINE
    names = [source.publisher for source in half_way]
    rest = len(names) - _NAMED
    named = say_list(names if rest <= 1 else [*names[:_NAMED], f"{rest} more"])
    return f"{len(half_way)} of {len(measured)} sources have brought less than usual or nothing: {named}"


def _is_silent(verdict: Trouble | Verdict) -> bool:
    return isinstance(verdict, Trouble) and verdict.kind in _SILENCE
