"""A consistent, checked copy of a database in use."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from monitor.store.engine import connect
from monitor.store.errors import StoreDamagedError, files_told_plainly, told_plainly

_PAGES_A_STEP = 256  # 1 MB between two reports of progress

Progress = Callable[[int, int], None]  # pages copied, pages in all


def copy_database(source: Path, target: Path, progress: Progress = lambda _done, _all: None) -> None:
    """Copies a database to `target`, which appears whole or not at all; an old `target` is replaced.

    Others may go on writing: the copy is of the moment it began. StoreError says what went wrong.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    with files_told_plainly(target):
        try:
            _copy(source, unfinished, progress)
            _check(unfinished, source)
            _flush(unfinished)
            unfinished.replace(target)
            _flush(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def _copy(source: Path, target: Path, progress: Progress) -> None:
    with told_plainly(source):
        here = connect(source)
    with closing(here), closing(sqlite3.connect(target, isolation_level=None)) as there:
        # A snapshot held throughout: without it every write by another process would start the copy over.
        with told_plainly(source):
            here.execute("BEGIN")
            here.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        here.backup(there, pages=_PAGES_A_STEP, progress=lambda _status, left, pages: progress(pages - left, pages))
        # One file, without a write-ahead log beside it.
        there.execute("PRAGMA journal_mode = DELETE")


def _check(copy: Path, source: Path) -> None:
    """Reads the whole copy. What does not fit in it did not fit in its source."""
    with told_plainly(source), closing(connect(copy)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StoreDamagedError(f"{source}: is damaged ({' '.join(verdict.split())}); use a backup made before")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
