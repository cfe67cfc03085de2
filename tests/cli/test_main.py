"""The program as a whole: its commands, their help and documentation, its exit codes."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from monitor import __version__
from monitor.cli import application
from monitor.core.report import Subject
from tests.house import House
from tests.store.conftest import opened
from tests.store.samples import announcement

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = sorted(typer.main.get_command(application()).commands)
# Of the design's table; those that a later version brings are not expected yet.
EXPECTED = {
    *("init", "check", "run", "once", "demo", "status", "history", "explain", "classify", "evaluate", "test-alert"),
    *("mute", "approve", "submit", "backup", "restore", "prune", "replay", "schema"),
}


@pytest.fixture
def house(tmp_path):
    return House(tmp_path, sources=[("paper", "https://paper.example/feed")])


def _start(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_the_expected_commands_exist():
    assert set(COMMANDS) >= EXPECTED


def test_help_lists_every_command(typed):
    code, out, _ = typed("--help")
    assert code == 0
    assert [name for name in COMMANDS if not re.search(rf"^[│ ]*{name} ", out, re.MULTILINE)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(typed, command):
    code, out, _ = typed(command, "--help")
    assert code == 0
    assert re.search(rf"Example[^:]*: .*monitor {command}", " ".join(out.split()))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_with_its_options(command):
    """A section of its own, in which every option stands."""
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = re.search(rf"^## `monitor {command}`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert section, "no section"
    parameters = typer.main.get_command(application()).commands[command].params
    common = {"--help", "--config", "--data"}  # told once, at the top
    options = {max(p.opts, key=len) for p in parameters if p.param_type_name == "option"} - common
    assert {option for option in options if f"`{option}" not in section[1]} == set()
    assert "```" in section[1], "no example"


def test_documentation_names_no_command_that_is_not_there():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `monitor ([a-z-]+)`", page, re.MULTILINE)) == set(COMMANDS)


def test_without_a_command_it_says_what_there_is(typed):
    code, out, err = typed()
    assert code == 2
    assert "history" in out + err


def test_version(typed):
    assert typed("--version") == (0, f"monitor {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["nonsense"], ["status", "--nonsense"], ["approve"]])
def test_usage_mistakes_exit_2(typed, arguments):
    code, out, err = typed(*arguments)
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize(
    "command", [["status"], ["once"], ["run"], ["explain", "-"], ["mute"], ["approve", "1"], ["test-alert"]]
)
def test_every_mistake_of_the_configuration_is_told_and_exits_2(house, typed, command):
    house.write("watchlist.yaml", "shows: [{titel: Lantern Bay}]\n")
    house.write("alerts.yaml", "receivers: 7\n")
    with opened(house.settings.data / "monitor.db"):
        pass
    code, out, err = typed(*command, "--config", house.settings.config, "--data", house.settings.data)
    assert (code, out) == (2, "")
    assert "watchlist.yaml:1:" in err
    assert "alerts.yaml:1:" in err


def test_a_damaged_database_exits_1_in_one_line(house, typed):
    house.settings.data.mkdir()
    (house.settings.data / "monitor.db").write_bytes(b"no database" * 1000)
    code, out, err = typed("history", "--data", house.settings.data)
    assert (code, out) == (1, "")
    assert re.fullmatch(r"error: .*monitor\.db.*\n", err)


def test_ctrl_c_ends_quietly(house):
    """With the exit code a shell gives to what was interrupted."""
    options = ["--config", house.settings.config, "--data", house.settings.data]
    with _start("explain", "-", *options, stdin=subprocess.PIPE) as process:
        _wait_until_it_reads(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")


def _wait_until_it_reads(process):
    """The program has started when it has taken what stands in its standard input."""
    assert process.stdin is not None
    os.set_blocking(process.stdin.fileno(), False)
    taken = 0
    # A pipe holds 64 KiB: more can be written only when the program reads.
    while taken <= 1 << 17:
        try:
            taken += os.write(process.stdin.fileno(), b"x" * 4096)
        except BlockingIOError:
            continue


@pytest.mark.parametrize("options", [[], ["--json"], ["--csv"]])
@pytest.mark.parametrize("count", [1, 2000])
def test_a_pipe_that_is_closed_is_no_trouble(tmp_path, options, count):
    """`monitor history | head` says nothing of broken pipes, however little or much there was to print."""
    with opened(tmp_path / "monitor.db") as store:
        store.write(lambda tx: [tx.add_announcement(announcement()) for _ in range(count)])
    with _start("history", "--limit", 5000, "--data", tmp_path, *options) as process:
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("options", [[], ["--json"], ["--csv"]])
def test_output_that_finds_no_room_is_one_line(tmp_path, options):
    with opened(tmp_path / "monitor.db"):
        pass
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "history", "--data", tmp_path, *options],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"error: there is no room left for the output\n")


def test_closed_streams_are_no_trouble(tmp_path):
    """`monitor history >&- 2>&-` does its work and tells nobody."""
    with opened(tmp_path / "monitor.db"):
        pass
    closed = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh"]
    done = subprocess.run(
        [*closed, sys.executable, "-m", "monitor", "history", "--data", tmp_path], cwd=ROOT, check=False
    )
    assert done.returncode == 0


def test_a_terminal_that_cannot_show_a_character_shows_another(tmp_path):
    with opened(tmp_path / "monitor.db") as store:
        subject = Subject(key="show:cafe", title="“Café”")
        store.write(lambda tx: tx.add_announcement(announcement(subject=subject)))
    with _start("history", "--data", tmp_path, env=os.environ | {"PYTHONIOENCODING": "ascii"}) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, b"")
    assert b"?Caf??" in out
