"""Printing: tables and lines for people, JSON for programs, progress on a terminal."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.explain import Section
from monitor.firstlook import say_first_look
from monitor.records import FirstLook

# What makes a terminal do something other than show a character; a new line and a tab are harmless.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class _Printer(Console):
    """A console on which text stays text: no markup, and nothing that would give the terminal orders."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(printable(text), **options)


def stdout() -> Console:
    """The console for what a command is asked for."""
    return _Printer(file=sys.stdout, markup=False, highlight=False, emoji=False)


def stderr() -> Console:
    """The console for everything said beside the answer."""
    return _Printer(file=sys.stderr, markup=False, highlight=False, emoji=False)


def printable(text: str) -> str:
    """The text without control characters and marks that turn the direction of writing."""
    return _UNPRINTABLE.sub("", text)


def print_json(value: Any) -> None:
    """One JSON document on standard output; dataclasses become objects, times ISO 8601, lengths of time seconds."""
    document = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    escaped = _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
    sys.stdout.write(escaped + "\n")


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV document on standard output. Text that a spreadsheet would take for a formula is marked as text."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [printable(str(cell)) for cell in row]
        writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells])


def print_table(
    console: Console, columns: Sequence[str], rows: Iterable[Sequence[object]], *, cut: str | None = None
) -> None:
    """An aligned table; on a pipe, lines are not folded, so that `grep` finds what it looks for.

    On a narrow terminal the column `cut` ends in an ellipsis where the others go on in a second line.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="ellipsis" if column == cut else "fold", no_wrap=column == cut)
    for row in rows:
        table.add_row(*[Text(printable(str(cell))) for cell in row])
    if not console.is_terminal:
        console.width = 10_000
    console.print(table)


def print_sections(console: Console, sections: Iterable[Section]) -> None:
    """Headings with their lines below; a long line is not folded, so that addresses in it can be followed."""
    for place, section in enumerate(sections):
        if place:
            console.print()
        console.print(section.heading, style="bold", soft_wrap=True)
        for line in section.lines:
            console.print(f"  {line}", soft_wrap=True)


def print_first_look(console: Console, look: FirstLook) -> None:
    """What first polls came to, with the headlines that would have alerted."""
    console.print(f"First look: {say_first_look(look)}", soft_wrap=True)
    for headline in look.headlines:
        console.print(f"  {headline}", soft_wrap=True)
    if look.news > len(look.headlines):
        console.print(f"  and {look.news - len(look.headlines)} more", soft_wrap=True)


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
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Exception):
        return f"{type(value).__name__}: {value}"
    raise TypeError(f"{type(value).__name__} is not JSON")
