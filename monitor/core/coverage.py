"""Which sources brought the news, which were first, and how late the others were: what a source is worth to its user."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReport:
    """When a source first reported an announcement: `at` is when we read it, which is when the user could be told."""

    announcement_id: int
    source_id: str
    at: datetime
    published: datetime | None  # as the source dates it


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What one source brought. A source that brought nothing has zeros."""

    source_id: str
    reported: int = 0  # announcements
    first: int = 0  # of these: nobody was earlier
    alone: int = 0  # of these: nobody else had it at all
    behind: timedelta | None = None  # the first, typically (median); None when it always was the first
    delay: timedelta | None = None  # from its own date to our reading, typically; None when it dates nothing


def measure(reports: Iterable[FirstReport], sources: Iterable[str]) -> tuple[Coverage, ...]:
    """What each source brought, those that were first most often in front; `sources` that brought nothing come last."""
    by_source: dict[str, list[tuple[FirstReport, timedelta, bool]]] = {source_id: [] for source_id in sources}
    ordered = sorted(reports, key=lambda report: report.announcement_id)
    for _, group in groupby(ordered, key=lambda report: report.announcement_id):
        together = list(group)
        start = min(report.at for report in together)
        for report in together:
            by_source.setdefault(report.source_id, []).append((report, report.at - start, len(together) == 1))
    found = [_coverage(source_id, brought) for source_id, brought in by_source.items()]
    return tuple(sorted(found, key=lambda one: (-one.first, -one.reported, one.source_id)))


def _coverage(source_id: str, brought: Sequence[tuple[FirstReport, timedelta, bool]]) -> Coverage:
    late = [behind for _, behind, _ in brought if behind]
    # A date that lies ahead is none.
    delays = [report.at - report.published for report, _, _ in brought if report.published]
    return Coverage(
        source_id=source_id,
        reported=len(brought),
        first=len(brought) - len(late),
        alone=sum(alone for _, _, alone in brought),
        behind=_typical(late),
        delay=_typical([delay for delay in delays if delay >= timedelta()]),
    )


def _typical(lengths: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(length.total_seconds() for length in lengths)) if lengths else None
