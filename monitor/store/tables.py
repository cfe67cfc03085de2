"""The tables. Rows never leave `store/`; they become core values in rows.py."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from monitor.core.alert import AlertPurpose, AlertState, Priority
from monitor.core.announcement import Standing
from monitor.core.holds import HoldKind
from monitor.core.incidents import IncidentKind
from monitor.core.report import Certainty, Kind
from monitor.core.routing import MuteScope
from monitor.core.source import Tier
from monitor.records import PollStatus
from monitor.store import values
from monitor.store.columns import Duration, json_of, moment, word


class SourceStateRow(SQLModel, table=True):
    __tablename__ = "source_state"
    __table_args__ = (Index("ix_source_state_due", "next_due"),)

    source_id: str = Field(primary_key=True)
    url: str
    next_due: datetime = Field(sa_column=moment())
    moved_to: str | None
    move: Any = Field(sa_column=json_of(values.dump_move, values.load_move, nullable=True))
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    parser: str
    hints: Any = Field(sa_column=json_of(values.dump_hints, values.load_hints))
    baseline_at: datetime | None = Field(sa_column=moment(nullable=True))
    retry_after: datetime | None = Field(sa_column=moment(nullable=True))
    failures: int
    failing_since: datetime | None = Field(sa_column=moment(nullable=True))
    last_poll_at: datetime | None = Field(sa_column=moment(nullable=True))
    last_success_at: datetime | None = Field(sa_column=moment(nullable=True))
    gone_at: datetime | None = Field(sa_column=moment(nullable=True))
    memory: Any = Field(sa_column=json_of(dict, dict, default="{}"))
    credential_expires: datetime | None = Field(sa_column=moment(nullable=True))
    disabled: bool
    not_before: datetime | None = Field(sa_column=moment(nullable=True))
    pulse: Any = Field(sa_column=json_of(values.dump_pulse, values.load_pulse, default="{}"))
    rhythm: Any = Field(sa_column=json_of(values.dump_rhythm, values.load_rhythm, nullable=True))
    boosted_until: datetime | None = Field(sa_column=moment(nullable=True))
    lease_until: datetime | None = Field(sa_column=moment(nullable=True))


class PushRow(SQLModel, table=True):
    """`at` is when it came."""

    __tablename__ = "push"
    __table_args__ = (Index("ix_push_source", "source_id", "id"),)

    id: int = Field(primary_key=True)
    source_id: str
    at: datetime = Field(sa_column=moment())
    body: bytes
    content_type: str | None
    name: str | None


class PollRow(SQLModel, table=True):
    __tablename__ = "poll"
    # The first answers "the last poll of each source" by itself, the second finds old ones.
    __table_args__ = (Index("ix_poll_source", "source_id", "id"), Index("ix_poll_at", "at"))

    id: int = Field(primary_key=True)
    source_id: str
    at: datetime = Field(sa_column=moment())
    status: PollStatus = Field(sa_column=word(PollStatus))
    detail: str
    took: timedelta = Field(sa_column=Column(Duration(), nullable=False))
    items: int
    new: int
    revised: int
    reports: int
    alerts: int
    reason: str | None
    bytes: int = Field(sa_type=BigInteger)


class ItemRow(SQLModel, table=True):
    """`url_key` and `title_key` are the canonical URL and the folded title, null where there is nothing to compare.

    `left_at` is the first reading that no longer showed the item; null while the source shows it.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("source_id", "key", name="uq_item_key"),
        Index("ix_item_url", "url_key", "source_id"),
        Index("ix_item_title", "title_key", "source_id"),
        Index("ix_item_arrival", "source_id", "id"),
        Index("ix_item_hold", "hold_id", sqlite_where=text("hold_id IS NOT NULL")),
        Index("ix_item_shown", "source_id", sqlite_where=text("left_at IS NULL")),
        Index("ix_item_left", "left_at", sqlite_where=text("left_at IS NOT NULL")),
    )

    id: int = Field(primary_key=True)
    source_id: str
    key: str
    fingerprint: str
    guid: str | None
    url: str | None
    url_key: str | None
    title: str
    title_key: str | None
    summary: str
    text: str
    published: datetime | None = Field(sa_column=moment(nullable=True))
    updated: datetime | None = Field(sa_column=moment(nullable=True))
    author: str | None
    publisher: str | None
    lang: str | None
    embeds: Any = Field(sa_column=json_of(values.dump_embeds, values.load_embeds))
    claims: Any = Field(sa_column=json_of(values.dump_claims, values.load_claims, nullable=True))
    first_seen: datetime = Field(sa_column=moment())
    revised_at: datetime | None = Field(sa_column=moment(nullable=True))
    left_at: datetime | None = Field(sa_column=moment(nullable=True))
    baseline: bool
    hold_id: int | None = Field(foreign_key="hold.id")
    note: str


class AnnouncementRow(SQLModel, table=True):
    """`about` and `headlines` are folded text for the search index, nothing else."""

    __tablename__ = "announcement"
    __table_args__ = (
        Index("ix_announcement_subject", "subject_key", "kind", "last_report_at"),
        Index("ix_announcement_seen", "first_seen"),
    )

    id: int = Field(primary_key=True)
    subject_key: str
    title: str
    kind: Kind = Field(sa_column=word(Kind))
    facts: Any = Field(sa_column=json_of(values.dump_facts, values.load_facts))
    standing: Standing = Field(sa_column=word(Standing))
    watches: Any = Field(sa_column=json_of(values.dump_words, values.load_words))
    revision: int
    first_seen: datetime = Field(sa_column=moment())
    last_report_at: datetime = Field(sa_column=moment())
    about: str
    headlines: str = ""
    possibly: int | None


