"""Jetstream, the live stream of Bluesky: one connection for all accounts that are to be brought by it.

What comes is not read here: the bytes are kept for the sources they concern, whose next poll, due at once, reads them
in the killable process. Only enough is looked at to tell whose they are. The stream promises little (events come at
least once, an old cursor is moved without a word), so the sources go on asking the API, less often.
Protocol, version 1: https://github.com/bluesky-social/jetstream
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import Close

from monitor.core.httpstatus import spoken
from monitor.core.source import Source
from monitor.core.streams import StreamState, after_trouble, name_of, streamed, wait_before
from monitor.core.text import clean_line
from monitor.core.wording import say_count
from monitor.incidents import record_stream
from monitor.logs import log
from monitor.poll import Desk
from monitor.ports import Transaction, View
from monitor.store.errors import StoreError

logger = logging.getLogger(__name__)

_COLLECTION = "app.bsky.feed.post"
_MOST_BYTES = 64_000  # of one event; a post has a few thousand
_MOST_DIDS = 10_000  # that one connection may name
_MOST_A_MINUTE = 600  # events for us: more is no news but an accident, and the API brings it all the same
_MOST_EACH = 10  # or, where many accounts are followed, so many of each: after an outage they come all at once
_MOST_UNREADABLE = 100  # in a row: then this is no Jetstream
_REWIND_US = 5_000_000  # events come nearly in order; what is seen twice does no harm
LOOK = timedelta(seconds=5)  # how often we look whose posts are wanted: a new source learns its DID from its first poll
_STEADY = timedelta(minutes=1)  # a connection that lasted so long was a good one
_OPENING_S, _CLOSING_S, _PING_S = 10, 2, 30


class _Connect(connect):
    """A connection to the very address that the user named: a redirect could lead anywhere."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class _StrangeError(Exception):
    """The other end does not do what Jetstream does."""


# Everything that the world outside can raise here, and our own disk; whatever else comes is a bug.
_TROUBLE = (WebSocketException, OSError, ValueError, ImportError, StoreError, _StrangeError)


async def follow_streams(
    desk: Desk, *, user_agent: str, environment_proxy: bool, look: timedelta, nudge: Callable[[], None]
) -> None:
    """Keeps a connection to every stream that the sources name, until cancelled; `nudge` says that something came."""
    async with asyncio.TaskGroup() as group:
        for address, sources in streamed(desk.sources).items():
            follower = Follower(
                address=address,
                sources=sources,
                desk=desk,
                user_agent=user_agent,
                environment_proxy=environment_proxy,
                look=look,
                nudge=nudge,
            )
            group.create_task(follower.run())


