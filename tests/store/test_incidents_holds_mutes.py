from dataclasses import replace

from monitor.core.holds import Hold, HoldKind
from monitor.core.incidents import Incident, IncidentKind
from monitor.core.routing import Mute, MuteScope
from tests.store.samples import DAY, HOUR, NOW

TROUBLE = Incident(id=0, kind=IncidentKind.FAILING, subject="gazette", detail="timeout", opened_at=NOW)
FLOOD = Hold(id=0, kind=HoldKind.FLOOD, subject="me", detail="12 alerts", opened_at=NOW)


def test_one_incident_of_a_kind_and_subject_is_open_at_a_time(store):
    first, again, other = (
        store.write(lambda tx, one=one: tx.open_incident(one))
        for one in (TROUBLE, replace(TROUBLE, detail="still"), replace(TROUBLE, subject="post"))
    )
    assert again is None
    assert store.read(lambda view: view.open_incidents()) == [
        replace(TROUBLE, id=other, subject="post"), replace(TROUBLE, id=first),
    ]  # fmt: skip
    for at in (NOW + HOUR, NOW + DAY):
        store.write(lambda tx, at=at: tx.close_incident(first, at=at))
    assert store.read(lambda view: view.incident(first)) == replace(TROUBLE, id=first, closed_at=NOW + HOUR)
    assert [i.id for i in store.read(lambda view: view.open_incidents())] == [other]
    assert store.write(lambda tx: tx.open_incident(TROUBLE)) not in {None, first, other}
    assert store.read(lambda view: view.incident(999)) is None


def test_one_hold_of_a_kind_and_subject_is_open_at_a_time(store):
    first, again = (store.write(lambda tx: tx.open_hold(FLOOD)) for _ in range(2))
    assert first == again
    assert store.read(lambda view: view.open_holds()) == [replace(FLOOD, id=first)]
    for approved in (True, False):
        store.write(lambda tx, approved=approved: tx.release_hold(first, at=NOW + HOUR, approved=approved))
    released = replace(FLOOD, id=first, released_at=NOW + HOUR, approved=True)
    assert store.read(lambda view: (view.hold(first), view.open_holds(), view.hold(999))) == (released, [], None)
    assert store.write(lambda tx: tx.open_hold(FLOOD)) != first


def test_a_mute_is_saved_replaced_and_lifted(store):
    until = Mute(scope=MuteScope.WATCH, target="lantern-street", until=NOW + DAY, since=NOW)
    forever = replace(until, until=None)
    store.write(lambda tx: tx.save_mute(until, at=NOW))
    store.write(lambda tx: tx.save_mute(Mute(scope=MuteScope.KIND, target="trailer", until=NOW), at=NOW - DAY))
    over = Mute(scope=MuteScope.KIND, target="trailer", until=NOW, since=NOW - DAY)
    assert store.read(lambda view: view.mutes()) == [until, over]
    store.write(lambda tx: tx.save_mute(forever, at=NOW))
    assert forever in store.read(lambda view: view.mutes())
    lifted = [store.write(lambda tx: tx.lift_mute("watch", "lantern-street")) for _ in range(2)]
    assert lifted == [True, False]
    assert forever not in store.read(lambda view: view.mutes())
