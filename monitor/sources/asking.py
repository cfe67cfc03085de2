"""One API at one visit: requests to it in its own manner, answers read where reading may be killed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from monitor.core.fetching import FetchFailed, NotAFeed, ParseFailed, Request
from monitor.core.source import Source
from monitor.core.url import host
from monitor.ports import Fetch
from monitor.sources.notafeed import not_a_feed
from monitor.sources.reading import Run, json_value
from monitor.sources.visits import ask_plainly

T = TypeVar("T")
Refusal = FetchFailed | NotAFeed | ParseFailed
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Asks for paths of the API at `base`. `explain` puts its refusals into words that tell the user what to do."""

    source: Source
    fetch: Fetch
    run: Run
    base: str
    own: bool  # the user named the server, which may have a private address
    spacing: timedelta | None = None
    headers: Headers = field(default=(), repr=False)
    explain: Callable[[FetchFailed], FetchFailed] = field(default=lambda failed: failed)

    async def __call__(
        self, path: str, read: Callable[..., T], *, query: Iterable[tuple[str, str]] = (), **arguments: object
    ) -> T | Refusal:
        """What `read` makes of the answer, or why there is none."""
        asked = urlencode(tuple(query))
        request = Request(
            url=f"{self.base}{path}{'?' if asked else ''}{asked}",
            headers=(("Accept", "application/json"), *self.headers),
            proxy=self.source.proxy,
            trusted_host=host(self.base) if self.own else None,
            spacing=self.spacing,
        )
        answer = await ask_plainly(request, fetch=self.fetch)
        if isinstance(answer, FetchFailed):
            return self.explain(answer)
        return await self.run(read, answer.body, **arguments)


def parse_object(body: bytes, *, of: str) -> dict[str, Any] | NotAFeed:
    """The JSON object in an answer of the API `of`, or what stands there instead."""
    value = json_value(body)
    if isinstance(value, dict):
        return value
    if value is not None:
        return NotAFeed(detail=f"{of} answers with JSON of another shape than its description says")
    return NotAFeed(
        detail=f"{of} answers with something else than JSON: {not_a_feed(body, url='').detail.removeprefix('not a feed; ')}"
    )
