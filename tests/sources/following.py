"""A database that a test fills, and a source that follows it visit after visit as the program would."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    FetchResult,
    NotModified,
    Request,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.item import Item
from monitor.core.options import DatabaseOptions
from monitor.core.report import Claim
from monitor.core.source import Source, SourceState, Tier, Validators
from monitor.core.upkeep import after_failure, after_nothing_new, after_visit, first_state
from monitor.core.watchlist import Watch, WatchType
from monitor.sources import adapters
from tests.sources.live import run_here

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
GONE = FetchFailed(reason=FetchFailure.NOT_FOUND, detail="HTTP 404 Not Found", status=404)
BUSY = FetchFailed(reason=FetchFailure.RATE_LIMITED, detail="HTTP 429", status=429, retry_after=timedelta(seconds=10))

Answer = Callable[[dict[str, str]], Any]


def show(title: str, **fields: Any) -> Watch:
    return Watch(id=title.lower().replace(" ", "-"), type=WatchType.SHOW, title=title, **fields)


def film(title: str, **fields: Any) -> Watch:
    return Watch(id=title.lower().replace(" ", "-"), type=WatchType.FILM, title=title, **fields)


class Database:
    """Answers by path: a JSON value, bytes, a FetchResult, or a function of the query that gives one of these."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.answers: dict[str, Any] = {}
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> FetchResult:
        self.asked.append(request)
        parts = urlsplit(request.url.removeprefix(self._base))
        answer = self.answers.get(parts.path, GONE)
        if callable(answer):
            answer = answer({name: values[0] for name, values in parse_qs(parts.query).items()})
        if isinstance(answer, FetchFailed | NotModified):
            return answer
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Fetched(url=request.url, body=body, content_type="application/json", validators=Validators())

    def paths(self) -> list[str]:
        """What was asked since the last call, without the base and the query."""
        asked, self.asked = self.asked, []
        return [urlsplit(request.url.removeprefix(self._base)).path for request in asked]


class Follower:
    """A source of one type; each visit begins where the last one ended."""

    def __init__(self, type_: str, base: str, *watches: Watch, token: str = "") -> None:
        self.database = Database(base)
        self.now = NOW
        self.source = Source(
            id=type_, type=type_, url=base, tier=Tier.AGGREGATOR, every=HOUR, max_age=timedelta(7),
            options=DatabaseOptions(watches=watches, token=token),
        )  # fmt: skip
        self.state: SourceState = first_state(self.source, now=self.now, position=0)

        async def nothing_brought(source_id: str) -> tuple[()]:
            return ()

        self._adapter = adapters(run=run_here, clock=lambda: self.now, inbox=nothing_brought)[type_]

    def watch(self, *watches: Watch) -> None:
        """The watchlist is another one now."""
        assert isinstance(self.source.options, DatabaseOptions)
        self.source = replace(self.source, options=replace(self.source.options, watches=watches))

    def visit(self, *, hours: float = 1) -> VisitResult:
        """One more visit, so many hours after the last one."""
        self.now += hours * HOUR
        result = asyncio.run(self._adapter.visit(self.source, self.state, fetch=self.database))
        match result:
            case Visited():
                self.state = after_visit(self.source, self.state, result, parser=self._adapter.version, now=self.now)
            case Unchanged():
                self.state = after_nothing_new(self.source, self.state, result, now=self.now)
            case FetchFailed():
                self.state = after_failure(self.source, self.state, result, now=self.now)
        return result

    def items(self, *, hours: float = 1) -> list[Item]:
        result = self.visit(hours=hours)
        return list(result.parsed.items) if isinstance(result, Visited) else []

    def news(self) -> list[Item]:
        """What the change that was just made to the database comes to once it has stood."""
        seen = self.items()
        assert seen == []
        return self.items(hours=6)


def claimed(item: Item) -> list[tuple[str, str, tuple[int, ...], tuple[str, ...], tuple[str, ...]]]:
    """Rule, kind, seasons, dates and names of the claims of an item."""
    claims: tuple[Claim, ...] = item.claims or ()
    return [
        (one.rule, str(one.kind), one.facts.seasons, one.facts.dates, tuple(who.name for who in one.facts.people))
        for one in claims
    ]
