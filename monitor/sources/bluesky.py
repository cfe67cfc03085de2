"""The posts of a Bluesky account: over the public API, which asks for no sign-in, and as the stream brought them.

The feed is asked from its newest post back to the first that was there last time. Between these visits the stream
(`jetstream.py`) may bring posts; they are read from the same records, so that a post is one item whichever way it comes.
API: https://docs.bsky.app/docs/category/http-reference
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseFailed,
    Request,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.options import BlueskyOptions
from monitor.core.source import Memory, Source, SourceState
from monitor.core.text import clean_line
from monitor.ports import Clock, Fetch, Inbox
from monitor.records import Push
from monitor.sources.atproto import DID, Account
from monitor.sources.blueskyanswers import Brought, FeedPage, Profile, read_author_feed, read_events, read_profile
from monitor.sources.jsonshape import text_at
from monitor.sources.ratelimits import until_reset
from monitor.sources.reading import Run, json_value
from monitor.sources.visits import ask_plainly

_PROFILE = "app.bsky.actor.getProfile"
_FEED = "app.bsky.feed.getAuthorFeed"
_POSTS = "app.bsky.feed.getPosts"
_PAGE = 50
_MOST_PAGES = 4  # of one visit; who writes more in between has the rest left out, and it is said
_MOST_KNOWN = 100  # record keys remembered, to see where the last visit began
_MOST_QUOTES = 25  # as many as one request for posts may name
_IDENTITY_LASTS = timedelta(hours=24)  # https://atproto.com/specs/did asks not to rely on it for longer
_NEARLY = 0.9  # of the interval: visits are spread a little


_PASSING = frozenset(
    {FetchFailure.UNREACHABLE, FetchFailure.TIMEOUT, FetchFailure.SERVER_ERROR, FetchFailure.UNAVAILABLE}
)
_Trouble = FetchFailed | NotAFeed | ParseFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """One visit: what every request of it needs."""

    source: Source
    options: BlueskyOptions
    fetch: Fetch
    now: datetime

    async def ask(self, method: str, *parameters: tuple[str, str]) -> Fetched | FetchFailed:
        """The answer to a call of the API; a refusal comes with the words of the API."""
        request = Request(
            url=f"{self.options.base}/xrpc/{method}?{urlencode(parameters)}",
            proxy=self.source.proxy,
            trusted_host=self.options.trusted_host,
        )
        answer = await ask_plainly(request, fetch=self.fetch)
        return _explained(answer, self.options.account, self.now) if isinstance(answer, FetchFailed) else answer


class BlueskyAdapter:
    """`type: bluesky`."""

    version = "bluesky 1"

    def __init__(self, *, run: Run, clock: Clock, inbox: Inbox) -> None:
        self._run = run
        self._clock = clock
        self._inbox = inbox

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        """Reads what the stream brought, and asks the API where that is due."""
        assert isinstance(source.options, BlueskyOptions)
        errand = _Errand(source=source, options=source.options, fetch=fetch, now=self._clock())
        memory = await self._identified(errand, state.memory)
        if not isinstance(memory, Mapping):
            return memory
        pushes = await self._inbox(source.id)
        brought = await self._read_pushes(errand, pushes, memory)
        if brought.handle:
            memory = {**memory, "handle": brought.handle}
        is_due = state.baseline_at is None or not pushes or brought.restless or _is_due(source, memory, errand.now)
        return await self._gathered(errand, memory, brought, tuple(push.id for push in pushes), is_due=is_due)

    async def _gathered(
        self, errand: _Errand, memory: Memory, brought: Brought, pushes: tuple[int, ...], *, is_due: bool
    ) -> VisitResult:
        """The visit as a whole: a post is taken as the API has it, which knows it best."""
        polled = await self._poll(errand, memory) if is_due else Visited(parsed=Parsed(items=()), memory=memory)
        if not isinstance(polled, Visited):
            if not brought.items:
                return polled
            polled = Visited(parsed=Parsed(items=()), memory=memory, trouble=f"its feed was not read: {polled.detail}")
        items = {item.key: item for item in (*brought.items, *polled.parsed.items)}
        trouble = "; ".join(part for part in (brought.trouble, polled.trouble) if part)
        if not is_due and not items:
            return Unchanged(
                detail=trouble or "nothing to read in what the stream brought", memory=memory, pushes=pushes
            )
        parsed = Parsed(
            items=tuple(items.values()), title=memory["name"], dropped=polled.parsed.dropped + brought.dropped
        )
        return replace(polled, parsed=parsed, trouble=trouble, pushes=pushes)

    async def _identified(self, errand: _Errand, memory: Memory) -> Memory | _Trouble:
        """The memory with the DID of the account, which is asked for once a day: handles change hands."""
        asked_at = memory.get("asked_at")
        if asked_at and errand.now - datetime.fromisoformat(asked_at) < _IDENTITY_LASTS:
            return memory
        answer = await errand.ask(_PROFILE, ("actor", memory.get("did") or errand.options.account))
        if isinstance(answer, FetchFailed):
            # What the stream brought can be read all the same, of an account that is known.
            return memory if "did" in memory and answer.reason in _PASSING else answer
        profile = await self._run(read_profile, answer.body, url=answer.url)
        if not isinstance(profile, Profile):
            return profile
        if profile.hidden:
            detail = (
                f"{errand.options.account} asks Bluesky to show it to nobody who is not signed in, so it is not read"
            )
            return FetchFailed(reason=FetchFailure.FORBIDDEN, detail=detail)
        handle = profile.handle or ("" if DID.fullmatch(errand.options.account) else errand.options.account)
        who = {"did": profile.did, "handle": handle, "name": profile.name, "asked_at": errand.now.isoformat()}
        return {**memory, **who}

    async def _poll(self, errand: _Errand, memory: Memory) -> Visited | _Trouble:
        """The feed from its newest post back to one that was there last time."""
        known, account = frozenset(memory.get("known", ())), _account(memory)
        pages: list[FeedPage] = []
        size = 0
        while True:
            cursor = (("cursor", pages[-1].cursor),) if pages else ()
            asked = ("actor", account.did), ("filter", "posts_and_author_threads"), ("limit", str(_PAGE)), *cursor
            answer = await errand.ask(_FEED, *asked)
            page = answer if isinstance(answer, FetchFailed) else await self._read_page(errand, answer, account)
            if not isinstance(page, FeedPage):
                # What newer pages showed is read another time: known posts would hide the gap behind them.
                return page
            assert isinstance(answer, Fetched)
            pages.append(page)
            size += len(answer.body)
            if not known or known.intersection(page.keys) or not page.cursor or len(pages) == _MOST_PAGES:
                break
        is_gap = bool(known) and not known.intersection(pages[-1].keys) and bool(pages[-1].cursor)
        keys = [key for page in pages for key in page.keys] or sorted(known)
        items = {item.key: item for page in reversed(pages) for item in reversed(page.items)}
        return Visited(
            parsed=Parsed(items=tuple(reversed(items.values())), dropped=sum(page.dropped for page in pages)),
            bytes=size,
            memory={**memory, "known": keys[:_MOST_KNOWN], "polled_at": errand.now.isoformat()},
            trouble=f"more than {_PAGE * _MOST_PAGES} posts since the last visit; the oldest were not read"
            if is_gap
            else "",
        )

    async def _read_page(self, errand: _Errand, answer: Fetched, account: Account) -> FeedPage | NotAFeed | ParseFailed:
        return await self._run(
            read_author_feed,
            answer.body,
            url=answer.url,
            account=account,
            named=bool(errand.source.name),
            lang=errand.source.lang,
            now=errand.now,
        )

    async def _read_pushes(self, errand: _Errand, pushes: Sequence[Push], memory: Memory) -> Brought:
        """What the stream brought; where posts quote others, those are asked for, since events do not hold them."""
        if not pushes:
            return Brought()
        brought = await self._read_events(errand, pushes, memory, b"")
        if not brought.quotes:
            return brought
        answer = await errand.ask(_POSTS, *(("uris", uri) for uri in brought.quotes[:_MOST_QUOTES]))
        if isinstance(answer, FetchFailed):
            # The API has the post with its quotation; then it is read again.
            return replace(brought, trouble=f"quoted posts were not read: {answer.detail}")
        return await self._read_events(errand, pushes, memory, answer.body)

    async def _read_events(self, errand: _Errand, pushes: Sequence[Push], memory: Memory, quotes: bytes) -> Brought:
        events = b"\n".join(push.body.replace(b"\n", b" ") for push in pushes)
        brought = await self._run(
            read_events,
            events,
            quotes=quotes.decode("utf-8", errors="replace"),
            account=_account(memory),
            named=bool(errand.source.name),
            lang=errand.source.lang,
            now=errand.now,
        )
        if isinstance(brought, ParseFailed):
            return Brought(restless=True, trouble=f"what the stream brought could not be read: {brought.detail}")
        return brought


def _account(memory: Memory) -> Account:
    return Account(did=memory["did"], handle=memory["handle"], name=memory["name"])


def _is_due(source: Source, memory: Memory, now: datetime) -> bool:
    """Whether the API is asked besides reading what came by itself: the stream may have missed something."""
    polled_at = memory.get("polled_at")
    return polled_at is None or now - datetime.fromisoformat(polled_at) >= source.every * _NEARLY


_REFUSALS = {
    "AccountDeactivated": (FetchFailure.NOT_FOUND, "the account {account} is deactivated"),
    "AccountTakedown": (FetchFailure.NOT_FOUND, "Bluesky has taken the account {account} down"),
    "AccountSuspended": (FetchFailure.NOT_FOUND, "Bluesky has suspended the account {account}"),
    "AuthMissing": (FetchFailure.FORBIDDEN, "this server shows {account} to nobody who is not signed in"),
    "BlockedActor": (FetchFailure.FORBIDDEN, "this server does not show {account}"),
    "HandleNotFound": (
        FetchFailure.NOT_FOUND,
        "there is no account {account}; write its handle as its profile shows it",
    ),
}
_UNKNOWN_ACTOR = ("not found", "could not find", "must be a valid did or a handle", "unable to resolve")


def _explained(failed: FetchFailed, account: str, now: datetime) -> FetchFailed:
    """A refusal in the words of the API, and with its own time to come back."""
    said = json_value(failed.body) if failed.body else None
    name, message = text_at(said, "error"), clean_line(text_at(said, "message"), 120)
    if name == "InvalidRequest" and any(words in message.lower() for words in _UNKNOWN_ACTOR):
        name = "HandleNotFound"
    if name in _REFUSALS:
        reason, detail = _REFUSALS[name]
        return replace(failed, reason=reason, detail=detail.format(account=account))
    if failed.reason is FetchFailure.RATE_LIMITED and failed.retry_after is None:
        return replace(failed, retry_after=until_reset(failed.headers, now=now))
    return replace(failed, detail=f"{failed.detail}, {message}") if message else failed
