"""Which announcements go to whom, and when."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from monitor.core.announcement import Standing
from monitor.core.report import Kind
from monitor.core.source import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where alerts go: one Apprise URL, all of it a secret. `console://` prints on standard output."""

    id: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Collect instead of sending at once; `at` is local time of the policy's zone."""

    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which announcements go to `receivers`. An empty filter admits everything; every route that matches applies."""

    receivers: tuple[str, ...]
    kinds: frozenset[Kind] = frozenset()
    watches: frozenset[str] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    standing: Standing = Standing.RUMOURED  # the least that is let through
    digest: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local hours in which alerts are held (not dropped) until the end, except for urgent kinds. May cross midnight."""

    start: time
    end: time
    urgent: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """More than `limit` alerts for one receiver within `per` are held and summarised."""

    limit: int
    per: timedelta


class MuteScope(StrEnum):
    WATCH = "watch"
    SOURCE = "source"
    KIND = "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Alerts for a watch, source or kind kept quiet until a date."""

    scope: MuteScope
    target: str
    until: datetime | None  # None = until lifted


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """Everything `alerts.yaml` says."""

    timezone: str  # IANA name
    receivers: tuple[Receiver, ...]
    routes: tuple[Route, ...]
    incidents: tuple[str, ...]  # receivers told about sources in trouble
    quiet: QuietHours | None = None
    mutes: tuple[Mute, ...] = ()
    flood: Flood = Flood(limit=10, per=timedelta(hours=1))
