"""When an alert that could not be delivered is tried again."""

from datetime import datetime, timedelta

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_ASKED = timedelta(days=1)
# Long enough for a mail server that fails on a Friday evening.
_PATIENCE = timedelta(days=3)
# About three hours of trying, for an alert that was old when it was first tried: held, or the machine was off.
_FEWEST_TRIES = 8


def next_attempt_at(
    attempts: int, *, created_at: datetime, now: datetime, retry_after: timedelta | None = None
) -> datetime | None:
    """When to try this alert again, or None to give up.

    `attempts` counts tries already made, so the first failure passes 1. Waits double from one minute and are capped at
    one hour, but not shorter than the receiver asks (`retry_after`, up to a day). Three days after `created_at`
    it is given up, though never before eight tries.
    """
    if attempts >= _FEWEST_TRIES and now - created_at >= _PATIENCE:
        return None
    wait = min(_FIRST_WAIT * (1 << min(attempts - 1, 10)), _LONGEST_WAIT)
    return now + max(wait, min(retry_after or timedelta(), _LONGEST_ASKED))
