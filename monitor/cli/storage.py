"""`backup`, `restore` and `prune`: looking after the database file."""

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from monitor.cli.options import DEFAULT_DATA, DataOption
from monitor.cli.output import stderr, stdout
from monitor.store.errors import StoreError

_BATCH = 1000  # rows removed in one transaction, so that the daemon never waits long
_SHORTEST = timedelta(days=30)


def register(app: typer.Typer) -> None:
    """Adds the commands to the program."""
    app.command(epilog="Example: monitor backup /mnt/backup/monitor-monday.db --force")(backup)
    app.command(epilog="Example: monitor restore /mnt/backup/monitor-monday.db")(restore)
    app.command(epilog="Example: monitor prune --older-than 365d")(prune)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.", show_default=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Copy the database to FILE, whole and checked, also while the daemon runs."""
    from monitor.store.backup import back_up
    from monitor.store.opening import DATABASE

    with _progress("copying") as bar:
        back_up(data / DATABASE, file, replace=force, progress=bar)
    stdout().print(f"{file}: written, {file.stat().st_size:,} bytes", soft_wrap=True)


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that `monitor backup` wrote.", show_default=False)
    ],
    *,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Put the backup FILE in the place of the database. The daemon must be stopped; the replaced file is kept."""
    from monitor.store.backup import restore as put_back
    from monitor.store.opening import DATABASE

    with _progress("copying") as bar:
        kept = put_back(file, data / DATABASE, progress=bar)
    aside = f"; the old one is {kept}" if kept else ""
    stdout().print(f"{data / DATABASE}: restored from {file}{aside}", soft_wrap=True)


def _read_age(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,4})d", text)
    if not found:
        raise typer.BadParameter(f"{text!r} is not a number of days; write for example 180d")
    age = timedelta(days=int(found[1]))
    if age < _SHORTEST:
        # An item forgotten too early is news again when its source shows it once more.
        raise typer.BadParameter(f"{text} is too short: {_SHORTEST.days}d is the least")
    return age


def prune(
    *,
    older_than: Annotated[
        timedelta, typer.Option(parser=_read_age, metavar="DAYS", help="Age to forget at, such as 180d.")
    ] = "180d",  # type: ignore[assignment]  # typer hands the default to the parser, too
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Forget old polls, delivery attempts, and items that left their source without becoming an announcement.

    Announcements and alerts stay. The room is used again; the file itself does not shrink.
    """
    from monitor.bootstrap import now
    from monitor.store.opening import DATABASE

    if not (data / DATABASE).is_file():
        raise StoreError(f"{data / DATABASE}: there is no database; is --data right?")
    removed = asyncio.run(_prune(data / DATABASE, before=now() - older_than))
    stdout().print(f"{removed:,} rows older than {older_than.days} days removed")


async def _prune(database: Path, *, before: datetime) -> int:
    from monitor.store.opening import open_store

    removed = 0
    with stderr().status("removing") as status:
        async with open_store(database, exclusive=False) as store:
            while batch := await store.write(lambda transaction: transaction.prune(before=before, limit=_BATCH)):
                removed += batch
                status.update(f"{removed:,} rows removed")
    return removed


class _Bar:
    """Shows pages copied; silent where nobody looks at a terminal."""

    def __init__(self, progress: Progress, doing: str) -> None:
        self._progress = progress
        self._task = progress.add_task(doing, total=None)

    def __call__(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def _progress(doing: str) -> Iterator[_Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr(), transient=True, disable=not sys.stderr.isatty()) as progress:
        yield _Bar(progress, doing)
