"""Turns, spacing and pauses."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.fetching import Fetched, FetchFailure, Request
from monitor.fetcher import UNTOLD_PAUSE
from tests.fetcher.rig import FEED, QUICK, Clock, fetcher, loopback, trusting
from tests.web_server import Answer


@pytest.mark.parametrize(
    ("status", "headers", "retry_after", "pause"),
    [
        (429, (("Retry-After", "120"),), 120, 120),
        (503, (("Date", "Sun, 22 Nov 2026 05:00:00 GMT"), ("Retry-After", "Sun, 22 Nov 2026 05:10:00 GMT")), 600, 600),
        (429, (("Retry-After", "soon"),), None, UNTOLD_PAUSE.total_seconds()),
        (503, (), None, None),
        (500, (("Retry-After", "120"),), None, None),
    ],
)
def test_a_host_that_asks_to_be_left_alone_is(web, other, status, headers, retry_after, pause):
    """Every source of the host waits, not only the one that was told; and when it is over all are asked again."""
    url = web.answer("/feed", Answer(status=status, headers=headers), Answer(body=FEED))
    clock = Clock()

    async def go():
        async with fetcher(clock=clock) as fetcher_:
            first = await fetcher_(trusting(url))
            assert first.retry_after == (timedelta(seconds=retry_after) if retry_after else None)
            if pause:
                clock.now += timedelta(seconds=pause - 1)
                refused = await fetcher_(trusting(other.url("/neighbour")))
                assert (refused.reason, refused.status) == (FetchFailure.RATE_LIMITED, None)
                assert refused.retry_after == timedelta(seconds=1)
                clock.now += timedelta(seconds=1)
            assert isinstance(await fetcher_(trusting(url)), Fetched)

    asyncio.run(go())
    assert other.seen == []


def test_one_request_at_a_time_per_host_spaced_and_in_order(web):
    for number in range(4):
        web.answer(f"/{number}", Answer(pieces=[FEED], pause_s=0.01))

    async def go():
        async with fetcher(limits=replace(QUICK, per_host_spacing=timedelta(seconds=0.03))) as fetcher_:
            await asyncio.gather(*(fetcher_(trusting(web.url(f"/{number}"))) for number in range(4)))

    asyncio.run(go())
    assert [seen.path for seen in web.seen] == ["/0", "/1", "/2", "/3"]
    starts = [seen.started for seen in web.seen]
    assert all(later - earlier > 0.035 for earlier, later in itertools.pairwise(starts))
    assert web.at_once == 1


@pytest.mark.parametrize("concurrency", [1, 3])
def test_many_hosts_are_asked_together_up_to_the_limit(web, concurrency):
    web.answer("/", Answer(pieces=[FEED], pause_s=0.05))

    async def go():
        async with fetcher(limits=replace(QUICK, concurrency=concurrency), resolve=loopback) as fetcher_:
            hosts = [f"h{number}.example" for number in range(6)]
            return await asyncio.gather(
                *(fetcher_(Request(url=web.url(host=host), trusted_host=host)) for host in hosts)
            )

    assert all(isinstance(result, Fetched) for result in asyncio.run(go()))
    assert web.at_once == concurrency


def test_a_cancelled_request_frees_its_host(web):
    web.answer("/feed", Answer(body=FEED))

    async def go():
        arrived, loop = asyncio.Event(), asyncio.get_running_loop()

        def hang(seen):
            loop.call_soon_threadsafe(arrived.set)
            return Answer(hang=True)

        web.answer("/hang", hang)
        async with fetcher(limits=replace(QUICK, concurrency=1)) as fetcher_:
            stuck = asyncio.create_task(fetcher_(trusting(web.url("/hang"))))
            await arrived.wait()
            stuck.cancel()
            with pytest.raises(asyncio.CancelledError):
                await stuck
            return await fetcher_(trusting(web.url("/feed")))

    assert isinstance(asyncio.run(go()), Fetched)
