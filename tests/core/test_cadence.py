from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.cadence import (
    JITTER,
    LONGEST,
    USUAL_RATE,
    Gone,
    Pace,
    backoff,
    clamp_due,
    consider_gone,
    consider_move,
    counts_as_failure,
    first_due,
    next_due,
    pace,
)
from monitor.core.fetching import FetchFailed, FetchFailure, PollHints
from monitor.core.pulse import Pulse
from monitor.core.rhythm import Rhythm
from monitor.core.source import Adaptive, Move, Source, SourceState, Tier

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # a Friday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def source(*, every=15 * MINUTE, name="attitude"):
    return Source(
        id=name, type="feed", url="https://press.example/feed", tier=Tier.PRESS, every=every, max_age=timedelta(7)
    )


def interval(**outcome):
    """The interval decided, without the jitter."""
    every = outcome.pop("every", 15 * MINUTE)
    plain = next_due(source(every=every), now=NOW) - NOW
    return (next_due(source(every=every), now=NOW, **outcome) - NOW) / (plain / every)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ({}, 15 * MINUTE),
        ({"fresh_for": 10 * MINUTE}, 15 * MINUTE),
        ({"fresh_for": HOUR}, HOUR),
        ({"fresh_for": 90 * HOUR}, 24 * HOUR),
        ({"hints": PollHints(interval=HOUR)}, HOUR),
        ({"hints": PollHints(interval=7 * 24 * HOUR)}, 24 * HOUR),
        ({"hints": PollHints(interval=999_999 * MINUTE)}, 15 * MINUTE),
        ({"hints": PollHints(interval=4 * MINUTE), "every": MINUTE}, MINUTE),
        ({"failures": 1}, 15 * MINUTE),
        ({"failures": 2}, 30 * MINUTE),
        ({"failures": 4}, 2 * HOUR),
        ({"failures": 4, "fresh_for": 3 * HOUR}, 3 * HOUR),
        ({"failures": 99}, 24 * HOUR),
        ({"failures": 99, "every": 48 * HOUR}, 48 * HOUR),
        ({"fresh_for": 24 * HOUR, "every": 48 * HOUR}, 48 * HOUR),
        ({"retry_after": 2 * MINUTE}, 15 * MINUTE),
        ({"retry_after": 5 * HOUR, "failures": 2, "fresh_for": HOUR}, 5 * HOUR),
    ],
)
def test_the_interval(outcome, expected):
    assert abs(interval(**outcome) - expected) < timedelta(milliseconds=1)


def test_jitter_is_the_source_s_own():
    """The same source always waits the same; a hundred sources spread over a tenth of the interval."""
    waits = [next_due(source(name=f"s{number}"), now=NOW) - NOW for number in range(100)]
    assert waits == [next_due(source(name=f"s{number}"), now=NOW) - NOW for number in range(100)]
    assert len(set(waits)) == 100
    assert 15 * MINUTE <= min(waits) < 15.2 * MINUTE
    assert 16.3 * MINUTE < max(waits) <= 16.5 * MINUTE


WEEKEND = frozenset({5, 6})


@pytest.mark.parametrize(
    ("hints", "now", "earliest", "latest"),
    [
        # 12:30 and a quarter of an hour is in hour 12; the next that is allowed is 14.
        (PollHints(skip_hours=frozenset({12, 13})), NOW, "2026-11-20 14:00", "2026-11-20 14:06"),
        (PollHints(skip_hours=frozenset({24})), NOW + 12 * HOUR, "2026-11-21 01:00", "2026-11-21 01:06"),
        (PollHints(skip_hours=frozenset(range(24))), NOW, "2026-11-20 12:45", "2026-11-20 12:47"),
        (PollHints(skip_days=frozenset(range(7))), NOW, "2026-11-20 12:45", "2026-11-20 12:47"),
        (PollHints(skip_hours=frozenset({3})), NOW, "2026-11-20 12:45", "2026-11-20 12:47"),
        # A whole weekend would be more than a day: once a day we ask all the same.
        (PollHints(skip_days=WEEKEND), NOW + 12 * HOUR, "2026-11-22 00:30", "2026-11-22 00:30"),
        (PollHints(skip_days=frozenset({4})), NOW, "2026-11-21 00:00", "2026-11-21 00:06"),
    ],
)
def test_skipped_hours_and_days_are_left_out(hints, now, earliest, latest):
    due = next_due(source(), now=now, hints=hints)
    assert datetime.fromisoformat(f"{earliest}+00:00") <= due <= datetime.fromisoformat(f"{latest}+00:00")


