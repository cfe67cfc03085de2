"""The command line: parse, call one function, print, exit code. One file per group of commands."""

import atexit
import errno
import gc
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import (
    acting,
    authoring,
    classifying,
    configuring,
    covering,
    inspecting,
    replaying,
    running,
    sourcing,
    storage,
)
from monitor.cli.output import stderr
from monitor.config import ConfigError
from monitor.store.errors import StoreError
from monitor.web.errors import PageError

_INTERRUPTED = 130  # as a shell reports a program ended by Ctrl-C


def _print_version(wanted: bool) -> None:  # typer's signature
    if wanted:
        sys.stdout.write(f"monitor {__version__}\n")
        raise typer.Exit


def application() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        name="monitor",
        help="Tells you once when a show, film or actor you follow makes production news, with the proof.",
        epilog="Start with: monitor init, or look at it without network and account: monitor demo",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def options(
        version: Annotated[  # typer calls the callback with it
            bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
        ] = False,
    ) -> None:
        """The options of the program itself."""

    for group in (
        running,
        inspecting,
        covering,
        acting,
        replaying,
        configuring,
        sourcing,
        classifying,
        authoring,
        storage,
    ):
        group.register(app)
    return app


def main() -> None:
    """Runs the command line; exits 0 when fine, 1 when the operation failed, 2 on a usage or configuration mistake."""
    _prepare_output()
    # Else the interpreter looks at every object once more on its way out: 0.8 s of a stop, 3 s on a busy machine.
    atexit.register(gc.freeze)
    try:
        try:
            application()()
        finally:
            _flush()
    except ConfigError as error:
        stderr().print(str(error), soft_wrap=True)
        sys.exit(2)
    except (PageError, StoreError) as error:
        stderr().print(f"error: {error}", soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        stderr().print("error: there is no room left for the output", soft_wrap=True)
        sys.exit(1)


def _prepare_output() -> None:
    """Makes sure that there is somewhere to write, and that nothing printed is too strange for it."""
    # Both are None where the caller closed them (`monitor status >&-`).
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - kept till the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - kept till the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that cannot show “ shows ? instead of a traceback
            stream.reconfigure(errors="replace")


def _flush() -> None:
    """Writes what is left. What cannot be written is thrown away, or Python would complain of it at its end.

    Nobody reading any more is no trouble; any other reason is raised.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise
