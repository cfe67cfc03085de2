import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

import monitor
from monitor.store import schema
from monitor.store.engine import writing_engine
from monitor.store.errors import StoreLockedError, StoreTooNewError
from monitor.store.lock import sole_holder
from monitor.store.schema import REVISION, prepare, upgrade
from monitor.store.tables import METADATA
from tests.store.conftest import opened
from tests.store.samples import NOW, item

SCRIPTS = ScriptDirectory("monitor/store/migrations")
OLDER = [script.revision for script in SCRIPTS.walk_revisions() if script.revision != REVISION]


def _at_revision(path, revision):
    path.touch()
    engine = writing_engine(path)
    upgrade(engine, revision)
    return engine


def test_the_program_knows_its_newest_migration():
    assert SCRIPTS.get_heads() == [REVISION]


@pytest.mark.parametrize("start", [None, *OLDER])
def test_migrated_tables_are_those_the_program_uses(tmp_path, start):
    path = tmp_path / "monitor.db"
    if start:
        _at_revision(path, start).dispose()
    prepare(path, locked=False)
    engine = writing_engine(path)
    with engine.begin() as connection:
        ours = {"include_name": lambda name, kind, _: kind != "table" or not name.startswith("announcement_search")}
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), METADATA) == []
        # The comparison above does not look at the conditions of partial indexes.
        indexes = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE type = 'index'")
        partial = {name: sql.partition(" WHERE ")[2] for name, sql in indexes if sql and " WHERE " in sql}
    engine.dispose()
    declared = {
        index.name: str(index.dialect_options["sqlite"]["where"])
        for table in METADATA.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert partial == declared


def _filled(path):
    with opened(path) as store:
        store.write(lambda tx: tx.add_item("gazette", item("a"), at=NOW, baseline=False))


@pytest.fixture
def old(path):
    """A database of ours from before the first migration."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("CREATE TABLE keepsake (word TEXT)")
        connection.execute("INSERT INTO keepsake VALUES ('old')")
    return path


def _keepsakes(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT word FROM keepsake").fetchall()


def test_a_copy_is_made_before_migrating_and_the_last_few_are_kept(old):
    newest = int(REVISION)
    for earlier in ("0000-mine", "000x", *(f"{number:04}" for number in range(newest))):
        old.with_name(f"monitor.db.before-{earlier}").touch()
    _filled(old)
    assert _keepsakes(old.with_name(f"monitor.db.before-{REVISION}")) == [("old",)]
    copies = sorted(file.name.partition(".before-")[2] for file in old.parent.glob("*.before-*"))
    assert copies == sorted(["0000-mine", "000x", *(f"{newest - back:04}" for back in range(3))])
    _filled(old)


def test_a_migration_that_fails_leaves_the_database_as_it_was(old):
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("CREATE TABLE hold (in_the_way TEXT)")
    before = old.read_bytes()
    with pytest.raises(OperationalError, match="hold"), opened(old):
        pass
    with closing(sqlite3.connect(old)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert {name for (name,) in tables} == {"alembic_version", "keepsake", "hold"}
    assert old.with_name(f"monitor.db.before-{REVISION}").stat().st_size == len(before)


def test_an_older_database_is_left_alone_while_its_daemon_runs(old):
    with sole_holder(old), pytest.raises(StoreLockedError, match="in use by"), opened(old):
        pass
    _filled(old)


def test_a_database_of_a_later_version_is_refused_and_names_it(path):
    _filled(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE meta SET value = '7.8.9'")
    with (
        pytest.raises(StoreTooNewError, match=rf"written by version 7\.8\.9, this is {monitor.__version__}"),
        opened(path),
    ):
        pass


def test_a_half_made_database_of_a_killed_process_is_begun_anew(path):
    path.parent.mkdir()
    for leftover in ("monitor.db.new", "monitor.db.new-wal", "monitor.db-wal", "monitor.db-shm"):
        path.with_name(leftover).write_bytes(b"half")
    _filled(path)
    assert [file.name for file in path.parent.iterdir()] == ["monitor.db"]
