"""How soon news is told: from the moment it is published to the message at the receiver, through a daemon that really runs.

`python -m benchmarks.latency [WAY [NEWS]]`, by default 100 news by `jetstream`. Everything is on loopback: the service that
publishes, `monitor run` in a process of its own with a database on the local disk, and the receiver. Each piece of news is
published when the one before has been told, so that nothing waits for anything but itself.
"""

import asyncio
import hmac
import json
import socket
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from benchmarks.recognition import SPREAD, name
from tests.acceptance.running import Daemon
from tests.jetstream_server import jetstream
from tests.sink_server import Sink, serve_sink
from tests.sources.bluesky import commit, feed, profile, record
from tests.web_server import Answer, Seen, WebServer

NEWS = 100
PATIENCE_S = 30.0
_FEEDS = 40  # on one host, which is asked once a second
_TWICE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way by which news comes: its source, when it is ready to be told something, and how it is told."""

    sources: tuple[str, ...]  # entries of sources.yaml
    ready: Callable[[], Awaitable[None]]
    # Takes the number of the news and its text; returns the moment from which time counts where that is not the call's.
    publish: Callable[[int, str], Awaitable[float | None]]
    settings: Mapping[str, str] = field(default_factory=dict)  # MONITOR_* besides


@asynccontextmanager
async def by_jetstream() -> AsyncIterator[Way]:
    """A post on Bluesky, from the frame that its stream sends."""
    with WebServer() as web:
        async with jetstream() as stream:
            web.answer("/xrpc/app.bsky.actor.getProfile", Answer(body=profile()))
            web.answer("/xrpc/app.bsky.feed.getAuthorFeed", Answer(body=feed()))

            async def ready() -> None:
                await stream.hello()

            async def publish(number: int, text: str) -> None:
                now = datetime.now(UTC)  # noqa: TID251  # what is measured is real time
                await stream.send(commit(f"3k{number}", record(text, at=now), at=now))

            base = f"base: '{web.url('')}', jetstream: '{stream.address}'"
            line = f"{{id: post, type: bluesky, account: post.example, tier: trade, stream: true, {base}}}"
            yield Way(sources=(line,), ready=ready, publish=publish)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def by_webhook() -> AsyncIterator[Way]:
    """A post to a webhook, from the request. Two of them in turn, since each takes sixty at once."""
    page = f"http://127.0.0.1:{(port := free_port())}"
    token = "b7tQm2Zx9LrV4cKp0sWj8A"  # noqa: S105  # opens nothing
    async with httpx.AsyncClient(trust_env=False) as client:

        async def ready() -> None:
            await answering(client, page)

        async def publish(number: int, text: str) -> None:
            sent = await client.post(f"{page}/hooks/hook-{number % 2}/{token}", json={"id": str(number), "title": text})
            sent.raise_for_status()

        lines = tuple(f"{{id: hook-{number}, type: webhook, token: {token}, tier: trade}}" for number in range(2))
        yield Way(sources=lines, ready=ready, publish=publish, settings={"MONITOR_PAGE": f"127.0.0.1:{port}"})


@asynccontextmanager
async def by_websub() -> AsyncIterator[Way]:
    """A feed whose hub pushes, from the push. Two of them in turn, since each takes sixty at once."""
    page = f"http://127.0.0.1:{(port := free_port())}"
    asked: asyncio.Queue[Mapping[str, str]] = asyncio.Queue()
    hubs: dict[str, Mapping[str, str]] = {}
    loop = asyncio.get_running_loop()

    def subscribe(seen: Seen) -> Answer:
        form = {key: values[0] for key, values in parse_qs(seen.body.decode()).items()}
        loop.call_soon_threadsafe(asked.put_nowait, form)
        return Answer(status=202)

    with WebServer() as web:
        hub = web.answer("/hub", subscribe)
        paths = ("/feed-0", "/feed-1")

        def feed_of(path: str, *titles: str) -> bytes:
            links = f'<atom:link rel="hub" href="{hub}"/><atom:link rel="self" href="{web.url(path)}"/>'
            items = "".join(f"<item><guid>{text}</guid><title>{text}</title></item>" for text in titles)
            head = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Feed</title>'
            return f"{head}{links}{items}</channel></rss>".encode()

        for path in paths:
            web.answer(path, Answer(body=feed_of(path)))
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:

            async def push(path: str, body: bytes) -> None:
                form = hubs[path]
                digits = hmac.new(form["hub.secret"].encode(), body, "sha256").hexdigest()
                headers = {"content-type": "application/rss+xml", "x-hub-signature": f"sha256={digits}"}
                (await client.post(form["hub.callback"], content=body, headers=headers)).raise_for_status()

            async def ready() -> None:
                """Once both are verified, and have delivered: a hub is asked at the second visit, a minute after the first."""
                while len(hubs) < len(paths):
                    form = await asked.get()
                    query = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "1"}
                    (await client.get(form["hub.callback"], params=query)).raise_for_status()
                    hubs[urlsplit(form["hub.topic"]).path] = form
                for path in paths:
                    await push(path, feed_of(path, "Delivered"))

            async def publish(number: int, text: str) -> None:
                path = paths[number % 2]
                await push(path, feed_of(path, text))

            lines = tuple(
                f'{{id: feed-{number}, type: feed, url: "{web.url(path)}", tier: trade, every: 1m, websub: true}}'
                for number, path in enumerate(paths)
            )
            settings = {"MONITOR_PAGE": f"127.0.0.1:{port}", "MONITOR_PUBLIC_URL": page}
            yield Way(sources=lines, ready=ready, publish=publish, settings=settings)


@asynccontextmanager
async def by_polling() -> AsyncIterator[Way]:
    """Feeds polled each minute, from the request that finds the news: what a poll adds to its interval.

    News goes into the feed that is asked next, so that nobody waits for a certain one.
    """
    loop = asyncio.get_running_loop()
    paths = [f"/feed-{number}" for number in range(_FEEDS)]
    waiting: deque[str] = deque()
    shown: dict[str, list[str]] = {path: [] for path in paths}
    asked: asyncio.Queue[str] = asyncio.Queue()
    found: asyncio.Queue[float] = asyncio.Queue()

    def show(seen: Seen) -> Answer:
        loop.call_soon_threadsafe(asked.put_nowait, seen.path)
        if waiting:
            shown[seen.path].append(waiting.popleft())
            loop.call_soon_threadsafe(found.put_nowait, time.perf_counter())
        items = "".join(f"<item><guid>{text}</guid><title>{text}</title></item>" for text in shown[seen.path])
        return Answer(body=f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'.encode())

    with WebServer() as web:
        for path in paths:
            web.answer(path, show)

        async def ready() -> None:
            """Once each was asked twice: the first answers are read by then."""
            times: Counter[str] = Counter()
            while len(times) < len(paths) or min(times.values()) < _TWICE:
                times[await asked.get()] += 1

        async def publish(number: int, text: str) -> float:  # noqa: ARG001  # any feed will do
            waiting.append(text)
            return await found.get()

        lines = tuple(
            f'{{id: {path[1:]}, type: feed, url: "{web.url(path)}", tier: trade, every: 1m, adaptive: false}}'
            for path in paths
        )
        yield Way(sources=lines, ready=ready, publish=publish)


async def answering(client: httpx.AsyncClient, page: str) -> None:
    """Waits until the daemon's page says that it lives."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with suppress(httpx.TransportError):
                if (await client.get(f"{page}/healthz")).status_code == HTTPStatus.OK:
                    return
            await asyncio.sleep(0.1)


