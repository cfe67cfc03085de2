from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings

from monitor.core.source import Validators
from monitor.records import Heartbeat, PollOutcome, PollStatus, Push
from tests.store.samples import DAY, HOUR, NOW, any_state, state


@settings(deadline=None)  # the disk is shared
@given(any_state)
def test_a_state_comes_back_as_it_was_saved(shared_store, saved):
    shared_store.write(lambda tx: tx.save_source(saved))
    assert shared_store.read(lambda view: view.source_states())[saved.source_id] == saved


def test_saving_again_replaces_the_state(store):
    newer = state(next_due=NOW + HOUR, validators=Validators(etag='"2"'))
    for saved in (state(failures=3), newer, newer):
        store.write(lambda tx, saved=saved: tx.save_source(saved))
    assert store.read(lambda view: view.source_states()) == {"gazette": newer}


def _claim(store, *ids, now=NOW):
    claimed = store.write(lambda tx: tx.claim_sources(ids, now=now, lease_until=now + HOUR))
    return sorted(found.source_id for found in claimed)


def test_a_claimed_source_is_nobody_elses_until_the_lease_ends_or_it_is_saved(store):
    store.write(lambda tx: [tx.save_source(state(name)) for name in ("a", "b")])
    assert _claim(store, "a", "unknown") == ["a"]
    assert _claim(store, "a", "b") == ["b"]
    assert _claim(store, "a", "b", now=NOW + HOUR - timedelta(microseconds=1)) == []
    assert _claim(store, "a", "b", now=NOW + HOUR) == ["a", "b"]
    store.write(lambda tx: tx.save_source(state("a")))
    assert _claim(store, "a", "b", now=NOW + HOUR) == ["a"]
    store.write(lambda tx: tx.release_leases())
    assert _claim(store, "a", "b", now=NOW + HOUR) == ["a", "b"]


def test_due_sources_are_free_and_enabled_longest_overdue_first(store):
    states = (
        state("late", next_due=NOW - HOUR),
        state("later", next_due=NOW - DAY),
        state("now", next_due=NOW),
        state("soon", next_due=NOW + timedelta(microseconds=1)),
        state("off", next_due=NOW - DAY, disabled=True),
        state("held", next_due=NOW - DAY),
    )
    store.write(lambda tx: [tx.save_source(known) for known in states])
    _claim(store, "held")
    assert list(store.read(lambda view: view.due_sources(NOW))) == ["later", "late", "now"]


def test_sources_no_longer_configured_are_forgotten(store):
    """Also more of them than one statement takes parameters."""
    store.write(lambda tx: [tx.save_source(state(f"s{number}")) for number in range(1200)])
    store.write(lambda tx: tx.forget_sources(["s7", "unknown"]))
    assert list(store.read(lambda view: view.source_states())) == ["s7"]


def test_polls_are_kept_newest_first(store):
    outcomes = [
        PollOutcome(source_id=name, at=NOW + number * HOUR, status=status, detail="told", took=timedelta(seconds=1.5),
                    items=9, new=number, revised=2, reports=3, alerts=4, reason=reason, bytes=3_000_000_000)
        for number, (name, status, reason) in enumerate(
            [("a", PollStatus.OK, None), ("b", PollStatus.FAILED, "timeout"), ("a", PollStatus.UNCHANGED, None)]
        )
    ]  # fmt: skip
    store.write(lambda tx: [tx.record_poll(outcome) for outcome in outcomes])
    assert store.read(lambda view: view.polls("a", 10)) == [outcomes[2], outcomes[0]]
    assert store.read(lambda view: view.polls("a", 1)) == [outcomes[2]]
    assert store.read(lambda view: view.last_polls()) == {"a": outcomes[2], "b": outcomes[1]}


def test_the_heartbeat_is_the_last_one(store):
    assert store.read(lambda view: view.heartbeat()) is None
    first = Heartbeat(at=NOW, started_at=NOW - DAY, lag=timedelta(milliseconds=12))
    for beat in (first, replace(first, at=NOW + HOUR)):
        store.write(lambda tx, beat=beat: tx.beat(beat))
    assert store.read(lambda view: view.heartbeat()) == replace(first, at=NOW + HOUR)


def test_what_is_brought_waits_in_order_and_makes_its_source_due(store):
    store.write(lambda tx: [tx.save_source(state(name, next_due=NOW + HOUR)) for name in ("a", "b")])
    ids = [
        store.write(lambda tx, body=body: tx.add_push("a", body, content_type="application/json", at=NOW))
        for body in (b"{}", b"\x00\xff")
    ]
    brought = [
        Push(id=number, source_id="a", at=NOW, body=body, content_type="application/json")
        for number, body in zip(ids, (b"{}", b"\x00\xff"), strict=True)
    ]
    assert store.read(lambda view: view.pushes("a", 10)) == brought
    assert store.read(lambda view: view.pushes("a", 1)) == brought[:1]
    assert store.read(lambda view: view.pushes("b", 10)) == []
    assert list(store.read(lambda view: view.due_sources(NOW))) == ["a"]
    store.write(lambda tx: tx.drop_pushes(ids[:1]))
    assert store.read(lambda view: view.pushes("a", 10)) == brought[1:]


def test_what_was_brought_goes_with_its_source(store):
    store.write(lambda tx: tx.save_source(state("a")))
    store.write(lambda tx: tx.add_push("a", b"{}", content_type=None, at=NOW))
    store.write(lambda tx: tx.forget_sources([]))
    assert store.read(lambda view: view.pushes("a", 10)) == []


def test_an_adapters_memory_is_kept_as_it_is(store):
    memory = {"did": "did:plc:abc", "seen": [1, 2.5, None, True], "deep": {"é": "\u2028"}}
    known = state("a", memory=memory, credential_expires=NOW + DAY)
    store.write(lambda tx: tx.save_source(known))
    assert store.read(lambda view: view.source_states())["a"] == known
