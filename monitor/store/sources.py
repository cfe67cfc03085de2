"""What is stored of sources: their state with its lease, the record of their polls, the daemon's sign of life."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Select, bindparam, case, delete, false, func, literal, or_, select, update

from monitor.core.rhythm import Rhythm
from monitor.core.source import SourceState
from monitor.records import FirstLook, Heartbeat, Patrol, PollOutcome
from monitor.store.rows import read_heartbeat, read_poll, read_source_state
from monitor.store.statements import Connected, in_pieces, insert_or_update
from monitor.store.tables import heartbeat as heartbeat_table
from monitor.store.tables import meta, poll, push, source_state
from monitor.store.values import dump_first_look, dump_patrol, load_first_look, load_patrol

_SAVE_SOURCE = insert_or_update(source_state, ["source_id"], keep=["rhythm", "boosted_until"])
_SAVE_RHYTHM = (
    update(source_state).where(source_state.c.source_id == bindparam("of")).values(rhythm=bindparam("learned"))
)
_SAVE_HEARTBEAT = insert_or_update(heartbeat_table, ["id"])
_SAVE_META = insert_or_update(meta, ["name"])
# Their names in the table of single values.
_FIRST_LOOK = "first_look"
_PATROL = "patrol"
_ADD_POLL = poll.insert()
_PLAIN = tuple(f.name for f in fields(SourceState) if f.name != "validators")


def source_states(tx: Connected) -> Mapping[str, SourceState]:
    rows = tx.connection.execute(select(source_state))
    return {row.source_id: read_source_state(row) for row in rows}


def due_sources(tx: Connected, now: datetime) -> Sequence[str]:
    c = source_state.c
    free = or_(c.lease_until.is_(None), c.lease_until <= now)
    due = select(c.source_id).where(c.next_due <= now, c.disabled == false(), free)
    return tx.connection.scalars(due.order_by(c.next_due, c.source_id)).all()


def claim_sources(tx: Connected, ids: Iterable[str], *, now: datetime, lease_until: datetime) -> Sequence[SourceState]:
    claimed: list[SourceState] = []
    for piece in in_pieces(ids):
        free = or_(source_state.c.lease_until.is_(None), source_state.c.lease_until <= now)
        claim = update(source_state).where(source_state.c.source_id.in_(piece), free).values(lease_until=lease_until)
        claimed.extend(read_source_state(row) for row in tx.connection.execute(claim.returning(source_state)))
    return claimed


def save_source(tx: Connected, state: SourceState) -> None:
    row = {name: getattr(state, name) for name in _PLAIN}
    row.update(etag=state.validators.etag, last_modified=state.validators.last_modified, lease_until=None)
    tx.connection.execute(_SAVE_SOURCE, row)


def save_rhythms(tx: Connected, rhythms: Mapping[str, Rhythm]) -> None:
    rows = [{"of": source_id, "learned": rhythm} for source_id, rhythm in rhythms.items()]
    if rows:
        tx.connection.execute(_SAVE_RHYTHM, rows)


def boost_sources(tx: Connected, ids: Iterable[str], *, now: datetime, until: datetime) -> None:
    c = source_state.c
    soonest = case((c.not_before > now, c.not_before), else_=literal(now, c.not_before.type))
    due = case((c.next_due > soonest, soonest), else_=c.next_due)
    for piece in in_pieces(ids):
        mine = update(source_state).where(c.source_id.in_(piece), c.disabled == false())
        tx.connection.execute(mine.values(boosted_until=until))
        tx.connection.execute(mine.where(c.not_before.is_not(None)).values(next_due=due))


def forget_sources(tx: Connected, keep: Iterable[str]) -> None:
    known = tx.connection.scalars(select(source_state.c.source_id)).all()
    for piece in in_pieces(set(known) - set(keep)):
        tx.connection.execute(delete(source_state).where(source_state.c.source_id.in_(piece)))
        tx.connection.execute(delete(push).where(push.c.source_id.in_(piece)))


def record_poll(tx: Connected, outcome: PollOutcome) -> None:
    tx.connection.execute(_ADD_POLL, {f.name: getattr(outcome, f.name) for f in fields(outcome)})


def last_polls(tx: Connected) -> Mapping[str, PollOutcome]:
    rows = tx.connection.execute(select(poll).where(poll.c.id.in_(_NEWEST)))
    return {row.source_id: read_poll(row) for row in rows}


def _newest_polls() -> Select[tuple[int | None]]:
    """The last poll of each source, found by stepping through the index from name to name.

    Grouping would read all of the index: half a year of polls, again for each poll that fails.
    """
    first = select(func.min(poll.c.source_id).label("source_id")).cte("names", recursive=True)
    following = select(func.min(poll.c.source_id)).where(poll.c.source_id > first.c.source_id).scalar_subquery()
    names = first.union_all(select(following).where(first.c.source_id.is_not(None)))
    last = select(func.max(poll.c.id)).where(poll.c.source_id == names.c.source_id).correlate(names).scalar_subquery()
    return select(last).select_from(names)


_NEWEST = _newest_polls()


def polls(tx: Connected, source_id: str, limit: int) -> Sequence[PollOutcome]:
    newest = select(poll).where(poll.c.source_id == source_id).order_by(poll.c.id.desc()).limit(limit)
    return [read_poll(row) for row in tx.connection.execute(newest)]


def heartbeat(tx: Connected) -> Heartbeat | None:
    row = tx.connection.execute(select(heartbeat_table)).one_or_none()
    return read_heartbeat(row) if row else None


def beat(tx: Connected, heartbeat: Heartbeat) -> None:
    row = {f.name: getattr(heartbeat, f.name) for f in fields(heartbeat)}
    tx.connection.execute(_SAVE_HEARTBEAT, {"id": 1, **row})


def first_look(tx: Connected) -> FirstLook | None:
    stored = tx.connection.scalar(select(meta.c.value).where(meta.c.name == _FIRST_LOOK))
    return load_first_look(json.loads(stored)) if stored else None


def save_first_look(tx: Connected, look: FirstLook) -> None:
    tx.connection.execute(_SAVE_META, {"name": _FIRST_LOOK, "value": json.dumps(dump_first_look(look))})


def patrol(tx: Connected) -> Patrol | None:
    stored = tx.connection.scalar(select(meta.c.value).where(meta.c.name == _PATROL))
    return load_patrol(json.loads(stored)) if stored else None


def save_patrol(tx: Connected, patrol: Patrol) -> None:
    tx.connection.execute(_SAVE_META, {"name": _PATROL, "value": json.dumps(dump_patrol(patrol))})
