"""Learning how often a source brings something, and counting time by it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.rhythm import LATE, WINDOW, arrived, counted, learn, rate

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def office(weeks=6, per_day=8):
    """Items at full hours from nine o'clock, from Monday to Friday."""
    days = [MONDAY + DAY * number for number in range(7 * weeks) if number % 7 < 5]
    return [day + HOUR * (9 + number) for day in days for number in range(per_day)]


def learned(moments, now=MONDAY + 60 * DAY):
    rhythm = learn(moments, now=now)
    assert rhythm is not None
    return rhythm


@pytest.mark.parametrize(
    ("published", "baseline", "expected"),
    [
        (MONDAY - HOUR, False, MONDAY - HOUR),
        (None, False, MONDAY),
        (MONDAY + HOUR, False, MONDAY),  # dated ahead
        (MONDAY - LATE - HOUR, False, MONDAY),  # an old piece brought out again
        (MONDAY - LATE - HOUR, True, MONDAY - LATE - HOUR),
        (None, True, None),
        (MONDAY + HOUR, True, None),
    ],
)
def test_when_an_item_came(published, baseline, expected):
    assert arrived(published, MONDAY, baseline=baseline) == expected


@pytest.mark.parametrize("moments", [[], [MONDAY], [MONDAY, MONDAY]])
def test_from_too_little_nothing_is_learned(moments):
    assert learn(moments, now=MONDAY) is None


def test_a_paper_that_rests_at_weekends():
    rhythm = learned(office())
    assert (round(rhythm.working), round(rhythm.weekend, 1)) == (8, 0.1)
    assert rate(rhythm, MONDAY) == rhythm.working
    assert rate(rhythm, MONDAY - HOUR) == rhythm.weekend
    # From four in the afternoon to nine in the morning, and next to nothing more from Friday to Monday.
    assert 17 * HOUR <= rhythm.usual <= 18 * HOUR
    friday, monday = MONDAY + 4 * DAY + 16 * HOUR, MONDAY + 7 * DAY + 9 * HOUR
    assert counted(rhythm, friday, monday) < 18 * HOUR
    assert counted(rhythm, friday - DAY, friday) == DAY


def test_many_short_pauses_do_not_outweigh_the_nights():
    minutes = [MONDAY + DAY * day + HOUR * 10 + timedelta(minutes=5) * n for day in range(20) for n in range(96)]
    assert 15 * HOUR < learned(minutes).usual < 17 * HOUR


def test_one_pause_out_of_the_ordinary_teaches_nothing():
    """After a summer break the watchdog is as alert as before."""
    before = office(weeks=3)
    after = [moment + 35 * DAY for moment in before]
    assert abs(learned([*before, *after]).usual - learned(before).usual) < HOUR


def test_what_lies_far_back_is_forgotten_and_silence_unlearns_nothing():
    old = [MONDAY - WINDOW - 10 * DAY]
    moments = office()
    assert learned([*old, *moments]) == learned(moments)
    assert learned(moments, now=MONDAY + 300 * DAY).usual == learned(moments).usual


moments = st.lists(st.timedeltas(min_value=-60 * DAY, max_value=DAY).map(MONDAY.__add__), max_size=40)


@given(moments, st.timedeltas(min_value=-60 * DAY, max_value=90 * DAY).map(MONDAY.__add__))
def test_time_counts_at_most_as_it_passes(arrivals, until):
    rhythm = learn(arrivals, now=MONDAY)
    if rhythm is None:
        return
    since = datetime(2026, 2, 10, 7, 30, tzinfo=UTC)
    passed = counted(rhythm, since, until)
    assert timedelta() <= passed <= max(until - since, timedelta()) + timedelta(milliseconds=1)
    assert timedelta() < rhythm.usual <= rhythm.span
    half = since + (until - since) / 2
    if until > since:
        assert abs(counted(rhythm, since, half) + counted(rhythm, half, until) - passed) < timedelta(milliseconds=1)


@given(moments)
def test_the_order_of_arrivals_does_not_matter(arrivals):
    assert learn(arrivals, now=MONDAY) == learn(list(reversed(arrivals)), now=MONDAY)
