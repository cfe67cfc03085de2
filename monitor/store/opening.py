"""Opening the database: the lock, the tables, then the store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from monitor.ports import Store
from monitor.store.errors import StoreError, files_told_plainly
from monitor.store.lock import sole_holder
from monitor.store.schema import prepare
from monitor.store.writer import SqlStore

DATABASE = "monitor.db"  # its name in the data folder


@asynccontextmanager
async def open_store(path: Path, *, exclusive: bool) -> AsyncIterator[Store]:
    """The store in the file `path`, created or migrated first where needed; StoreError says in one line what is wrong.

    `exclusive` for the one process that polls and delivers: a second one is refused with StoreLockedError, naming the
    first. Everyone else reads and makes small writes beside it.
    """
    with ExitStack() as stack:
        store = await asyncio.to_thread(_open, path, exclusive=exclusive, stack=stack)
        try:
            yield store
        finally:
            await asyncio.to_thread(store.close)


def _open(path: Path, *, exclusive: bool, stack: ExitStack) -> SqlStore:
    with files_told_plainly(path):
        if path.is_dir():
            raise StoreError(f"{path}: is a folder; the database is a file")
        path.parent.mkdir(parents=True, exist_ok=True)
        if exclusive:
            stack.enter_context(sole_holder(path))
        prepare(path, locked=exclusive)
        return SqlStore(path)
