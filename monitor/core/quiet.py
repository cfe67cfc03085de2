"""Quiet hours and digest times, in the user's zone, across midnight and changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(start: time, end: time, *, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours that `now` lies in end (UTC), or None outside them. The end itself is outside.

    `start` after `end` crosses midnight.
    """
    local = now.astimezone(zone).time()
    crosses_midnight = start > end
    after_start, before_end = local >= start, local < end
    inside = (after_start or before_end) if crosses_midnight else (after_start and before_end)
    return next_time(end, zone=zone, now=now) if inside else None


def next_time(wall: time, *, zone: ZoneInfo, now: datetime) -> datetime:
    """The first moment (UTC) after `now` at which clocks in `zone` show `wall`.

    In the hour that spring skips, the moment lies just after the gap; of the hour that autumn repeats, the first counts.
    """
    today = now.astimezone(zone).date()
    # Two days ahead, for a zone that once skipped a whole day at the date line.
    moments = (datetime.combine(today + timedelta(days=n), wall, zone).astimezone(UTC) for n in range(3))
    return next(moment for moment in moments if moment > now)
