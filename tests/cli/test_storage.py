import sqlite3
from contextlib import closing

import pytest

from monitor.cli import main
from tests.store.conftest import opened
from tests.store.samples import DAY, NOW, item


@pytest.fixture
def data(tmp_path):
    with opened(tmp_path / "data" / "monitor.db") as store:

        def fill(tx):
            tx.add_item("gazette", item("gone"), at=NOW - 900 * DAY, baseline=False)
            tx.add_item("gazette", item("shown"), at=NOW - 900 * DAY, baseline=False)
            tx.touch_items("gazette", ["shown"], NOW - 900 * DAY)

        store.write(fill)
    return tmp_path / "data"


@pytest.fixture
def monitor(data, capsys, monkeypatch):
    """Runs a command on `data`: exit code, standard output, standard error."""
    monkeypatch.setenv("MONITOR_DATA", str(data))

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["monitor", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def _items(path):
    with closing(sqlite3.connect(path)) as connection:
        return sorted(key for (key,) in connection.execute("SELECT key FROM item"))


def test_a_backup_is_made_and_restored(monitor, data, tmp_path):
    copy = tmp_path / "copy.db"
    code, out, err = monitor("backup", copy)
    assert (code, out, err) == (0, f"{copy}: written, {copy.stat().st_size:,} bytes\n", "")
    assert monitor("backup", copy)[0] == 1
    assert monitor("backup", copy, "--force")[0] == 0
    assert monitor("prune")[0] == 0
    assert _items(data / "monitor.db") == ["shown"]
    code, out, err = monitor("restore", copy)
    assert (code, err) == (0, "")
    assert out == f"{data}/monitor.db: restored from {copy}; the old one is {data}/monitor.db.replaced-1\n"
    assert _items(data / "monitor.db") == ["gone", "shown"]


def test_pruning_says_how_much_went(monitor):
    assert monitor("prune", "--older-than", "9000d") == (0, "0 rows older than 9000 days removed\n", "")
    assert monitor("prune", "--older-than", "365d") == (0, "1 rows older than 365 days removed\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["backup", "/dev/null/x"], "error: /dev/null: there is no such folder\n"),
        (["restore", "missing.db"], "error: missing.db: there is no such file\n"),
        (["prune", "--data", "missing"], "error: missing/monitor.db: there is no database; is --data right?\n"),
        (["backup", "copy.db", "--data", "missing"], "error: missing/monitor.db: there is no database"),
    ],
)
def test_a_failure_is_one_line_and_exit_1(monitor, arguments, said):
    code, out, err = monitor(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


@pytest.mark.parametrize("age", ["180", "0d", "29d", "six months", "-5d", "999999d"])
def test_an_age_that_is_none_or_too_short_is_a_usage_error(monitor, age):
    code, _, err = monitor("prune", "--older-than", age)
    assert code == 2
    assert "30d" in err or "180d" in err


@pytest.mark.parametrize("command", ["backup", "restore", "prune"])
def test_every_command_has_help_with_an_example(monitor, command):
    code, out, _ = monitor(command, "--help")
    assert code == 0
    assert f"Example: monitor {command}" in out
