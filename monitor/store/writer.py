"""The two ways into the database: one writer, a few readers. Each has its own threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from monitor.ports import Transaction, View
from monitor.store.engine import READERS, reading_engine, writing_engine
from monitor.store.errors import told_plainly
from monitor.store.transaction import SqlTransaction

T = TypeVar("T")


class SqlStore:
    """Fulfils `ports.Store`. Work that has begun is finished even when its awaiter is cancelled."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = writing_engine(path)
        self._readers = reading_engine(path)
        # A single thread keeps the writes in the order they were asked for.
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._reader_threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def read(self, work: Callable[[View], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader_threads, self._read, work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer_thread, self._write, work)

    def close(self) -> None:
        """Waits for the work that has begun, then lets go of the file."""
        self._reader_threads.shutdown()
        self._writer_thread.shutdown()
        self._readers.dispose()
        # Last, so that it is the one that folds the write-ahead log back into the file.
        self._writer.dispose()

    def _read(self, work: Callable[[View], T]) -> T:
        with told_plainly(self._path), self._readers.begin() as connection:
            return work(SqlTransaction(connection))

    def _write(self, work: Callable[[Transaction], T]) -> T:
        with told_plainly(self._path), self._writer.begin() as connection:
            return work(SqlTransaction(connection))
