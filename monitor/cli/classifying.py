"""`classify`: lines of JSON in, what each reports out."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Annotated

import typer

from monitor.cli.evaluating import register_evaluate
from monitor.cli.output import stderr
from monitor.cli.records import RecordError, answer, document_of, identity
from monitor.config import ConfigError, load_watchlist
from monitor.core.classify import Recogniser

_PROGRESS_EVERY = 500  # lines

WatchlistOption = Annotated[
    Path | None,
    typer.Option("--watchlist", metavar="FILE", help="Match titles and people against this watchlist.yaml."),
]


def register(app: typer.Typer) -> None:
    """Adds `classify` and `evaluate` to `app`."""

    @app.command(epilog="""Example: echo '{"id": "1", "title": "Harbour renewed for season 2"}' | monitor classify""")
    def classify(watchlist: WatchlistOption = None) -> None:
        """Read JSON lines from standard input; print what each of them reports, in the same order."""
        recogniser = load(watchlist)
        try:
            failed = stream(sys.stdin.buffer, sys.stdout, recogniser, progress=sys.stderr.isatty())
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has seen enough. Python would complain once more while closing standard output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        if failed:
            raise typer.Exit(1)

    register_evaluate(app)


def load(watchlist: Path | None) -> Recogniser:
    """The recogniser with the shipped rules, for one watchlist or none. A wrong file ends the program with 2."""
    from monitor.config.rulefiles import load_recogniser

    try:
        return load_recogniser(load_watchlist(watchlist) if watchlist else None, (), ())
    except ConfigError as error:
        stderr().print(str(error))
        raise typer.Exit(2) from error


def stream(lines: Iterable[bytes], out: IO[str], recogniser: Recogniser, *, progress: bool) -> int:
    """Answers each line in its place as soon as it is read; how many were no records. Empty lines are passed over."""
    failed = 0
    for number, line in enumerate(_told(lines), start=1):
        try:
            record = json.loads(line)
            given = answer(identity(record), recogniser(document_of(record)))
        except (ValueError, RecursionError) as error:  # JSON, its encoding, or a RecordError
            failed += 1
            given = {"error": _reason(error)}
        out.write(json.dumps(given, ensure_ascii=False) + "\n")
        out.flush()
        if progress and number % _PROGRESS_EVERY == 0:
            sys.stderr.write(f"\r{number} lines read")
    if progress:
        sys.stderr.write("\r\033[K")
    return failed


def _told(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line in lines if line.strip())


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, RecordError) else f"not valid JSON: {error}"
