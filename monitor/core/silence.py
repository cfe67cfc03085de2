"""Whether a source that answers as if all was well is well: judged by its own measure, and said in numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.incidents import IncidentKind
from monitor.core.pulse import Pulse
from monitor.core.rhythm import OUT_OF_THE_ORDINARY, Rhythm, counted
from monitor.core.source import Source, SourceState
from monitor.core.wording import say_roughly

LEARNS_FOR = timedelta(days=14)  # before that nothing is known about a source
LEAST_PAUSES = 10
SHORTEST_SILENCE = timedelta(days=1)  # in time that counts: the liveliest source may have a bad day
READINGS_WITHOUT_ITEMS = 3
# Before them, so many readings in a row showed items, the last of them so many: a search that runs dry loses one by one.
READINGS_WITH_ITEMS = 10
LEAST_ITEMS = 3
ADVANCES = 5  # a date that moved on so often is one that does
REWRITTEN = 3  # so many documents without a newer date were written in vain
REFUSALS = 5
REFUSED_FOR = timedelta(days=1)
REFUSED_INTERVALS = 10
OVERDUE = timedelta(minutes=30)  # a poll so late was not made: nobody was there to make it

_A_DAY = timedelta(days=1)
_NEXT_TO_NOTHING = 0.05  # items a day


class Verdict(StrEnum):
    """What can be said of a source that has no trouble."""

    FINE = "fine"  # or too new to say anything against it
    UNKNOWN = "unknown"  # it fails, or was not read lately


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a source, in numbers."""

    kind: IncidentKind
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long a source has been silent, and how long it may be, both in time that counts for it."""

    lasts: timedelta
    allowed: timedelta


def judge(source: Source, state: SourceState, *, now: datetime) -> Trouble | Verdict:
    """What is wrong with a source; nothing can be said of one that fails or was not read lately."""
    pulse = state.pulse
    if pulse.refused_since is not None and state.last_poll_at is not None:
        return _judge_refusals(source, pulse.refused, state.last_poll_at - pulse.refused_since)
    if state.disabled or state.failures or state.baseline_at is None or now - state.next_due > OVERDUE:
        return Verdict.UNKNOWN
    if _lost_its_items(pulse):
        detail = f"the last {pulse.empty} readings showed no item; the one before them showed {pulse.items}"
        return Trouble(kind=IncidentKind.EMPTY, detail=detail)
    silence = measure(source, state, now=now)
    if silence is None:
        return Verdict.FINE
    return _silent(source, state, now) if silence.lasts > silence.allowed else _judge_date(state, silence.allowed, now)


def _lost_its_items(pulse: Pulse) -> bool:
    had_some = pulse.items >= LEAST_ITEMS and pulse.filled >= READINGS_WITH_ITEMS
    return had_some and pulse.empty >= READINGS_WITHOUT_ITEMS


def measure(source: Source, state: SourceState, *, now: datetime) -> Silence | None:
    """The silence since something last came; None before it is known how long it may be."""
    since = _silent_since(state)
    if since is None:
        return None
    if source.quiet_after is not None:
        return Silence(lasts=now - since, allowed=source.quiet_after)
    rhythm = state.rhythm
    if rhythm is None or not _is_known(rhythm, state, now):
        return None
    ordinary = max(rhythm.usual, source.every) * OUT_OF_THE_ORDINARY
    return Silence(lasts=counted(rhythm, since, now), allowed=max(ordinary, SHORTEST_SILENCE))


def say_rhythm(rhythm: Rhythm) -> str:
    """How often something comes: "every 9 hours on working days, next to nothing at weekends"."""
    working, weekend = _say_rate(rhythm.working), _say_rate(rhythm.weekend)
    if working == weekend:
        return working
    return f"{working} on working days, {weekend} at weekends"


def _say_rate(per_day: float) -> str:
    return f"every {say_roughly(_A_DAY / per_day)}" if per_day >= _NEXT_TO_NOTHING else "next to nothing"


def _silent_since(state: SourceState) -> datetime | None:
    """When the last item came; what was there before the first poll is no sign of life."""
    if state.baseline_at is None:
        return None
    return max(state.baseline_at, state.pulse.arrived_at or state.baseline_at)


def _is_known(rhythm: Rhythm, state: SourceState, now: datetime) -> bool:
    watched = state.baseline_at is not None and now - state.baseline_at >= LEARNS_FOR
    return watched and rhythm.pauses >= LEAST_PAUSES and rhythm.span >= LEARNS_FOR


def _judge_refusals(source: Source, refused: int, lasts: timedelta) -> Trouble | Verdict:
    if refused < REFUSALS or lasts <= max(REFUSED_FOR, source.every * REFUSED_INTERVALS):
        return Verdict.UNKNOWN
    detail = f"put off {refused} times in {say_roughly(lasts)}, and not read once in between"
    return Trouble(kind=IncidentKind.LIMITED, detail=detail)


def _silent(source: Source, state: SourceState, now: datetime) -> Trouble:
    """Nothing new for too long: a document that is written anew all the same is stuck rather than quiet."""
    pulse, since = state.pulse, _silent_since(state)
    assert since is not None
    detail = f"nothing new for {say_roughly(now - since)}; {_say_expected(source, state)}"
    if pulse.advances >= ADVANCES and pulse.rewritten >= REWRITTEN and pulse.newest is not None:
        stuck = f"its document was written anew {pulse.rewritten} times since, the newest item is still of "
        return Trouble(kind=IncidentKind.STALE, detail=f"{detail}; {stuck}{pulse.newest:%d %b %Y}")
    return Trouble(kind=IncidentKind.QUIET, detail=detail)


def _say_expected(source: Source, state: SourceState) -> str:
    if source.quiet_after is not None:
        return f"you asked to be told after {say_roughly(source.quiet_after)}"
    assert state.rhythm is not None
    return f"it usually brings something {say_rhythm(state.rhythm)}"


def _judge_date(state: SourceState, allowed: timedelta, now: datetime) -> Trouble | Verdict:
    """Items still come, but none with a newer date: what is older than `max_age` would never be told."""
    pulse, rhythm = state.pulse, state.rhythm
    moves = pulse.advances >= ADVANCES and pulse.rewritten >= REWRITTEN
    if not moves or rhythm is None or pulse.newest is None or pulse.advanced_at is None:
        return Verdict.FINE
    if counted(rhythm, pulse.advanced_at, now) <= allowed:
        return Verdict.FINE
    detail = (
        f"items still come, but none dated later than {pulse.newest:%d %b %Y}, for {say_roughly(now - pulse.advanced_at)}; "
        f"it usually brings something {say_rhythm(rhythm)}"
    )
    return Trouble(kind=IncidentKind.STALE, detail=detail)
