"""Dates as publishers write them."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

# Nothing we follow was put into a feed before this; such dates are defaults of somebody's software.
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
# Zones the mail standard does not name and parsers take for UTC.
_ZONES = {
    "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2, "SAST": 2, "EEST": 3, "MSK": 3,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_ZONE = re.compile(r"\s([A-Z]{3,4})$")
_YEAR_FIRST = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?:Z|UTC|GMT|([+-])(\d{2}):?(\d{2})?)?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")


def read_date(raw: object, fallback: object, *, now: datetime) -> datetime | None:
    """The date in aware UTC; None when it is absent, unreadable or not believable.

    `raw` is what the document says, `fallback` what the feed parser made of it. A date without a zone is UTC.
    """
    read = _as_written(raw.strip()) if isinstance(raw, str) else None
    if read is None and isinstance(fallback, time.struct_time):
        read = _safely(lambda: datetime(*fallback[:6], tzinfo=UTC))
    if read is None or not _EARLIEST <= read <= now + _AHEAD:
        return None
    return read


def _as_written(raw: str) -> datetime | None:
    if year_first := _YEAR_FIRST.fullmatch(raw):
        return _safely(lambda: _from_parts(year_first))
    if epoch := _EPOCH.fullmatch(raw):
        return datetime.fromtimestamp(int(epoch[1]), tz=UTC)
    zone = _ZONE.search(raw)
    if zone and zone[1] in _ZONES:
        raw = f"{raw[: zone.start()]} +{_ZONES[zone[1]]:02}00"
    return _safely(lambda: _as_utc(parsedate_to_datetime(raw)))


def _from_parts(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    offset = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0))
    zone = timezone(-offset if match[7] == "-" else offset)
    # A leap second is the last second we can name.
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)


def _as_utc(read: datetime) -> datetime:
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _safely(read: Callable[[], datetime]) -> datetime | None:
    try:
        return read()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
