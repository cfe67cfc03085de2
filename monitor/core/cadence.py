"""When to visit a source again, and when to believe that it has moved or gone.

Everything here is a decision on values: no randomness, so that the same past always gives the same next visit.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.rhythm import Rhythm, counted, rate
from monitor.core.source import Move, PollHints, Source, SourceState
from monitor.core.url import is_front_page, is_wall

LONGEST = timedelta(hours=24)  # no publisher and no trouble makes us slower than this; only the user may be
SHORTEST_HINT = timedelta(minutes=5)  # a feed asking for less asks for nothing
ABSURD_HINT = timedelta(days=31)  # a feed asking for more (`ttl` 999999) means nothing by it
JITTER = 0.1  # of the interval, at most
AGREEING_DAYS = 3  # how often a move must be seen before it is believed
GONE_CONFIRMED_AFTER = timedelta(hours=6)  # a second 410 this long after the first is final

# So many new items a day are what the interval of `every` is meant for. Of a given number of visits, delay is least
# when the interval falls with the square root of the rate: four times as lively, visited twice as often.
USUAL_RATE = 8.0
KNOWN_PAUSES = 5  # from fewer nobody knows how lively a source is
KNOWN_SPAN = timedelta(days=2)
SOON = timedelta(minutes=5)  # after which a visit goes on that was too much for one
BOOST = timedelta(hours=1)  # how long the sources of a title are visited sooner once it is in the news

_NO_HINTS = PollHints()
_FIRST_AT_ONCE = 10
_FIRST_STEP = timedelta(milliseconds=250)
_HOUR = timedelta(hours=1)
_EVERY_HOUR = frozenset(range(24))
_EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The interval at which a source is visited now, as long as nobody asks for a longer one, and why."""

    interval: timedelta
    why: str


def pace(source: Source, state: SourceState, *, now: datetime) -> Pace:
    """How often a source is worth a visit: by its learned rhythm, and more often while its titles are in the news."""
    within = source.adaptive
    if within is None:
        return Pace(interval=source.every, why="as configured")
    if state.boosted_until is not None and now < state.boosted_until <= now + BOOST:
        return Pace(interval=within.least, why="a title it has reported on is in the news")
    if state.rhythm is None or state.rhythm.pauses < KNOWN_PAUSES or state.rhythm.span < KNOWN_SPAN:
        return Pace(interval=source.every, why="how lively it is is not known yet")
    items = _rate_now(state.rhythm, state.pulse.arrived_at, now)
    interval = source.every * math.sqrt(USUAL_RATE / items)
    return Pace(interval=min(max(interval, within.least), within.most), why=f"{items:.1f} new items a day")


def _rate_now(rhythm: Rhythm, arrived_at: datetime | None, now: datetime) -> float:
    """New items a day, on a day like this; fewer the longer a source has been silent beyond what is usual for it."""
    silence = counted(rhythm, arrived_at, now) if arrived_at is not None else timedelta()
    return rate(rhythm, now) * (min(1.0, rhythm.usual / silence) if silence > timedelta() else 1.0)


def next_due(
    source: Source,
    *,
    now: datetime,
    interval: timedelta | None = None,
    hints: PollHints = _NO_HINTS,
    fresh_for: timedelta | None = None,
    failures: int = 0,
    retry_after: timedelta | None = None,
) -> datetime:
    """When to visit the source next: always later than `now`, never sooner than the interval (the user's, if none is given).

    The publisher's wishes (`hints`, `fresh_for`) can only lengthen the interval, to a day at most; so can `failures`,
    the unbroken run of failed polls up to and including this one. `retry_after` is never undercut. A source that fails
    or put us off is not visited sooner than the user's interval. On top comes a jitter of up to a tenth of the interval,
    always the same for the same source.
    """
    troubled = failures > 0 or retry_after is not None
    usual = max(interval or source.every, source.every if troubled else timedelta())
    wishes = (
        backoff(source.every, failures) if failures else None,
        _believable(hints.interval),
        fresh_for,
        retry_after,
    )
    longest = max(LONGEST, source.every)
    interval = max((usual, *(min(wish, longest) for wish in wishes if wish is not None)))
    return _outside_skipped(now + interval + interval * JITTER * _share(source), source, hints, now=now)


