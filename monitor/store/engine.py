"""Connections to the SQLite file: one kind that writes, one kind that can only read."""

import sqlite3
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

READERS = 3
# How long a statement waits for another process's transaction. Ours are short; a retention batch takes 0.1 s.
BUSY_TIMEOUT = timedelta(seconds=10)
_MAX_WAL_BYTES = 64 * 1024 * 1024  # a log that grew behind a long read is cut back to this


def writing_engine(path: Path) -> Engine:
    """One connection, whose transactions begin IMMEDIATE.

    A deferred one would read first and then fail to become a writer, at once and in spite of the busy timeout.
    """
    engine = create_engine("sqlite://", creator=lambda: _connect_writer(path), poolclass=QueuePool, pool_size=1)
    event.listen(engine, "begin", lambda connection: _begin(connection, "BEGIN IMMEDIATE"))
    return engine


def reading_engine(path: Path) -> Engine:
    """Connections that the database lets do nothing but read, each transaction in one snapshot."""
    engine = create_engine("sqlite://", creator=lambda: _connect_reader(path), poolclass=QueuePool, pool_size=READERS)
    event.listen(engine, "begin", lambda connection: _begin(connection, "BEGIN"))
    return engine


def connect(path: Path) -> sqlite3.Connection:
    """A plain connection to a file that must exist; transactions begin only when told to."""
    # The mode keeps SQLite from creating a file that somebody has just moved away.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_TIMEOUT.total_seconds(),
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _connect_writer(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    # With WAL this survives every crash of the program; a power cut may cost the last transactions, never the file.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {_MAX_WAL_BYTES}")
    return connection


def _connect_reader(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _begin(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
