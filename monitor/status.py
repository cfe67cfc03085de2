"""How everything is: what `status` prints and the page shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.alert import AlertState
from monitor.core.cadence import Pace, pace
from monitor.core.holds import Hold
from monitor.core.incidents import Incident
from monitor.core.silence import say_rhythm
from monitor.core.source import Source, SourceState
from monitor.core.streams import StreamState
from monitor.ports import View
from monitor.records import FirstLook, Heartbeat, PollOutcome

# Four missed heartbeats: long enough for a machine under load, short enough for a restart to help.
_STALE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """How one source is. Times are None where it was never polled."""

    id: str
    status: str  # of the last poll, or "not polled yet", "disabled"
    detail: str
    failures: int
    last_poll: datetime | None
    last_success: datetime | None
    next_due: datetime | None
    items: int  # in the document that the last poll read; 0 when nothing had changed
    interval: timedelta  # at which it is polled now, unless the publisher asks for a longer one
    interval_why: str
    rhythm: str  # what it usually brings, in words; "" before that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One look at the whole."""

    heartbeat: Heartbeat | None
    sources: tuple[SourceLine, ...]
    incidents: tuple[Incident, ...]
    holds: tuple[Hold, ...]
    outbox: Mapping[AlertState, int]
    streams: tuple[StreamState, ...]
    first_look: FirstLook | None  # of the sources that were read for the first time last


def lives(beat: Heartbeat | None, now: datetime) -> bool:
    """Whether the daemon has given a sign of life lately."""
    return beat is not None and now - beat.at < _STALE


def take_status(view: View, sources: Iterable[Source], *, now: datetime) -> Status:
    """The present state of the configured sources and of everything open."""
    states, polls = view.source_states(), view.last_polls()
    return Status(
        heartbeat=view.heartbeat(),
        sources=tuple(_line(source, states.get(source.id), polls.get(source.id), now) for source in sources),
        incidents=tuple(view.open_incidents()),
        holds=tuple(view.open_holds()),
        outbox=view.outbox(),
        streams=tuple(view.streams()),
        first_look=view.first_look(),
    )


def _line(source: Source, state: SourceState | None, last: PollOutcome | None, now: datetime) -> SourceLine:
    if state is None or last is None:
        words = "not polled yet"
    else:
        words = "disabled" if state.disabled else str(last.status)
    paced = pace(source, state, now=now) if state else Pace(interval=source.every, why="not polled yet")
    return SourceLine(
        id=source.id,
        status=words,
        detail=last.detail if last else "",
        failures=state.failures if state else 0,
        last_poll=state.last_poll_at if state else None,
        last_success=state.last_success_at if state else None,
        next_due=state.next_due if state and not state.disabled else None,
        items=last.items if last else 0,
        interval=paced.interval,
        interval_why=paced.why,
        rhythm=say_rhythm(state.rhythm) if state and state.rhythm else "",
    )
