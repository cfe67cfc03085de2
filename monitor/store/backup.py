"""Backing a database up while it is in use, and putting a backup in its place."""

from pathlib import Path

from monitor.store.copying import Progress, copy_database
from monitor.store.errors import StoreError, files_told_plainly, told_plainly
from monitor.store.lock import sole_holder
from monitor.store.schema import revision_of


def back_up(database: Path, target: Path, *, replace: bool, progress: Progress) -> None:
    """Copies the database to `target`, which appears whole or not at all; `replace` allows it to exist.

    The daemon may go on writing: the copy is of the moment it began.
    """
    with files_told_plainly(target):
        if not database.is_file():
            raise StoreError(f"{database}: there is no database; is --data right?")
        if target.is_dir():
            raise StoreError(f"{target}: is a folder; name the file to write")
        if not target.parent.is_dir():
            raise StoreError(f"{target.parent}: there is no such folder")
        if target.exists() and (target.samefile(database) or not replace):
            raise StoreError(f"{target}: exists already; give another name, or --force to replace an older backup")
        with told_plainly(database):
            revision_of(database)
        copy_database(database, target, progress)


def restore(source: Path, database: Path, *, progress: Progress) -> Path | None:
    """Puts a backup in the database's place. Where the replaced file is kept, or None when there was none.

    StoreLockedError while a daemon runs; nothing is touched before a copy of the backup has been checked from end to end.
    """
    with files_told_plainly(source):
        if not source.is_file():
            raise StoreError(f"{source}: there is no such file")
        if database.exists() and source.samefile(database):
            raise StoreError(f"{source}: is the database itself")
        revision_of(source)
    with files_told_plainly(database):
        database.parent.mkdir(parents=True, exist_ok=True)
        with sole_holder(database):
            arrived = database.with_name(database.name + ".restored")
            copy_database(source, arrived, progress)
            kept = _put_aside(database)
            arrived.rename(database)
            return kept if kept.exists() else None


def _put_aside(database: Path) -> Path:
    """Renames the database with its journals, which belong to it by name, unopened: it may be damaged.

    The journals first: beside another database they would be taken for that one's.
    """
    kept = _free_name(database)
    for suffix in ("-wal", "-shm", ""):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.rename(kept.with_name(kept.name + suffix))
    return kept


def _free_name(database: Path) -> Path:
    number = 1
    while (name := database.with_name(f"{database.name}.replaced-{number}")).exists():
        number += 1
    return name
