"""What may be forgotten, a batch at a time.

An item is the memory that its news is old, so it must outlast its source's showing it: it goes only when a reading
`before` the given time already missed it and none since has shown it again. An unread source (down, or answering
"not modified") keeps all its items however old they are. What an announcement rests on stays for good.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, Table, delete, exists, select

from monitor.core.alert import AlertState
from monitor.store.statements import Connected, in_pieces
from monitor.store.tables import alert, delivery, item, poll, report

_UNSETTLED = (AlertState.PENDING, AlertState.HELD)


def prune(tx: Connected, *, before: datetime, limit: int) -> int:
    removed = _delete(tx, poll, _old_polls(before, limit))
    removed += _delete(tx, delivery, _old_deliveries(before, limit - removed))
    return removed + _prune_items(tx, before, limit - removed)


def _old_polls(before: datetime, limit: int) -> Select[tuple[int]]:
    """Never the last one of a source: `status` tells from it how the source is."""
    newer = poll.alias()
    is_last = ~exists().where(newer.c.source_id == poll.c.source_id, newer.c.id > poll.c.id)
    return select(poll.c.id).where(poll.c.at < before, ~is_last).limit(limit)


def _old_deliveries(before: datetime, limit: int) -> Select[tuple[int]]:
    unsettled = exists().where(alert.c.id == delivery.c.alert_id, alert.c.state.in_(_UNSETTLED))
    return select(delivery.c.id).where(delivery.c.at < before, ~unsettled).limit(limit)


def _prune_items(tx: Connected, before: datetime, limit: int) -> int:
    old = select(item.c.id).where(item.c.left_at < before, item.c.hold_id.is_(None), ~_needed()).limit(limit)
    ids = tx.connection.scalars(old).all()
    for piece in in_pieces(ids):
        tx.connection.execute(delete(report).where(report.c.item_id.in_(piece)))
        tx.connection.execute(delete(item).where(item.c.id.in_(piece)))
    return len(ids)


def _needed() -> ColumnElement[bool]:
    return exists().where(report.c.item_id == item.c.id, report.c.announcement_id.is_not(None))


def _delete(tx: Connected, table: Table, old: Select[tuple[int]]) -> int:
    return tx.connection.execute(delete(table).where(table.c.id.in_(old))).rowcount