EVERY = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400))
HINTS = st.builds(
    PollHints,
    interval=st.none() | st.timedeltas(),
    skip_hours=st.frozensets(st.integers(0, 24)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
PAUSE = st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=24))


@given(EVERY, HINTS, PAUSE, PAUSE, st.integers(0, 10**6), st.text())
def test_the_next_visit_is_never_too_soon_and_never_too_late(every, hints, fresh_for, retry_after, failures, name):
    src = source(every=every, name=name)
    due = next_due(src, now=NOW, hints=hints, fresh_for=fresh_for, failures=failures, retry_after=retry_after)
    assert due >= NOW + every > NOW
    assert due >= NOW + (retry_after or timedelta(0))
    assert due <= NOW + max(LONGEST, every) * (1 + JITTER)
    assert clamp_due(due, NOW, every) == due


@given(EVERY, st.integers(0, 200))
def test_backoff_never_shrinks_and_never_exceeds_its_cap(every, failures):
    assert every <= backoff(every, failures) <= backoff(every, failures + 1) <= max(LONGEST, every)


def test_a_clock_set_back_does_not_stall():
    due = next_due(source(), now=NOW)
    year_ago = NOW - timedelta(days=365)
    assert clamp_due(due, year_ago, 15 * MINUTE) <= year_ago + 1.1 * LONGEST


def test_a_handful_of_new_sources_starts_at_once():
    assert {first_due(source(), now=NOW, position=position) for position in range(10)} == {NOW}


def test_many_new_sources_follow_one_after_another():
    starts = [first_due(source(), now=NOW, position=position) for position in range(100_000)]
    assert starts == sorted(starts)
    assert starts[99] - NOW == timedelta(seconds=22.5)
    assert starts[-1] - NOW == 15 * MINUTE


@pytest.mark.parametrize(
    ("reason", "retry_after", "expected"),
    [
        (FetchFailure.RATE_LIMITED, HOUR, False),
        (FetchFailure.UNAVAILABLE, HOUR, False),
        (FetchFailure.RATE_LIMITED, None, True),
        (FetchFailure.UNAVAILABLE, None, True),
        (FetchFailure.NOT_FOUND, None, True),
        (FetchFailure.SERVER_ERROR, HOUR, True),
        (FetchFailure.SPENDING, HOUR, False),
        (FetchFailure.SPENDING, None, False),
    ],
)
def test_a_server_that_says_when_to_come_back_is_not_to_blame(reason, retry_after, expected):
    assert counts_as_failure(FetchFailed(reason=reason, detail="", retry_after=retry_after)) is expected


NEW = "https://new.example/feed"
MON, TUE, WED, THU = (date(2026, 11, day) for day in (16, 17, 18, 19))


@pytest.mark.parametrize(
    ("answers", "remembered", "adopted"),
    [
        ([(MON, NEW)], Move(target=NEW, days=(MON,)), None),
        ([(MON, NEW), (MON, NEW), (MON, NEW)], Move(target=NEW, days=(MON,)), None),
        ([(MON, NEW), (TUE, NEW)], Move(target=NEW, days=(MON, TUE)), None),
        ([(MON, NEW), (TUE, NEW), (THU, NEW)], None, NEW),
        ([(MON, NEW), (TUE, NEW), (WED, None)], None, None),
        ([(MON, NEW), (TUE, None), (WED, NEW), (THU, NEW)], Move(target=NEW, days=(WED, THU)), None),
        ([(MON, NEW), (TUE, NEW), (WED, NEW + "2")], Move(target=NEW + "2", days=(WED,)), None),
        ([(day, "https://new.example/") for day in (MON, TUE, WED)], None, None),
        ([(day, "https://new.example/login?to=feed") for day in (MON, TUE, WED)], None, None),
        ([(day, "https://consent.portal.example/feed") for day in (MON, TUE, WED)], None, None),
    ],
)
def test_a_move_is_believed_after_three_agreeing_days(answers, remembered, adopted):
    move, believed = None, None
    for today, moved_to in answers:
        move, believed = consider_move(move, moved_to, today)
    assert (move, believed) == (remembered, adopted)


@pytest.mark.parametrize(
    ("first_seen", "expected"),
    [
        (None, Gone.ASK_AGAIN),
        (NOW - HOUR, Gone.ASK_AGAIN),
        (NOW - 6 * HOUR, Gone.DISABLE),
        (NOW + 900 * HOUR, Gone.ASK_AGAIN),
    ],
)
def test_a_second_410_hours_later_disables(first_seen, expected):
    assert consider_gone(first_seen, NOW) is expected


