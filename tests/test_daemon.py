"""The loop, on a clock that the test moves: what is due is done, whatever the clocks and the files do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.bootstrap import database, open_edges, open_program
from monitor.core.setup import Setup
from monitor.daemon import ClockWatch, Controls, Daemon
from monitor.incidents import record_config
from monitor.logbook import Newcomers, tell_first_look
from monitor.ports import Store
from monitor.readiness import Readiness
from monitor.records import FirstLook, PollOutcome, PollStatus
from monitor.rounds import Program
from monitor.store.errors import StoreError
from monitor.store.opening import open_store
from tests.house import LIMITS, MONDAY, House, rss
from tests.web_server import Answer, Seen, WebServer

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PATIENCE_S = 20.0


class Visits:
    """A path of the server that can be waited upon."""

    def __init__(self, web: WebServer, path: str, answer: Answer) -> None:
        self._loop = asyncio.get_running_loop()
        self._came: asyncio.Queue[Seen] = asyncio.Queue()
        self._answer = answer
        self.url = web.answer(path, self._serve)

    def _serve(self, seen: Seen) -> Answer:
        self._loop.call_soon_threadsafe(self._came.put_nowait, seen)
        return self._answer

    async def next(self) -> Seen:
        return await asyncio.wait_for(self._came.get(), PATIENCE_S)

    @property
    def waiting(self) -> int:
        return self._came.qsize()


@asynccontextmanager
async def at_work(
    house: House,
    *,
    store: Callable[[Store], Store] = lambda store: store,
    beside: Sequence[Callable[[Program], Coroutine[Any, Any, None]]] = (),
) -> AsyncIterator[Daemon]:
    """The daemon of a house on the house's clock, stopped at the end; what it raises comes out there."""
    controls = Controls(stop=asyncio.Event(), hangup=asyncio.Event(), readiness=Readiness(address=None))
    async with open_edges(house.settings, clock=lambda: house.time, exclusive=True, limits=LIMITS) as edges:
        daemon = Daemon(
            ahead=lambda _: {},
            store=store(edges.store),
            clock=edges.clock,
            open_program=lambda setup: open_program(setup, edges),
            setup=house.setup,
            reread=lambda: house.setup,
            folder=house.settings.config,
            controls=controls,
            started_at=house.time,
            beside=beside,
        )
        work = asyncio.create_task(daemon.run())
        try:
            yield daemon
        finally:
            controls.stop.set()
            await asyncio.wait_for(work, PATIENCE_S)


async def ticks(daemon: Daemon, number: int = 2) -> None:
    """Lets the loop go round: each tick asks the store for what is due."""
    for _ in range(number):
        asked = asyncio.Event()
        original = daemon.clock

        def clock(asked: asyncio.Event = asked, original: Callable[[], datetime] = original) -> datetime:
            asked.set()
            return original()

        daemon.clock = clock
        await asyncio.wait_for(asked.wait(), PATIENCE_S)
        daemon.clock = original


async def idle(daemon: Daemon) -> None:
    """Waits for what is under way."""
    while tasks := tuple(daemon.tasks):
        await asyncio.wait(tasks, timeout=PATIENCE_S)


def test_polls_when_due_and_not_before(tmp_path: Path):
    async def work() -> None:
        with WebServer() as web:
            visits = Visits(web, "/feed", Answer(body=rss()))
            house = House(tmp_path, sources=[("paper", visits.url)])
            async with at_work(house) as daemon:
                await visits.next()
                await idle(daemon)
                house.time += 14 * MINUTE
                await ticks(daemon)
                assert visits.waiting == 0
                house.time += 3 * MINUTE
                await visits.next()

    asyncio.run(work())


@pytest.mark.parametrize("step", [HOUR, timedelta(days=400)], ids=["an hour", "more than a year"])
def test_clock_set_back_does_not_stall(tmp_path: Path, step: timedelta):
    """After the wall clock is set back, a source is polled when its interval has passed, not when the old time comes again."""

    async def work() -> None:
        with WebServer() as web:
            visits = Visits(web, "/feed", Answer(body=rss()))
            house = House(tmp_path, sources=[("paper", visits.url)])
            async with at_work(house) as daemon:
                await visits.next()
                await idle(daemon)
                await ticks(daemon)
                house.time -= step
                await ticks(daemon)
                house.time += 17 * MINUTE
                await visits.next()

    asyncio.run(work())


def test_a_slow_source_is_not_polled_twice_at_once(tmp_path: Path):
    """Even when its lease has run out: the poll under way is still ours."""

    async def work() -> None:
        with WebServer() as web:
            visits = Visits(web, "/feed", Answer(pieces=iter(lambda: b" ", b""), pause_s=0.2))
            house = House(tmp_path, sources=[("paper", visits.url)])
            async with at_work(house) as daemon:
                await visits.next()
                house.time += HOUR
                await ticks(daemon, 3)
                assert visits.waiting == 0

    asyncio.run(work())


