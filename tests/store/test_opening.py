"""What the user is told when the file cannot be used, and what the store keeps to when it can."""

import os
import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.store.errors import StoreDamagedError, StoreError, StoreLockedError
from tests.store.conftest import opened
from tests.store.samples import NOW, alert, item

NOBODY = 65534


def _another_program(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        pytest.param(lambda p: p.mkdir(), StoreError, "is a folder; the database is a file", id="folder"),
        pytest.param(lambda p: p.touch(), StoreDamagedError, "is empty; restore a backup, or remove it", id="empty"),
        pytest.param(lambda p: p.write_text("x" * 9999), StoreDamagedError, "is no database; move it away", id="text"),
        pytest.param(lambda p: p.write_text("x"), StoreDamagedError, "is no database of ours", id="one-byte"),
        pytest.param(
            _another_program,
            StoreDamagedError,
            "is no database of ours; move it away, or give another --data",
            id="another",
        ),
    ],
)
def test_a_file_that_is_no_database_of_ours_is_refused_and_kept(tmp_path, make, error, said):
    path = tmp_path / "monitor.db"
    make(path)
    before = None if path.is_dir() else path.read_bytes()
    with pytest.raises(error, match=re.escape(str(path)) + ": .*" + said) as caught, opened(path):
        pass
    assert "\n" not in str(caught.value)
    assert before is None or path.read_bytes() == before


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(StoreError, match="data: File exists"), opened(tmp_path / "data" / "monitor.db"):
        pass


def test_a_damaged_page_is_told_and_how_to_go_on(path):
    with opened(path) as store:
        store.write(
            lambda tx: [tx.add_item("g", item(f"k{n}", text="x" * 900), at=NOW, baseline=False) for n in range(99)]
        )
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * (path.stat().st_size - 4096 * 4))
    said = r"is damaged .*; restore a backup with `monitor restore FILE`"
    with pytest.raises(StoreDamagedError, match=said), opened(path) as store:
        store.read(lambda view: view.items(range(100)))


@pytest.fixture
def unprivileged(path):
    """The rights of a user who owns nothing, for those parts of a test that need them."""
    if os.geteuid() != 0:
        pytest.skip("only root can give its rights away")
    for folder in path.parents[:-1]:
        if folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(0o755)
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


def test_what_may_not_be_written_is_told(path, request):
    with opened(path):
        pass
    path.chmod(0o444)
    path.parent.chmod(0o555)
    request.getfixturevalue("unprivileged")
    with pytest.raises(StoreError, match=r"check .* folder"), opened(path, exclusive=True):
        pass
    with pytest.raises(StoreError, match=r"check .* folder"), opened(path) as store:
        store.write(lambda tx: tx.lift_mute("kind", "trailer"))
    with (
        pytest.raises(StoreError, match="Permission denied; check the owner and mode"),
        opened(path.parent / "deeper" / "monitor.db"),
    ):
        pass


def test_a_full_disk_fails_one_write_and_no_other(store):
    def limit(pages):
        return lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill(tx):
        tx.add_item("gazette", item("small"), at=NOW, baseline=False)
        tx.add_item("gazette", item("big", text="x" * 10_000_000), at=NOW, baseline=False)

    store.write(limit(200))
    with pytest.raises(StoreError, match="the disk is full; free some space"):
        store.write(fill)
    assert store.read(lambda view: view.has_items("gazette")) is False
    store.write(limit(1_000_000))
    store.write(fill)
    assert store.read(lambda view: view.has_items("gazette")) is True


def test_a_database_kept_locked_is_told(store):
    store.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA busy_timeout = 1"))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError, match="another program kept it locked"):
            store.write(lambda tx: tx.lift_mute("kind", "trailer"))


def test_readers_cannot_write(store):
    with pytest.raises(StoreError, match="may not be written"):
        store.read(lambda view: view.add_item("gazette", item("a"), at=NOW, baseline=False))
    assert store.read(lambda view: view.has_items("gazette")) is False


def test_a_reader_sees_one_moment(store):
    """What is stored while it reads is not there for it."""

    def read(view):
        before = view.has_items("gazette")
        with closing(sqlite3.connect(store.path)) as other, other:
            other.execute(
                "INSERT INTO item (source_id, key, fingerprint, title, summary, text, embeds, first_seen, baseline, note)"
                " VALUES ('gazette', 'a', '', '', '', '', '[]', '2026-05-04T12:00:00.000000Z', 0, '')"
            )
        return before, view.has_items("gazette")

    assert store.read(read) == (False, False)
    assert store.read(lambda view: view.has_items("gazette")) is True


class _MadeUpError(Exception):
    pass


def test_an_exception_in_the_work_undoes_it_and_comes_out(store):
    def work(tx):
        tx.add_item("gazette", item("a"), at=NOW, baseline=False)
        raise _MadeUpError

    with pytest.raises(_MadeUpError):
        store.write(work)
    assert store.read(lambda view: view.has_items("gazette")) is False


def test_a_mistake_of_ours_is_loud(store):
    """It is not dressed up as trouble with the disk."""
    with pytest.raises(IntegrityError):
        store.write(lambda tx: tx.add_alert(alert(12345), at=NOW))
    with pytest.raises(Exception, match="naive time"):
        store.write(lambda tx: tx.add_item("g", item("a"), at=NOW.replace(tzinfo=None), baseline=False))


def test_times_read_well_and_sort_in_the_shell(store):
    store.write(lambda tx: tx.add_item("gazette", item("a"), at=NOW, baseline=False))
    with closing(sqlite3.connect(store.path)) as shell:
        assert shell.execute("SELECT first_seen, date(first_seen) FROM item").fetchall() == [
            ("2026-05-04T12:00:00.000000Z", "2026-05-04")
        ]