RHYTHM = Rhythm(
    learned_at=NOW, pauses=60, span=timedelta(40), working=USUAL_RATE, weekend=USUAL_RATE / 4, usual=12 * HOUR
)
LIVELY = replace(source(), adaptive=Adaptive(least=5 * MINUTE, most=HOUR))


def state(**fields):
    values = {"source_id": "attitude", "url": "https://press.example/feed", "next_due": NOW, "rhythm": RHYTHM}
    return SourceState(**{**values, **fields})


@pytest.mark.parametrize(
    ("rhythm", "now", "minutes", "why"),
    [
        ({}, NOW, 15, "8.0 new items a day"),
        ({}, NOW + timedelta(1), 30, "2.0 new items a day"),  # on a Saturday
        ({"working": USUAL_RATE * 4}, NOW, 7.5, "32.0 new items a day"),
        ({"working": USUAL_RATE * 100}, NOW, 5, "800.0 new items a day"),
        ({"working": USUAL_RATE / 100, "weekend": 0.01}, NOW, 60, "0.1 new items a day"),
        ({"pauses": 4}, NOW, 15, "how lively it is is not known yet"),
        ({"span": timedelta(1)}, NOW, 15, "how lively it is is not known yet"),
    ],
)
def test_the_interval_follows_how_lively_a_source_is(rhythm, now, minutes, why):
    paced = pace(LIVELY, state(rhythm=replace(RHYTHM, **rhythm)), now=now)
    assert (paced.interval / MINUTE, paced.why) == (pytest.approx(minutes), why)


def test_a_source_that_has_gone_quiet_is_visited_less_often():
    quiet = state(pulse=Pulse(arrived_at=NOW - 48 * HOUR))
    assert pace(LIVELY, quiet, now=NOW).interval == 30 * MINUTE
    lively = state(pulse=Pulse(arrived_at=NOW - 11 * HOUR))
    assert pace(LIVELY, lively, now=NOW).interval == 15 * MINUTE
    ahead = state(pulse=Pulse(arrived_at=NOW + 48 * HOUR))
    assert pace(LIVELY, ahead, now=NOW).interval == 15 * MINUTE


def test_news_about_a_title_has_its_sources_visited_sooner_for_an_hour():
    boosted = state(boosted_until=NOW + HOUR)
    assert pace(LIVELY, boosted, now=NOW).interval == 5 * MINUTE
    assert pace(LIVELY, boosted, now=NOW + HOUR).interval == 15 * MINUTE
    assert pace(LIVELY, boosted, now=NOW - HOUR).interval == 15 * MINUTE  # the clock was set back


def test_nothing_moves_where_the_user_says_so_or_nothing_is_known():
    assert pace(source(), state(boosted_until=NOW + HOUR), now=NOW) == Pace(interval=15 * MINUTE, why="as configured")
    assert pace(LIVELY, state(rhythm=None), now=NOW).interval == 15 * MINUTE


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ({}, 5 * MINUTE),
        ({"fresh_for": 10 * MINUTE}, 10 * MINUTE),  # what the publisher wants holds
        ({"hints": PollHints(interval=HOUR)}, HOUR),
        ({"failures": 1}, 15 * MINUTE),
        ({"failures": 3}, HOUR),
        ({"retry_after": MINUTE}, 15 * MINUTE),
        ({"retry_after": 2 * HOUR}, 2 * HOUR),
    ],
)
def test_a_shorter_interval_undercuts_nobody(outcome, expected):
    assert abs(interval(interval=5 * MINUTE, **outcome) - expected) < timedelta(milliseconds=1)


@given(
    st.builds(
        Rhythm,
        learned_at=st.just(NOW),
        pauses=st.integers(0, 99),
        span=st.timedeltas(min_value=timedelta(0), max_value=timedelta(56)),
        working=st.floats(1e-3, 1e4),
        weekend=st.floats(1e-3, 1e4),
        usual=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(56)),
    ),
    st.none() | st.timedeltas(min_value=timedelta(-300), max_value=timedelta(40)).map(NOW.__add__),
    st.none() | st.timedeltas(min_value=timedelta(-20), max_value=timedelta(10)).map(NOW.__add__),
)
def test_the_interval_stays_within_its_range(rhythm, arrived_at, boosted_until):
    known = state(rhythm=rhythm, pulse=Pulse(arrived_at=arrived_at), boosted_until=boosted_until)
    assert 5 * MINUTE <= pace(LIVELY, known, now=NOW).interval <= HOUR
