"""Whose turn it is at a host: one request at a time, spaced, and none while the host asked to be left alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MOST_IDLE_HOSTS = 1000  # remembered; redirects and articles bring in new ones for ever


@dataclass(slots=True)
class _Host:
    """Mutable: what goes on at one host right now."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0  # holding or awaiting the lock
    free_at: float = 0.0  # seconds of the loop's clock: the next request not before this


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pause:
    since: datetime
    until: datetime


class HostTurns:
    """Hands out turns per host, first come first served.

    Spacing runs on the loop's clock. Pauses run on the clock the caller reads, which may be set back: then a pause
    ends rather than lasting for as long as the clock was wrong.
    """

    def __init__(self, *, spacing: timedelta) -> None:
        self._spacing_s = spacing.total_seconds()
        self._hosts: dict[str, _Host] = {}
        self._pauses: dict[str, _Pause] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, spacing: timedelta | None = None) -> AsyncIterator[None]:
        """Waits for the host to be free and for the spacing to pass; frees it at the end, also when cancelled.

        `spacing` is what the host wants between this request and the next, where that is more than the usual.
        """
        loop = asyncio.get_running_loop()
        state = self._hosts.setdefault(host, _Host())
        spacing_s = max(self._spacing_s, spacing.total_seconds() if spacing else 0.0)
        state.users += 1
        try:
            async with state.lock:
                await asyncio.sleep(max(0.0, state.free_at - loop.time()))
                try:
                    yield
                finally:
                    state.free_at = loop.time() + spacing_s
        finally:
            state.users -= 1
            self._forget_idle(loop.time())

    def pause(self, host: str, wait: timedelta, *, now: datetime) -> None:
        """Leaves the host alone for so long; a shorter pause never cuts a longer one."""
        self._pauses = {name: pause for name, pause in self._pauses.items() if now < pause.until}
        left = self.paused_for(host, now=now)
        if left is None or left < wait:
            self._pauses[host] = _Pause(since=now, until=now + wait)

    def paused_for(self, host: str, *, now: datetime) -> timedelta | None:
        """How much longer the host wants to be left alone; None if it does not."""
        pause = self._pauses.get(host)
        return pause.until - now if pause is not None and pause.since <= now < pause.until else None

    def _forget_idle(self, loop_time: float) -> None:
        if len(self._hosts) > _MOST_IDLE_HOSTS:
            self._hosts = {name: host for name, host in self._hosts.items() if host.users or host.free_at > loop_time}
