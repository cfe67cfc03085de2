"""Quiet hours and digest times, in the user's zone, across midnight and changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(start: time, end: time, *, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours that `now` lies in end (UTC), or None outside them. The end itself is outside.

    `start` after `end` crosses midnight. They are quiet once a day: an hour that autumn repeats does not begin them again.
    """
    today = now.astimezone(zone).date()
    nights = timedelta(days=start > end)
    # From two days back, for a zone that once skipped a whole day at the date line.
    for day in (today - timedelta(days=ago) for ago in (2, 1, 0)):
        until = _moment(day + nights, end, zone)
        if _moment(day, start, zone) <= now < until:
            return until
    return None


def next_time(wall: time, *, zone: ZoneInfo, now: datetime, weekday: int | None = None) -> datetime:
    """The first moment (UTC) after `now` at which clocks in `zone` show `wall`, once a day.

    With `weekday` (0 is Monday) once a week, on that day. A time that spring skips comes as long after the gap as it
    lies in it; of one that autumn repeats, the first counts.
    """
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(9))
    moments = (_moment(day, wall, zone) for day in days if weekday in {None, day.weekday()})
    return next(moment for moment in moments if moment > now)


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
