"""An announcement: one piece of news in the world, however many reports tell it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.core.report import Facts, Kind, Subject


class Standing(StrEnum):
    """How far an announcement is backed: rumoured < reported < official; or denied."""

    RUMOURED = "rumoured"
    REPORTED = "reported"
    OFFICIAL = "official"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What is known of one announcement. `id` is 0 until it is stored.

    `revision` counts what was worth telling: 1 is the first alert; each new fact, change of standing and newly
    concerned watch adds one. Once it is denied, `last_report_at` is the last denial.
    """

    id: int
    subject: Subject
    kind: Kind
    facts: Facts
    standing: Standing
    watches: tuple[str, ...]
    revision: int
    first_seen: datetime
    last_report_at: datetime
    possibly: int | None = None  # the id of an announcement it may be the same as; they were not merged, to be safe
    headlines: tuple[str, ...] = ()  # of its reports, folded, each once, as far as they are kept
