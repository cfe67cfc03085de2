"""Incidents: one open at a time for each kind and subject."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select, update

from monitor.core.incidents import Incident
from monitor.store.rows import read_incident
from monitor.store.statements import Connected, insert_new, new_id
from monitor.store.tables import incident as incidents_table

_OPEN = insert_new(incidents_table)


def open_incident(tx: Connected, incident: Incident) -> int | None:
    row = {f.name: getattr(incident, f.name) for f in fields(incident) if f.name != "id"}
    return new_id(tx.connection.execute(_OPEN, row))


def close_incident(tx: Connected, incident_id: int, *, at: datetime) -> None:
    c = incidents_table.c
    tx.connection.execute(
        update(incidents_table).where(c.id == incident_id, c.closed_at.is_(None)).values(closed_at=at)
    )


def open_incidents(tx: Connected) -> Sequence[Incident]:
    c = incidents_table.c
    query = select(incidents_table).where(c.closed_at.is_(None)).order_by(c.id.desc())
    return [read_incident(row) for row in tx.connection.execute(query)]


def incident(tx: Connected, incident_id: int) -> Incident | None:
    row = tx.connection.execute(select(incidents_table).where(incidents_table.c.id == incident_id)).one_or_none()
    return read_incident(row) if row else None
