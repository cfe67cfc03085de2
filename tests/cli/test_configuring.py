"""`init`, `check` and `schema`, as typed."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli.configuring import register
from monitor.config import Settings, load
from monitor.config.files import NAMES
from monitor.core.setup import Setup
from monitor.records import SendFailed, SendResult, Sent

DATA = Path(__file__).resolve().parents[1] / "data" / "config"


class Edge:
    """Stands in for the network: answers what it was told to, and remembers who was asked for."""

    def __init__(self) -> None:
        self.online: list[tuple[str, bool, str]] = []
        self.result: SendResult = Sent()
        self.sent: list[tuple[str, Path]] = []

    def check_online(self, setup: Setup, settings: Settings) -> Iterable[tuple[str, bool, str]]:
        return self.online

    def send_test(self, setup: Setup, settings: Settings, receiver: str) -> SendResult:
        self.sent.append((receiver, settings.data))
        return self.result


@pytest.fixture
def edge() -> Edge:
    return Edge()


@pytest.fixture
def app(edge: Edge) -> typer.Typer:
    app = typer.Typer()
    register(app, check_online=edge.check_online, send_test=edge.send_test)
    return app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DATA / "plain", tmp_path / "config")
    return tmp_path / "config"


def run(app: typer.Typer, *arguments: object, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def test_check_counts(app: typer.Typer, folder: Path) -> None:
    assert run(app, "check", "--config", folder) == ("3 files, 1 source, 1 watch, 1 receiver, 1 route: fine\n", "")


def test_check_warns(app: typer.Typer, folder: Path) -> None:
    (folder / "alerts.yaml").write_text("receivers: [{id: me, url: 'console://'}]\nincidents: []\n")
    out, err = run(app, "check", "--config", folder)
    assert out.endswith(": 1 warning\n")
    assert err == "warning: incidents: nobody is told when a source is in trouble\n"


def test_check_warns_of_what_the_settings_keep_away(app: typer.Typer, folder: Path) -> None:
    token = "b7tQm2Zx9LrV4cKp0sWj8A"  # opens nothing
    (folder / "sources.yaml").write_text(
        f"sources:\n  - {{id: tips, type: webhook, token: {token}}}\n"
        "  - {id: post, type: feed, url: 'https://post.example/', websub: true}\n"
    )
    _, err = run(app, "check", "--config", folder)
    assert "no hub can push post to us: set MONITOR_PUBLIC_URL" in err
    assert "nothing can be brought to tips" in err


def test_check_says_all_that_is_wrong(app: typer.Typer, folder: Path) -> None:
    """Exit code 2, one problem a line on standard error, however narrow the terminal."""
    (folder / "watchlist.yaml").write_text("shows:\n  - title: Dune\n    kind: [renewal]\n    id: Dune\n")
    (folder / "sources.yaml").unlink()
    out, err = run(app, "check", "--config", folder, code=2)
    assert out == ""
    assert err.splitlines() == [
        f"{folder}/sources.yaml: there is no such file; run: monitor init --config {folder}",
        f'{folder}/watchlist.yaml:3:5: shows[0].kind: unknown key "kind"; did you mean "kinds"?',
        f'{folder}/watchlist.yaml:4:9: shows[0].id: "Dune" is not an id: small letters a to z, digits and single hyphens; write dune',
        "3 problems",
    ]


def test_check_for_programs(app: typer.Typer, folder: Path) -> None:
    out, _ = run(app, "check", "--json", "--config", folder)
    assert json.loads(out) == {
        "fine": True,
        "problems": [],
        "files": 3,
        "sources": 1,
        "watches": 1,
        "receivers": 1,
        "routes": 1,
        "rules": 0,
        "warnings": [],
        "tried": [],
    }
    (folder / "alerts.yaml").write_text("timezone: X\n")
    out, err = run(app, "check", "--json", "--config", folder, code=2)
    assert json.loads(out)["problems"][0] == {
        "file": f"{folder}/alerts.yaml",
        "line": 1,
        "column": 11,
        "key": "timezone",
        "message": '"X" is not a time zone',
        "suggestion": "write for example Europe/London or UTC",
    }
    assert err == ""


def test_check_online(app: typer.Typer, edge: Edge, folder: Path) -> None:
    """Exit code 1 when the files are fine and something they name is not."""
    edge.online = [("source variety", True, "20 items")]
    assert "fine  source variety: 20 items" in run(app, "check", "--online", "--config", folder)[0]
    edge.online.append(("receiver me", False, "refused"))
    assert "FAILED  receiver me: refused" in run(app, "check", "--online", "--config", folder, code=1)[0]
    assert "receiver" not in run(app, "check", "--config", folder)[0].partition("1 watch")[0]


def test_check_refuses_misspelt_settings(app: typer.Typer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_LOGFORMAT", "json")
    assert "did you mean MONITOR_LOG_FORMAT?" in run(app, "check", "--config", folder, code=2)[1]


def test_schema(app: typer.Typer, tmp_path: Path) -> None:
    run(app, "schema", tmp_path / "new")
    assert {file.stem for file in (tmp_path / "new").iterdir()} == set(NAMES)
    (tmp_path / "file").touch()
    assert "cannot be written" in run(app, "schema", tmp_path / "file" / "x", code=2)[1]


def test_init_with_flags(app: typer.Typer, edge: Edge, tmp_path: Path) -> None:
    config, data = tmp_path / "config", tmp_path / "data"
    receiver = "json://t0ken@localhost"
    out, err = run(
        *(app, "init", "--config", config, "--data", data, "--show", "24", "--show", "Slow Horses", "--film", "Us"),
        *("--person", "Joe Locke", "--receiver", receiver, "--pack", "us-trade", "--timezone", "Europe/Paris"),
    )
    setup = load(config, environ={})
    assert [watch.id for watch in setup.watches] == ["24", "slow-horses", "us", "joe-locke"]
    assert setup.policy.receivers[0].url == receiver
    assert edge.sent == [("me", data)]
    assert "The test message was accepted." in out
    assert "t0ken" not in out + err


def test_init_without_a_terminal_asks_nothing(app: typer.Typer, edge: Edge, tmp_path: Path) -> None:
    run(app, "init", "--config", tmp_path, "--no-test")
    setup = load(tmp_path, environ={})
    assert [watch.title for watch in setup.watches] == ["Heartstopper"]
    assert setup.policy.receivers[0].url == "console://"
    assert edge.sent == []


def test_init_says_when_the_message_was_not_accepted(app: typer.Typer, edge: Edge, tmp_path: Path) -> None:
    """The files are there all the same, to be mended."""
    edge.result = SendFailed(detail="sign-in refused", retryable=False)
    _, err = run(app, "init", "--config", tmp_path, code=1)
    assert err == "The test message was not accepted: sign-in refused\n"
    assert (tmp_path / "alerts.yaml").is_file()


def test_init_refuses_to_overwrite(app: typer.Typer, folder: Path) -> None:
    before = (folder / "watchlist.yaml").read_text()
    _, err = run(app, "init", "--config", folder, "--no-test", code=2)
    assert err.count("use --force") == 3
    assert (folder / "watchlist.yaml").read_text() == before
    run(app, "init", "--config", folder, "--show", "Dune", "--no-test", "--force")
    assert [watch.title for watch in load(folder, environ={}).watches] == ["Dune"]


def test_init_asks_on_a_terminal(tmp_path: Path) -> None:
    """Answers come one a line; an empty one takes what is offered."""
    terminal, stdin = pty.openpty()
    os.write(terminal, b"Slow Horses, 24\n\nJoe Locke\n\nEurope/Paris\n")
    try:
        command = [sys.executable, "-m", "monitor", "init", "--no-test", "--config", tmp_path / "config"]
        done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=False, timeout=60)
    finally:
        os.close(stdin)
        os.close(terminal)
    assert done.returncode == 0, done.stderr
    setup = load(tmp_path / "config", environ={})
    assert [watch.title for watch in setup.watches] == ["Slow Horses", "24", "Joe Locke"]
    assert (setup.policy.timezone, setup.policy.receivers[0].url) == ("Europe/Paris", "console://")


@pytest.mark.parametrize("command", ["init", "check", "schema"])
def test_help_has_an_example(app: typer.Typer, command: str) -> None:
    out = re.sub(r"\s+", " ", run(app, command, "--help")[0])
    assert f"Example: monitor {command}" in out
