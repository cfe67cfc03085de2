"""Letting go of a hold: its alerts are sent as one message, its items are read as if they had just come."""

from datetime import datetime
from typing import assert_never

from monitor.announce import announce, bundle_of_hold
from monitor.core.alert import AlertPurpose, AlertState
from monitor.core.holds import Hold, HoldKind
from monitor.core.novelty import UNREAD, Reason
from monitor.core.setup import Setup
from monitor.enrich import document_of
from monitor.ports import Recognise, Transaction


class NoSuchHoldError(Exception):
    """There is no hold of that number, or it was released before."""


def approve(transaction: Transaction, hold_id: int, *, setup: Setup, recognise: Recognise, now: datetime) -> int:
    """Releases a hold; returns how many alerts are now on their way. Raises NoSuchHoldError."""
    hold = _take(transaction, hold_id)
    match hold.kind:
        case HoldKind.FLOOD:
            released = _release_alerts(transaction, hold, AlertState.PENDING, now)
        case HoldKind.IDS_CHANGED:
            released = _read_items(transaction, hold, setup, recognise, now)
        case _:
            assert_never(hold.kind)
    transaction.release_hold(hold_id, at=now, approved=True)
    return released


def discard(transaction: Transaction, hold_id: int, *, now: datetime) -> int:
    """Ends a hold without telling what it held; returns how many alerts or items that were. Raises NoSuchHoldError."""
    hold = _take(transaction, hold_id)
    match hold.kind:
        case HoldKind.FLOOD:
            dropped = _release_alerts(transaction, hold, AlertState.DISCARDED, now)
        case HoldKind.IDS_CHANGED:
            items = transaction.held_items(hold.id)
            for stored in items:
                transaction.release_item(stored.id, note=UNREAD[Reason.HELD])
            dropped = len(items)
        case _:
            assert_never(hold.kind)
    transaction.release_hold(hold_id, at=now, approved=False)
    return dropped


def _take(transaction: Transaction, hold_id: int) -> Hold:
    """The hold, if it is open. A summary of it that still waits is withdrawn: there will be nothing to approve."""
    hold = transaction.hold(hold_id)
    if hold is None or hold.released_at is not None:
        raise NoSuchHoldError(f"there is no open hold {hold_id}")
    waiting = [
        alert.id
        for alert in transaction.alerts_since(hold.opened_at)
        if (alert.hold_id, alert.purpose, alert.state) == (hold_id, AlertPurpose.HOLD, AlertState.PENDING)
    ]
    transaction.settle_alerts(waiting, AlertState.DISCARDED, due_at=None)
    return hold


def _release_alerts(transaction: Transaction, hold: Hold, state: AlertState, now: datetime) -> int:
    ids = [alert.id for alert in transaction.alerts_under(hold.id)]
    transaction.settle_alerts(ids, state, due_at=now, bundle=bundle_of_hold(hold.id))
    return len(ids)


def _read_items(transaction: Transaction, hold: Hold, setup: Setup, recognise: Recognise, now: datetime) -> int:
    source = next((source for source in setup.sources if source.id == hold.subject), None)
    released = 0
    for stored in reversed(transaction.held_items(hold.id)):
        if source is None:  # no longer configured: its items stay, nobody is told
            transaction.release_item(stored.id, note=UNREAD[Reason.HELD])
            continue
        transaction.release_item(stored.id, note=f"read when hold-{hold.id} was approved")
        announced = announce(
            transaction,
            recognise(document_of(stored.item, source)).reports,
            item_id=stored.id,
            item=stored.item,
            source=source,
            policy=setup.policy,
            silent=False,
            released=hold.id,
            now=now,
        )
        released += announced.alerts
    return released
