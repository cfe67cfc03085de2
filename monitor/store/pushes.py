"""What was brought to sources and waits to be read. Each row is read once: the poll that files it drops it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from monitor.records import Push
from monitor.store.statements import Connected, in_pieces
from monitor.store.tables import push, source_state

_ADD = push.insert().returning(push.c.id)


def add_push(
    tx: Connected, source_id: str, body: bytes, *, content_type: str | None, at: datetime, name: str | None = None
) -> int:
    row = {"source_id": source_id, "at": at, "body": body, "content_type": content_type, "name": name}
    later = source_state.c.source_id == source_id, source_state.c.next_due > at
    tx.connection.execute(update(source_state).where(*later).values(next_due=at))
    return int(tx.connection.execute(_ADD, row).scalar_one())


def pushes(tx: Connected, source_id: str, limit: int) -> Sequence[Push]:
    c = push.c
    waiting = select(push).where(c.source_id == source_id).order_by(c.id).limit(limit)
    return [Push(**row._mapping) for row in tx.connection.execute(waiting)]  # noqa: SLF001  # the public name of it


def drop_pushes(tx: Connected, ids: Iterable[int]) -> None:
    for piece in in_pieces(ids):
        tx.connection.execute(delete(push).where(push.c.id.in_(piece)))
