"""Streams that bring posts between the visits: whose posts, and what becomes of a connection that fails."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.options import BlueskyOptions
from monitor.core.source import Source
from monitor.core.url import host

DEAD_AFTER = timedelta(minutes=10)  # without a connection: told, since posts now come minutes later
_WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 60, 300))


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamState:
    """How the connection to a stream is. `at` is since when it has been so."""

    address: str
    connected: bool
    at: datetime
    detail: str  # one line: whom it follows, or why there is no connection
    cursor: int | None = None  # where to go on: the time of the last event, in microseconds since 1970

    @property
    def name(self) -> str:
        """What the user knows it as: its host."""
        return name_of(self.address)


def name_of(address: str) -> str:
    """The host of a stream's address."""
    return host(address.replace("ws", "http", 1))


def streamed(sources: Iterable[Source]) -> Mapping[str, tuple[Source, ...]]:
    """The sources that a stream brings posts of, by its address."""
    found: dict[str, tuple[Source, ...]] = {}
    for source in sources:
        if isinstance(source.options, BlueskyOptions) and source.options.jetstream is not None:
            found[source.options.jetstream] = (*found.get(source.options.jetstream, ()), source)
    return found


def wait_before(attempt: int) -> timedelta:
    """How long to wait before the next attempt to connect, counted from 0 since the last good connection."""
    return _WAITS[min(attempt, len(_WAITS) - 1)]


def after_trouble(known: StreamState | None, address: str, detail: str, now: datetime) -> StreamState:
    """The state of a stream that is not connected; its cursor stays where it was."""
    since = known.at if known is not None and not known.connected else now
    return StreamState(
        address=address, connected=False, at=since, detail=detail, cursor=known.cursor if known is not None else None
    )


def consider_stream(state: StreamState, open_incidents: Iterable[Incident], now: datetime) -> IncidentChange:
    """The incident that the state of a stream opens or closes. Without a network every stream is dead, which is told already."""
    told = list(open_incidents)
    mine = tuple(one for one in told if one.kind is IncidentKind.STREAM and one.subject == state.name)
    if state.connected:
        return IncidentChange(closed=mine)
    if mine or now - state.at < DEAD_AFTER or any(one.kind is IncidentKind.NETWORK for one in told):
        return IncidentChange()
    opened = Incident(id=0, kind=IncidentKind.STREAM, subject=state.name, detail=state.detail, opened_at=now)
    return IncidentChange(opened=(opened,))
