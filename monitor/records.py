"""What the store keeps and what sending comes to, as values: what passes through the ports beside the values of core."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.alert import AlertState
from monitor.core.item import Item
from monitor.core.report import Report
from monitor.core.source import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Something brought to us for a source, as it came and not yet read: a webhook, a hub's or a stream's message."""

    id: int
    source_id: str
    at: datetime
    body: bytes = field(repr=False)
    content_type: str | None
    name: str | None = None  # what the sender calls it, to know it again when it is sent twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The receiver accepted the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFailed:
    """The receiver did not accept the message, or did not say."""

    detail: str  # one line, redacted
    retryable: bool
    retry_after: timedelta | None = None


SendResult = Sent | SendFailed


class PollStatus(StrEnum):
    """How one poll ended."""

    OK = "ok"
    UNCHANGED = "unchanged"  # 304, or a body we have read before
    FAILED = "failed"
    NOT_A_FEED = "not_a_feed"
    UNREADABLE = "unreadable"  # the reader died


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOutcome:
    """The record every poll leaves."""

    source_id: str
    at: datetime
    status: PollStatus
    detail: str  # one line
    took: timedelta
    items: int = 0
    new: int = 0
    revised: int = 0
    reports: int = 0
    alerts: int = 0
    reason: str | None = None  # FetchFailure value when FAILED
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item with its row."""

    id: int
    source_id: str
    item: Item
    first_seen: datetime
    baseline: bool  # came with the silent first poll
    hold_id: int | None = None
    note: str = ""  # one line: why it was not read, or how the visit to its page went; "" when there is nothing to say


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """A report with its row and where it came from."""

    id: int
    item_id: int
    announcement_id: int | None  # None: read, but no watch asked for it
    source_id: str
    publisher: str
    tier: Tier
    headline: str
    url: str | None
    at: datetime
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to send one alert and its outcome; `state` is what the alert becomes."""

    alert_id: int
    at: datetime
    ok: bool
    detail: str
    state: AlertState
    next_attempt: datetime | None  # set when state is PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """What `history` asks for; empty fields admit everything. `text` is searched in titles, headlines and facts."""

    text: str = ""
    watches: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The daemon's last sign of life, and how late its loop ran at worst since the one before."""

    at: datetime
    started_at: datetime
    lag: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """What silent first polls came to: what they read, and what of it would have alerted had we been there earlier."""

    at: datetime
    sources: int  # that were read
    failed: int  # that could not be read
    items: int
    news: int  # announcements of the last days that would have alerted
    headlines: tuple[str, ...]  # of the newest of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Patrol:
    """The watchdog's last look at everything."""

    at: datetime
    late: bool  # polls ran late