WAYS: Mapping[str, Callable[[], AbstractAsyncContextManager[Way]]] = {
    "jetstream": by_jetstream,
    "polling": by_polling,
    "webhook": by_webhook,
    "websub": by_websub,
}


def title(number: int) -> str:
    return f"{name(number * SPREAD % 2**32)} {number}"


def configure(folder: Path, way: Way, port: int, news: int) -> None:
    """The user's files: one show for each piece of news, and a receiver that takes as many as come."""
    folder.mkdir()
    shows = "".join(f"  - {{title: {json.dumps(title(number))}}}\n" for number in range(news))
    (folder / "watchlist.yaml").write_text(f"shows:\n{shows}")
    (folder / "sources.yaml").write_text("sources:\n" + "".join(f"  - {line}\n" for line in way.sources))
    receiver = f'{{id: sink, url: "json://127.0.0.1:{port}"}}'
    (folder / "alerts.yaml").write_text(f"receivers:\n  - {receiver}\nflood: {{limit: 999999, per: 1h}}\n")


async def told_of(sink: Sink, words: str) -> None:
    """Waits for a message with these words."""
    async with asyncio.timeout(PATIENCE_S):
        while not any(words in posted.body for posted in sink.posts):
            sink.asked.clear()
            await sink.asked.wait()


async def measure(open_way: Callable[[], AbstractAsyncContextManager[Way]], news: int) -> list[float]:
    """The seconds from publication to message, of each piece of news in turn."""
    took = []
    with tempfile.TemporaryDirectory(prefix="latency-") as folder:
        async with serve_sink() as sink, open_way() as way:
            config = Path(folder) / "config"
            configure(config, way, sink.port, news)
            with Daemon(config=config, data=Path(folder) / "data", **way.settings):
                await way.ready()
                for number in range(news):
                    called = time.perf_counter()
                    text = f"“{title(number)}” has been renewed for a second season."
                    began = await way.publish(number, text) or called
                    await told_of(sink, title(number))
                    took.append(time.perf_counter() - began)
    return took


def main(arguments: list[str]) -> None:
    way = arguments[0] if arguments else "jetstream"
    news = int(arguments[1]) if len(arguments) > 1 else NEWS
    took = sorted(asyncio.run(measure(WAYS[way], news)))
    middle, late = took[len(took) // 2], took[min(len(took) - 1, len(took) * 95 // 100)]
    told = f"p50 {middle * 1000:.0f} ms, p95 {late * 1000:.0f} ms, worst {took[-1] * 1000:.0f} ms"
    sys.stdout.write(f"{way}: {news} news, {told}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
