"""The service manager's side is a real datagram socket."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.readiness import Readiness


@contextmanager
def manager(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        listening.settimeout(5)
        yield listening


CASES: list[tuple[Callable[[Readiness], bool], str]] = [
    (lambda tell: tell.ready("40 sources"), "READY=1\nSTATUS=40 sources"),
    (lambda tell: tell.alive("12 alerts today"), "WATCHDOG=1\nSTATUS=12 alerts today"),
    (lambda tell: tell.stopping(), "STOPPING=1\nSTATUS=stopping"),
    (lambda tell: tell.alive("Beyoncé\nSTOPPING=1\r\n\tMAINPID=1"), "WATCHDOG=1\nSTATUS=Beyoncé STOPPING=1 MAINPID=1"),
    (lambda tell: tell.alive("half a pair \ud83d"), "WATCHDOG=1\nSTATUS=half a pair ?"),
]


@pytest.mark.parametrize(("say", "heard"), CASES)
def test_every_word_arrives_as_one_datagram(say: Callable[[Readiness], bool], heard: str, tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with manager(path) as listening:
        assert say(Readiness(address=path))
        assert listening.recv(4096).decode() == heard


def test_a_socket_without_a_file() -> None:
    name = f"announcement-monitor-test-{os.getpid()}"
    with manager(f"\0{name}") as listening:
        assert Readiness(address=f"@{name}").ready("up")
        assert listening.recv(4096) == b"READY=1\nSTATUS=up"


def test_without_a_manager_nothing_is_sent() -> None:
    assert not Readiness(address=None).ready("up")


@pytest.mark.parametrize("address", ["missing", "", "x" * 200, "vsock:2:1234", "@"])
def test_an_address_nobody_listens_at_is_no_error(address: str, tmp_path: Path) -> None:
    assert not Readiness(address=str(tmp_path / address) if address == "missing" else address).ready("up")


def test_a_manager_that_does_not_read_is_not_waited_for(tmp_path: Path) -> None:
    """A full queue answers False at once instead of stopping the loop."""
    path = str(tmp_path / "notify")
    with manager(path):
        taken = [Readiness(address=path).alive("x" * 1000) for _ in range(2000)]
    assert taken[0]
    assert not taken[-1]
