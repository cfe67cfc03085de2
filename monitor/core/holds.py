"""A hold: alerts or items kept back until the user approves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldKind(StrEnum):
    FLOOD = "flood"  # too many alerts for one receiver: the alerts wait
    IDS_CHANGED = "ids_changed"  # a source changed every id: its unknown items wait unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`subject` is the receiver (flood) or source (ids changed). `id` is 0 until stored."""

    id: int
    kind: HoldKind
    subject: str
    detail: str
    opened_at: datetime
    released_at: datetime | None = None
    approved: bool = False
