import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.turns import HostTurns

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_one_at_a_time_in_order_of_arrival():
    async def go():
        turns, log = HostTurns(spacing=timedelta(0)), []

        async def visit(name, host):
            async with turns.turn(host):
                log.append(f"{name} in")
                await asyncio.sleep(0)
                log.append(f"{name} out")

        await asyncio.gather(*(visit(name, "a.example") for name in "abc"))
        return log

    assert asyncio.run(go()) == ["a in", "a out", "b in", "b out", "c in", "c out"]


def test_hosts_do_not_wait_for_each_other():
    async def go():
        turns = HostTurns(spacing=timedelta(hours=1))
        async with turns.turn("a.example"), asyncio.timeout(1), turns.turn("b.example"):
            return True

    assert asyncio.run(go())


def test_spacing_counts_from_the_end_of_the_last_turn():
    async def go():
        turns, loop = HostTurns(spacing=timedelta(milliseconds=30)), asyncio.get_running_loop()
        async with turns.turn("a.example"):
            pass
        ended = loop.time()
        async with turns.turn("a.example"):
            return loop.time() - ended

    assert asyncio.run(go()) >= 0.028


@pytest.mark.parametrize(("wanted_ms", "waited"), [(30, 0.028), (None, 0.0)])
def test_a_host_may_want_more_between_two_requests(wanted_ms, waited):
    async def go():
        turns, loop = HostTurns(spacing=timedelta(0)), asyncio.get_running_loop()
        async with turns.turn("a.example", spacing=timedelta(milliseconds=wanted_ms) if wanted_ms else None):
            pass
        ended = loop.time()
        async with turns.turn("a.example"):
            return loop.time() - ended

    assert waited <= asyncio.run(go()) < waited + 5


@pytest.mark.parametrize("waiting", [True, False])
def test_cancelling_frees_the_host(waiting):
    async def go():
        turns = HostTurns(spacing=timedelta(0))

        async def stay():
            async with turns.turn("a.example"):
                await asyncio.Event().wait()

        holder, waiter = asyncio.create_task(stay()), asyncio.create_task(stay())
        await asyncio.sleep(0)
        for task in (waiter, holder) if waiting else (holder, waiter):
            task.cancel()
        await asyncio.gather(holder, waiter, return_exceptions=True)
        async with asyncio.timeout(1), turns.turn("a.example"):
            return True

    assert asyncio.run(go())


def test_hosts_nobody_visits_are_forgotten():
    async def go():
        turns = HostTurns(spacing=timedelta(0))
        for number in range(3000):
            async with turns.turn(f"h{number}.example"):
                pass
        return len(turns._hosts)

    assert asyncio.run(go()) <= 1001


def test_a_pause_lasts_as_long_as_asked():
    turns = HostTurns(spacing=timedelta(0))
    turns.pause("a.example", 10 * MINUTE, now=NOW)
    assert turns.paused_for("a.example", now=NOW + 4 * MINUTE) == 6 * MINUTE
    assert turns.paused_for("a.example", now=NOW + 10 * MINUTE) is None
    assert turns.paused_for("b.example", now=NOW) is None


def test_the_longer_of_two_pauses_holds():
    turns = HostTurns(spacing=timedelta(0))
    turns.pause("a.example", 10 * MINUTE, now=NOW)
    turns.pause("a.example", MINUTE, now=NOW + MINUTE)
    assert turns.paused_for("a.example", now=NOW + 2 * MINUTE) == 8 * MINUTE
    turns.pause("a.example", 60 * MINUTE, now=NOW + 2 * MINUTE)
    assert turns.paused_for("a.example", now=NOW + 2 * MINUTE) == 60 * MINUTE


def test_a_clock_set_back_ends_a_pause():
    turns = HostTurns(spacing=timedelta(0))
    turns.pause("a.example", 10 * MINUTE, now=NOW)
    assert turns.paused_for("a.example", now=NOW - timedelta(days=365)) is None


def test_pauses_that_are_over_are_forgotten():
    turns = HostTurns(spacing=timedelta(0))
    for number in range(50):
        turns.pause(f"h{number}.example", MINUTE, now=NOW + number * 2 * MINUTE)
    assert len(turns._pauses) == 1
