"""What several processes do to one file, and what is left of it when one is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor.core.alert import AlertState
from monitor.ports import HistoryQuery
from monitor.store.errors import StoreLockedError
from tests.store.conftest import opened

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def other_process(*arguments):
    command = [sys.executable, "-m", "tests.store.other_process", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_second_daemon_is_refused_and_told_who_holds_the_database(path):
    with other_process("hold", path) as daemon:
        assert daemon.stdout.readline() == "holding\n"
        said = (
            rf"in use by `monitor hold .*` \(process {daemon.pid}, since \d{{4}}-\d\d-\d\d [\d:]+ UTC\); stop it first"
        )
        with pytest.raises(StoreLockedError, match=said), opened(path, exclusive=True):
            pass
        # Commands read and make small writes beside it.
        with opened(path) as store:
            assert store.write(lambda tx: tx.lift_mute("kind", "trailer")) is False
        os.kill(daemon.pid, signal.SIGKILL)
        daemon.wait()
        # Nothing stale is left.
        with opened(path, exclusive=True) as store:
            assert store.read(lambda view: view.heartbeat()) is None


def test_a_writer_killed_at_any_moment_leaves_whole_transactions_only(path):
    stored = 0
    for transactions in (1, 3, 7, 12, 20):
        with other_process("write_for_ever", path) as writer:
            said = [writer.stdout.readline() for _ in range(transactions)]
            os.kill(writer.pid, signal.SIGKILL)
            said += writer.stdout.readlines()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            halves = dict(connection.execute("SELECT source_id, count(*) FROM item GROUP BY source_id"))
        assert set(halves.values()) == {2}
        # What was said to be stored is; at most the transaction that was being said is there unsaid.
        before, stored = stored, max(stored, len(halves))
        assert len([line for line in said if line.endswith("\n")]) <= stored
        assert before <= stored
        with opened(path) as store:
            assert len(store.read(lambda view: view.announcements(HistoryQuery(limit=9999)))) % 2 == 0


def test_two_processes_write_at_once(path):
    with opened(path):
        pass
    with other_process("write_some", path, "one", 100) as one, other_process("write_some", path, "two", 100) as two:
        assert (one.wait(), two.wait()) == (0, 0)
    with opened(path) as store:
        assert store.read(lambda view: view.outbox()) == {AlertState.PENDING: 400}


def test_two_processes_may_begin_a_database_at_the_same_time(path):
    with other_process("write_some", path, "one", 1) as one, other_process("write_some", path, "two", 1) as two:
        assert (one.wait(), two.wait()) == (0, 0)
    with opened(path) as store:
        assert store.read(lambda view: view.outbox()) == {AlertState.PENDING: 4 * 1}
