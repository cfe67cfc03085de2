"""An incident: a source in trouble (or everything at once), told once and closed once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IncidentKind(StrEnum):
    FAILING = "failing"  # a source keeps failing
    NOT_A_FEED = "not_a_feed"  # a block page or HTML where a feed was
    GONE = "gone"  # 410 twice: we stopped asking
    IDS_CHANGED = "ids_changed"  # every id of a source changed at once
    NETWORK = "network"  # nothing can be reached
    RECEIVER = "receiver"  # an alert was given up
    CONFIG = "config"  # a changed file is wrong; the last good one is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """`subject` is the source or receiver in trouble, or "" for everything. `id` is 0 until stored."""

    id: int
    kind: IncidentKind
    subject: str
    detail: str
    opened_at: datetime
    closed_at: datetime | None = None
