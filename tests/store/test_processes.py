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
    """What it said to be stored is stored; at most one more is, which it had no time to say."""
    for run, transactions in enumerate((1, 3, 7, 12, 20)):
        with other_process("write_for_ever", path, run) as writer:
            said = [writer.stdout.readline() for _ in range(transactions)]
            os.kill(writer.pid, signal.SIGKILL)
            said += writer.stdout.readlines()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            of_run = "SELECT source_id, count(*) FROM item WHERE source_id LIKE ? GROUP BY source_id"
            items = dict(connection.execute(of_run, [f"{run} %"]))
        assert set(items.values()) == {2}
        assert len(items) - len([line for line in said if line.endswith("\n")]) in {0, 1}
        with opened(path) as store:
            alerts = store.read(lambda view: view.outbox())[AlertState.PENDING]
            assert alerts == store.read(lambda view: view.count_items())


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
