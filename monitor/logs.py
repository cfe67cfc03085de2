"""One line per event with stable keys: text for a terminal, JSON for everything else, secrets taken out of both."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Literal, TextIO

from monitor.core.redact import Redactor

LogFormat = Literal["auto", "text", "json"]

# These say in their own words, at length and with addresses, what we log ourselves.
_TALKATIVE = ("alembic", "apscheduler", "httpcore", "httpx", "imapclient", "urllib3", "watchfiles", "websockets")
_EVENT_WIDTH = 14
_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31;1m"}
_RESET = "\x1b[0m"


def log(
    logger: logging.Logger, level: int, event: str, /, *, trouble: BaseException | None = None, **fields: object
) -> None:
    """Logs an event, a word or two ("poll", "delivery"), with its fields; `trouble` adds a traceback."""
    if logger.isEnabledFor(level):
        logger.log(level, "%s", event, extra={"fields": fields}, exc_info=trouble)


def configure(log_format: LogFormat, level: str, *, redactor: Redactor, stream: TextIO) -> None:
    """Sends everything that is logged in this process to `stream`, and nothing anywhere else."""
    terminal = stream.isatty()
    as_text = log_format == "text" or (log_format == "auto" and terminal)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextLines(redactor, colours=terminal) if as_text else JsonLines(redactor))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class TextLines(logging.Formatter):
    """Lines for people: time, level, event, fields in columns as far as they go."""

    def __init__(self, redactor: Redactor, *, colours: bool) -> None:
        super().__init__()
        self._redactor = redactor
        self._colours = colours

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        fields = " ".join(f"{name}={_as_word(value)}" for name, value in _fields(record).items())
        event = _one_line(record.getMessage())
        line = f"{at:%Y-%m-%d %H:%M:%S} {record.levelname.lower():<8} {event:<{_EVENT_WIDTH}} {fields}".rstrip()
        line = self._redactor(line)
        colour = _COLOURS.get(record.levelno) if self._colours else None
        traceback = self._redactor(_printable(self.formatException(record.exc_info))) if record.exc_info else ""
        return (f"{colour}{line}{_RESET}" if colour else line) + (f"\n{traceback}" if traceback else "")


class JsonLines(logging.Formatter):
    """One JSON object a line: ts, level, event, logger, then the fields, then the traceback if there is one."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": self._redactor(record.getMessage()),
            "logger": record.name,
        }
        line.update({name: self._safe(value) for name, value in _fields(record).items() if name not in line})
        if record.exc_info:
            line["traceback"] = self._redactor(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

    def _safe(self, value: object) -> object:
        plain = _as_json(value)
        if isinstance(plain, list):
            return [self._safe(part) for part in plain]
        return self._redactor(plain) if isinstance(plain, str) else plain


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    fields = getattr(record, "fields", {})
    return {name: value for name, value in fields.items() if value is not None}


def _as_json(value: object) -> object:
    """Numbers and truth values as they are, durations in seconds, collections as lists, everything else as text."""
    match value:
        case Enum():
            return _as_json(value.value)
        case bool() | int() | float() | str():
            return value
        case timedelta():
            return round(value.total_seconds(), 3)
        case datetime() | date():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return list(value)
        case _:
            return str(value)


def _as_word(value: object) -> str:
    """The value without spaces around or control characters in it; quoted when it is more than a word."""
    match value:
        case timedelta():
            return f"{value.total_seconds():.3g}s"
        case list() | tuple() | set() | frozenset():
            return ",".join(_as_word(part) for part in value)
        case _:
            text = str(_as_json(value))
    quoted = not text or any(letter in text for letter in ' "=\\')
    return _one_line(json.dumps(text, ensure_ascii=False) if quoted else text)


def _one_line(text: str) -> str:
    return _printable(text).replace("\n", " ")


def _printable(text: str) -> str:
    """The text without what could drive a terminal; line ends stay."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
