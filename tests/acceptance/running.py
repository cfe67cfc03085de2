"""`monitor` as a user runs it: a process of its own, started, read and stopped from outside."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

PATIENCE_S = 60.0  # for what takes a second or two on an idle machine
REPOSITORY = Path(__file__).resolve().parents[2]


def environment() -> dict[str, str]:
    """That of this process, without settings of the user's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}


def monitor(*arguments: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *map(str, arguments)],
        cwd=cwd,
        env=environment() | {"PYTHONPATH": str(REPOSITORY)} | variables,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE_S,
        check=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended: its exit code, and how long it took from the signal."""

    code: int
    took_s: float


class Daemon:
    """`monitor run` on the given folders; `with` starts it and kills it at the end if nobody stopped it before.

    `log` holds what it logged so far, `screen` what it printed.
    """

    def __init__(self, *, config: Path, data: Path, **variables: str) -> None:
        self._arguments = ["run", "--config", str(config), "--data", str(data)]
        self._variables = {"MONITOR_LOG_FORMAT": "json", "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(REPOSITORY)}
        self._variables |= variables
        self._cwd = data.parent
        self._said_more = threading.Condition()
        self._taken: set[int] = set()
        self._readers: list[threading.Thread] = []
        self.log: list[dict[str, Any]] = []
        self.screen = ""
        self.said = ""  # on standard error, but not as a log line

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "monitor", *self._arguments],
            cwd=self._cwd,
            env=environment() | self._variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_log, self._read_screen)]
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join(PATIENCE_S)
        for stream in (self._process.stdout, self._process.stderr):
            stream.close()
        if error is not None:
            print(*self.log, self.said, self.screen, sep="\n")  # noqa: T201 - pytest shows it with the failure

    def _read_log(self) -> None:
        for line in self._process.stderr:
            try:
                entry = json.loads(line)
            except ValueError:
                self.said += line
            else:
                with self._said_more:
                    self.log.append(entry)
                    self._said_more.notify_all()

    def _read_screen(self) -> None:
        for line in self._process.stdout:
            self.screen += line

    def wait_for(self, event: str, *, patience_s: float = PATIENCE_S, **fields: object) -> Mapping[str, Any]:
        """A line of the log with that event and those fields that was not waited for before, be it past or to come."""

        def found() -> Mapping[str, Any] | None:
            fitting = (entry for entry in self.logged(event, **fields) if id(entry) not in self._taken)
            return next(fitting, None)

        with self._said_more:
            entry = self._said_more.wait_for(found, patience_s)
        assert entry is not None, f"never said {event} {fields}"
        self._taken.add(id(entry))
        return entry

    def logged(self, event: str, **fields: object) -> list[Mapping[str, Any]]:
        """What it has logged so far of an event."""
        return [
            entry
            for entry in self.log
            if entry["event"] == event and all(entry.get(name) == value for name, value in fields.items())
        ]

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def linger(self, seconds: float) -> None:
        """Lets it run for a while, in which it must not end by itself."""
        with pytest.raises(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def children(self) -> list[int]:
        """The processes it has started."""
        started = []
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with suppress(FileNotFoundError):  # a thread that has just ended; its children are another's now
                started += [int(pid) for pid in (task / "children").read_text().split()]
        return started

    def stop(self, number: signal.Signals = signal.SIGTERM) -> Ended:
        """Signals and waits for the end."""
        asked = time.monotonic()
        self._process.send_signal(number)
        return self._ended(asked)

    def end(self) -> Ended:
        """Waits for it to end by itself."""
        return self._ended(time.monotonic())

    def _ended(self, since: float) -> Ended:
        code = self._process.wait(PATIENCE_S)
        took_s = time.monotonic() - since
        for reader in self._readers:
            reader.join(PATIENCE_S)
        return Ended(code=code, took_s=took_s)
