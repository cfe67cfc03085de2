"""The daemon: one loop that polls what is due, empties the outbox, watches its files and stops when told to.

Nothing here decides anything about news. Waits are measured on the loop's monotonic clock, so that a wall clock that
is set back stalls nothing; what is due is asked of the database every second.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from watchfiles import awatch

from monitor.config import ConfigError
from monitor.core.setup import Setup
from monitor.deliver import deliver
from monitor.firstlook import take_first_look
from monitor.incidents import record_config
from monitor.logbook import Newcomers, tell_first_look, tell_poll, tell_sending
from monitor.logs import log
from monitor.patrol import patrol
from monitor.ports import Clock, Store, Transaction
from monitor.readiness import Readiness
from monitor.records import Heartbeat, PollOutcome
from monitor.rounds import Ahead, Program, enlist, poll_claimed
from monitor.store.errors import StoreError

logger = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
BEAT = timedelta(seconds=15)
STORE_REMINDER = timedelta(minutes=1)
# Of the ten seconds a stop may take, for what is under way; the rest is for closing up, on a busy machine too.
GRACE = timedelta(seconds=6)
CLOCK_STEP = timedelta(seconds=5)  # a jump of the wall clock by more than this is no drift
KEEP = timedelta(days=180)  # polls, deliveries and items that no announcement needs
_PRUNE_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What the outside tells the daemon, and how the daemon tells the service manager that it lives."""

    stop: asyncio.Event  # SIGTERM, SIGINT
    hangup: asyncio.Event  # SIGHUP: read the configuration now
    readiness: Readiness


@dataclass(slots=True, kw_only=True)
class ClockWatch:
    """Compares the wall clock with one that only goes forward. Mutable: remembers the last look at both."""

    wall: datetime
    monotonic: float

    def look(self, wall: datetime, monotonic: float) -> timedelta | None:
        """By how much the wall clock was set back since the last look; None if it was not."""
        step = timedelta(seconds=monotonic - self.monotonic) - (wall - self.wall)
        self.wall, self.monotonic = wall, monotonic
        return step if step > CLOCK_STEP else None


