from dataclasses import fields
from datetime import timedelta

import pytest

from monitor.core.alert import AlertPurpose, AlertState, NewAlert
from monitor.core.holds import Hold, HoldKind
from monitor.core.incidents import Incident, IncidentKind
from monitor.records import Delivery
from tests.store.samples import DAY, HOUR, NOW, alert, announcement


@pytest.fixture
def told(store):
    """The id of a stored announcement."""
    return store.write(lambda tx: tx.add_announcement(announcement()))


def _add(store, *alerts, at=NOW):
    return store.write(lambda tx: [tx.add_alert(new, at=at) for new in alerts])


def _claim(store, *, now=NOW, limit=10):
    return [a.id for a in store.write(lambda tx: tx.claim_alerts(now=now, lease_until=now + HOUR, limit=limit))]


def test_an_alert_comes_back_as_it_was_added(store, told):
    new = alert(told, purpose=AlertPurpose.UPDATE, bundle="item-1", change="now official", state=AlertState.HELD)
    (new_id,) = _add(store, new)
    stored = store.read(lambda view: view.alert(new_id))
    assert all(getattr(stored, f.name) == getattr(new, f.name) for f in fields(NewAlert))
    assert (stored.id, stored.created_at, stored.attempts) == (new_id, NOW, 0)
    assert store.read(lambda view: view.alerts_of(told)) == [stored]
    assert store.read(lambda view: view.alert(new_id + 1)) is None


def test_a_receiver_is_told_each_revision_once(store, told):
    first, again, revised, other = _add(
        store, alert(told), alert(told, due_at=NOW + DAY), alert(told, revision=2), alert(told, receiver="you")
    )
    assert again is None
    assert None not in {first, revised, other}


def test_a_receiver_is_told_once_that_an_incident_opened_and_once_that_it_closed(store):
    trouble = Incident(id=0, kind=IncidentKind.FAILING, subject="gazette", detail="", opened_at=NOW)
    incident_id = store.write(lambda tx: tx.open_incident(trouble))

    def word(purpose):
        return alert(None, revision=0, incident_id=incident_id, purpose=purpose)

    opened, again, closed = _add(
        store, word(AlertPurpose.INCIDENT), word(AlertPurpose.INCIDENT), word(AlertPurpose.RECOVERY)
    )
    assert again is None
    assert None not in {opened, closed}


def test_due_alerts_are_claimed_oldest_first_by_one_claimant(store, told):
    late, latest, soon, held = _add(
        store,
        alert(told, receiver="1", due_at=NOW - HOUR),
        alert(told, receiver="2", due_at=NOW - DAY),
        alert(told, receiver="3", due_at=NOW + timedelta(microseconds=1)),
        alert(told, receiver="4", state=AlertState.HELD),
    )
    assert _claim(store, limit=1) == [latest]
    assert _claim(store) == [late]
    assert _claim(store) == []
    assert _claim(store, now=NOW + HOUR) == [latest, late, soon]
    assert held not in _claim(store, now=NOW + DAY)
    store.write(lambda tx: tx.release_leases())
    assert _claim(store, now=NOW + DAY) == [latest, late, soon]


def test_the_next_alert_is_due_when_it_may_be_claimed(store, told):
    def next_due():
        return store.read(lambda view: view.next_alert_due())

    assert next_due() is None
    (first, _) = _add(store, alert(told), alert(told, receiver="you", due_at=NOW + 2 * HOUR))
    assert next_due() == NOW
    assert _claim(store) == [first]
    assert next_due() == NOW + HOUR
    _deliver(store, first, AlertState.SENT)
    assert next_due() == NOW + 2 * HOUR


def _deliver(store, alert_id, state, *, at=NOW, next_attempt=None):
    attempt = Delivery(
        alert_id=alert_id, at=at, ok=state is AlertState.SENT, detail="250 ok", state=state, next_attempt=next_attempt
    )
    store.write(lambda tx: tx.record_delivery(attempt))
    return attempt


def test_an_attempt_moves_the_alert_and_gives_the_lease_back(store, told):
    (alert_id,) = _add(store, alert(told))
    assert _claim(store) == [alert_id]
    failed = _deliver(store, alert_id, AlertState.PENDING, next_attempt=NOW + timedelta(minutes=5))
    waiting = store.read(lambda view: view.alert(alert_id))
    assert (waiting.state, waiting.attempts, waiting.due_at) == (AlertState.PENDING, 1, NOW + timedelta(minutes=5))
    assert _claim(store) == []
    assert _claim(store, now=NOW + timedelta(minutes=5)) == [alert_id]
    sent = _deliver(store, alert_id, AlertState.SENT, at=NOW + HOUR)
    assert store.read(lambda view: view.alert(alert_id)).state is AlertState.SENT
    assert store.read(lambda view: view.deliveries(alert_id)) == [sent, failed]
    assert _claim(store, now=NOW + DAY) == []
    assert store.read(lambda view: view.outbox()) == {AlertState.SENT: 1}


def test_alerts_wait_under_a_hold_until_settled(store, told):
    hold = Hold(id=0, kind=HoldKind.FLOOD, subject="me", detail="", opened_at=NOW)
    hold_id = store.write(lambda tx: tx.open_hold(hold))
    held = {"hold_id": hold_id, "state": AlertState.HELD}
    first, second = _add(store, alert(told, **held), alert(told, revision=2, **held))
    summary, again = _add(
        store, *[alert(None, revision=0, hold_id=hold_id, purpose=AlertPurpose.HOLD) for _ in range(2)]
    )
    assert summary is not None
    assert again is None
    assert [a.id for a in store.read(lambda view: view.alerts_under(hold_id))] == [first, second]
    store.write(lambda tx: tx.settle_alerts([first], AlertState.PENDING, due_at=NOW + DAY, bundle="hold-1"))
    store.write(lambda tx: tx.settle_alerts([second], AlertState.DISCARDED, due_at=None))
    assert store.read(lambda view: view.alerts_under(hold_id)) == []
    released, dropped = store.read(lambda view: (view.alert(first), view.alert(second)))
    assert (released.state, released.due_at, released.bundle) == (AlertState.PENDING, NOW + DAY, "hold-1")
    assert (dropped.state, dropped.due_at, dropped.bundle) == (AlertState.DISCARDED, NOW, None)


def test_messages_given_to_a_receiver_are_counted(store, told):
    def of(number, **values):
        return alert(told, revision=number, **values)

    _add(
        store,
        of(1),
        of(2, purpose=AlertPurpose.UPDATE),
        of(3, bundle="item-1", state=AlertState.HELD),
        of(4, bundle="item-1"),
        of(5, bundle="digest-me-1"),
        of(6, receiver="you"),
        of(7, purpose=AlertPurpose.INCIDENT),
    )
    _add(store, of(8), at=NOW - timedelta(microseconds=1))
    assert store.read(lambda view: view.alerts_created("me", NOW)) == 3
    assert store.read(lambda view: view.alerts_created("nobody", NOW)) == 0
    assert [a.revision for a in store.read(lambda view: view.alerts_since(NOW))] == [1, 2, 3, 4, 5, 6, 7]
