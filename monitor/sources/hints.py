"""What a feed says about how often to ask for it."""

import re
from collections.abc import Mapping
from datetime import timedelta

from monitor.core.source import PollHints

_LONGEST = timedelta(hours=24)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The parser keeps only the last hour of the list; the lists stand at the top of the channel.
_SKIP_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour>\s{0,10}(\d{1,2})\s{0,10}</hour>", re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays>(.{0,2000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_DAY = re.compile(rb"<day>\s{0,10}([A-Za-z]{6,9})\s{0,10}</day>", re.IGNORECASE)
_DAY_HOURS = 24


def poll_hints(channel: Mapping[str, object], body: bytes) -> PollHints:
    """The hints of an RSS or RDF channel: `ttl`, `skipHours`, `skipDays` and the syndication module."""
    intervals = [interval for interval in (_ttl(channel), _syndication(channel)) if interval is not None]
    hours, days = _SKIP_HOURS.search(body), _SKIP_DAYS.search(body)
    skip_hours = {int(hour) % _DAY_HOURS for hour in _HOUR.findall(hours[1])} if hours else set()
    named = {day.decode("ascii").lower() for day in _DAY.findall(days[1])} if days else set()
    skip_days = {number for number, day in enumerate(_DAYS) if day in named}
    return PollHints(
        interval=min(max(intervals), _LONGEST) if intervals else None,
        # A feed that asks never to be visited means something else.
        skip_hours=frozenset(skip_hours) if len(skip_hours) < _DAY_HOURS else frozenset(),
        skip_days=frozenset(skip_days) if len(skip_days) < len(_DAYS) else frozenset(),
    )


def _ttl(channel: Mapping[str, object]) -> timedelta | None:
    minutes = _number(channel.get("ttl"))
    return timedelta(minutes=minutes) if minutes else None


def _syndication(channel: Mapping[str, object]) -> timedelta | None:
    """The period over the frequency. "Hourly, once" stands in every WordPress feed and says nothing."""
    written = channel.get("sy_updateperiod")
    frequency = _number(channel.get("sy_updatefrequency")) or 1
    if not isinstance(written, str) or (written.strip().lower() == "hourly" and frequency == 1):
        return None
    period = _PERIODS.get(written.strip().lower())
    return period / frequency if period is not None else None


def _number(written: object) -> int:
    """A whole number from 1 to a million, else 0."""
    text = written.strip() if isinstance(written, str) else ""
    return int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else 0
