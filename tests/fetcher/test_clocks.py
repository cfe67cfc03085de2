"""Servers tell the time by the way."""

import asyncio
from datetime import timedelta

import pytest

from monitor.core.httpcache import server_time
from monitor.hostclocks import HostClocks
from tests.fetcher.rig import FEED, Clock, fetcher, trusting
from tests.web_server import Answer

DATE = "Sun, 22 Nov 2026 05:00:00 GMT"


def test_each_answer_says_how_far_ahead_our_clock_is(web):
    clock = Clock()
    theirs = (clock() - timedelta(minutes=7)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    url = web.answer("/feed", Answer(body=FEED, headers=(("Date", theirs),)))

    async def go():
        async with fetcher(clock=clock) as fetch:
            await fetch(trusting(url))
            return fetch.clocks.ahead(clock())

    ((host, ahead),) = asyncio.run(go()).items()
    assert host == "127.0.0.1"
    assert timedelta(minutes=7) <= ahead < timedelta(minutes=7, seconds=1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"date": DATE}, 0),
        ({"date": DATE, "age": "90"}, 90),  # it has lain in a cache
        ({"date": DATE, "age": "old"}, 0),
        ({"date": DATE, "age": "999999999999"}, 31 * 86400),
    ],
)
def test_the_time_by_the_server(headers, seconds):
    assert server_time(headers) - server_time({"date": DATE}) == timedelta(seconds=seconds)


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}])
def test_a_server_may_not_know(headers):
    assert server_time(headers) is None


def test_what_was_said_long_ago_is_forgotten_and_hosts_are_not_kept_for_ever():
    clocks, now = HostClocks(), server_time({"date": DATE})
    clocks.note("silent", {}, now=now)
    for number in range(600):
        clocks.note(f"h{number}", {"date": DATE}, now=now)
    assert set(clocks.ahead(now)) == {f"h{number}" for number in range(100, 600)}
    assert clocks.ahead(now + timedelta(hours=7)) == {}
