"""Makes requests: conditional, guarded, capped, one at a time per host. Every trouble outside comes back as a value.

One transport per request and no client: connections are not kept (a feed is one request per host and hour, and
httpx's pool slows down with every idle one), so there is nothing to share, no cookie to remember, no redirect followed
unseen and no log line with a whole address in it.
"""

import asyncio
import ssl
import urllib.request
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from monitor.core import httpcache
from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, FetchResult, NotModified, Request
from monitor.core.httpstatus import PERMANENT_REDIRECTS, READ, REDIRECTS, failure_of, spoken
from monitor.core.inflate import BodyBrokenError, BodyTooLargeError, Inflater
from monitor.core.redirects import next_address
from monitor.core.source import BasicAuth, Validators
from monitor.core.url import keeps_secrets
from monitor.fetchtrouble import TROUBLE, explain
from monitor.guard import Resolve, guarded_transport, resolve
from monitor.hostclocks import HostClocks
from monitor.ports import Clock
from monitor.turns import HostTurns

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
)
_MOST_REFUSAL_BYTES = 16 * 1024  # of a refusal's explanation; longer ones are web pages
UNTOLD_PAUSE = timedelta(minutes=5)  # for a host that says 429 and not for how long


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may cost us, and how close together requests may come."""

    deadline: timedelta = timedelta(seconds=30)  # from connecting to the last byte, over all redirects; not waiting
    max_body_bytes: int = 10 * 1024 * 1024  # inflated; on the wire too
    max_redirects: int = 5
    per_host_spacing: timedelta = timedelta(seconds=1)  # from the end of one request to the start of the next
    concurrency: int = 20  # requests at a time over all hosts


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hop:
    """One request on the way from the configured address to the answer."""

    url: httpx.URL  # without userinfo and fragment
    private: bool = True  # the user's headers and auth may go along: we never left their origin
    permanent: bool = True  # every redirect so far was 301 or 308
    seen: tuple[str, ...] = ()  # the addresses that redirected us here

    @property
    def host(self) -> str:
        return self.url.raw_host.decode("ascii")

    @property
    def moved_to(self) -> str | None:
        return str(self.url) if self.seen and self.permanent else None


class _FailedError(Exception):
    """Unwinds to `Fetcher.__call__` with the outcome."""

    def __init__(self, reason: FetchFailure, detail: str) -> None:
        super().__init__(detail)
        self.outcome = FetchFailed(reason=reason, detail=detail)


class Fetcher:
    """The `Fetch` port over HTTP. Enter it before the first request: that loads the certificates to trust.

    Only transport is decided here: what a status or a body means for the source is for others. `resolve` answers for
    the name servers.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        clock: Clock,
        environment_proxy: bool,
        limits: Limits = DEFAULT_LIMITS,
        resolve: Resolve = resolve,
    ) -> None:
        self._user_agent = user_agent
        self._clock = clock
        self._environment_proxy = environment_proxy
        self._limits = limits
        self._resolve = resolve
        self._turns = HostTurns(spacing=limits.per_host_spacing)
        self.clocks = HostClocks()
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._tls: ssl.SSLContext | None = None

    async def __aenter__(self) -> Self:
        self._tls = httpx.create_ssl_context()  # certifi's authorities, or SSL_CERT_FILE where that is set
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._tls = None

    async def __call__(self, request: Request) -> FetchResult:
        try:
            request, hop = _start(request)
            return await self._travel(request, hop)
        except _FailedError as failure:
            return failure.outcome

    async def _travel(self, request: Request, hop: _Hop) -> FetchResult:
        """Goes from redirect to redirect, each in its host's turn. Waiting for a turn does not count as time spent."""
        loop = asyncio.get_running_loop()
        left_s = self._limits.deadline.total_seconds()
        while True:
            async with self._turns.turn(hop.host, spacing=request.spacing):
                if (wait := self._turns.paused_for(hop.host, now=self._clock())) is not None:
                    return _asked_to_wait(hop.host, wait)
                async with self._slots:
                    started = loop.time()
                    outcome = await self._visit(request, hop, left_s)
                    left_s -= loop.time() - started
            if not isinstance(outcome, _Hop):
                return outcome
            hop = outcome

    async def _visit(self, request: Request, hop: _Hop, left_s: float) -> FetchResult | _Hop:
        try:
            async with asyncio.timeout(left_s):
                return await self._ask(request, hop)
        except TROUBLE as error:
            raise _FailedError(*explain(error, hop.host)) from error

    async def _ask(self, request: Request, hop: _Hop) -> FetchResult | _Hop:
        assert self._tls is not None, "enter the Fetcher first"
        transport = guarded_transport(
            hop.host,
            tls=self._tls,
            proxy=self._proxy(request, hop),
            trusted_host=_on_the_wire(request.trusted_host) if request.trusted_host else None,
            resolve=self._resolve,
        )
        headers = _headers(request, hop, user_agent=self._user_agent)
        async with transport:
            response = await transport.handle_async_request(_asked(request, hop, headers))
            try:
                return await self._judge(request, hop, response)
            finally:
                await response.aclose()

    def _proxy(self, request: Request, hop: _Hop) -> str | None:
        if request.proxy is None and self._environment_proxy and not urllib.request.proxy_bypass(hop.host):
            found = urllib.request.getproxies()
            return found.get(hop.url.scheme) or found.get("all")
        return request.proxy

    async def _judge(self, request: Request, hop: _Hop, response: httpx.Response) -> FetchResult | _Hop:
        response.headers.encoding = "iso-8859-1"  # any byte survives the way to the database and back
        status, headers, now = response.status_code, response.headers, self._clock()
        self.clocks.note(hop.host, headers, now=now)
        if request.form is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return self._fetched(hop, response, body=await self._body(hop, response, may_be_empty=True), now=now)
        if status in REDIRECTS and request.form is None:
            return self._redirected(hop, response)
        if status == HTTPStatus.NOT_MODIFIED and _validators(request, hop) != Validators():
            return NotModified(
                validators=httpcache.renewed(request.validators, headers),
                fresh_for=httpcache.fresh_for(headers, now=now),
                moved_to=hop.moved_to,
            )
        if status not in READ:
            return await self._refused(hop, response)
        return self._fetched(
            hop, response, body=await self._body(hop, response, may_be_empty=request.may_be_empty), now=now
        )

    def _fetched(self, hop: _Hop, response: httpx.Response, *, body: bytes, now: datetime) -> Fetched:
        headers = response.headers
        return Fetched(
            url=str(hop.url),
            body=body,
            content_type=headers.get("content-type"),
            validators=httpcache.validators(headers),
            fresh_for=httpcache.fresh_for(headers, now=now),
            moved_to=hop.moved_to,
            headers=dict(headers),
        )

    def _redirected(self, hop: _Hop, response: httpx.Response) -> FetchResult | _Hop:
        here = str(hop.url)
        location = response.headers.get("location", "").encode("iso-8859-1")
        target = next_address(location, here=here, seen=hop.seen, most=self._limits.max_redirects)
        if isinstance(target, FetchFailed):
            return target
        try:
            url = httpx.URL(target).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError) as error:
            raise _FailedError(FetchFailure.BAD_REDIRECT, f"{hop.host} redirects to no valid host") from error
        return _Hop(
            url=url,
            private=hop.private and keeps_secrets(here, str(url)),
            permanent=hop.permanent and response.status_code in PERMANENT_REDIRECTS,
            seen=(*hop.seen, here),
        )

    async def _refused(self, hop: _Hop, response: httpx.Response) -> FetchFailed:
        now, reason = self._clock(), failure_of(response.status_code)
        wait: timedelta | None = None
        if reason in {FetchFailure.RATE_LIMITED, FetchFailure.UNAVAILABLE}:
            wait = httpcache.retry_after(response.headers, now=now)
            pause = UNTOLD_PAUSE if wait is None and reason is FetchFailure.RATE_LIMITED else wait
            if pause is not None:
                self._turns.pause(hop.host, pause, now=now)
        # Cloudflare's own mark of a page that only a browser gets past.
        challenge = ", with a challenge for browsers" if response.headers.get("cf-mitigated") == "challenge" else ""
        detail = f"{hop.host}: {spoken(response.status_code)}{challenge}"
        return FetchFailed(
            reason=reason,
            detail=detail,
            status=response.status_code,
            retry_after=wait,
            headers=dict(response.headers),
            body=await _beginning(response),
        )

    async def _body(self, hop: _Hop, response: httpx.Response, *, may_be_empty: bool) -> bytes:
        most = self._limits.max_body_bytes
        too_large = _FailedError(FetchFailure.TOO_LARGE, f"{hop.host} answers with more than {most} bytes")
        if int(response.headers.get("content-length", "0")) > most:
            raise too_large
        inflater = Inflater(response.headers.get("content-encoding"), max_bytes=most)
        try:
            async for piece in response.aiter_raw():
                inflater.feed(piece)
            body = inflater.finish()
        except BodyTooLargeError:
            raise too_large from None
        except BodyBrokenError as error:
            raise _FailedError(FetchFailure.BAD_BODY, f"{hop.host}: {error}") from error
        except httpx.RemoteProtocolError as error:
            raise _FailedError(FetchFailure.BAD_BODY, f"{hop.host}: the answer ends early") from error
        if not may_be_empty and (not body or body.isspace()):
            raise _FailedError(FetchFailure.BAD_BODY, f"{hop.host}: the answer is empty")
        return body


