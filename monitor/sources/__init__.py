"""Source types: what to request, and how the answer is read in the killable process."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from monitor.core.fetching import Page, Parsed, ParseFailed, ParseResult, Request
from monitor.core.source import Source, SourceState, Validators
from monitor.core.upkeep import address_of
from monitor.core.url import host
from monitor.ports import Adapter, Clock, ReadPage
from monitor.sources import feed, page

T = TypeVar("T")


class Run(Protocol):
    """Runs a function over bytes where it may be killed; ParseFailed when it was."""

    async def __call__(self, function: Callable[..., T], body: bytes, **arguments: object) -> T | ParseFailed: ...


class FeedAdapter:
    """RSS, Atom and JSON Feed."""

    version = feed.VERSION

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    def request(self, source: Source, state: SourceState) -> Request:
        """The next GET; conditional only where the validators belong to this address and to this reader."""
        url = address_of(source, state)
        is_same = state.url == source.url and url == (state.moved_to or source.url)
        return Request(
            url=url,
            validators=state.validators if is_same and state.parser == self.version else Validators(),
            headers=source.headers,
            auth=source.auth,
            proxy=source.proxy,
            trusted_host=host(source.url) or None,
        )

    async def read(self, source: Source, body: bytes, *, url: str, content_type: str | None) -> ParseResult:
        result = await self._run(feed.read_feed, body, url=url, content_type=content_type, now=self._clock())
        if isinstance(result, Parsed) and source.lang is not None:
            # The user knows better than the publisher's software, which says "en-US" of everything.
            return replace(result, items=tuple(replace(item, lang=source.lang) for item in result.items))
        return result


def adapters(*, run: Run, clock: Clock) -> Mapping[str, Adapter]:
    """The adapter of every source type, by the word in `sources.yaml`."""
    return {"feed": FeedAdapter(run=run, clock=clock)}


def page_reader(run: Run) -> ReadPage:
    """Reads article pages."""

    async def read(body: bytes, *, url: str, content_type: str | None) -> Page | ParseFailed:
        return await run(page.read_page, body, url=url, content_type=content_type)

    return read
