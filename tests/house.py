"""A whole program in a temporary folder: real files, database, HTTP, parsing process and receivers; only time is ours.

Every round opens and closes everything, as `monitor once` under cron does; within `with house.open():` everything stays
open between rounds, as in the daemon.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from monitor.bootstrap import database, open_edges, open_program
from monitor.config import Settings, load
from monitor.core.setup import Setup
from monitor.fetcher import Limits
from monitor.ports import View
from monitor.records import HistoryQuery, PollOutcome
from monitor.rounds import Program, Round, once
from monitor.store.opening import open_store

T = TypeVar("T")

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = Limits(deadline=timedelta(seconds=5), per_host_spacing=timedelta())

WATCHLIST = """\
shows:
  - title: Lantern Bay
    cast: [Ida Holm, Marek Voss]
    accounts: {instagram: [lanternbaytv]}
  - title: The Glass Ferry
"""
ALERTS = """\
timezone: UTC
receivers:
  - {id: screen, url: "console://"}
"""


class House:
    """`sources` are (id, URL) pairs or whole YAML lines; `time` moves only when the test moves it."""

    def __init__(
        self,
        folder: Path,
        *,
        sources: Sequence[tuple[str, str] | str],
        watchlist: str = WATCHLIST,
        alerts: str = ALERTS,
    ) -> None:
        self.time = MONDAY
        self.settings = Settings(config=folder / "config", data=folder / "data")
        self.printed = ""
        self.polled: list[PollOutcome] = []
        self.bugs: list[BaseException] = []
        self._opened: tuple[asyncio.Runner, Program] | None = None
        self._stream = io.StringIO()
        self.settings.config.mkdir(parents=True)
        self.write("watchlist.yaml", watchlist)
        self.write("alerts.yaml", alerts)
        self.write_sources(sources)

    def write_sources(self, sources: Sequence[tuple[str, str] | str]) -> None:
        lines = [
            line if isinstance(line, str) else f'{{id: {line[0]}, type: feed, url: "{line[1]}", tier: press}}'
            for line in sources
        ]
        self.write(
            "sources.yaml", "defaults: {every: 15m, max_age: 7d}\nsources:\n" + "".join(f"  - {x}\n" for x in lines)
        )

    def write(self, name: str, text: str) -> None:
        (self.settings.config / name).write_text(text, encoding="utf-8")

    @property
    def setup(self) -> Setup:
        return load(self.settings.config, environ={})

    def round(self, *, later: timedelta = timedelta(), everything: bool = False) -> Round:
        """One round, `later` after the one before. Polls and bugs are kept, what the terminal receiver prints too."""
        self.time += later
        self._stream.seek(0)
        self._stream.truncate()
        if self._opened:
            runner, program = self._opened
            done = runner.run(once(program, everything=everything, told=self._told))
        else:
            done = asyncio.run(self._round(everything=everything))
        self.printed = self._stream.getvalue()
        return done

    async def _round(self, *, everything: bool) -> Round:
        async with self._program() as program:
            return await once(program, everything=everything, told=self._told)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keeps everything open in between, the configuration as it is now."""
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            self._opened = runner, runner.run(stack.enter_async_context(self._program()))
            try:
                yield
            finally:
                self._opened = None
                runner.run(stack.aclose())

    @asynccontextmanager
    async def _program(self) -> AsyncIterator[Program]:
        async with (
            open_edges(self.settings, clock=lambda: self.time, exclusive=True, limits=LIMITS) as edges,
            open_program(self.setup, edges, stream=self._stream) as program,
        ):
            await edges.store.write(lambda transaction: transaction.release_leases())
            yield program

    def _told(self, outcome: PollOutcome, error: BaseException | None) -> None:
        self.polled.append(outcome)
        if error is not None:
            self.bugs.append(error)

    def ask(self, work: Callable[[View], T]) -> T:
        """What the database answers."""

        async def look() -> T:
            async with open_store(database(self.settings), exclusive=False) as store:
                return await store.read(work)

        return asyncio.run(look())

    def until_next_alert(self) -> timedelta | None:
        """How long until the outbox has something to do; None when it is empty."""
        due = self.ask(lambda view: view.next_alert_due())
        return None if due is None else max(due - self.time, timedelta())

    def alerts(self) -> list[tuple[str, str, str]]:
        """Every alert ever made, oldest first: receiver, purpose, what about."""

        def look(view: View) -> list[tuple[str, str, str]]:
            found = []
            for alert in view.alerts_since(datetime.min.replace(tzinfo=UTC)):
                about = ""
                if alert.announcement_id is not None:
                    announcement = view.announcement(alert.announcement_id)
                    about = f"{announcement.subject.title}: {announcement.kind}"
                elif alert.incident_id is not None:
                    incident = view.incident(alert.incident_id)
                    about = f"{incident.subject}: {incident.kind}"
                found.append((alert.receiver, str(alert.purpose), about))
            return found

        return self.ask(look)

    def announcements(self):
        return list(reversed(self.ask(lambda view: view.announcements(HistoryQuery(limit=1000)))))


def rss(*items: str, title: str = "A paper") -> bytes:
    """An RSS document with the given `<item>` elements, newest first as publishers have them."""
    return f'<rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'.encode()


def item(
    title: str, *, guid: str, at: datetime = MONDAY, link: str | None = None, summary: str = "", extra: str = ""
) -> str:
    """One `<item>`; texts are given as XML. Its page lies on a host that does not exist, unless `link` says where ("": none)."""
    address = f"https://paper.example/{guid}" if link is None else link
    date = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"<item><title>{title}</title><link>{address}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>{date}</pubDate><description>{summary}</description>{extra}</item>"
    )
