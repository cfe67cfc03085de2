"""Printing: tables and lines for people, JSON for programs, progress on a terminal."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def stdout() -> Console:
    """The console for what a command is asked for. Text from outside is printed as it is, never as markup."""
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False)


def stderr() -> Console:
    """The console for everything said beside the answer."""
    return Console(file=sys.stderr, markup=False, highlight=False, emoji=False)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")


def print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """An aligned table; on a pipe, lines are not folded, so that `grep` finds what it looks for."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*[cell if isinstance(cell, Text) else Text(str(cell)) for cell in row])
    if not console.is_terminal:
        console.width = 10_000
    console.print(table)


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago (or ahead) a moment is, in one unit: "3 min ago", "in 2 h"."""
    if moment is None:
        return "never"
    distance = now - moment
    return f"in {span(-distance)}" if distance < timedelta() else f"{span(distance)} ago"


def span(length: timedelta) -> str:
    """A length of time in one unit."""
    seconds = int(length.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (frozenset, set)):
        return sorted(value, key=str)
    raise TypeError(f"{type(value).__name__} is not JSON")
