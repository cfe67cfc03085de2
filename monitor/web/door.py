"""What the page works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from monitor.core.source import Source
from monitor.ports import Clock, ReadPush, Store
from monitor.web.allowance import Allowance

# A sender may bring so many at once, and then one a second.
_BURST = 60
_PER_SECOND = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Everything that what comes in is handed to."""

    store: Store
    clock: Clock
    sources: Callable[[], Sequence[Source]]  # those configured now
    read_push: ReadPush
    nudge: Callable[[], None]  # there is something to poll now
    allowance: Allowance = field(default_factory=lambda: Allowance(burst=_BURST, per_second=_PER_SECOND))
