"""An alert: one announcement, one update of it, or one word about ourselves, for one receiver. It lives in the outbox."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlertPurpose(StrEnum):
    """Why somebody is told."""

    NEWS = "news"  # the first a receiver hears of an announcement
    UPDATE = "update"  # a new fact or another standing of one it has heard of
    HOLD = "hold"  # a flood or an id change was held back: one summary
    INCIDENT = "incident"
    RECOVERY = "recovery"


class Priority(StrEnum):
    """How much an alert may disturb, in the words that services know; the highest first."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class AlertState(StrEnum):
    PENDING = "pending"
    HELD = "held"  # under a hold, until approved
    SENT = "sent"
    GIVEN_UP = "given_up"
    DISCARDED = "discarded"  # muted, replaced unseen, under a hold not approved, or for a receiver no longer configured


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert about to be written. Exactly one of the three ids is set."""

    receiver: str
    purpose: AlertPurpose
    due_at: datetime
    reason: str  # one plain sentence: which route let it through
    announcement_id: int | None = None
    revision: int = 0
    incident_id: int | None = None
    hold_id: int | None = None  # with purpose HOLD: the hold summarised; else the hold it waits under
    bundle: str | None = None  # alerts of one receiver with the same bundle leave as one message
    change: str = ""  # for an update: what is new, in plain words ("now official")
    state: AlertState = AlertState.PENDING
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A stored alert."""

    id: int
    receiver: str
    purpose: AlertPurpose
    state: AlertState
    created_at: datetime
    due_at: datetime
    attempts: int  # tries already made
    reason: str
    announcement_id: int | None = None
    revision: int = 0
    incident_id: int | None = None
    hold_id: int | None = None
    bundle: str | None = None
    change: str = ""
    priority: Priority = Priority.NORMAL
    lease_until: datetime | None = None  # while it is being sent
