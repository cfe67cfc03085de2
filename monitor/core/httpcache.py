"""What the headers of an HTTP answer say about asking again: freshness, Retry-After, validators.

Headers come as a mapping whose keys are found in lower case. RFC 9110 (section 10.2.3) and RFC 9111 (section 4.2).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.core.source import Validators

SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=24)
LONGEST_FRESH = timedelta(hours=24)
_LONGEST_AGE = timedelta(days=31)
LONGEST_VALIDATOR = 1024  # characters; we send it back with every request

_SECONDS = re.compile(r"[0-9]{1,12}")
# Answers made for one visitor or not to be stored say nothing about how often the feed changes.
_SILENT = frozenset({"no-cache", "no-store", "private"})


def http_date(value: str | None) -> datetime | None:
    """An HTTP-date in any of its three forms as aware UTC, or None."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):  # the parser of the standard library raises all four
        return None


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """What time it is by the server: the answer's Date, and how long it has lain in a cache since."""
    date, age = http_date(headers.get("date")), headers.get("age", "").strip()
    if date is None:
        return None
    return date + timedelta(seconds=min(int(age), _LONGEST_AGE.total_seconds()) if _SECONDS.fullmatch(age) else 0)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long the server asks to be left alone, between a second and a day; None if it does not say.

    A date counts from the answer's own Date, so that a wrong clock on either side does no harm.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        wait = timedelta(seconds=min(int(value), LONGEST_PAUSE.total_seconds()))
    elif (until := http_date(value)) is not None:
        wait = until - (http_date(headers.get("date")) or now)
    else:
        return None
    return min(max(wait, SHORTEST_PAUSE), LONGEST_PAUSE)


def fresh_for(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """For how long asking again is pointless, at most a day; None if the answer does not say."""
    directives = _directives(headers.get("cache-control", ""))
    if _SILENT & directives.keys():
        return None
    if "max-age" in directives:
        max_age, age = directives["max-age"], headers.get("age", "").strip()
        if not _SECONDS.fullmatch(max_age):
            return None
        seconds = int(max_age) - (int(age) if _SECONDS.fullmatch(age) else 0)
        left = timedelta(seconds=min(seconds, LONGEST_FRESH.total_seconds())) if seconds > 0 else timedelta(0)
    elif (expires := http_date(headers.get("expires"))) is not None:
        left = min(expires - (http_date(headers.get("date")) or now), LONGEST_FRESH)
    else:
        return None
    return left if left > timedelta(0) else None


def validators(headers: Mapping[str, str]) -> Validators:
    """The validators of a new body."""
    return Validators(etag=_validator(headers.get("etag")), last_modified=_validator(headers.get("last-modified")))


def renewed(old: Validators, headers: Mapping[str, str]) -> Validators:
    """The validators to keep after a 304: what it names replaces the old (RFC 9111, section 3.2)."""
    new = validators(headers)
    return Validators(etag=new.etag or old.etag, last_modified=new.last_modified or old.last_modified)


def _directives(cache_control: str) -> dict[str, str]:
    """Directive names with their values; of a repeated one the first counts.

    Only `no-cache` and `private` may hold a list with commas, and both silence everything else anyway.
    """
    found: dict[str, str] = {}
    for directive in cache_control.lower().split(","):
        name, _, value = directive.partition("=")
        found.setdefault(name.strip(), value.strip().strip('"'))
    return found


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= LONGEST_VALIDATOR else None
