"""When a refused alert is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.retry import next_attempt_at

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("attempts", "age", "retry_after", "wait"),
    [
        (1, MINUTE, None, MINUTE),
        (2, MINUTE, None, 2 * MINUTE),
        (6, HOUR, None, 32 * MINUTE),
        (7, HOUR, None, HOUR),
        (500, DAY, None, HOUR),
        (1, MINUTE, 10 * MINUTE, 10 * MINUTE),
        (7, HOUR, 10 * MINUTE, HOUR),
        (1, MINUTE, 400 * DAY, DAY),
        (1, MINUTE, timedelta.max, DAY),
        (60, 3 * DAY - MINUTE, None, HOUR),
        (60, 3 * DAY, None, None),
        (60, 3 * DAY, HOUR, None),
        # Held for a week, or the machine was off: old, but hardly tried
        (1, 7 * DAY, None, MINUTE),
        (7, 7 * DAY, None, HOUR),
        (8, 7 * DAY, None, None),
        # The clock was set back since it was made
        (1, -DAY, None, MINUTE),
    ],
)
def test_the_wait_after_a_refusal(attempts, age, retry_after, wait):
    again = next_attempt_at(attempts, created_at=NOW - age, now=NOW, retry_after=retry_after)
    assert again == (NOW + wait if wait else None)


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), 2 * DAY), st.none() | st.timedeltas(timedelta(0)))
def test_waits_never_shrink_and_never_exceed_their_cap(attempts, age, retry_after):
    created = NOW - age
    sooner = next_attempt_at(attempts, created_at=created, now=NOW, retry_after=retry_after)
    later = next_attempt_at(attempts + 1, created_at=created, now=NOW, retry_after=retry_after)
    assert NOW + MINUTE <= sooner <= later <= NOW + DAY
    assert next_attempt_at(attempts, created_at=created, now=NOW) <= NOW + HOUR


@given(st.none() | st.timedeltas(timedelta(0)))
def test_a_receiver_that_refuses_for_ever_is_given_up(retry_after):
    """After three days of trying, or after a handful of the pauses it asks for."""
    now, attempts = NOW, 0
    while now is not None:
        last, attempts = now, attempts + 1
        now = next_attempt_at(attempts, created_at=NOW, now=now, retry_after=retry_after)
    assert 3 * DAY <= last - NOW <= 9 * DAY
    assert attempts <= 100