class FullDisk:
    """A store that fails to read until it is mended, as on a disk that is full for a while."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.broken = False
        self.refused = asyncio.Event()

    async def read(self, work):
        if self.broken:
            self.refused.set()
            raise StoreError("the disk is full")
        return await self.store.read(work)

    async def write(self, work):
        return await self.store.write(work)


def test_store_that_fails_for_a_while_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    async def work() -> None:
        with WebServer() as web:
            visits = Visits(web, "/feed", Answer(body=rss()))
            house = House(tmp_path, sources=[("paper", visits.url)])
            disks: list[FullDisk] = []

            def wrap(store: Store) -> Store:
                disks.append(FullDisk(store))
                return disks[0]

            async with at_work(house, store=wrap) as daemon:
                await visits.next()
                await idle(daemon)
                disks[0].broken = True
                for _ in range(3):  # told once all the same
                    disks[0].refused.clear()
                    await asyncio.wait_for(disks[0].refused.wait(), PATIENCE_S)
                disks[0].broken = False
                house.time += 17 * MINUTE
                await visits.next()

    asyncio.run(work())
    assert [record.fields["detail"] for record in caplog.records if record.getMessage() == "store"] == [
        "the disk is full"
    ]


def test_a_bug_beside_the_loop_ends_the_daemon_loudly(tmp_path: Path):
    """Better started anew by the service manager than deaf for ever."""

    async def work() -> None:
        house = House(tmp_path, sources=[("paper", "http://127.0.0.1:1/feed")])
        async with at_work(house) as daemon:

            def reread() -> Setup:
                raise ZeroDivisionError

            daemon.reread = reread
            daemon.controls.hangup.set()
            await asyncio.wait_for(daemon.controls.stop.wait(), PATIENCE_S)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(work())


def test_a_mistake_mended_while_it_was_stopped_is_over(tmp_path: Path):
    house = House(tmp_path, sources=[("paper", "http://127.0.0.1:1/feed")])

    async def work() -> None:
        async with open_store(database(house.settings), exclusive=True) as store:
            policy = house.setup.policy
            await store.write(lambda transaction: record_config(transaction, "no such key", policy, now=house.time))
        async with at_work(house):
            pass

    asyncio.run(work())
    assert house.ask(lambda view: view.open_incidents()) == []
    assert [purpose for _, purpose, _ in house.alerts()] == ["incident", "recovery"]


def test_clock_watch():
    """Only a step back counts: neither time going by, nor a suspended machine, nor the drift of clocks."""
    watch = ClockWatch(wall=MONDAY, monotonic=100.0)
    assert watch.look(MONDAY + MINUTE, 160.0) is None
    assert watch.look(MONDAY + HOUR, 161.0) is None
    assert watch.look(MONDAY + HOUR - timedelta(seconds=3), 162.0) is None
    assert watch.look(MONDAY, 165.0) == timedelta(minutes=60)
    assert watch.look(MONDAY + timedelta(seconds=1), 166.0) is None


def outcome(source_id: str, status: PollStatus, items: int = 0) -> PollOutcome:
    return PollOutcome(source_id=source_id, at=MONDAY, status=status, detail="", took=timedelta(), items=items)


class TestNewcomers:
    """First polls are summed up together; who fails is summed up alone when it can be read at last."""

    def test_they_wait_for_each_other(self):
        newcomers = Newcomers(waiting={"a", "b"})
        newcomers.note(outcome("known", PollStatus.OK, 1000))
        newcomers.note(outcome("a", PollStatus.OK, 200))
        assert newcomers.take() == ()
        newcomers.note(outcome("b", PollStatus.OK, 12))
        assert [poll.source_id for poll in newcomers.take()] == ["a", "b"]
        assert newcomers.take() == ()

    def test_nobody_waits_for_one_that_fails(self):
        newcomers = Newcomers(waiting={"a", "b"})
        for status in (PollStatus.FAILED, PollStatus.NOT_A_FEED):
            newcomers.note(outcome("b", status))
        newcomers.note(outcome("a", PollStatus.OK, 1))
        assert [poll.source_id for poll in newcomers.take()] == ["b", "a"]
        newcomers.note(outcome("b", PollStatus.FAILED))
        assert newcomers.take() == ()
        newcomers.note(outcome("b", PollStatus.OK, 3))
        assert [poll.items for poll in newcomers.take()] == [3]


def test_the_first_look_is_logged_with_its_headlines(caplog):
    look = FirstLook(at=MONDAY, sources=1, failed=0, items=3, news=1, headlines=("Lantern Bay has been renewed",))
    with caplog.at_level("INFO"):
        tell_first_look(look)
    assert [(record.getMessage(), record.fields["detail"]) for record in caplog.records] == [
        ("first round", "3 items of 1 source read, 1 in the last 14 days would have alerted"),
        ("earlier news", "Lantern Bay has been renewed"),
    ]


def test_the_watchdog_goes_its_round(tmp_path: Path):
    """Beside the polls; a store that fails is told in the log and does not end the daemon."""

    async def work() -> None:
        with WebServer() as web:
            house = House(tmp_path, sources=[("paper", web.answer("/feed", Answer(body=rss())))])
            async with at_work(house) as daemon:
                await ticks(daemon)
                daemon.worst_lag = 3 * MINUTE
                await daemon._patrol()
                found = await daemon.store.read(lambda view: view.patrol())
                assert (found.at, found.late) == (house.time, True)
                assert daemon.worst_lag < MINUTE
                house.time += 60 * MINUTE
                disk = daemon.store = FullDisk(daemon.store)
                disk.broken = True
                await daemon._patrol()
                disk.broken = False
                assert daemon.store_told[0] == "the disk is full"

    asyncio.run(work())
