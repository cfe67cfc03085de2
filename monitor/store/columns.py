"""Column types: how our values look in the file.

A time is text such as `2026-11-22T08:56:16.000000Z`: always UTC, always the same width, so that it sorts as text,
reads well in the `sqlite3` shell and is understood by SQLite's own date functions. An epoch number would save 19
bytes and cost everyone who looks inside a conversion.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Text
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC with microseconds. A naive one is refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else datetime.fromisoformat(value)


class Duration(TypeDecorator[timedelta]):
    """A duration in whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else timedelta(microseconds=value)


class Word(TypeDecorator[StrEnum]):
    """A word of a closed set, checked on the way in and out.

    Checked here and not by a CHECK constraint: a new word would otherwise rebuild the whole table.
    """

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else self.words(value)


class Json(TypeDecorator[Any]):
    """A core value as JSON text. `dump` and `load` turn it into and from plain lists and dicts."""

    impl = Text
    cache_ok = True

    def __init__(self, dump: Callable[[Any], Any], load: Callable[[Any], Any]) -> None:
        super().__init__()
        self.dump = dump
        self.load = load

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return json.dumps(self.dump(value), ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else self.load(json.loads(value))


# SQLModel wants one Column object a field; these three keep the tables readable.
def moment(*, nullable: bool = False) -> Column[datetime]:
    return Column(Moment(), nullable=nullable)


def word(words: type[StrEnum], *, default: StrEnum | None = None) -> Column[StrEnum]:
    """`default` is what rows have that are older than the column."""
    return Column(Word(words), nullable=False, server_default=default.value if default else None)


def json_of(
    dump: Callable[[Any], Any], load: Callable[[Any], Any], *, nullable: bool = False, default: str | None = None
) -> Column[Any]:
    """`default` is the JSON text that rows have that are older than the column."""
    return Column(Json(dump, load), nullable=nullable, server_default=default)