async def _beginning(response: httpx.Response) -> bytes:
    """The first words of a refusal, b"" where they cannot be read: the status says enough then."""
    inflater = Inflater(response.headers.get("content-encoding"), max_bytes=_MOST_REFUSAL_BYTES)
    try:
        async for piece in response.aiter_raw():
            inflater.feed(piece)
        return inflater.finish()
    except (BodyTooLargeError, BodyBrokenError, httpx.HTTPError):
        return b""


def _asked(request: Request, hop: _Hop, headers: list[tuple[bytes, bytes]]) -> httpx.Request:
    if request.form is None:
        return httpx.Request("GET", hop.url, headers=headers)
    return httpx.Request("POST", hop.url, headers=headers, data=dict(request.form))


def _start(request: Request) -> tuple[Request, _Hop]:
    """The request with userinfo moved out of its address and into `auth`, and the first hop."""
    try:
        url = httpx.URL(request.url.strip())
        bare = url.copy_with(username=None, password=None, fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise _FailedError(FetchFailure.UNREACHABLE, "the address is not valid") from error
    if url.scheme not in {"http", "https"} or not url.raw_host:
        raise _FailedError(FetchFailure.UNREACHABLE, "the address is neither http nor https")
    if request.auth is None and url.userinfo:
        request = replace(request, auth=BasicAuth(user=url.username, password=url.password))
    return request, _Hop(url=bare)


def _on_the_wire(host: str) -> str:
    """The host in the form in which it is asked for: lower case, IDNA."""
    return httpx.URL(scheme="http", host=host).raw_host.decode("ascii")


def _validators(request: Request, hop: _Hop) -> Validators:
    """What may be asked of this hop. They were given by whatever address answered last time.

    After a redirect a date alone proves nothing: a new target older than it would answer 304 and never be read.
    """
    if hop.seen and request.validators.etag is None:
        return Validators()
    return request.validators


def _headers(request: Request, hop: _Hop, *, user_agent: str) -> list[tuple[bytes, bytes]]:
    headers = {"user-agent": user_agent.encode(), "accept": ACCEPT.encode()}
    if hop.private:
        headers |= {name.lower(): value.encode() for name, value in request.headers}
        if request.auth is not None:
            credentials = b64encode(f"{request.auth.user}:{request.auth.password}".encode())
            headers["authorization"] = b"Basic " + credentials
    # Only what `Inflater` can bound; and the connection is not kept.
    headers |= {"accept-encoding": b"gzip, deflate", "connection": b"close"}
    validators = _validators(request, hop)
    if validators.etag is not None:
        headers["if-none-match"] = validators.etag.encode("iso-8859-1")
    if validators.last_modified is not None:
        headers["if-modified-since"] = validators.last_modified.encode("iso-8859-1")
    return [(name.encode(), value) for name, value in headers.items()]


def _asked_to_wait(host: str, wait: timedelta) -> FetchFailed:
    detail = f"{host} is left alone for another {int(wait.total_seconds())} s, as it was asked too often or is busy"
    return FetchFailed(reason=FetchFailure.RATE_LIMITED, detail=detail, retry_after=wait)
