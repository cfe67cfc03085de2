"""What each source brought: first, alone, late by how much, never."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.coverage import Coverage, FirstReport, measure

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(announcement, source, after=timedelta(), written=None):
    published = None if written is None else NOW + after - written
    return FirstReport(announcement_id=announcement, source_id=source, at=NOW + after, published=published)


def test_first_alone_late_and_never():
    reports = [
        told(1, "wire", written=HOUR),
        told(1, "paper", 6 * HOUR, written=2 * HOUR),
        told(2, "paper", written=4 * HOUR),
        told(2, "wire", 2 * HOUR),
        told(3, "fans", written=-HOUR),  # dated ahead
        told(4, "paper", 2 * HOUR),
        told(4, "wire"),
    ]
    assert measure(reports, ["asleep", "wire", "paper"]) == (
        Coverage(source_id="wire", reported=3, first=2, alone=0, behind=2 * HOUR, delay=HOUR),
        Coverage(source_id="paper", reported=3, first=1, alone=0, behind=4 * HOUR, delay=3 * HOUR),
        Coverage(source_id="fans", reported=1, first=1, alone=1),
        Coverage(source_id="asleep"),
    )


def test_who_is_read_at_the_same_moment_is_first_together():
    assert [one.first for one in measure([told(1, "a"), told(1, "b")], [])] == [1, 1]


@given(st.dictionaries(st.tuples(st.integers(1, 5), st.sampled_from("abc")), st.integers(0, 9)))
def test_every_announcement_has_a_first_source_and_every_report_counts(lateness):
    found = measure([told(number, source, hours * HOUR) for (number, source), hours in lateness.items()], "abcd")
    assert sum(one.reported for one in found) == len(lateness)
    assert sum(one.first for one in found) >= len({number for number, _ in lateness})
    assert all(one.alone <= one.first <= one.reported for one in found)
    assert all((one.behind is None) == (one.first == one.reported) for one in found)
