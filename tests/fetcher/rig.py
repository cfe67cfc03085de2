"""A Fetcher for tests: spacing off, a short deadline, a clock that stands, a name server that knows only loopback."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.core.fetching import Request
from monitor.fetcher import Fetcher, Limits
from tests.web_server import Answer

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
FEED = b"<rss version='2.0'><channel><title>Casting news</title></channel></rss>"
TLS = Path(__file__).parents[1] / "data" / "tls"
QUICK = Limits(deadline=timedelta(seconds=5), max_body_bytes=100_000, per_host_spacing=timedelta(0))
AGENT = "AnnouncementMonitor/1.0 (+https://example.org)"


class Clock:
    """A clock that stands where it is put."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


async def loopback(host, port):
    """A name server that knows only us."""
    return ("127.0.0.1",)


def fetcher(*, clock=None, limits=QUICK, environment_proxy=False, **names):
    return Fetcher(
        user_agent=AGENT, clock=clock or Clock(), environment_proxy=environment_proxy, limits=limits, **names
    )


def fetch(*requests, **settings):
    """The results of requests made one after another by one Fetcher."""

    async def go():
        async with fetcher(**settings) as fetcher_:
            return [await fetcher_(request) for request in requests]

    return asyncio.run(go())


def trusting(url, **more):
    return Request(url=url, trusted_host="127.0.0.1", **more)


def redirect(web, path, to, status=302):
    return web.answer(path, Answer(status=status, headers=(("Location", to),)))
