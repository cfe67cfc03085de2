"""Options that many commands share, so that they are spelt and explained alike."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path,
    typer.Option("--config", envvar="MONITOR_CONFIG", metavar="DIR", help="The folder with the four YAML files."),
]
DataOption = Annotated[
    Path, typer.Option("--data", envvar="MONITOR_DATA", metavar="DIR", help="The folder the database is kept in.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

MOST_DAYS = 3650  # of a length of time: beyond it calendars end


def length_of(text: str) -> timedelta:
    """A length of time as typed; BadParameter says how to write one."""
    match = re.fullmatch(r"([1-9][0-9]{0,6})([mhd])", text)
    if match is None:
        raise typer.BadParameter(f"{text} is not a length of time; write 90m, 12h or 14d")
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
    length = int(match[1]) * units[match[2]]
    if length > timedelta(days=MOST_DAYS):
        raise typer.BadParameter(f"{text} is too long; the longest is {MOST_DAYS}d")
    return length


DEFAULT_CONFIG = Path("config")
DEFAULT_DATA = Path("data")
