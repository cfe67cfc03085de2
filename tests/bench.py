"""The use cases on a workbench: a real database in a file, fakes for everything outside, a clock the test moves."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.core.fetching import Parsed
from monitor.core.item import Item
from monitor.core.report import Certainty, Evidence, Facts, Kind, Report, Subject
from monitor.core.routing import AlertPolicy, Receiver, Route
from monitor.core.setup import Setup
from monitor.core.source import Source, SourceState, Tier
from monitor.core.upkeep import first_state
from monitor.core.watchlist import Watch, WatchType
from monitor.deliver import deliver
from monitor.poll import Desk, poll
from monitor.records import HistoryQuery
from monitor.rounds import Program
from monitor.store.opening import open_store
from tests.fakes import FakeAdapter, FakeFetch, FakeNotify, FakeReadPage, FakeRecogniser, fetched

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

LANTERN = Subject(key="show:lantern-bay", title="Lantern Bay")
FERRY = Subject(key="show:the-glass-ferry", title="The Glass Ferry")
WATCHES = (
    Watch(id="lantern-bay", type=WatchType.SHOW, title="Lantern Bay"),
    Watch(id="the-glass-ferry", type=WatchType.SHOW, title="The Glass Ferry"),
)


def source(source_id: str = "gazette", **fields: object) -> Source:
    values = {
        "type": "feed",
        "url": f"https://{source_id}.example/feed",
        "tier": Tier.PRESS,
        "every": HOUR,
        "max_age": 7 * DAY,
    }
    return Source(id=source_id, **{**values, **fields})


def policy(**fields: object) -> AlertPolicy:
    values = {
        "timezone": "UTC",
        "receivers": (Receiver(id="me", url="console://"),),
        "routes": (Route(receivers=("me",)),),
        "incidents": ("me",),
    }
    return AlertPolicy(**{**values, **fields})


def report(subject: Subject = LANTERN, kind: Kind = Kind.RENEWAL, **fields: object) -> Report:
    values = {
        "certainty": Certainty.CONFIRMED,
        "facts": Facts(),
        "watches": (subject.key.partition(":")[2],),
        "evidence": (Evidence(rule="en/test", part="title", start=0, end=4, quote="news"),),
    }
    return Report(subject=subject, kind=kind, **{**values, **fields})


def item(name: str, **fields: object) -> Item:
    values = {
        "key": name,
        "fingerprint": f"print of {fields}",
        "guid": name,
        "url": f"https://gazette.example/{name}",
        "title": f"Title {name}",
        "summary": "",
        "text": "",
        "published": NOW,
    }
    return Item(**{**values, **fields})


class Bench:
    """`says` puts reports under an item's title; `publish` makes a source show items; `poll` and `deliver` do one each."""

    def __init__(self, runner: asyncio.Runner, store: object) -> None:
        self.runner = runner
        self.store = store
        self.time = NOW
        self.fetch = FakeFetch()
        self.adapter = FakeAdapter()
        self.read_page = FakeReadPage()
        self.recognise = FakeRecogniser()
        self.notify = FakeNotify()
        self.policy = policy()
        self.sources: tuple[Source, ...] = (source(),)
        self._bodies = 0

    def __call__(self, work):
        """What the coroutine comes to."""
        return self.runner.run(work)

    def write(self, work):
        return self(self.store.write(work))

    def read(self, work):
        return self(self.store.read(work))

    @property
    def setup(self) -> Setup:
        return Setup(sources=self.sources, watches=WATCHES, policy=self.policy)

    @property
    def desk(self) -> Desk:
        return Desk(
            sources=self.sources,
            policy=self.policy,
            adapters={"feed": self.adapter},
            fetch=self.fetch,
            read_page=self.read_page,
            recognise=self.recognise,
            store=self.store,
            clock=lambda: self.time,
        )

    @property
    def program(self) -> Program:
        return Program(setup=self.setup, desk=self.desk, notify=self.notify, scratch=self.scratch, ahead=lambda _: {})

    @asynccontextmanager
    async def scratch(self):
        """An empty store beside ours."""
        with TemporaryDirectory() as folder:
            async with open_store(Path(folder) / "scratch.db", exclusive=False) as store:
                yield store

    def says(self, title: str, *reports: Report) -> None:
        self.recognise.reports[title] = reports

    def publish(self, *items: Item, at: Source | None = None, **answer: object) -> bytes:
        """From now on the source shows these items, newest first, in a body never seen before."""
        self._bodies += 1
        body = f"body {self._bodies}".encode()
        self.adapter.readings[body] = Parsed(items=items)
        shown = at or self.sources[0]
        self.fetch.answer(shown.url, fetched(body, shown.url, **answer))
        return body

    def state(self, of: Source | None = None) -> SourceState:
        shown = of or self.sources[0]
        states = self.read(lambda view: view.source_states())
        return states.get(shown.id) or first_state(shown, now=self.time, position=0)

    def poll(self, of: Source | None = None, *, later: timedelta = timedelta()):
        self.time += later
        shown = of or self.sources[0]
        return self(poll(shown, self.state(shown), desk=self.desk))

    def settle(self, of: Source | None = None):
        """A first poll of an empty document, so that whatever comes is news."""
        self.publish(at=of)
        self.poll(of)

    def tell(self, *items: Item, at: Source | None = None, later: timedelta = HOUR):
        """The source shows these items and is polled."""
        self.publish(*items, at=at)
        return self.poll(at, later=later)

    def deliver(self, *, later: timedelta = timedelta()):
        self.time += later
        return self(deliver(store=self.store, notify=self.notify, setup=self.setup, clock=lambda: self.time))

    def alerts(self):
        """Every alert, oldest first."""
        return self.read(lambda view: view.alerts_since(datetime.min.replace(tzinfo=UTC)))

    def told(self) -> Sequence[tuple[str, str]]:
        """Purpose and state of every alert, oldest first."""
        return [(str(alert.purpose), str(alert.state)) for alert in self.alerts()]

    def announcements(self):
        """Oldest first."""
        return list(reversed(self.read(lambda view: view.announcements(HistoryQuery(limit=1000)))))

    def items(self):
        """Oldest first."""
        return list(reversed(self.read(lambda view: view.items(range(1, 1000)))))


@contextmanager
def open_bench(folder: Path) -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        opening = open_store(folder / "monitor.db", exclusive=False)
        store = runner.run(opening.__aenter__())
        try:
            yield Bench(runner, store)
        finally:
            runner.run(opening.__aexit__(None, None, None))
