"""What is stored of items, and which of them their source still shows."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update

from monitor.core.item import Item
from monitor.core.rhythm import arrived
from monitor.core.text import fold
from monitor.core.url import canonical
from monitor.records import StoredItem
from monitor.store.rows import read_item
from monitor.store.statements import Connected, in_pieces, insert_new, new_id
from monitor.store.tables import item as items_table

_ADD = insert_new(items_table)
_ID_OF = select(items_table.c.id).where(
    items_table.c.source_id == bindparam("source_id"), items_table.c.key == bindparam("key")
)
_FIELDS = tuple(f.name for f in fields(Item))


def _row(item: Item) -> dict[str, Any]:
    row = {name: getattr(item, name) for name in _FIELDS}
    row["url_key"] = canonical(item.url) if item.url else None
    row["title_key"] = fold(item.title) or None
    return row


def add_item(
    tx: Connected,
    source_id: str,
    item: Item,
    *,
    at: datetime,
    baseline: bool,
    hold_id: int | None = None,
    note: str = "",
) -> int:
    row = _row(item)
    row.update(source_id=source_id, first_seen=at, baseline=baseline, hold_id=hold_id, note=note)
    added = new_id(tx.connection.execute(_ADD, row))
    if added is not None:
        return added
    known: int = tx.connection.execute(_ID_OF, {"source_id": source_id, "key": item.key}).scalar_one()
    return known


def revise_item(tx: Connected, item_id: int, item: Item, *, at: datetime) -> None:
    row = _row(item)
    del row["key"], row["guid"]
    # What a feed does not say cannot take away what the article's page told us.
    for name in ("text", "embeds", "published", "publisher"):
        if not row[name]:
            del row[name]
    tx.connection.execute(update(items_table).where(items_table.c.id == item_id).values(revised_at=at, **row))


def rekey_item(tx: Connected, item_id: int, key: str, guid: str | None) -> None:
    """Nothing happens when another item of the source has the key already."""
    other, mine = items_table.alias(), items_table.c
    taken = exists().where(other.c.source_id == mine.source_id, other.c.key == key, other.c.id != item_id)
    tx.connection.execute(update(items_table).where(mine.id == item_id, ~taken).values(key=key, guid=guid))


def release_item(tx: Connected, item_id: int, *, note: str) -> None:
    tx.connection.execute(update(items_table).where(items_table.c.id == item_id).values(hold_id=None, note=note))


def touch_items(tx: Connected, source_id: str, keys: Iterable[str], at: datetime) -> None:
    """Writes only what changed since the last reading: items that left the source, and items that came back."""
    mine = items_table.c
    of_source = items_table.c.source_id == source_id
    shown = set(keys)
    listed = tx.connection.execute(select(mine.id, mine.key).where(of_source, mine.left_at.is_(None)))
    gone = [row.id for row in listed if row.key not in shown]
    for piece in in_pieces(gone):
        tx.connection.execute(update(items_table).where(mine.id.in_(piece)).values(left_at=at))
    for keys_piece in in_pieces(shown):
        came_back = update(items_table).where(of_source, mine.key.in_(keys_piece), mine.left_at.is_not(None))
        tx.connection.execute(came_back.values(left_at=None))


def known_items(
    tx: Connected, source_id: str, *, keys: Iterable[str], urls: Iterable[str], titles: Iterable[str]
) -> Sequence[StoredItem]:
    wanted = {
        items_table.c.key: keys,
        items_table.c.url_key: (canonical(url) for url in urls if url),
        items_table.c.title_key: (folded for title in titles if (folded := fold(title))),
    }
    found: set[int] = set()
    for column, values in wanted.items():
        for piece in in_pieces(values):
            query = select(items_table.c.id).where(items_table.c.source_id == source_id, column.in_(piece))
            found.update(tx.connection.scalars(query))
    return items(tx, found)


def has_items(tx: Connected, source_id: str) -> bool:
    some = select(items_table.c.id).where(items_table.c.source_id == source_id).limit(1)
    return tx.connection.scalar(some) is not None


def count_items(tx: Connected) -> int:
    return tx.connection.scalar(select(func.count()).select_from(items_table)) or 0


def items(tx: Connected, ids: Iterable[int]) -> Sequence[StoredItem]:
    found: list[StoredItem] = []
    for piece in in_pieces(ids):
        rows = tx.connection.execute(select(items_table).where(items_table.c.id.in_(piece)))
        found.extend(read_item(row) for row in rows)
    return sorted(found, key=lambda stored: stored.id, reverse=True)


def items_by_url(tx: Connected, url: str) -> Sequence[StoredItem]:
    query = select(items_table).where(items_table.c.url_key == canonical(url)).order_by(items_table.c.id.desc())
    return [read_item(row) for row in tx.connection.execute(query)]


def arrivals(tx: Connected, *, after: int, since: datetime, until: datetime, limit: int) -> Sequence[StoredItem]:
    c = items_table.c
    query = select(items_table).where(c.id > after, c.first_seen >= since, c.first_seen < until)
    return [read_item(row) for row in tx.connection.execute(query.order_by(c.id).limit(limit))]


def arrival_times(tx: Connected, source_id: str, *, since: datetime, limit: int) -> Sequence[datetime]:
    c = items_table.c
    last = select(c.published, c.first_seen, c.baseline).where(c.source_id == source_id, c.first_seen >= since)
    rows = tx.connection.execute(last.order_by(c.id.desc()).limit(limit))
    times = (arrived(row.published, row.first_seen, baseline=row.baseline) for row in rows)
    return [time for time in times if time is not None]


def held_items(tx: Connected, hold_id: int) -> Sequence[StoredItem]:
    query = select(items_table).where(items_table.c.hold_id == hold_id).order_by(items_table.c.id.desc())
    return [read_item(row) for row in tx.connection.execute(query)]
