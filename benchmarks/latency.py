"""How soon news is told: from the moment it is published to the message at the receiver, through a daemon that really runs.

`python -m benchmarks.latency [WAY [NEWS]]`, by default 100 news by `jetstream`. Everything is on loopback: the service that
publishes, `monitor run` in a process of its own with a database on the local disk, and the receiver. Each piece of news is
published when the one before has been told, so that nothing waits for anything but itself.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.recognition import SPREAD, name
from tests.acceptance.running import Daemon
from tests.jetstream_server import jetstream
from tests.sink_server import Sink, serve_sink
from tests.sources.bluesky import commit, feed, profile, record
from tests.web_server import Answer, WebServer

NEWS = 100
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way by which news comes: its source, when it is ready to be told something, and how it is told."""

    source: str  # a line of sources.yaml
    ready: Callable[[], Awaitable[None]]
    publish: Callable[[int, str], Awaitable[None]]  # the number of the news, and its text


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
            yield Way(source=line, ready=ready, publish=publish)


WAYS: Mapping[str, Callable[[], AbstractAsyncContextManager[Way]]] = {"jetstream": by_jetstream}


def title(number: int) -> str:
    return f"{name(number * SPREAD % 2**32)} {number}"


def configure(folder: Path, way: Way, port: int, news: int) -> None:
    """The user's files: one show for each piece of news, and a receiver that takes as many as come."""
    folder.mkdir()
    shows = "".join(f"  - {{title: {json.dumps(title(number))}}}\n" for number in range(news))
    (folder / "watchlist.yaml").write_text(f"shows:\n{shows}")
    (folder / "sources.yaml").write_text(f"sources:\n  - {way.source}\n")
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
            with Daemon(config=config, data=Path(folder) / "data"):
                await way.ready()
                for number in range(news):
                    began = time.perf_counter()
                    await way.publish(number, f"“{title(number)}” has been renewed for a second season.")
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
