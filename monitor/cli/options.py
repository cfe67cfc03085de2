"""Options that many commands share, so that they are spelt and explained alike."""

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

DEFAULT_CONFIG = Path("config")
DEFAULT_DATA = Path("data")
