"""A source: one thing we poll, what the user said about it, and what we remember of it between polls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.core.options import Options
from monitor.core.pulse import Pulse
from monitor.core.rhythm import Rhythm

Memory = Mapping[str, Any]  # JSON values


class Tier(StrEnum):
    """How much a source's word weighs, strongest first."""

    OFFICIAL = "official"
    TRADE = "trade"
    PRESS = "press"
    COMMUNITY = "community"
    AGGREGATOR = "aggregator"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicAuth:
    """A user and password for a source; both are secrets."""

    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptive:
    """How far the interval of a source may move with how lively it is."""

    least: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One line of `sources.yaml`."""

    id: str
    type: str  # which adapter in `monitor/sources/` reads it
    url: str  # as configured; a redirect we adopted lives in SourceState.moved_to
    tier: Tier
    every: timedelta  # the interval the user wants; the publisher may ask for a longer one
    max_age: timedelta  # items published longer ago than this never alert
    name: str = ""  # the publisher as the reader knows it; the id when empty
    lang: str | None = None  # BCP 47; None = guess per item
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # values may be secrets
    auth: BasicAuth | None = None
    proxy: str | None = field(default=None, repr=False)  # may hold a password
    pushed: bool = False  # what it has is brought to us: no first poll is silent, and silence is no trouble
    websub: bool = False  # whether the hub that the feed names is asked to push it to us
    adaptive: Adaptive | None = None  # None: polled at the interval of `every`, however lively it is
    watchdog: bool = True  # whether its silence is told
    quiet_after: timedelta | None = None  # how long a silence is told; None: three times what is usual for it
    options: Options | None = None  # what this source's type has to say besides

    @property
    def publisher(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave us to ask "has it changed?" with; sent back byte for byte (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollHints:
    """What a feed says about how often to ask: a lower bound on the interval, and GMT hours and weekdays to leave out."""

    interval: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()  # Monday is 0
    expired: bool = False  # JSON Feed: will never update again


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A permanent redirect seen but not yet believed: where to, and on which days (UTC) it was seen."""

    target: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What we remember of a source between polls. Validators belong to `url` and to the parser that read the body."""

    source_id: str
    url: str  # the configured URL this state was learned from; another one in the config resets validators
    next_due: datetime
    moved_to: str | None = None  # adopted after three agreeing permanent redirects on different days
    move: Move | None = None
    validators: Validators = Validators()
    body_hash: str | None = None  # SHA-256 of the last body that parsed, hex
    parser: str = ""  # version of the reader that parsed it
    hints: PollHints = PollHints()  # what that body said about how often to ask
    baseline_at: datetime | None = None  # end of the silent first poll; None = still to come
    retry_after: datetime | None = None  # the server asked not to be visited before this
    failures: int = 0  # consecutive failed polls
    failing_since: datetime | None = None  # the first of them
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    gone_at: datetime | None = None  # first 410 of an unbroken run
    memory: Memory = field(default_factory=dict)  # the adapter's own: resolved ids, cursors, snapshots
    credential_expires: datetime | None = None  # when the user's token runs out, as far as the service says
    disabled: bool = False  # a second 410 hours later; told by an incident, lifted when the configured URL changes
    not_before: datetime | None = None  # how soon it may be visited if that is wanted; None: no sooner than planned
    pulse: Pulse = Pulse()
    # Written by the watchdog and by news about a title; a poll that is under way does not overwrite them.
    rhythm: Rhythm | None = None
    boosted_until: datetime | None = None  # a title it has reported on is in the news
