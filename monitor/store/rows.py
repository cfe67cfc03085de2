"""Rows become core values here, before they leave the store."""

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row

from monitor.core.alert import Alert
from monitor.core.announcement import Announcement
from monitor.core.holds import Hold
from monitor.core.incidents import Incident
from monitor.core.item import Item
from monitor.core.report import Report, Subject
from monitor.core.routing import Mute
from monitor.core.source import SourceState, Validators
from monitor.records import Delivery, Heartbeat, PollOutcome, StoredItem, StoredReport

AnyRow = Row[Any]
T = TypeVar("T")

_VALUES = (Alert, Announcement, Delivery, Heartbeat, Hold, Incident, Item, Mute, PollOutcome, Report, SourceState)
_NAMES: dict[type, tuple[str, ...]] = {
    cls: tuple(f.name for f in fields(cls)) for cls in (*_VALUES, StoredItem, StoredReport)
}


def _same_names(cls: type[T], row: AnyRow, **other: Any) -> T:
    """A value whose fields are the row's columns of the same names, except for those given."""
    return cls(**{name: getattr(row, name) for name in _NAMES[cls] if name not in other}, **other)


def read_source_state(row: AnyRow) -> SourceState:
    validators = Validators(etag=row.etag, last_modified=row.last_modified)
    return _same_names(SourceState, row, validators=validators)


def read_poll(row: AnyRow) -> PollOutcome:
    return _same_names(PollOutcome, row)


def read_heartbeat(row: AnyRow) -> Heartbeat:
    return _same_names(Heartbeat, row)


def read_item(row: AnyRow) -> StoredItem:
    return _same_names(StoredItem, row, item=_same_names(Item, row))


def read_announcement(row: AnyRow) -> Announcement:
    headlines = tuple(row.headlines.splitlines())
    return _same_names(Announcement, row, subject=Subject(key=row.subject_key, title=row.title), headlines=headlines)


def read_report(row: AnyRow) -> StoredReport:
    """`row` carries the item's `headline` and `url` beside the report's columns."""
    report = _same_names(Report, row, subject=Subject(key=row.subject_key, title=row.title))
    return _same_names(StoredReport, row, report=report)


def read_alert(row: AnyRow) -> Alert:
    return _same_names(Alert, row)


def read_delivery(row: AnyRow) -> Delivery:
    return _same_names(Delivery, row)


def read_incident(row: AnyRow) -> Incident:
    return _same_names(Incident, row)


def read_hold(row: AnyRow) -> Hold:
    return _same_names(Hold, row)


def read_mute(row: AnyRow) -> Mute:
    return _same_names(Mute, row, since=row.saved_at)
