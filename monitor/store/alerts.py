"""The outbox: alerts, one per receiver, with their lease, and the attempts to deliver them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, String, case, cast, func, literal, or_, select, update

from monitor.core.alert import Alert, AlertPurpose, AlertState, NewAlert
from monitor.records import Delivery
from monitor.store.rows import read_alert, read_delivery
from monitor.store.statements import Connected, in_pieces, insert_new, new_id
from monitor.store.tables import alert as alerts_table
from monitor.store.tables import delivery

_ADD = insert_new(alerts_table)
_ADD_DELIVERY = delivery.insert()
_NEWS = (AlertPurpose.NEWS, AlertPurpose.UPDATE)


def add_alert(tx: Connected, alert: NewAlert, *, at: datetime) -> int | None:
    row = {f.name: getattr(alert, f.name) for f in fields(alert)}
    return new_id(tx.connection.execute(_ADD, {**row, "created_at": at, "attempts": 0}))


def claim_alerts(tx: Connected, *, now: datetime, lease_until: datetime, limit: int) -> Sequence[Alert]:
    c = alerts_table.c
    free = or_(c.lease_until.is_(None), c.lease_until <= now)
    due = select(c.id).where(_pending(), c.due_at <= now, free).order_by(c.due_at, c.id).limit(limit)
    claim = update(alerts_table).where(c.id.in_(due)).values(lease_until=lease_until).returning(alerts_table)
    claimed = [read_alert(row) for row in tx.connection.execute(claim)]
    return sorted(claimed, key=lambda alert: (alert.due_at, alert.id))


def settle_alerts(
    tx: Connected, ids: Iterable[int], state: AlertState, *, due_at: datetime | None, bundle: str | None = None
) -> None:
    """Leases are given back."""
    changed = {name: value for name, value in (("due_at", due_at), ("bundle", bundle)) if value is not None}
    for piece in in_pieces(ids):
        settle = update(alerts_table).where(alerts_table.c.id.in_(piece))
        tx.connection.execute(settle.values(state=state, lease_until=None, **changed))


def record_delivery(tx: Connected, delivery: Delivery) -> None:
    tx.connection.execute(_ADD_DELIVERY, {f.name: getattr(delivery, f.name) for f in fields(delivery)})
    c = alerts_table.c
    move = update(alerts_table).where(c.id == delivery.alert_id)
    due_at = c.due_at if delivery.next_attempt is None else delivery.next_attempt
    tx.connection.execute(
        move.values(state=delivery.state, due_at=due_at, attempts=c.attempts + 1, lease_until=None),
    )


def alert(tx: Connected, alert_id: int) -> Alert | None:
    row = tx.connection.execute(select(alerts_table).where(alerts_table.c.id == alert_id)).one_or_none()
    return read_alert(row) if row else None


def alerts_of(tx: Connected, announcement_id: int) -> Sequence[Alert]:
    c = alerts_table.c
    query = select(alerts_table).where(c.announcement_id == announcement_id).order_by(c.id.desc())
    return [read_alert(row) for row in tx.connection.execute(query)]


def alerts_since(tx: Connected, moment: datetime) -> Sequence[Alert]:
    c = alerts_table.c
    query = select(alerts_table).where(c.created_at >= moment).order_by(c.id)
    return [read_alert(row) for row in tx.connection.execute(query)]


def alerts_under(tx: Connected, hold_id: int) -> Sequence[Alert]:
    c = alerts_table.c
    waiting = (c.hold_id == hold_id, c.state == AlertState.HELD, c.purpose != AlertPurpose.HOLD)
    return [read_alert(row) for row in tx.connection.execute(select(alerts_table).where(*waiting).order_by(c.id))]


def alerts_created(tx: Connected, receiver: str, since: datetime) -> int:
    c = alerts_table.c
    alone = literal("alert ") + cast(c.id, String)
    no_digest = or_(c.bundle.is_(None), c.bundle.not_like("digest-%"))
    messages = select(func.count(func.coalesce(c.bundle, alone).distinct()))
    given = (c.receiver == receiver, c.created_at >= since, c.purpose.in_(_NEWS), no_digest)
    return tx.connection.scalar(messages.where(*given)) or 0


def outbox(tx: Connected) -> Mapping[AlertState, int]:
    """How many alerts are in each state; a state without any is left out."""
    c = alerts_table.c
    rows = tx.connection.execute(select(c.state, func.count().label("alerts")).group_by(c.state))
    return {row.state: row.alerts for row in rows}


def next_alert_due(tx: Connected) -> datetime | None:
    """When the next pending alert may be claimed: it is due, and nobody holds it any longer."""
    c = alerts_table.c
    free_at = case((c.lease_until > c.due_at, c.lease_until), else_=c.due_at)
    found: datetime | None = tx.connection.scalar(select(func.min(free_at, type_=c.due_at.type)).where(_pending()))
    return found


def deliveries(tx: Connected, alert_id: int) -> Sequence[Delivery]:
    query = select(delivery).where(delivery.c.alert_id == alert_id).order_by(delivery.c.id.desc())
    return [read_delivery(row) for row in tx.connection.execute(query)]


def _pending() -> ColumnElement[bool]:
    # Spelt out, not bound: a partial index serves only queries in which its condition stands as text.
    return alerts_table.c.state == literal(AlertState.PENDING, alerts_table.c.state.type, literal_execute=True)
