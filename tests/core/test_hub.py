"""What we have with a hub, and what follows from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.hub import (
    Subscription,
    asked,
    delivered,
    dump,
    is_active,
    load,
    must_ask,
    next_poll,
    noted,
    polled,
    write_note,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = Subscription(hub="https://hub.example/", topic="https://gazette.example/feed", token="t", secret="s")
ACTIVE = replace(NEW, verified_at=NOW, lease=10 * DAY)


@pytest.mark.parametrize(
    ("subscription", "later", "ask"),
    [
        (NEW, 0 * DAY, True),
        (asked(NEW, NOW), HOUR - timedelta(seconds=1), False),
        (asked(NEW, NOW), HOUR, True),
        (asked(asked(NEW, NOW), NOW), HOUR, False),
        (asked(asked(NEW, NOW), NOW), 2 * HOUR, True),
        (replace(NEW, asked_at=NOW, tries=50), 23 * HOUR, False),
        (replace(NEW, asked_at=NOW, tries=50), DAY, True),
        (ACTIVE, 7 * DAY, False),
        (ACTIVE, 8 * DAY, True),
        (asked(ACTIVE, NOW + 8 * DAY), 8 * DAY, False),
        (ACTIVE, 30 * DAY, True),
        (replace(NEW, denied_at=NOW), 6 * DAY, False),
        (replace(NEW, denied_at=NOW), 7 * DAY, True),
    ],
)
def test_when_to_ask(subscription: Subscription, later: timedelta, *, ask: bool):
    """At first, again after ever longer waits, and for another lease at four fifths of this one."""
    assert must_ask(subscription, NOW + later) is ask


def test_what_the_hub_says():
    once = asked(NEW, NOW)
    verified = noted(once, write_note("subscribe", 3600), NOW)
    assert (verified.lease, verified.tries) == (HOUR, 0)
    assert is_active(verified, NOW)
    assert not is_active(verified, NOW + HOUR)
    assert noted(once, write_note("subscribe", None), NOW).lease == 5 * DAY
    assert noted(once, write_note("subscribe", 10**9), NOW).lease == 365 * DAY
    denied = noted(verified, write_note("denied", None), NOW + DAY)
    assert not is_active(denied, NOW)
    assert noted(denied, write_note("subscribe", 60), NOW + 2 * DAY).denied_at is None


def test_polling_goes_on_slower_while_the_hub_delivers():
    every = timedelta(minutes=15)
    polled_once = polled(ACTIVE, NOW, found_more=False)
    assert next_poll(polled_once, every, NOW) is None  # nothing has been pushed yet
    assert next_poll(delivered(ACTIVE), every, NOW) is None  # it was never polled
    relied_on = delivered(polled_once)
    assert next_poll(relied_on, every, NOW) == NOW + HOUR
    assert next_poll(relied_on, 3 * HOUR, NOW) == NOW + 6 * HOUR
    assert next_poll(relied_on, 12 * HOUR, NOW) == NOW + 12 * HOUR
    assert next_poll(relied_on, every, NOW + 11 * DAY) is None  # the lease has run out


def test_a_short_lease_is_renewed_in_time():
    brief = delivered(polled(replace(ACTIVE, lease=HOUR), NOW, found_more=False))
    assert next_poll(brief, HOUR, NOW) == NOW + timedelta(minutes=48)
    assert next_poll(asked(brief, NOW), HOUR, NOW) == NOW + 4 * HOUR


def test_a_hub_that_loses_things_is_not_relied_on():
    subscription = delivered(ACTIVE)
    for found_more in (True, False, True):
        subscription = polled(subscription, NOW, found_more=found_more)
    assert subscription.missed == 2
    assert next_poll(subscription, HOUR, NOW) is None
    assert next_poll(delivered(subscription), HOUR, NOW) is not None
    assert polled(NEW, NOW, found_more=True).missed == 0  # it had promised nothing


@pytest.mark.parametrize("subscription", [NEW, asked(delivered(polled(ACTIVE, NOW, found_more=True)), NOW)])
def test_kept_and_read_again(subscription: Subscription):
    assert load(dump(subscription)) == subscription
    assert "secret" not in repr(subscription)
