import sqlite3
from contextlib import closing

import pytest

from monitor.records import HistoryQuery
from monitor.store.backup import back_up, restore
from monitor.store.copying import copy_database
from monitor.store.errors import StoreDamagedError, StoreError, StoreLockedError, StoreTooNewError
from monitor.store.lock import sole_holder
from tests.store.conftest import opened
from tests.store.samples import NOW, announcement, item
from tests.store.test_processes import other_process


def _silent(_done, _all):
    pass


def _fill(path, key="a"):
    with opened(path) as store:
        store.write(lambda tx: tx.add_item("gazette", item(key), at=NOW, baseline=False))


def _keys(path):
    with opened(path) as store:
        return [stored.item.key for stored in store.read(lambda view: view.items(range(99)))]


def test_a_backup_put_in_place_is_the_database_as_it_was(path, tmp_path):
    _fill(path)
    copy = tmp_path / "copy.db"
    back_up(path, copy, replace=False, progress=_silent)
    _fill(path, "b")
    kept = restore(copy, path, progress=_silent)
    assert _keys(path) == ["a"]
    assert (kept.name, _keys(kept)) == ("monitor.db.replaced-1", ["b", "a"])
    assert restore(kept, path, progress=_silent).name == "monitor.db.replaced-2"
    assert _keys(path) == ["b", "a"]


def test_a_backup_is_restored_where_there_is_nothing(path, tmp_path):
    _fill(path)
    back_up(path, tmp_path / "copy.db", replace=False, progress=_silent)
    elsewhere = tmp_path / "new machine" / "monitor.db"
    elsewhere.parent.mkdir()
    elsewhere.with_name("monitor.db-wal").write_text("left by a database that was removed")
    assert restore(tmp_path / "copy.db", elsewhere, progress=_silent) is None
    assert elsewhere.with_name("monitor.db.replaced-1-wal").exists()
    assert _keys(elsewhere) == ["a"]


def test_a_backup_made_while_another_process_writes_is_whole_and_one_file(path, tmp_path):
    seen = []
    with opened(path) as store:
        store.write(
            lambda tx: [tx.add_item("big", item(f"k{n}", text="x" * 9000), at=NOW, baseline=False) for n in range(999)]
        )
    with other_process("write_for_ever", path, "busy") as writer:
        writer.stdout.readline()
        back_up(path, tmp_path / "copy.db", replace=False, progress=lambda done, pages: seen.append((done, pages)))
        writer.stdout.readline()
    assert [file.name for file in tmp_path.glob("*copy.db*")] == ["copy.db"]
    assert len({pages for _, pages in seen}) == 1  # it was not begun again
    assert seen[-1][0] == seen[-1][1] > 1000
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with opened(tmp_path / "copy.db") as copy:
        found = copy.read(lambda view: view.announcements(HistoryQuery(limit=99_999)))
    assert len(found) % 2 == 0


def test_a_backup_replaces_a_file_only_when_told_to(path, tmp_path):
    _fill(path)
    copy = tmp_path / "copy.db"
    copy.write_text("precious")
    with pytest.raises(StoreError, match=r"exists already; .* --force"):
        back_up(path, copy, replace=False, progress=_silent)
    assert copy.read_text() == "precious"
    back_up(path, copy, replace=True, progress=_silent)
    assert _keys(copy) == ["a"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("data/monitor.db", "exists already"),
        ("data", "is a folder; name the file to write"),
        ("missing/copy.db", "missing: there is no such folder"),
    ],
)
def test_a_backup_that_cannot_be_made_is_refused_even_by_force(tmp_path, target, said):
    database = tmp_path / "data" / "monitor.db"
    _fill(database)
    with pytest.raises(StoreError, match=said):
        back_up(database, tmp_path / target, replace=True, progress=_silent)
    assert _keys(database) == ["a"]
    assert [file.name for file in tmp_path.iterdir()] == ["data"]


def test_there_must_be_a_database_to_back_up(path, tmp_path):
    with pytest.raises(StoreError, match="there is no database; is --data right"):
        back_up(path, tmp_path / "copy.db", replace=False, progress=_silent)


def _damage(copy):
    with copy.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096 * 3)


def _age(copy):
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda copy: copy.unlink(), StoreError),
        (lambda copy: copy.write_bytes(b""), StoreDamagedError),
        (lambda copy: copy.write_text("no database" * 999), StoreDamagedError),
        (_damage, StoreDamagedError),
        (_age, StoreTooNewError),
    ],
)
def test_only_a_sound_backup_of_ours_replaces_anything(path, tmp_path, spoil, error):
    _fill(path)
    copy = tmp_path / "copy.db"
    back_up(path, copy, replace=False, progress=_silent)
    spoil(copy)
    with pytest.raises(error) as caught:
        restore(copy, path, progress=_silent)
    assert str(caught.value).startswith(f"{copy}: ")
    assert "\n" not in str(caught.value)
    assert _keys(path) == ["a"]
    assert not list(path.parent.glob("*.re*"))


def test_nothing_is_restored_while_the_daemon_runs_or_from_the_database_itself(path, tmp_path):
    _fill(path)
    back_up(path, tmp_path / "copy.db", replace=False, progress=_silent)
    with sole_holder(path), pytest.raises(StoreLockedError, match="in use by"):
        restore(tmp_path / "copy.db", path, progress=_silent)
    with pytest.raises(StoreError, match="is the database itself"):
        restore(path, path, progress=_silent)


def test_a_damaged_database_is_kept_with_its_journal_when_replaced(path, tmp_path):
    with opened(path) as store:
        store.write(lambda tx: tx.add_announcement(announcement()))
    back_up(path, tmp_path / "copy.db", replace=False, progress=_silent)
    path.write_text("broken" * 999)  # a journal beside a sound file would be SQLite's to read
    path.with_name("monitor.db-wal").write_text("journal")
    restore(tmp_path / "copy.db", path, progress=_silent)
    assert path.with_name("monitor.db.replaced-1").read_text() == "broken" * 999
    assert path.with_name("monitor.db.replaced-1-wal").read_text() == "journal"
    with opened(path) as store:
        assert store.read(lambda view: view.announcement(1)).id == 1


def test_a_source_that_cannot_be_copied_is_named(tmp_path):
    source = tmp_path / "source.db"
    for spoil, said in ((source.unlink, "cannot be opened"), (lambda: source.write_text("x" * 999), "is no database")):
        source.touch()
        spoil()
        with pytest.raises(StoreError, match=f"source.db: {said}"):
            copy_database(source, tmp_path / "copy.db")
    assert not list(tmp_path.glob("*copy*"))
