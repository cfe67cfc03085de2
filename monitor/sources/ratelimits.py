"""When a service that has had enough of us wants to be asked again, by headers of its own beside Retry-After."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

# Of Bluesky (draft-ietf-httpapi-ratelimit-headers), of Reddit and Mastodon, of X.
_NAMES = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_EPOCH = 1_000_000_000  # a larger number of seconds is a moment, a smaller one a span
_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(hours=24)


def until_reset(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long until the limit is lifted, a day at most; None where it is not said."""
    waits = (_wait(headers[name], now) for name in _NAMES if name in headers)
    return next((min(max(wait, _SHORTEST), _LONGEST) for wait in waits if wait is not None), None)


def _wait(written: str, now: datetime) -> timedelta | None:
    """The wait as it is written: seconds from now, at times with a fraction, seconds since 1970, or a date in ISO 8601."""
    try:
        seconds = float(written)
        return timedelta(seconds=seconds - now.timestamp() if seconds >= _EPOCH else seconds)
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - now
