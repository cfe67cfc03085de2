"""When an alert that could not be delivered is tried again."""

from datetime import datetime, timedelta

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
# Long enough for a mail server that fails on a Friday evening.
_PATIENCE = timedelta(days=3)


def next_attempt_at(
    attempts: int, *, created_at: datetime, now: datetime, retry_after: timedelta | None = None
) -> datetime | None:
    """When to try this alert again, or None to give up.

    `attempts` counts tries already made, so the first failure passes 1. Waits double from one minute, are capped at
    one hour and never shorter than `retry_after`; three days after `created_at` it is given up.
    """
    wait = min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)
    moment = now + max(wait, retry_after or timedelta())
    return moment if moment - created_at <= _PATIENCE else None
