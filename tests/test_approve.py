"""Letting go of holds, and ending them without a word."""

from datetime import timedelta

import pytest

from monitor.approve import NoSuchHoldError, approve, discard
from monitor.core.novelty import UNREAD, Reason
from monitor.core.report import Subject
from monitor.core.routing import Flood
from tests.bench import DAY, FERRY, HOUR, item, policy, report


def _approve(bench, hold_id):
    return bench.write(lambda tx: approve(tx, hold_id, setup=bench.setup, recognise=bench.recognise, now=bench.time))


def _discard(bench, hold_id):
    return bench.write(lambda tx: discard(tx, hold_id, now=bench.time))


def _hold(bench):
    (hold,) = bench.read(lambda view: view.open_holds())
    return hold.id


@pytest.fixture
def flooded(bench):
    """One alert on its way, three held, and a summary to come."""
    bench.policy = policy(flood=Flood(limit=1, per=HOUR))
    bench.settle()
    for name in "abcd":
        bench.says(f"Title {name}", report(Subject(key=f"show:{name}", title=f"Show {name}")))
    bench.tell(*[item(name) for name in "dcba"])
    return bench


@pytest.fixture
def renumbered(bench):
    """Three items under new ids, two held that nobody knows."""
    bench.settle()
    bench.tell(*[item(f"old-{n}") for n in range(3)])
    bench.time += 2 * DAY
    known = [item(f"new-{n}", title=f"Title old-{n}", url=item(f"old-{n}").url, published=None) for n in range(3)]
    bench.says("Title x", report())
    bench.says("Title y", report(FERRY))
    bench.tell(*known, item("y", published=None), item("x", published=None))
    return bench


def test_a_flood_that_is_approved_is_one_message(flooded):
    flooded.deliver()
    assert _approve(flooded, _hold(flooded)) == 3
    flooded.deliver()
    assert flooded.notify.subjects == ["Show a has been renewed", "Released: 3 announcements"]
    assert flooded.read(lambda view: view.open_holds()) == []


@pytest.mark.parametrize("end", [_approve, _discard])
def test_the_summary_of_what_is_no_longer_held_is_not_sent(flooded, end):
    """It would say that nothing is held and ask for an approval that is refused."""
    end(flooded, _hold(flooded))
    flooded.deliver(later=timedelta(hours=2))
    assert not any("held back" in subject for subject in flooded.notify.subjects)


def test_a_flood_that_is_discarded_is_told_nobody(flooded):
    assert _discard(flooded, _hold(flooded)) == 3
    flooded.deliver(later=HOUR)
    assert flooded.notify.subjects == ["Show a has been renewed"]
    assert [alert.state for alert in flooded.alerts()].count("discarded") == 4


def test_what_comes_after_a_discarded_alert_is_news(flooded):
    _discard(flooded, _hold(flooded))
    flooded.says("Title e", report(Subject(key="show:d", title="Show d"), official=True))
    flooded.tell(item("e"), later=2 * HOUR)
    assert flooded.alerts()[-1].purpose == "news"


def test_items_that_are_approved_are_read_and_told_as_one_message(renumbered):
    """Even more of them than the flood limit: the user asked for all."""
    renumbered.policy = policy(flood=Flood(limit=1, per=HOUR))
    assert _approve(renumbered, _hold(renumbered)) == 2
    assert all(stored.hold_id is None for stored in renumbered.items())
    assert sum(stored.note == "read when hold-1 was approved" for stored in renumbered.items()) == 2
    renumbered.deliver()
    assert "Released: 2 announcements" in renumbered.notify.subjects
    assert not any("held back" in subject for subject in renumbered.notify.subjects)


def test_items_that_are_discarded_are_kept_and_not_read(renumbered):
    assert _discard(renumbered, _hold(renumbered)) == 2
    assert all(stored.hold_id is None for stored in renumbered.items())
    assert sum(stored.note == UNREAD[Reason.HELD] for stored in renumbered.items()) == 2
    assert renumbered.announcements() == []


def test_items_of_a_source_no_longer_configured_are_let_go_without_a_word(renumbered):
    renumbered.sources = ()
    assert _approve(renumbered, _hold(renumbered)) == 0
    assert all(stored.hold_id is None for stored in renumbered.items())


@pytest.mark.parametrize("end", [_approve, _discard])
def test_a_hold_ends_once(flooded, end):
    hold_id = _hold(flooded)
    end(flooded, hold_id)
    for number in (hold_id, 99):
        with pytest.raises(NoSuchHoldError, match=f"there is no open hold {number}"):
            end(flooded, number)
