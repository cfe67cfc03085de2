from datetime import timedelta

import pytest

from monitor.core.alert import AlertState
from monitor.core.holds import Hold, HoldKind
from monitor.records import Delivery, PollOutcome, PollStatus
from tests.store.samples import DAY, HOUR, NOW, SOURCE, alert, announcement, item, report, state

MUCH_LATER = NOW + 400 * DAY
KEPT_FOR = 180 * DAY


def _read(store, keys, at):
    """What a poll does with a body that shows these keys: what is not known is stored as new. The new keys."""

    def file(tx):
        known = {stored.item.key for stored in tx.known_items("gazette", keys=keys, urls=(), titles=())}
        new = [key for key in keys if key not in known]
        for key in new:
            tx.add_item("gazette", item(key), at=at, baseline=False)
        tx.touch_items("gazette", keys, at)
        return new

    return store.write(file)


def _prune(store, at):
    return store.write(lambda tx: tx.prune(before=at - KEPT_FOR, limit=1000))


def _keys(store):
    ids = range(1, 100)
    return sorted(stored.item.key for stored in store.read(lambda view: view.items(ids)))


@pytest.mark.parametrize(
    "polls",
    [
        pytest.param([NOW, MUCH_LATER], id="down, or nothing but 'not modified', for a year"),
        pytest.param([NOW + n * 30 * DAY for n in range(14)], id="the same old items shown for a year"),
    ],
)
def test_what_a_source_still_shows_is_not_new_after_pruning(store, polls):
    assert _read(store, ["a", "b"], NOW) == ["a", "b"]
    for at in polls:
        _prune(store, at)
        assert _read(store, ["a", "b"], at) == []
        _prune(store, at)
        assert _read(store, ["a", "b"], at) == []


def test_an_item_that_left_is_known_for_as_long_as_asked(store):
    """It leaves with the first reading that misses it, however long after the last one that was."""
    _read(store, ["a", "b"], NOW)
    _read(store, ["b", "c"], MUCH_LATER)
    assert _prune(store, MUCH_LATER + KEPT_FOR) == 0
    assert _read(store, ["a"], MUCH_LATER + HOUR) == []
    _read(store, ["b", "c"], MUCH_LATER + DAY)
    assert _prune(store, MUCH_LATER + DAY + KEPT_FOR) == 0
    assert _prune(store, MUCH_LATER + DAY + KEPT_FOR + timedelta(microseconds=1)) == 1
    assert _keys(store) == ["b", "c"]


def test_items_of_other_sources_are_not_taken_for_gone(store):
    store.write(lambda tx: tx.add_item("post", item("z"), at=NOW, baseline=False))
    _read(store, ["a"], NOW)
    assert _prune(store, MUCH_LATER) == 0


def test_what_an_announcement_rests_on_and_what_is_held_stay(store):
    _read(store, ["told", "unasked", "silent"], NOW)

    def tell(tx):
        ids = {s.item.key: s.id for s in tx.known_items("gazette", keys=["told", "unasked"], urls=(), titles=())}
        told = tx.add_announcement(announcement())
        for key, announcement_id in (("told", told), ("unasked", None)):
            tx.add_report(
                report(), item_id=ids[key], announcement_id=announcement_id, source=SOURCE, publisher="G", at=NOW
            )
        hold = tx.open_hold(Hold(id=0, kind=HoldKind.IDS_CHANGED, subject="gazette", detail="", opened_at=NOW))
        tx.add_item("gazette", item("held"), at=NOW, baseline=False, hold_id=hold)

    store.write(tell)
    _read(store, [], NOW)
    assert _prune(store, MUCH_LATER) == 2
    assert _keys(store) == ["held", "told"]


def test_the_last_poll_of_a_source_and_attempts_of_open_alerts_stay(store):
    def fill(tx):
        tx.save_source(state())
        for number in range(3):
            at = NOW + number * HOUR
            tx.record_poll(PollOutcome(source_id="gazette", at=at, status=PollStatus.OK, detail="", took=HOUR))
        told = tx.add_announcement(announcement())
        settled, waiting = (tx.add_alert(alert(told, receiver=name), at=NOW) for name in ("me", "you"))
        for alert_id, becomes in ((settled, AlertState.SENT), (waiting, AlertState.PENDING)):
            tx.record_delivery(
                Delivery(alert_id=alert_id, at=NOW, ok=False, detail="", state=becomes, next_attempt=NOW)
            )
        return settled, waiting

    settled, waiting = store.write(fill)
    assert _prune(store, MUCH_LATER) == 3
    assert _prune(store, MUCH_LATER) == 0
    assert [p.at for p in store.read(lambda view: view.polls("gazette", 9))] == [NOW + 2 * HOUR]
    assert store.read(lambda view: (len(view.deliveries(settled)), len(view.deliveries(waiting)))) == (0, 1)


def test_no_more_than_the_limit_goes_at_once(store):
    def fill(tx):
        tx.record_poll(PollOutcome(source_id="a", at=NOW, status=PollStatus.OK, detail="", took=HOUR))
        tx.record_poll(PollOutcome(source_id="a", at=NOW, status=PollStatus.OK, detail="", took=HOUR))
        for key in "abcd":
            tx.add_item("gazette", item(key), at=NOW, baseline=False)
        tx.touch_items("gazette", [], NOW)

    store.write(fill)
    batches = [store.write(lambda tx: tx.prune(before=MUCH_LATER, limit=2)) for _ in range(4)]
    assert batches == [2, 2, 1, 0]
