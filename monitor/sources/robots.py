"""What a site's robots.txt (RFC 9309) lets us read, and how far apart it wants its requests.

For pages and sitemaps, which nobody put there to be polled. One file counts for everything under its scheme, host and
port, is kept for a day at most, and is read in the killable process as any other document from outside.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import assert_never
from urllib.parse import urlsplit

from protego import Protego

from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, FetchResult, ParseFailed, Request
from monitor.core.text import clean_line
from monitor.core.url import host
from monitor.ports import Clock, Fetch
from monitor.sources.reading import Run
from monitor.sources.visits import ask_plainly

PRODUCT = "AnnouncementMonitor"  # the first word of our User-Agent; lines for it count, else those for *
KEPT = timedelta(hours=24)  # RFC 9309, section 2.4
_KEPT_AT_LEAST = timedelta(hours=1)  # against files that say they are stale at once
LONGEST_DELAY = timedelta(seconds=60)  # Crawl-delay is no part of the standard; some ask for an hour
_MOST_BYTES = 512_000  # RFC 9309, section 2.5: at least 500 kibibytes
_MOST_SITES = 500
_DISALLOW = re.compile(r"\s*disallow\s*:\s*(?P<path>[^\s#]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a robots.txt says of one address."""

    allowed: bool
    rule: str = ""  # the line that forbids it
    delay: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    body: bytes  # b"" where there is none, which forbids nothing
    until: datetime


@dataclass(slots=True)
class _Site:
    """Mutable: what is known of one site. The lock keeps two sources from asking for the same file."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    kept: _Kept | None = None


class Robots:
    """Makes the requests that robots.txt allows. Holds what it has read as long as the process lives."""

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock
        self._sites: dict[str, _Site] = {}

    def obeying(self, fetch: Fetch) -> Fetch:
        """The same `fetch` for requests that robots.txt allows; the others fail with ROBOTS."""

        async def ask(request: Request) -> FetchResult:
            verdict = await self._judge(request, request.url, fetch)
            if isinstance(verdict, FetchFailed):
                return verdict
            answer = await fetch(replace(request, spacing=verdict.delay))
            if isinstance(answer, Fetched) and _site(answer.url) != _site(request.url):
                # A redirect led to another site, which has its own word on it.
                there = await self._judge(request, answer.url, fetch)
                return there if isinstance(there, FetchFailed) else answer
            return answer

        return ask

    async def _judge(self, request: Request, url: str, fetch: Fetch) -> Verdict | FetchFailed:
        """What robots.txt says of `url`; FetchFailed where it forbids it or cannot be read now."""
        site = self._known(_site(url))
        async with site.lock:
            kept = await self._kept(site, request, url, fetch)
        if isinstance(kept, FetchFailed):
            return kept
        if not kept.body.strip():
            return Verdict(allowed=True)
        verdict = await self._run(read_robots, kept.body, url=url)
        if isinstance(verdict, ParseFailed):
            detail = f"robots.txt of {host(url)} cannot be read: {verdict.detail}"
            return FetchFailed(reason=FetchFailure.ROBOTS, detail=detail)
        if not verdict.allowed:
            detail = f"robots.txt of {host(url)} asks us not to read this: “{verdict.rule}”"
            return FetchFailed(reason=FetchFailure.ROBOTS, detail=detail)
        return verdict

    async def _kept(self, site: _Site, request: Request, url: str, fetch: Fetch) -> _Kept | FetchFailed:
        """The site's robots.txt, fetched if the one we have is too old. An old one holds while no new one can be had."""
        now = self._clock()
        if site.kept is not None and now < site.kept.until <= now + KEPT:
            return site.kept
        # Without the user's headers and password: it is the same for everybody.
        plain = Request(
            url=f"{_site(url)}/robots.txt",
            proxy=request.proxy,
            trusted_host=request.trusted_host,
            may_be_empty=True,
        )
        answer = await ask_plainly(plain, fetch=fetch)
        found = _read_answer(answer, host(url), now=now)
        if isinstance(found, _Kept):
            site.kept = found
        return site.kept or found

    def _known(self, name: str) -> _Site:
        if len(self._sites) > _MOST_SITES:
            self._sites = {name: site for name, site in self._sites.items() if site.lock.locked()}
        return self._sites.setdefault(name, _Site())


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _read_answer(answer: Fetched | FetchFailed, name: str, *, now: datetime) -> _Kept | FetchFailed:
    """What the answer to the request for robots.txt means (RFC 9309, section 2.3.1)."""
    match answer:
        case Fetched():
            fresh_for = KEPT if answer.fresh_for is None else max(_KEPT_AT_LEAST, min(KEPT, answer.fresh_for))
            return _Kept(body=answer.body[:_MOST_BYTES], until=now + fresh_for)
        case FetchFailed() if _is_unavailable(answer):
            return _Kept(body=b"", until=now + KEPT)
        case FetchFailed():
            # Not the site's will: the reason stays that of the failure, and so does what it counts for.
            said = f"robots.txt of {name} cannot be had, so the site is left alone for now: {answer.detail}"
            return replace(answer, detail=said, headers={}, body=b"")
        case _:
            assert_never(answer)


def _is_unavailable(answer: FetchFailed) -> bool:
    """Whether there is none, which restricts nothing. A 429 is no such answer: there may be one, later."""
    if answer.reason is FetchFailure.TOO_MANY_REDIRECTS:
        return True
    status = answer.status or 0
    return (
        HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS
    )


def read_robots(body: bytes, *, url: str) -> Verdict:
    """What the file says of an address."""
    text = body.decode("utf-8-sig", errors="replace")
    rules = Protego.parse(text)
    wait = rules.crawl_delay(PRODUCT)
    delay = min(timedelta(seconds=max(0.0, min(wait, 1e6))), LONGEST_DELAY) if wait is not None else None
    if rules.can_fetch(url, PRODUCT):
        return Verdict(allowed=True, delay=delay)
    return Verdict(allowed=False, rule=_forbidding(text, url), delay=delay)


def _forbidding(text: str, url: str) -> str:
    """The line that decides: the longest that forbids the address when every other line of its sort is blank."""
    lines = text.splitlines()
    found = {place: match["path"] for place, line in enumerate(lines) if (match := _DISALLOW.match(line))}
    for place in sorted(_alone(found, url), key=lambda place: -len(found[place])):
        others = [line for at, line in enumerate(lines) if at == place or at not in found]
        if not Protego.parse("\n".join(others)).can_fetch(url, PRODUCT):
            return clean_line(f"Disallow: {found[place]}", 120)
    return "Disallow"


def _alone(found: dict[int, str], url: str) -> Iterator[int]:
    """The places of the lines that forbid the address, whomever they are meant for."""
    for place, path in found.items():
        if not Protego.parse(f"User-agent: *\nDisallow: {path}").can_fetch(url, PRODUCT):
            yield place
