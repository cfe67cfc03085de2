"""A lock that one process at a time holds on a database, and that dies with it.

The kernel keeps it (flock), so nothing stale is left by a crash. It is bound to the open file: a child made by a bare
fork would keep it alive, one that is spawned does not.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from monitor.store.errors import StoreLockedError


def lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


@contextmanager
def sole_holder(database: Path) -> Iterator[None]:
    """Holds the lock of a database; StoreLockedError says who holds it otherwise.

    The lock file stays when the lock is let go: removing it would let two processes lock two files of one name.
    """
    path = lock_path(database)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreLockedError(f"{database} is in use by {_holder(descriptor)}; stop it first") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\nmonitor {' '.join(sys.argv[1:])}\n".encode(errors="replace"), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Waits until no other process changes the tables of a database in this folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    pid, _, command = os.pread(descriptor, 1000, 0).decode(errors="replace").partition("\n")
    since = datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)
    return f"`{command.strip()}` (process {pid}, since {since:%Y-%m-%d %H:%M:%S} UTC)"
