"""Waiting for mail beside the daemon: a mailbox that tells of new mail makes its source due at once.

What came is not read here. The sources go on asking at their own intervals, since servers forget to tell.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.options import ImapOptions
from monitor.core.source import Source
from monitor.logs import log
from monitor.mailbox import wait_for_mail
from monitor.poll import Desk
from monitor.store.errors import StoreError

logger = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
_STEADY = timedelta(minutes=1)  # a connection that lasted so long was a good one
# Nothing mends by asking again: the polls tell the user.
_HOPELESS = frozenset({FetchFailure.SIGN_IN, FetchFailure.NOT_FOUND})


async def follow_mailboxes(desk: Desk, *, nudge: Callable[[], None]) -> None:
    """Listens to every mailbox of the configuration until cancelled."""
    async with asyncio.TaskGroup() as group:
        for source in desk.sources:
            if isinstance(source.options, ImapOptions):
                group.create_task(_follow(source, source.options, desk, nudge))


async def _follow(source: Source, options: ImapOptions, desk: Desk, nudge: Callable[[], None]) -> None:
    loop, pause = asyncio.get_running_loop(), _FIRST_PAUSE
    while True:
        started = loop.time()
        failed = await _listen(source, options, desk, nudge)
        log(logger, logging.INFO, "mailbox", source=source.id, detail=f"not told of new mail: {failed.detail}")
        if failed.reason in _HOPELESS:
            return
        pause = _FIRST_PAUSE if loop.time() - started > _STEADY.total_seconds() else min(2 * pause, _LONGEST_PAUSE)
        await asyncio.sleep(pause.total_seconds())
        await _ring(source, desk, nudge)  # for what came meanwhile


async def _listen(source: Source, options: ImapOptions, desk: Desk, nudge: Callable[[], None]) -> FetchFailed:
    """Rings for every mail the server tells of, until the connection fails."""
    came = asyncio.Event()

    async def ring() -> None:
        while True:
            await came.wait()
            came.clear()
            await _ring(source, desk, nudge)

    ringing = asyncio.create_task(ring())
    try:
        return await wait_for_mail(options, came.set)
    finally:
        ringing.cancel()


async def _ring(source: Source, desk: Desk, nudge: Callable[[], None]) -> None:
    now = desk.clock()
    try:
        await desk.store.write(
            lambda transaction: transaction.add_push(source.id, b"", content_type=None, at=now, name="mail")
        )
    except StoreError as error:
        log(logger, logging.ERROR, "store", detail=str(error))
        return
    nudge()
