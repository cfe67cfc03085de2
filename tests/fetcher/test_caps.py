"""What one request may cost, against servers that ask for more."""

import asyncio
import gzip
import itertools
import threading
from dataclasses import replace
from datetime import timedelta

from monitor.core.fetching import Fetched, FetchFailure
from tests.fetcher.rig import FEED, QUICK, fetch, fetcher, trusting
from tests.web_server import Answer


def test_a_drip_ends_at_the_deadline(web):
    """A byte now and then keeps every single read short; the deadline is for all of them together."""
    url = web.answer("/feed", Answer(pieces=itertools.repeat(b"x"), pause_s=0.02))
    limits = replace(QUICK, deadline=timedelta(seconds=0.2))
    (failed,) = fetch(trusting(url), limits=limits)
    assert failed.reason is FetchFailure.TIMEOUT
    assert web.sent < 50


def test_a_server_that_never_answers_ends_at_the_deadline(web):
    (failed,) = fetch(
        trusting(web.answer("/", Answer(hang=True))), limits=replace(QUICK, deadline=timedelta(seconds=0.1))
    )
    assert failed.reason is FetchFailure.TIMEOUT


def test_the_deadline_covers_all_redirects_together(web):
    """Four hops, none of them late by itself."""

    def slow(seen):
        threading.Event().wait(0.1)
        return Answer(status=302, headers=(("Location", f"{seen.path}x"),))

    for path in ("/", "/x", "/xx", "/xxx"):
        web.answer(path, slow)
    (failed,) = fetch(trusting(web.url("/")), limits=replace(QUICK, deadline=timedelta(seconds=0.25)))
    assert failed.reason is FetchFailure.TIMEOUT
    assert 2 <= len(web.seen) <= 3


def test_waiting_for_a_turn_is_not_held_against_a_source(web):
    """Ten sources of one host, each answering within the deadline, all get their answer."""
    url = web.answer("/feed", Answer(pieces=[FEED], pause_s=0.05))
    limits = replace(QUICK, deadline=timedelta(seconds=0.3))

    async def go():
        async with fetcher(limits=limits) as fetcher_:
            return await asyncio.gather(*(fetcher_(trusting(url)) for _ in range(10)))

    assert all(isinstance(result, Fetched) for result in asyncio.run(go()))
    assert web.at_once == 1


def test_an_endless_body_is_cut_at_the_cap(web):
    (failed,) = fetch(trusting(web.answer("/feed", Answer(pieces=itertools.repeat(b"<item>" * 1000)))))
    assert failed.reason is FetchFailure.TOO_LARGE
    assert failed.detail == "127.0.0.1 answers with more than 100000 bytes"


def test_a_bomb_is_cut_while_it_is_small_on_the_wire(web):
    bomb = gzip.compress(b"\0" * 20_000_000)
    pieces = [bomb[start : start + 200] for start in range(0, len(bomb), 200)]
    url = web.answer("/feed", Answer(pieces=pieces, pause_s=0.001, headers=(("Content-Encoding", "gzip"),)))
    (failed,) = fetch(trusting(url))
    assert failed.reason is FetchFailure.TOO_LARGE
    assert web.sent < len(bomb) / 4