class ReportRow(SQLModel, table=True):
    """`about` is the title the facts name: one item may tell that somebody was cast twice, in two shows."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("item_id", "subject_key", "kind", "about", name="uq_report"),
        Index("ix_report_announcement", "announcement_id"),
    )

    id: int = Field(primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    announcement_id: int | None = Field(foreign_key="announcement.id")
    source_id: str
    publisher: str
    tier: Tier = Field(sa_column=word(Tier))
    at: datetime = Field(sa_column=moment())
    subject_key: str
    title: str
    kind: Kind = Field(sa_column=word(Kind))
    about: str
    certainty: Certainty = Field(sa_column=word(Certainty))
    facts: Any = Field(sa_column=json_of(values.dump_facts, values.load_facts))
    watches: Any = Field(sa_column=json_of(values.dump_words, values.load_words))
    evidence: Any = Field(sa_column=json_of(values.dump_evidence, values.load_evidence))
    official: bool
    embeds: Any = Field(sa_column=json_of(values.dump_embeds, values.load_embeds))


class AlertRow(SQLModel, table=True):
    __tablename__ = "alert"
    __table_args__ = (
        # One announcement, one alert per receiver: the same for each thing that can be told.
        Index("uq_alert_announcement", "announcement_id", "revision", "receiver", unique=True),
        Index("uq_alert_incident", "incident_id", "purpose", "receiver", unique=True),
        Index("uq_alert_hold", "hold_id", "revision", "receiver", unique=True, sqlite_where=text("purpose = 'hold'")),
        Index("ix_alert_due", "due_at", sqlite_where=text("state = 'pending'")),
        Index("ix_alert_under_hold", "hold_id"),
        Index("ix_alert_receiver", "receiver", "created_at"),
    )

    id: int = Field(primary_key=True)
    receiver: str
    purpose: AlertPurpose = Field(sa_column=word(AlertPurpose))
    state: AlertState = Field(sa_column=word(AlertState))
    created_at: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment())
    attempts: int
    reason: str
    announcement_id: int | None = Field(foreign_key="announcement.id")
    revision: int
    incident_id: int | None = Field(foreign_key="incident.id")
    hold_id: int | None = Field(foreign_key="hold.id")
    bundle: str | None
    change: str
    priority: Priority = Field(sa_column=word(Priority, default=Priority.NORMAL))
    lease_until: datetime | None = Field(sa_column=moment(nullable=True))


class DeliveryRow(SQLModel, table=True):
    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_alert", "alert_id"), Index("ix_delivery_at", "at"))

    id: int = Field(primary_key=True)
    alert_id: int = Field(foreign_key="alert.id")
    at: datetime = Field(sa_column=moment())
    ok: bool
    detail: str
    state: AlertState = Field(sa_column=word(AlertState))
    next_attempt: datetime | None = Field(sa_column=moment(nullable=True))


class IncidentRow(SQLModel, table=True):
    __tablename__ = "incident"
    __table_args__ = (
        Index("uq_incident_open", "kind", "subject", unique=True, sqlite_where=text("closed_at IS NULL")),
    )

    id: int = Field(primary_key=True)
    kind: IncidentKind = Field(sa_column=word(IncidentKind))
    subject: str
    detail: str
    opened_at: datetime = Field(sa_column=moment())
    closed_at: datetime | None = Field(sa_column=moment(nullable=True))


class HoldRow(SQLModel, table=True):
    __tablename__ = "hold"
    __table_args__ = (Index("uq_hold_open", "kind", "subject", unique=True, sqlite_where=text("released_at IS NULL")),)

    id: int = Field(primary_key=True)
    kind: HoldKind = Field(sa_column=word(HoldKind))
    subject: str
    detail: str
    opened_at: datetime = Field(sa_column=moment())
    released_at: datetime | None = Field(sa_column=moment(nullable=True))
    approved: bool


class MuteRow(SQLModel, table=True):
    __tablename__ = "mute"

    scope: MuteScope = Field(sa_column=Column(word(MuteScope).type, primary_key=True))
    target: str = Field(primary_key=True)
    until: datetime | None = Field(sa_column=moment(nullable=True))
    saved_at: datetime = Field(sa_column=moment())


class HeartbeatRow(SQLModel, table=True):
    """One row, the daemon's."""

    __tablename__ = "heartbeat"

    id: int = Field(primary_key=True)
    at: datetime = Field(sa_column=moment())
    started_at: datetime = Field(sa_column=moment())
    lag: timedelta = Field(sa_column=Column(Duration(), nullable=False))


class MetaRow(SQLModel, table=True):
    """`program`: the version of the program that last changed the tables. `first_look`: what the last first polls came to."""

    __tablename__ = "meta"

    name: str = Field(primary_key=True)
    value: str


METADATA = SQLModel.metadata


def _table(name: str) -> Table:
    return METADATA.tables[name]


source_state = _table("source_state")
push = _table("push")
poll = _table("poll")
item = _table("item")
announcement = _table("announcement")
report = _table("report")
alert = _table("alert")
delivery = _table("delivery")
incident = _table("incident")
hold = _table("hold")
mute = _table("mute")
heartbeat = _table("heartbeat")
meta = _table("meta")
