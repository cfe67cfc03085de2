"""What servers say the time is: the `Date` of their answers, against our own clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.core.httpcache import server_time

_LATELY = timedelta(hours=6)
_MOST_HOSTS = 500


class HostClocks:
    """How far our clock is ahead of each host's. Mutable: it remembers the last answer of each host."""

    def __init__(self) -> None:
        self._ahead: dict[str, tuple[datetime, timedelta]] = {}

    def note(self, host: str, headers: Mapping[str, str], *, now: datetime) -> None:
        """Takes note of an answer."""
        theirs = server_time(headers)
        if theirs is None:
            return
        self._ahead.pop(host, None)
        self._ahead[host] = (now, now - theirs)
        if len(self._ahead) > _MOST_HOSTS:
            del self._ahead[next(iter(self._ahead))]

    def ahead(self, now: datetime) -> Mapping[str, timedelta]:
        """Our clock less that of each host that answered within the last hours."""
        return {host: skew for host, (at, skew) in self._ahead.items() if abs(now - at) <= _LATELY}
