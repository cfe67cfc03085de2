"""The signs of life of a source."""

from datetime import UTC, datetime, timedelta

from monitor.core.pulse import Pulse, after_document, after_failure, after_nothing_new

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def document(pulse=None, *dates, items=3, new=False, rewritten=True, now=NOW):
    return after_document(pulse or Pulse(), dates=dates, items=items, new=new, rewritten=rewritten, now=now)


def test_a_newer_date_moves_on_and_the_same_one_does_not():
    first = document(None, NOW - HOUR, NOW - 2 * HOUR, new=True)
    assert (first.newest, first.advanced_at, first.advances, first.rewritten) == (NOW - HOUR, NOW, 1, 0)
    again = document(first, NOW - HOUR, now=NOW + HOUR)
    assert (again.newest, again.advanced_at, again.advances, again.rewritten) == (NOW - HOUR, NOW, 1, 1)
    assert (first.arrived_at, again.arrived_at) == (NOW, NOW)
    assert document(again, NOW - HOUR, rewritten=False).rewritten == 1
    newer = document(again, NOW + HOUR, now=NOW + 2 * HOUR)
    assert (newer.advances, newer.rewritten) == (2, 0)


def test_a_date_that_lies_ahead_is_not_the_newest():
    assert document(None, NOW + HOUR, NOW - HOUR).newest == NOW - HOUR
    assert document(None, NOW + HOUR).newest is None


def test_an_empty_document_counts_as_long_as_it_is_there():
    empty = document(document(items=30), items=0)
    assert (empty.items, empty.empty) == (30, 1)
    assert after_nothing_new(after_nothing_new(empty)).empty == 3
    assert document(empty, items=0).empty == 2
    assert (document(empty, items=1).empty, document(empty, items=1).filled) == (0, 1)
    assert after_nothing_new(document(items=9)).filled == 2
    assert after_nothing_new(empty).filled == empty.filled == 1


def test_refusals_are_counted_until_the_source_is_read_or_fails():
    once = after_failure(Pulse(), put_off=True, now=NOW)
    twice = after_failure(once, put_off=True, now=NOW + HOUR)
    assert (twice.refused, twice.refused_since) == (2, NOW)
    for over in (after_nothing_new(twice), document(twice), after_failure(twice, put_off=False, now=NOW)):
        assert (over.refused, over.refused_since) == (0, None)
