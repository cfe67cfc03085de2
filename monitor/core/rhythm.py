"""A source's own rhythm: how often it brings something new, on working days and at weekends, and how long it pauses.

Pauses are measured in time that counts: an hour of the livelier days counts in full, one of the others as much less as
they bring less. So a trade paper that rests at weekends has not been quiet for three days on a Monday morning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate, pairwise

WINDOW = timedelta(days=56)  # what lies further back is no longer its rhythm
MOST_ARRIVALS = 4000  # that are looked at, the newest
LATE = timedelta(days=14)  # an item that came so long after its date was published anew

# Of the time that counts, so much is spent in pauses no longer than the usual one.
_USUAL = 0.9
OUT_OF_THE_ORDINARY = 3  # times the usual pause
_WEEKEND = 5  # Saturday, when Monday is 0
_DAY = timedelta(days=1)
# Half an arrival more than there was: no day is so sure to bring nothing that its hours count for nothing.
_PRIOR = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What was learned from the arrivals of the last weeks."""

    learned_at: datetime
    pauses: int  # between arrivals, that it was learned from
    span: timedelta  # from the first arrival to the last
    working: float  # items on a day from Monday to Friday (UTC)
    weekend: float  # items on a Saturday or Sunday
    usual: timedelta  # in time that counts: most of all time lies in pauses no longer than this


def arrived(published: datetime | None, first_seen: datetime, *, baseline: bool) -> datetime | None:
    """When an item came: its own date where that can be true, else when we saw it; None where neither says.

    Those of the first poll were there before; only their own dates tell when they came.
    """
    if published is not None and published <= first_seen and (baseline or first_seen - published <= LATE):
        return published
    return None if baseline else first_seen


def learn(arrivals: Iterable[datetime], *, now: datetime) -> Rhythm | None:
    """The rhythm of the weeks up to the last arrival, so that a source does not unlearn it by falling silent.

    None where nothing can be learned: fewer than two arrivals at different times.
    """
    moments = sorted(moment.astimezone(UTC) for moment in arrivals)
    moments = [moment for moment in moments if moments[-1] - moment <= WINDOW]
    if not moments or moments[0] == moments[-1]:
        return None
    first, last = moments[0], moments[-1]
    days = _days(first, last)
    rates = [
        (sum(_is_weekend(moment) is weekend for moment in moments) + _PRIOR)
        / max(sum(1 for day in days if _is_weekend(day) is weekend), 1)
        for weekend in (False, True)
    ]
    weights = _weights(rates[0], rates[1])
    pauses = sorted(_counted(before, after, weights) for before, after in pairwise(moments) if before < after)
    return Rhythm(
        learned_at=now,
        pauses=len(pauses),
        span=last - first,
        working=rates[0],
        weekend=rates[1],
        usual=_usual(pauses),
    )


def counted(rhythm: Rhythm, since: datetime, until: datetime) -> timedelta:
    """How much of the time between counts; nothing where the clock was set back."""
    return _counted(since.astimezone(UTC), until.astimezone(UTC), _weights(rhythm.working, rhythm.weekend))


def rate(rhythm: Rhythm, now: datetime) -> float:
    """How many items a day like today brings."""
    return rhythm.weekend if _is_weekend(now.astimezone(UTC)) else rhythm.working


def _usual(pauses: Sequence[timedelta]) -> timedelta:
    """The pause up to which most of the time has passed: many short ones do not outweigh the nights.

    One pause out of the ordinary is left out: a summer break, or the trouble we were told of last time.
    """
    ordinary = _weighted(pauses[:-1]) if len(pauses) > 1 else pauses[-1]
    return ordinary if pauses[-1] > ordinary * OUT_OF_THE_ORDINARY else _weighted(pauses)


def _weighted(pauses: Sequence[timedelta]) -> timedelta:
    wanted = sum(pauses, timedelta()) * _USUAL
    passed = accumulate(pauses)
    return next(pause for pause, so_far in zip(pauses, passed, strict=True) if so_far >= wanted)


def _weights(working: float, weekend: float) -> tuple[float, float]:
    most = max(working, weekend)
    return working / most, weekend / most


def _counted(since: datetime, until: datetime, weights: tuple[float, float]) -> timedelta:
    whole = timedelta()
    moment = since
    while moment < until:
        midnight = datetime.combine(moment.date() + _DAY, time(), UTC)
        whole += (min(midnight, until) - moment) * weights[_is_weekend(moment)]
        moment = midnight
    return whole


def _days(first: datetime, last: datetime) -> list[datetime]:
    """A moment of each day from the first to the last."""
    return [first + _DAY * number for number in range((last.date() - first.date()).days + 1)]


def _is_weekend(moment: datetime) -> bool:
    return moment.weekday() >= _WEEKEND