def first_due(source: Source, *, now: datetime, position: int) -> datetime:
    """When to visit a source for the first time; `position` counts the new sources from 0.

    A handful starts at once, of many the rest follow one after another, none later than its own interval.
    """
    return now + min(_FIRST_STEP * max(0, position + 1 - _FIRST_AT_ONCE), source.every)


def clamp_due(due: datetime, now: datetime, every: timedelta) -> datetime:
    """The due time, but no later than any decision of today could have made it: a clock set back must not stall us."""
    return min(due, now + max(LONGEST, every) * (1 + JITTER))


def backoff(every: timedelta, failures: int) -> timedelta:
    """The interval after so many failures in a row: the usual one after the first, then doubling up to a day."""
    if every >= LONGEST:
        return every
    doublings = min(max(failures - 1, 0), 20)  # enough to take a second past the cap
    return min(every * (1 << doublings), LONGEST)


def counts_as_failure(failed: FetchFailed) -> bool:
    """Whether the source is to blame. A server that says when to come back is busy, and who set a cap wanted it so."""
    if failed.reason is FetchFailure.SPENDING:
        return False
    busy = failed.reason in {FetchFailure.RATE_LIMITED, FetchFailure.UNAVAILABLE}
    return not (busy and failed.retry_after is not None)


def consider_move(move: Move | None, moved_to: str | None, today: date) -> tuple[Move | None, str | None]:
    """What to remember of a permanent redirect, and the address to adopt once it is believed.

    Call it with every answer that was read; `moved_to` None is an answer without a permanent redirect, which disagrees.
    Sign-in pages and front pages are never believed: captive networks and retired feeds send everybody there.
    """
    if moved_to is None or is_wall(moved_to) or is_front_page(moved_to):
        return None, None
    days = move.days if move is not None and move.target == moved_to else ()
    days = days if today in days else (*days, today)
    if len(days) >= AGREEING_DAYS:
        return None, moved_to
    return Move(target=moved_to, days=days), None


class Gone(StrEnum):
    """What a 410 means."""

    ASK_AGAIN = "ask_again"  # back off; it may be a mistake
    DISABLE = "disable"  # it was meant: stop, and tell the user


def consider_gone(first_seen: datetime | None, now: datetime) -> Gone:
    """The verdict on a 410; `first_seen` is the first 410 of the unbroken run, None if this is it."""
    confirmed = first_seen is not None and now - first_seen >= GONE_CONFIRMED_AFTER
    return Gone.DISABLE if confirmed else Gone.ASK_AGAIN


def _believable(interval: timedelta | None) -> timedelta | None:
    return interval if interval is not None and SHORTEST_HINT <= interval <= ABSURD_HINT else None


def _share(source: Source) -> float:
    """A number from 0 up to 1 that is the source's own for ever."""
    return int.from_bytes(hashlib.sha256(source.id.encode()).digest()[:4]) / 2**32


def _outside_skipped(due: datetime, source: Source, hints: PollHints, *, now: datetime) -> datetime:
    """The due time moved out of the GMT hours and days in which the feed says nothing happens, by a day at most."""
    hours = frozenset(hour % 24 for hour in hints.skip_hours)  # some write 24 for midnight
    hours = frozenset() if hours >= _EVERY_HOUR else hours
    days = frozenset() if hints.skip_days >= _EVERY_DAY else hints.skip_days
    latest = max(due, now + LONGEST)
    moved = due.astimezone(UTC)
    while moved < latest and (moved.hour in hours or moved.weekday() in days):
        # Not on the full hour, where everybody else comes back.
        moved = moved.replace(minute=0, second=0, microsecond=0) + _HOUR + _HOUR * JITTER * _share(source)
    return min(moved, latest)
