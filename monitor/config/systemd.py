"""What the service manager asks of this process: two variables that sd_notify(3) and sd_watchdog_enabled(3) define."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """How we were started; both None outside a service manager."""

    notify_socket: str | None
    watchdog: timedelta | None  # silent for longer than this, the daemon is killed and started again


def read_supervision(environ: Mapping[str, str], *, pid: int) -> Supervision:
    """Reads NOTIFY_SOCKET and WATCHDOG_USEC; the watchdog counts only when it is meant for the process `pid`."""
    microseconds = environ.get("WATCHDOG_USEC", "")
    ours = environ.get("WATCHDOG_PID", str(pid)) == str(pid)
    asked = ours and microseconds.isdecimal() and int(microseconds) > 0
    return Supervision(
        notify_socket=environ.get("NOTIFY_SOCKET") or None,
        watchdog=timedelta(microseconds=int(microseconds)) if asked else None,
    )
