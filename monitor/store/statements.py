"""What every query needs: the connection it runs on, long lists in pieces, and the few words of SQLite's own dialect.

Everything that differs on another database stands here, in engine.py, search.py and the migrations.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

from sqlalchemy import Column, Connection, CursorResult, Table, func
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.sql.selectable import TableValuedAlias

T = TypeVar("T")

# One piece of a long list. A statement takes at most 32,766 parameters; short ones stay cheap to prepare.
_PIECE = 500


class Connected(Protocol):
    """Something that runs statements: a transaction, or a reader's snapshot."""

    @property
    def connection(self) -> Connection: ...


def in_pieces(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """The distinct values in their order, at most 500 at a time."""
    rest = iter(dict.fromkeys(values))
    while piece := list(islice(rest, _PIECE)):
        yield piece


def insert_new(table: Table) -> Insert:
    """An INSERT that leaves what is there already, whichever unique index it would break."""
    return insert(table).on_conflict_do_nothing()


def insert_or_update(table: Table, keys: Sequence[str], keep: Sequence[str] = ()) -> Insert:
    """An INSERT of a whole row that overwrites the row with the same `keys`, except for the columns to `keep`."""
    statement = insert(table)
    fresh = {c.name: statement.excluded[c.name] for c in table.c if c.name not in {"id", *keys, *keep}}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=fresh)


def new_id(inserted: CursorResult[Any]) -> int | None:
    """The id an INSERT gave its row, or None when `insert_new` left what was there."""
    return inserted.lastrowid if inserted.rowcount else None


def json_members(column: Column[Any]) -> TableValuedAlias:
    """The members of a JSON list as rows with one column, `value`."""
    return func.json_each(column).table_valued("value")
