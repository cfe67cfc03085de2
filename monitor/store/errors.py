"""What can be wrong with the database, told in one line with what to do.

StoreError
├── StoreLockedError    another process holds it
├── StoreTooNewError    a later version of the program wrote it
└── StoreDamagedError   it is not ours, or it is broken
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError


class StoreError(Exception):
    """The database cannot be used. The message is one line for the user."""


class StoreLockedError(StoreError):
    """Another process holds the database."""


class StoreTooNewError(StoreError):
    """A later version of the program wrote the database."""


class StoreDamagedError(StoreError):
    """The file is no database of ours, or is broken."""


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turns trouble with the disk or the file into a StoreError; mistakes of ours (a bad statement) pass through."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        told = explain_sqlite(cause, path) if isinstance(cause, sqlite3.Error) else None
        if told is None:
            raise
        raise told from error


@contextmanager
def files_told_plainly(path: Path) -> Iterator[None]:
    """As told_plainly, for work that handles the files themselves: the system's errors about them, too."""
    try:
        with told_plainly(path):
            yield
    except OSError as error:
        advice = (
            "; check the owner and mode of the file and of its folder" if isinstance(error, PermissionError) else ""
        )
        raise StoreError(f"{error.filename or path}: {error.strerror}{advice}") from error


def explain_sqlite(error: sqlite3.Error, path: Path) -> StoreError | None:
    """The plain words for a SQLite error, or None when it is a bug of ours.

    The primary result code is the low byte (https://www.sqlite.org/rescode.html).
    """
    # Errors that the Python module raises by itself (a closed connection, a wrong type) carry no code.
    kind, words = _TOLD.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, (None, ""))
    return kind(f"{path}: {words.format(error=error)}") if kind else None


_READ_ONLY = "may not be written; check the owner and mode of the file and of its folder"
_BUSY = "another program kept it locked for too long; try again"
_TOLD: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_FULL: (StoreError, "the disk is full; free some space, what was stored before is safe"),
    sqlite3.SQLITE_READONLY: (StoreError, _READ_ONLY),
    sqlite3.SQLITE_PERM: (StoreError, _READ_ONLY),
    sqlite3.SQLITE_CANTOPEN: (StoreError, "cannot be opened; check that its folder exists and may be written"),
    sqlite3.SQLITE_BUSY: (StoreLockedError, _BUSY),
    sqlite3.SQLITE_LOCKED: (StoreLockedError, _BUSY),
    sqlite3.SQLITE_IOERR: (StoreError, "the disk failed to read or write ({error}); check the disk"),
    sqlite3.SQLITE_CORRUPT: (StoreDamagedError, "is damaged ({error}); restore a backup with `monitor restore FILE`"),
    sqlite3.SQLITE_NOTADB: (StoreDamagedError, "is no database; move it away, or restore a backup over it"),
}
