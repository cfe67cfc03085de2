"""What polls have shown of a source, as far as the watchdog asks: when something came, what its documents held, who refused."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The signs of life of one source; a source read under another address begins anew."""

    arrived_at: datetime | None = None  # when the last item was seen that was unknown after the first poll
    items: int = 0  # in the last document that held any
    filled: int = 0  # readings in a row that showed some, up to the present or to the first that showed none
    empty: int = 0  # readings in a row that showed none
    newest: datetime | None = None  # the latest date of an item that does not lie ahead
    advanced_at: datetime | None = None  # when that date was last seen to move on
    advances: int = 0  # how often it has
    rewritten: int = 0  # documents since then that were not like the one before
    refused: int = 0  # polls in a row that the server put off without being at fault
    refused_since: datetime | None = None


def after_document(
    pulse: Pulse, *, dates: Iterable[datetime], items: int, new: bool, rewritten: bool, now: datetime
) -> Pulse:
    """After a document that was read. `dates` are those of its items, `new` says whether one was unknown.

    `rewritten` says whether it is known to be unlike the one before.
    """
    newest = max((date for date in dates if date <= now), default=None)
    advanced = newest is not None and (pulse.newest is None or newest > pulse.newest)
    return replace(
        pulse,
        arrived_at=now if new else pulse.arrived_at,
        items=items or pulse.items,
        filled=_filled(pulse) if items else pulse.filled,
        empty=0 if items else pulse.empty + 1,
        newest=newest if advanced else pulse.newest,
        advanced_at=now if advanced else pulse.advanced_at,
        advances=pulse.advances + advanced,
        rewritten=0 if advanced else pulse.rewritten + rewritten,
        refused=0,
        refused_since=None,
    )


def after_nothing_new(pulse: Pulse) -> Pulse:
    """After an answer that the document is the one we know: if that was empty, it still is."""
    told = replace(pulse, refused=0, refused_since=None)
    return replace(told, empty=pulse.empty + 1) if pulse.empty else replace(told, filled=pulse.filled + 1)


def _filled(pulse: Pulse) -> int:
    return 1 if pulse.empty else pulse.filled + 1


def after_failure(pulse: Pulse, *, put_off: bool, now: datetime) -> Pulse:
    """After a poll that brought nothing; `put_off` when the server only said when to come back."""
    if not put_off:
        return replace(pulse, refused=0, refused_since=None)
    return replace(pulse, refused=pulse.refused + 1, refused_since=pulse.refused_since or now)
