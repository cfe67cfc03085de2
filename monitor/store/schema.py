"""Bringing a database to this program's tables, with a copy of the file made first."""

import re
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path

from sqlalchemy import Engine, event

import monitor
from monitor.store.copying import copy_database
from monitor.store.engine import connect, writing_engine
from monitor.store.errors import StoreDamagedError, StoreTooNewError
from monitor.store.lock import one_at_a_time, sole_holder
from monitor.store.statements import insert_or_update
from monitor.store.tables import meta

REVISION = "0008"  # the newest migration; what this program reads and writes
APPLICATION_ID = 0x414E4D4F  # "ANMO": marks the file as ours (https://www.sqlite.org/pragma.html#pragma_application_id)
_COPIES = 3
_SAVE_META = insert_or_update(meta, ["name"])


def prepare(path: Path, *, locked: bool) -> None:
    """Makes sure the database exists and has this program's tables. `locked`: the caller is its sole holder."""
    if path.exists() and revision_of(path) == REVISION:
        return
    with one_at_a_time(path.parent):
        if not path.exists():
            _create(path)
            return
        revision = revision_of(path)
        if revision == REVISION:
            return
        # A daemon of the older program may be at work on the old tables.
        with nullcontext() if locked else sole_holder(path):
            _migrate(path)


def revision_of(path: Path) -> str:
    """The revision of a database of ours, "" before the first. StoreTooNewError and StoreDamagedError say what is wrong with another file."""
    if path.is_file() and path.stat().st_size == 0:
        raise StoreDamagedError(f"{path}: is empty; restore a backup, or remove it to begin anew without history")
    with closing(connect(path)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreDamagedError(f"{path}: is no database of ours; move it away, or give another --data")
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        revision = str(row[0]) if row else ""
        if revision > REVISION:
            program = _written_by(connection)
            raise StoreTooNewError(
                f"{path}: was written by version {program}, this is {monitor.__version__}; "
                f"upgrade, or restore a copy made before"
            )
    return revision


def _written_by(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT value FROM meta WHERE name = 'program'").fetchone()
    return str(row[0]) if row else "unknown"


def _create(path: Path) -> None:
    """Under another name first: whoever sees the database sees it whole, also when we die half-way."""
    unfinished = path.with_name(path.name + ".new")
    # Journals of a database that was removed would be taken for the new one's.
    for leftover in (unfinished, *_journals(unfinished), *_journals(path)):
        leftover.unlink(missing_ok=True)
    unfinished.touch()
    _upgrade(unfinished)
    unfinished.rename(path)


def _migrate(path: Path) -> None:
    copy_database(path, path.with_name(f"{path.name}.before-{REVISION}"))
    _upgrade(path)
    for old in _old_copies(path):
        old.unlink()


def _old_copies(path: Path) -> list[Path]:
    """Copies made before migrations, apart from the last few."""
    name = re.compile(re.escape(path.name) + r"\.before-\d{4}")
    copies = sorted(other for other in path.parent.iterdir() if name.fullmatch(other.name))
    return copies[:-_COPIES]


def _upgrade(path: Path) -> None:
    engine = writing_engine(path)
    # A table is changed by building it anew and dropping the old one, which no row elsewhere may notice.
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys = OFF"))
    try:
        upgrade(engine, "head")
    finally:
        engine.dispose()


def upgrade(engine: Engine, revision: str) -> None:
    """Runs the migrations up to `revision`, all in one transaction."""
    # 0.4 s to import, needed once a version.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise StoreDamagedError(f"rows refer to others that are not there, so it stays as it was: {orphans[:3]}")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(_SAVE_META, {"name": "program", "value": monitor.__version__})


def _journals(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
