"""Leases of sources and alerts: a time until which one claimant holds them. One that has run out is no lease."""

from sqlalchemy import update

from monitor.store.statements import Connected
from monitor.store.tables import alert, source_state


def release_leases(tx: Connected) -> None:
    for table in (source_state, alert):
        tx.connection.execute(update(table).where(table.c.lease_until.is_not(None)).values(lease_until=None))
