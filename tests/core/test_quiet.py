"""Quiet hours and digest times across midnight and changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.quiet import next_time, quiet_until

LONDON, NEW_YORK = "Europe/London", "America/New_York"
LORD_HOWE, APIA = "Australia/Lord_Howe", "Pacific/Apia"  # half an hour of summer; a day skipped in 2011


def at(moment):
    return datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None


def clock(written):
    return time.fromisoformat(written)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "until"),
    [
        # An ordinary night and a quiet afternoon; London is on UTC in winter, an hour ahead in summer
        ("23:00-07:00", LONDON, "2026-11-20 22:59:59", None),
        ("23:00-07:00", LONDON, "2026-11-20 23:00", "2026-11-21 07:00"),
        ("23:00-07:00", LONDON, "2026-11-21 00:00", "2026-11-21 07:00"),
        ("23:00-07:00", LONDON, "2026-11-21 06:59:59", "2026-11-21 07:00"),
        ("23:00-07:00", LONDON, "2026-11-21 07:00", None),
        ("23:00-07:00", LONDON, "2026-07-01 05:59", "2026-07-01 06:00"),
        ("13:00-15:00", LONDON, "2026-11-20 12:59", None),
        ("13:00-15:00", LONDON, "2026-11-20 14:00", "2026-11-20 15:00"),
        ("13:00-15:00", LONDON, "2026-11-20 15:00", None),
        ("00:00-06:00", LONDON, "2026-11-20 00:00", "2026-11-20 06:00"),
        ("18:00-00:00", LONDON, "2026-11-20 23:59", "2026-11-21 00:00"),
        ("18:00-00:00", LONDON, "2026-11-21 00:00", None),
        ("07:00-07:00", LONDON, "2026-11-20 07:00", None),
        # Clocks go forward: the night is an hour shorter, in Lord Howe half an hour
        ("23:00-07:00", LONDON, "2026-03-28 23:30", "2026-03-29 06:00"),
        ("23:00-07:00", NEW_YORK, "2026-03-08 06:59", "2026-03-08 11:00"),
        ("23:00-07:00", LORD_HOWE, "2026-10-03 12:30", "2026-10-03 20:00"),
        ("23:00-01:30", LONDON, "2026-03-29 00:30", "2026-03-29 01:30"),
        # Clocks go back: the night is longer, and an end in the hour that comes twice counts once
        ("23:00-07:00", LONDON, "2026-10-24 22:30", "2026-10-25 07:00"),
        ("23:00-07:00", NEW_YORK, "2026-11-01 05:30", "2026-11-01 12:00"),
        ("23:00-07:00", LORD_HOWE, "2026-04-04 12:30", "2026-04-04 20:30"),
        ("23:00-01:30", LONDON, "2026-10-25 00:15", "2026-10-25 00:30"),
        ("23:00-01:30", LONDON, "2026-10-25 00:30", None),
        ("23:00-01:30", LONDON, "2026-10-25 01:15", None),
        ("23:00-01:45", LORD_HOWE, "2026-04-04 14:40", "2026-04-04 14:45"),
        ("23:00-01:45", LORD_HOWE, "2026-04-04 15:10", None),
        # The night of 29 December 2011 ends on the 31st in Apia
        ("23:00-07:00", APIA, "2011-12-30 09:30", "2011-12-30 17:00"),
        ("23:00-07:00", APIA, "2011-12-30 16:59", "2011-12-30 17:00"),
        ("23:00-07:00", APIA, "2011-12-30 17:00", None),
    ],
)
def test_quiet_hours(hours, zone, now, until):
    start, _, end = hours.partition("-")
    assert quiet_until(clock(start), clock(end), zone=ZoneInfo(zone), now=at(now)) == at(until)


@pytest.mark.parametrize(
    ("wall", "zone", "now", "moment"),
    [
        ("08:00", LONDON, "2026-11-20 07:59", "2026-11-20 08:00"),
        ("08:00", LONDON, "2026-11-20 08:00", "2026-11-21 08:00"),
        ("08:00", NEW_YORK, "2026-11-20 23:00", "2026-11-21 13:00"),
        ("08:00", LONDON, "2026-03-28 08:00", "2026-03-29 07:00"),
        ("08:00", LONDON, "2026-10-24 07:00", "2026-10-25 08:00"),
        ("08:00", LORD_HOWE, "2026-04-03 21:00", "2026-04-04 21:30"),
        # Skipped in spring: as long after the gap as it lies in it
        ("01:30", LONDON, "2026-03-28 12:00", "2026-03-29 01:30"),
        ("02:30", NEW_YORK, "2026-03-08 05:00", "2026-03-08 07:30"),
        ("02:15", LORD_HOWE, "2026-10-03 12:00", "2026-10-03 15:45"),
        # Twice in autumn: once
        ("01:30", LONDON, "2026-10-25 00:00", "2026-10-25 00:30"),
        ("01:30", LONDON, "2026-10-25 00:30", "2026-10-26 01:30"),
        ("01:45", LORD_HOWE, "2026-04-04 14:45", "2026-04-05 15:15"),
        # A whole day skipped: the digest of the 30th is that of the 31st
        ("08:00", APIA, "2011-12-29 18:00", "2011-12-30 18:00"),
        ("08:00", APIA, "2011-12-30 18:00", "2011-12-31 18:00"),
    ],
)
def test_the_next_time(wall, zone, now, moment):
    assert next_time(clock(wall), zone=ZoneInfo(zone), now=at(now)) == at(moment)


@pytest.mark.parametrize(
    ("day", "zone", "now", "moment"),
    [
        (0, LONDON, "2026-11-20 12:00", "2026-11-23 08:00"),  # a Friday
        (4, LONDON, "2026-11-20 07:59", "2026-11-20 08:00"),
        (4, LONDON, "2026-11-20 08:00", "2026-11-27 08:00"),
        (5, NEW_YORK, "2026-11-21 03:00", "2026-11-21 13:00"),  # it is Friday evening there
        # The Sunday on which clocks change, and the week across it
        (6, LONDON, "2026-03-22 08:00", "2026-03-29 07:00"),
        (6, LONDON, "2026-10-18 07:00", "2026-10-25 08:00"),
        (0, NEW_YORK, "2026-10-26 12:00", "2026-11-02 13:00"),
        # A Friday that never was: its digest is Saturday's
        (4, APIA, "2011-12-24 00:00", "2011-12-30 18:00"),
    ],
)
def test_the_next_time_on_a_day_of_the_week(day, zone, now, moment):
    assert next_time(clock("08:00"), zone=ZoneInfo(zone), now=at(now), weekday=day) == at(moment)


zones = st.sampled_from([LONDON, NEW_YORK, LORD_HOWE, APIA, "Africa/Casablanca", "Asia/Kathmandu", "UTC"])
moments = st.one_of(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  # strategies take naive bounds
    *[
        st.timedeltas(timedelta(hours=-40), timedelta(hours=40)).map(lambda off, change=change: change + off)
        for change in map(
            datetime.fromisoformat, ["2026-03-29", "2026-10-25", "2026-11-01", "2026-10-04", "2011-12-30"]
        )
    ],
).map(lambda moment: moment.replace(tzinfo=UTC))
walls = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))


@given(walls, zones, moments)
def test_the_next_time_is_ahead_and_comes_daily(wall, zone, now):
    moment = next_time(wall, zone=ZoneInfo(zone), now=now)
    longest = timedelta(days=2) if zone == APIA else timedelta(hours=25)
    assert now < moment <= now + longest
    assert moment.tzinfo is UTC
    assert moment <= next_time(wall, zone=ZoneInfo(zone), now=moment)


@given(walls, zones, moments, st.integers(0, 6))
def test_the_next_time_on_a_day_of_the_week_is_one_of_the_daily_ones(wall, zone, now, day):
    weekly = next_time(wall, zone=ZoneInfo(zone), now=now, weekday=day)
    assert now < weekly <= now + timedelta(days=8)
    daily = now
    while daily < weekly:
        daily = next_time(wall, zone=ZoneInfo(zone), now=daily)
    assert daily == weekly
    assert weekly.astimezone(ZoneInfo(zone)).weekday() == day or zone == APIA


@given(walls, walls, zones, moments)
def test_quiet_hours_end_ahead_and_are_over_then(start, end, zone, now):
    until = quiet_until(start, end, zone=ZoneInfo(zone), now=now)
    if until is not None:
        assert now < until <= now + timedelta(days=2)
        assert quiet_until(start, end, zone=ZoneInfo(zone), now=until) is None or zone == APIA


@given(walls, walls, moments)
def test_where_clocks_never_change_every_minute_is_as_written(start, end, now):
    shown = now.time()
    inside = start <= shown < end if start <= end else shown >= start or shown < end
    assert (quiet_until(start, end, zone=ZoneInfo("UTC"), now=now) is not None) == inside