@dataclass(slots=True, kw_only=True)
class Follower:
    """One connection, kept. Mutable: `state` and the counts change as events come."""

    address: str
    sources: tuple[Source, ...]
    desk: Desk
    user_agent: str
    environment_proxy: bool
    look: timedelta
    nudge: Callable[[], None]
    state: StreamState | None = None
    minute: float = 0.0  # when the minute began in which `brought` is counted, by the loop's clock
    brought: int = 0
    unreadable: int = 0  # in a row

    async def run(self) -> None:
        """Connects, again and again, with growing waits; never returns."""
        loop = asyncio.get_running_loop()
        attempt = 0
        while True:
            began = loop.time()
            detail = await self._connected()
            if loop.time() - began >= _STEADY.total_seconds():
                attempt = 0
            log(logger, logging.WARNING, "stream", stream=name_of(self.address), detail=detail)
            await self._tell(detail)
            await asyncio.sleep(wait_before(attempt).total_seconds())
            attempt += 1

    async def _connected(self) -> str:
        """Follows the stream for as long as it goes; why it went no further."""
        try:
            wanted = await self._wanted()
            while not wanted:
                await asyncio.sleep(self.look.total_seconds())
                wanted = await self._wanted()
            async with self._open(await self._cursor()) as connection:
                await self._follow(connection, wanted)
                return "no account to follow is known any more"
        except _TROUBLE as error:
            return _say(error)

    def _open(self, cursor: int | None) -> _Connect:
        query = {"requireHello": "true", **({"cursor": str(cursor - _REWIND_US)} if cursor is not None else {})}
        return _Connect(
            f"{self.address}/subscribe?{urlencode(query)}",
            compression=None,
            user_agent_header=self.user_agent,
            proxy=True if self.environment_proxy else None,
            open_timeout=_OPENING_S,
            close_timeout=_CLOSING_S,
            ping_interval=_PING_S,  # long silence is normal where few accounts are followed
            ping_timeout=_PING_S,
            max_size=_MOST_BYTES,
        )

    async def _follow(self, connection: ClientConnection, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """Takes what comes, until nobody is wanted any more: an empty wish would bring the posts of all the world."""
        loop, since = asyncio.get_running_loop(), self.desk.clock()
        await connection.send(_hello(wanted))
        await self._say_connected(wanted, since)
        look = loop.time() + self.look.total_seconds()
        while wanted:
            try:
                async with asyncio.timeout_at(look):
                    frame = await connection.recv()
            except TimeoutError:
                look = loop.time() + self.look.total_seconds()
                now_wanted = await self._wanted()
                if now_wanted and now_wanted != wanted:
                    await connection.send(_hello(now_wanted))
                    await self._say_connected(now_wanted, since)
                wanted = now_wanted
                continue
            await self._take(frame, wanted)

    async def _take(self, frame: str | bytes, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """Keeps an event for the sources it concerns, and where to go on, in one transaction."""
        event = _event(frame)
        if event is None:
            self.unreadable += 1
            if self.unreadable >= _MOST_UNREADABLE:
                raise _StrangeError("it sends what is no event of Jetstream")
            return
        self.unreadable = 0
        ids = wanted.get(event.did, ())
        if not ids or not event.concerns_posts:
            return
        self._count(most=max(_MOST_A_MINUTE, len(wanted) * _MOST_EACH))
        now = self.desk.clock()
        assert self.state is not None, "said to be connected before anything is taken"
        # Never back, and never into a future that would have us miss the present.
        cursor = max(self.state.cursor or 0, min(event.time_us, _microseconds(now)))
        state = replace(self.state, cursor=cursor)

        def write(transaction: Transaction) -> None:
            for source_id in ids:
                transaction.add_push(source_id, event.body, content_type="application/json", at=now)
            transaction.save_stream(state)

        await self.desk.store.write(write)
        self.state = state
        self.nudge()

    def _count(self, *, most: int) -> None:
        """Ends a connection that brings more than anybody can write."""
        moment = asyncio.get_running_loop().time()
        if moment - self.minute >= 60:  # noqa: PLR2004  # seconds
            self.minute, self.brought = moment, 0
        self.brought += 1
        if self.brought > most:
            raise _StrangeError(f"it brought more than {most} events in a minute")

    async def _wanted(self) -> Mapping[str, tuple[str, ...]]:
        """The sources to bring to, by the DID of their account, as far as their polls have found it out."""

        def look(view: View) -> Mapping[str, tuple[str, ...]]:
            states = view.source_states()
            found: dict[str, tuple[str, ...]] = {}
            for source in self.sources:
                did = states[source.id].memory.get("did") if source.id in states else None
                if isinstance(did, str) and (did in found or len(found) < _MOST_DIDS):
                    found[did] = (*found.get(did, ()), source.id)
            return found

        return await self.desk.store.read(look)

    async def _cursor(self) -> int | None:
        if self.state is None:
            states = await self.desk.store.read(lambda view: view.streams())
            self.state = next((state for state in states if state.address == self.address), None)
        return self.state.cursor if self.state is not None else None

    async def _say_connected(self, wanted: Iterable[str], since: datetime) -> None:
        """Before the first event, the place to go on is where this connection began."""
        detail = f"{say_count(len(list(wanted)), 'account')} followed"
        cursor = self.state.cursor if self.state is not None else None
        state = StreamState(
            address=self.address, connected=True, at=since, detail=detail, cursor=cursor or _microseconds(since)
        )
        await self._record(state)
        self.state = state
        log(logger, logging.INFO, "stream", stream=state.name, detail=detail)

    async def _tell(self, detail: str) -> None:
        """Keeps the trouble; when not even that is possible, the daemon says so itself."""
        self.state = after_trouble(self.state, self.address, detail, self.desk.clock())
        try:
            await self._record(self.state)
        except StoreError as error:
            log(logger, logging.ERROR, "store", detail=str(error))

    async def _record(self, state: StreamState) -> None:
        now = self.desk.clock()
        await self.desk.store.write(lambda transaction: record_stream(transaction, state, self.desk.policy, now=now))


def _say(error: Exception) -> str:
    """What is told of a connection that could not be made or kept; of an address nothing."""
    match error:
        case InvalidStatus():
            said = f"no stream: {spoken(error.response.status_code)}"
        case ConnectionClosed(rcvd=Close(reason=reason)) if reason:
            said = f"the connection was closed: {reason}"
        case ConnectionClosed():
            said = "the connection was lost"
        case TimeoutError():
            said = "no answer in time"
        case OSError():
            said = f"cannot be reached: {error.strerror or type(error).__name__}"
        case StoreError() | _StrangeError():
            said = str(error)
        case _:
            said = f"no stream: {type(error).__name__}"
    return clean_line(said, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """As much of an event as tells where it belongs."""

    did: str
    time_us: int
    concerns_posts: bool
    body: bytes = field(repr=False)


def _event(frame: str | bytes) -> _Event | None:
    """The event in a frame; None where it is none. A frame is small, so that it may be looked at here."""
    if isinstance(frame, bytes):  # compressed, which was not asked for
        return None
    try:
        told = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("did"), str):
        return None
    time_us, commit = told.get("time_us"), told.get("commit")
    collection = commit.get("collection") if isinstance(commit, dict) else None
    return _Event(
        did=told["did"],
        time_us=time_us if isinstance(time_us, int) else 0,
        concerns_posts=told.get("kind") in {"identity", "account"} or collection == _COLLECTION,
        body=frame.encode("utf-8", errors="replace"),
    )


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def _hello(wanted: Iterable[str]) -> str:
    """Whose events are wanted. Addresses are too short for a long list, so it goes as the first message."""
    payload: dict[str, Any] = {
        "wantedCollections": [_COLLECTION],
        "wantedDids": sorted(wanted),
        "maxMessageSizeBytes": _MOST_BYTES,
    }
    return json.dumps({"type": "options_update", "payload": payload})