@dataclass(slots=True, kw_only=True)
class Daemon:
    """One run of the daemon. `setup` changes on a reload, `tasks` and the measurements as the loop runs."""

    store: Store
    clock: Clock
    ahead: Ahead
    open_program: Callable[[Setup], AbstractAsyncContextManager[Program]]
    setup: Setup
    reread: Callable[[], Setup]  # the configuration anew; raises ConfigError
    folder: Path  # watched for changes
    controls: Controls
    started_at: datetime
    beside: Sequence[Callable[[Program], Coroutine[Any, Any, None]]]  # what else a configuration keeps going
    changed: asyncio.Event = field(default_factory=asyncio.Event)  # begin anew with `setup`
    nudged: asyncio.Event = field(default_factory=asyncio.Event)  # something is due: do not wait for the next tick
    tasks: set[asyncio.Task[object]] = field(default_factory=set)
    polling: set[str] = field(default_factory=set)  # sources under way: the lease may run out at a slow host
    store_told: tuple[str, float] | None = None  # the last trouble of the store that was logged, and when by the loop
    lag: timedelta = timedelta()  # the worst lateness of a tick since the last heartbeat
    worst_lag: timedelta = timedelta()  # and since the watchdog's last round

    async def run(self) -> None:
        """Works until stopped; returns when everything under way is done or put back."""
        await self.store.write(lambda transaction: transaction.release_leases())
        await self._file_config("")
        async with (
            self._calendar(),
            _beside(self._heart(), over=self.controls.stop),
            _beside(self._watch(), over=self.controls.stop),
            _beside(self._listen(), over=self.controls.stop),
        ):
            while not self.controls.stop.is_set():
                self.changed.clear()
                async with self.open_program(self.setup) as program, self._company(program):
                    await self._work(program)
                    await self._finish()
        log(logger, logging.INFO, "stopped")

    @asynccontextmanager
    async def _company(self, program: Program) -> AsyncIterator[None]:
        """What goes on beside the ticks of one configuration, and ends with it."""
        async with AsyncExitStack() as stack:
            for work in self.beside:
                await stack.enter_async_context(_beside(work(program), over=self.controls.stop))
            yield

    async def _work(self, program: Program) -> None:
        """Ticks until stopped or reloaded."""
        newcomers = Newcomers(waiting=set(await enlist(program.desk)))
        self._say_started()
        loop = asyncio.get_running_loop()
        due = loop.time()
        watch = ClockWatch(wall=self.clock(), monotonic=due)
        while not await self._told_before(due):
            self.lag = max(self.lag, timedelta(seconds=loop.time() - due))
            try:
                if step := watch.look(self.clock(), loop.time()):
                    log(logger, logging.WARNING, "clock", detail=f"set back by {step}; waits are counted from now")
                    await enlist(program.desk)
                await self._tick(program, newcomers)
            except StoreError as error:
                self._tell_store(error)
            due = loop.time() + TICK.total_seconds()

    async def _told_before(self, moment: float) -> bool:
        """Waits until that moment of the loop's clock, or until nudged; whether told to stop or reload."""
        events = (self.controls.stop, self.changed, self.nudged)
        waits = [asyncio.ensure_future(event.wait()) for event in events]
        try:
            timeout = max(0.0, moment - asyncio.get_running_loop().time())
            await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            self.nudged.clear()
            return self.controls.stop.is_set() or self.changed.is_set()
        finally:
            for wait in waits:
                wait.cancel()

    async def _tick(self, program: Program, newcomers: Newcomers) -> None:
        now = self.clock()
        configured = {source.id for source in program.setup.sources}
        due, next_alert = await self.store.read(lambda view: (view.due_sources(now), view.next_alert_due()))
        ids = [source_id for source_id in due if source_id in configured and source_id not in self.polling]
        if ids:
            self._start(self._poll(ids, program, newcomers))
        if next_alert is not None and next_alert <= now:
            self._start(self._deliver(program))
        if first := newcomers.take():
            self._start(self._look_first(first, program))

    async def _poll(self, ids: Sequence[str], program: Program, newcomers: Newcomers) -> None:
        left = set(ids)

        def told(outcome: PollOutcome, error: BaseException | None) -> None:
            left.discard(outcome.source_id)
            self.polling.discard(outcome.source_id)
            newcomers.note(outcome)
            tell_poll(outcome, error)
            if outcome.alerts:
                self.nudged.set()

        self.polling |= left
        try:
            await poll_claimed(ids, desk=program.desk, told=told)
        finally:
            self.polling -= left

    async def _deliver(self, program: Program) -> None:
        sendings = await deliver(store=self.store, notify=program.notify, setup=program.setup, clock=self.clock)
        for sending in sendings:
            tell_sending(sending)

    def _start(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, StoreError):
            self._tell_store(error)
        elif error:
            log(logger, logging.ERROR, "bug", detail=str(error), trouble=error)

    async def _finish(self) -> None:
        """Waits for what is under way, then ends it; what was not stored is done again another time."""
        if self.controls.stop.is_set():
            self.controls.readiness.stopping()
        if self.tasks:
            detail = f"waiting up to {GRACE.total_seconds():.0f} s for what is under way"
            log(logger, logging.INFO, "stopping" if self.controls.stop.is_set() else "reloading", detail=detail)
            await asyncio.wait(self.tasks, timeout=GRACE.total_seconds())
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        # After a reload, what was cut off is due at once, not when its lease runs out.
        await self._write(lambda transaction: transaction.release_leases())

    async def _heart(self) -> None:
        """Signs of life, for `status` and the service manager."""
        while True:
            await self._beat(self.clock())
            await asyncio.sleep(BEAT.total_seconds())

    async def _beat(self, now: datetime) -> None:
        beat = Heartbeat(at=now, started_at=self.started_at, lag=self.lag)
        self.lag, self.worst_lag = timedelta(), max(self.worst_lag, self.lag)
        if await self._write(lambda transaction: transaction.beat(beat)):
            # Not when the store fails: a daemon that cannot remember is better started anew.
            self.controls.readiness.alive(self._status())

    async def _write(self, work: Callable[[Transaction], None]) -> bool:
        """Whether it was written; if not, the log says why."""
        try:
            await self.store.write(work)
        except StoreError as error:
            self._tell_store(error)
            return False
        return True

    def _tell_store(self, error: StoreError) -> None:
        """Logs it, the same one once a minute: the loop fails each second, and the log may lie on the same full disk."""
        moment, told = asyncio.get_running_loop().time(), self.store_told
        if told is None or told[0] != str(error) or moment - told[1] >= STORE_REMINDER.total_seconds():
            self.store_told = str(error), moment
            log(logger, logging.ERROR, "store", detail=str(error))

    async def _watch(self) -> None:
        """Rereads the configuration when its files change; a wrong one is told and the last good one kept."""
        try:
            async for _ in awatch(self.folder, stop_event=self.controls.stop):
                await self._reconsider()
        except (OSError, RuntimeError) as error:
            detail = f"changes of {self.folder} go unnoticed ({error}); send SIGHUP after a change"
            log(logger, logging.WARNING, "config", detail=detail)

    async def _reconsider(self) -> None:
        """Puts a changed configuration to work, or opens an incident that says what is wrong with it."""
        try:
            setup = self.reread()
        except ConfigError as error:
            log(logger, logging.ERROR, "config", detail=f"{error}; the last good configuration stays")
            await self._file_config(str(error))
            return
        if setup == self.setup:
            log(logger, logging.INFO, "config", detail="nothing has changed")
        else:
            log(logger, logging.INFO, "config", detail="changed")
            self.setup = setup
            self.changed.set()
        await self._file_config("")

    async def _file_config(self, mistake: str) -> None:
        now, policy = self.clock(), self.setup.policy
        await self._write(lambda transaction: record_config(transaction, mistake, policy, now=now))

    async def _listen(self) -> None:
        while True:
            await self.controls.hangup.wait()
            self.controls.hangup.clear()
            await self._reconsider()

    @asynccontextmanager
    async def _calendar(self) -> AsyncIterator[None]:
        """What happens at times of the day rather than when something is due."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        for work, when in ((self._prune, CronTrigger(hour=4, minute=10)), (self._patrol, CronTrigger(minute=25))):
            # Without the last three a run that starts late is dropped, or several are made up for.
            scheduler.add_job(work, when, misfire_grace_time=None, coalesce=True, max_instances=1)
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)

    async def _prune(self) -> None:
        removed = await prune(self.store, before=self.clock() - KEEP)
        log(logger, logging.INFO, "pruned", rows=removed)

    async def _patrol(self) -> None:
        """The watchdog's round over the sources and receivers of the present configuration."""
        tick, self.worst_lag = self.worst_lag, timedelta()
        now = self.clock()
        try:
            change = await patrol(
                store=self.store,
                sources=self.setup.sources,
                policy=self.setup.policy,
                ahead=self.ahead(now),
                daemon=True,
                tick=tick,
                now=now,
            )
        except StoreError as error:
            self._tell_store(error)
        else:
            log(logger, logging.INFO, "watchdog", opened=len(change.opened), closed=len(change.closed))

    def _status(self) -> str:
        return f"{len(self.setup.sources)} sources, {len(self.setup.watches)} watches"

    def _say_started(self) -> None:
        setup = self.setup
        log(
            logger,
            logging.INFO,
            "started",
            sources=len(setup.sources),
            watches=len(setup.watches),
            receivers=", ".join(receiver.id for receiver in setup.policy.receivers),
        )
        self.controls.readiness.ready(self._status())

    async def _look_first(self, polls: Sequence[PollOutcome], program: Program) -> None:
        tell_first_look(await take_first_look(polls, desk=program.desk, scratch=program.scratch))


async def prune(store: Store, *, before: datetime) -> int:
    """Deletes what is older and no longer needed, in batches that let other writers in between; how many rows went."""
    removed = 0
    while batch := await store.write(lambda transaction: transaction.prune(before=before, limit=_PRUNE_BATCH)):
        removed += batch
    return removed


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None], *, over: asyncio.Event) -> AsyncIterator[None]:
    """Work that goes on beside the block and ends with it. A bug in it sets `over` and comes out at the end."""

    def check(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            over.set()

    task = asyncio.create_task(work)
    task.add_done_callback(check)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
