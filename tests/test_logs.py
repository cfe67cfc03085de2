"""What is logged: one line an event, readable or JSON, and never a secret."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest

from monitor.core.redact import Redactor
from monitor.logs import configure, log

LOGGER = logging.getLogger("monitor.tests")


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Colour(StrEnum):
    RED = "red"


@pytest.fixture(autouse=True)
def _restored():
    """Leaves logging as it was: it belongs to the whole process."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


def logged(log_format="json", stream=None, level="info", secrets=("hunter2!",)):
    stream = stream or io.StringIO()
    configure(log_format, level, redactor=Redactor(secrets), stream=stream)
    return stream


def test_json_has_stable_keys_and_plain_values():
    stream = logged()
    log(
        LOGGER,
        logging.INFO,
        "poll",
        source="attitude",
        new=3,
        took=timedelta(milliseconds=1500),
        at=datetime(2026, 11, 20, tzinfo=UTC),
        kinds=("renewal", Colour.RED),
        reason=None,
        ok=True,
        level="shadowing is refused",
        other=object,
    )
    line = json.loads(stream.getvalue())
    assert datetime.fromisoformat(line.pop("ts")).tzinfo is not None
    assert line == {
        "level": "info",
        "event": "poll",
        "logger": "monitor.tests",
        "source": "attitude",
        "new": 3,
        "took": 1.5,
        "at": "2026-11-20T00:00:00+00:00",
        "kinds": ["renewal", "red"],
        "ok": True,
        "other": "<class 'object'>",
    }


def test_text_is_aligned_and_quotes_only_what_needs_it():
    stream = logged("text")
    log(
        LOGGER,
        logging.INFO,
        "poll",
        source="attitude",
        took=timedelta(seconds=2),
        kinds=["a", "b"],
        detail="two words",
        none="",
    )
    assert (
        stream.getvalue()[20:]
        == 'info     poll           source=attitude took=2s kinds=a,b detail="two words" none=""\n'
    )


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_secrets_never_reach_a_line(log_format):
    """Neither as a field, nor inside a list, a message, a traceback or an address nobody declared."""
    stream = logged(log_format)
    try:
        raise ValueError("cannot log in with hunter2!")  # noqa: TRY301 - the traceback is the point
    except ValueError as error:
        log(
            LOGGER,
            logging.ERROR,
            "delivery",
            trouble=error,
            url="https://me:open-sesame@example.org/",
            tried=["hunter2!"],
            detail='it said "hunter2!"',
        )
    LOGGER.warning("somebody else says %s", "hunter2!")
    assert "hunter2!" not in stream.getvalue()
    assert "open-sesame" not in stream.getvalue()
    assert "ValueError: cannot log in with ***" in stream.getvalue()


@pytest.mark.parametrize(
    ("log_format", "stream", "is_json"),
    [
        ("auto", io.StringIO(), True),
        ("auto", Terminal(), False),
        ("text", io.StringIO(), False),
        ("json", Terminal(), True),
    ],
)
def test_auto_is_text_on_a_terminal_and_json_elsewhere(log_format, stream, is_json):
    logged(log_format, stream)
    log(LOGGER, logging.INFO, "start")
    assert stream.getvalue().startswith("{") is is_json


def test_colours_mark_trouble_on_a_terminal_only():
    terminal, file = logged("text", Terminal()), None
    log(LOGGER, logging.INFO, "start")
    log(LOGGER, logging.ERROR, "stop")
    calm, loud = terminal.getvalue().splitlines()
    assert "\x1b" not in calm
    assert loud.startswith("\x1b[31m")
    file = logged("text")
    log(LOGGER, logging.ERROR, "stop")
    assert "\x1b" not in file.getvalue()


def test_text_from_outside_cannot_forge_lines_or_drive_the_terminal():
    stream = logged("text")
    log(LOGGER, logging.INFO, "poll\nforged", title="A\r\n2026 forged\x1b[2J\x9b2J\u202e", word="x\x1bc")
    (line,) = stream.getvalue().splitlines()
    assert all(letter.isprintable() for letter in line)


def test_the_level_holds_and_talkative_libraries_keep_quiet():
    stream = logged(level="info")
    log(LOGGER, logging.DEBUG, "detail")
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/")
    assert stream.getvalue() == ""
    logging.getLogger("httpx").warning("odd")
    assert json.loads(stream.getvalue())["event"] == "odd"
