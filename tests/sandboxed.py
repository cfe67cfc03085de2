"""Functions for the sandbox to run, most of them hostile. A worker finds them by name."""

import ctypes
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.core.fetching import Page, Parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    pid: int
    body: bytes
    environment: dict[str, str]
    at: datetime | None = None
    span: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    word: str


def look(body: bytes, *, at: datetime | None = None) -> Seen | Other:
    span = timedelta(seconds=1.5) if at else None
    return Seen(pid=os.getpid(), body=body[:10], environment=dict(os.environ), at=at, span=span)


def other(body: bytes, *, word: str) -> Seen | Other:
    return Other(word=word)


def undeclared(body: bytes) -> Parsed:
    return Other(word="not what was agreed")


def ill_typed(body: bytes) -> Page:
    return Page(url=3, title=None, summary=[], text="")


def fail(body: bytes) -> Other:
    raise ValueError("cannot\nread\x1b this")


def die(body: bytes) -> Other:
    sys.stderr.write("something\nlast words\n")
    os._exit(3)


def crash(body: bytes) -> Other:
    ctypes.string_at(0)
    return Other(word="unreached")


def spin(body: bytes) -> Other:
    while True:
        pass


def sleep(body: bytes) -> Other:
    time.sleep(600)
    return Other(word="unreached")


def devour(body: bytes) -> Other:
    return Other(word=str(len(bytearray(3_000_000_000))))


def recurse(body: bytes) -> Other:
    return recurse(body)


def chatter(body: bytes) -> Other:
    print("x" * 10)  # noqa: T201 - what it must not disturb
    return Other(word="said on the wrong channel")


def babble(body: bytes) -> Other:
    os.write(1, b"\xff" * 10_000)
    return Other(word="unreached")


def flood(body: bytes) -> Other:
    while True:
        os.write(2, b"x" * 65_536)


def write_file(body: bytes) -> Other:
    with Path(body.decode()).open("wb") as file:
        file.write(b"x" * 100_000)
    return Other(word="written")


def start_process(body: bytes) -> Other:
    return Other(word=subprocess.run(["/bin/echo", "hi"], capture_output=True, text=True, check=True).stdout)


def open_many(body: bytes) -> Other:
    return Other(word=str(len([socket.socket() for _ in range(200)])))
