"""A visit over the real way: the fetcher, a server on loopback, and the killable process."""

import asyncio
from datetime import UTC, datetime, timedelta

from monitor.core.source import Source, SourceState
from monitor.core.upkeep import first_state
from monitor.fetcher import Fetcher, Limits
from monitor.sandbox import Sandbox
from monitor.sources import adapters

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_QUICK = Limits(per_host_spacing=timedelta())


def visit_live(source: Source, state: SourceState | None = None, *, now: datetime = NOW):
    """What one visit of the source comes to; without a state it is the first."""

    async def nothing_brought(source_id):
        return ()

    async def go():
        fetcher = Fetcher(user_agent="test", clock=lambda: now, environment_proxy=False, limits=_QUICK)
        async with fetcher, Sandbox(workers=1) as sandbox:
            known = adapters(run=sandbox.run, clock=lambda: now, inbox=nothing_brought)
            return await known[source.type].visit(
                source, state or first_state(source, now=now, position=0), fetch=fetcher
            )

    return asyncio.run(go())


async def run_here(function, body, **arguments):
    """The `Run` port without a process."""
    return function(body, **arguments)
