"""What polls have shown of a source, as far as the watchdog asks: when something came, what its documents held, who refused."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The signs of life of one source; a source read under another address begins anew."""

    arrived_at: datetime | None = None  # when the last item was seen that was unknown after the first poll
    items: int = 0  # in the last document that held any
    empty: int = 0  # readings in a row that showed none
    newest: datetime | None = None  # the latest date of an item that does not lie ahead
    advanced_at: datetime | None = None  # when that date was last seen to move on
    advances: int = 0  # how often it has
    rewritten: int = 0  # documents since then that were not the one before
    refused: int = 0  # polls in a row that the server put off without being at fault
    refused_since: datetime | None = None


def after_document(pulse: Pulse, *, dates: Iterable[datetime], items: int, new: bool, now: datetime) -> Pulse:
    """After a document unlike the one before. `dates` are those of its items, `new` says whether one was unknown."""
    newest = max((date for date in dates if date <= now), default=None)
    advanced = newest is not None and (pulse.newest is None or newest > pulse.newest)
    return replace(
        pulse,
        arrived_at=now if new else pulse.arrived_at,
        items=items or pulse.items,
        empty=0 if items else pulse.empty + 1,
        newest=newest if advanced else pulse.newest,
        advanced_at=now if advanced else pulse.advanced_at,
        advances=pulse.advances + advanced,
        rewritten=0 if advanced else pulse.rewritten + 1,
        refused=0,
        refused_since=None,
    )


def after_nothing_new(pulse: Pulse) -> Pulse:
    """After an answer that the document is the one we know: if that was empty, it still is."""
    return replace(pulse, empty=pulse.empty + 1 if pulse.empty else 0, refused=0, refused_since=None)


def after_failure(pulse: Pulse, *, put_off: bool, now: datetime) -> Pulse:
    """After a poll that brought nothing; `put_off` when the server only said when to come back."""
    if not put_off:
        return replace(pulse, refused=0, refused_since=None)
    return replace(pulse, refused=pulse.refused + 1, refused_since=pulse.refused_since or now)
