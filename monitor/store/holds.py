"""Holds and mutes: what the user keeps back, or is asked about."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import delete, select, update

from monitor.core.holds import Hold
from monitor.core.routing import Mute
from monitor.store.rows import read_hold, read_mute
from monitor.store.statements import Connected, insert_new, insert_or_update, new_id
from monitor.store.tables import hold as holds_table
from monitor.store.tables import mute as mutes_table

_OPEN = insert_new(holds_table)
_SAVE_MUTE = insert_or_update(mutes_table, ["scope", "target"])


def open_hold(tx: Connected, hold: Hold) -> int:
    """The hold's id: that of the one already open where kind and subject are the same."""
    row = {f.name: getattr(hold, f.name) for f in fields(hold) if f.name != "id"}
    opened = new_id(tx.connection.execute(_OPEN, row))
    if opened is not None:
        return opened
    c = holds_table.c
    same = (c.kind == hold.kind, c.subject == hold.subject, c.released_at.is_(None))
    already: int = tx.connection.execute(select(c.id).where(*same)).scalar_one()
    return already


def release_hold(tx: Connected, hold_id: int, *, at: datetime, approved: bool) -> None:
    c = holds_table.c
    release = update(holds_table).where(c.id == hold_id, c.released_at.is_(None))
    tx.connection.execute(release.values(released_at=at, approved=approved))


def open_holds(tx: Connected) -> Sequence[Hold]:
    c = holds_table.c
    query = select(holds_table).where(c.released_at.is_(None)).order_by(c.id.desc())
    return [read_hold(row) for row in tx.connection.execute(query)]


def hold(tx: Connected, hold_id: int) -> Hold | None:
    row = tx.connection.execute(select(holds_table).where(holds_table.c.id == hold_id)).one_or_none()
    return read_hold(row) if row else None


def mutes(tx: Connected) -> Sequence[Mute]:
    """Those that have run out as well."""
    rows = tx.connection.execute(select(mutes_table).order_by(mutes_table.c.saved_at.desc(), mutes_table.c.target))
    return [read_mute(row) for row in rows]


def save_mute(tx: Connected, mute: Mute, *, at: datetime) -> None:
    row = {"scope": mute.scope, "target": mute.target, "until": mute.until, "saved_at": at}
    tx.connection.execute(_SAVE_MUTE, row)


def lift_mute(tx: Connected, scope: str, target: str) -> bool:
    c = mutes_table.c
    return tx.connection.execute(delete(mutes_table).where(c.scope == scope, c.target == target)).rowcount > 0
