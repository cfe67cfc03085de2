"""The commands about the configuration: `init`, `check` and `schema`."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption, JsonOption
from monitor.cli.output import print_json, stderr, stdout
from monitor.config import ConfigError, Problem, Settings, environment, load, read_settings
from monitor.core.setup import Setup
from monitor.records import SendResult, Sent

CheckOnline = Callable[[Setup, Settings], Iterable[tuple[str, bool, str]]]  # what was tried, fine, one line of detail
SendTest = Callable[[Setup, Settings, str], SendResult]  # the last is the receiver's id


def _check_online(setup: Setup, settings: Settings) -> Iterable[tuple[str, bool, str]]:
    from monitor.bootstrap import check_online

    return check_online(setup, settings)


def _send_test(setup: Setup, settings: Settings, receiver: str) -> SendResult:
    from monitor.bootstrap import send_test

    return send_test(setup, settings, receiver)


def register(app: typer.Typer, *, check_online: CheckOnline = _check_online, send_test: SendTest = _send_test) -> None:
    """Adds the commands to `app`. `check_online` tries sources and receivers, `send_test` sends one real message."""
    _register_check(app, check_online)
    _register_schema(app)
    _register_init(app, send_test)


def _register_check(app: typer.Typer, check_online: CheckOnline) -> None:

    @app.command(epilog="Example: monitor check --online")
    def check(
        config: ConfigOption = DEFAULT_CONFIG,
        data: DataOption = DEFAULT_DATA,
        *,
        online: Annotated[bool, typer.Option("--online", help="Also try every source and receiver.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Read the four files and say what is wrong with them. No network, unless asked for."""
        try:
            settings = read_settings(config=config, data=data)
            setup = load(config, environ=environment())
        except ConfigError as error:
            _refuse(error, as_json=as_json)
        tried = tuple(check_online(setup, settings)) if online else ()
        _report_check(_Check.of(setup, settings, tried), as_json=as_json)
        if not all(fine for _, fine, _ in tried):
            raise typer.Exit(1)


def _register_schema(app: typer.Typer) -> None:
    @app.command(epilog="Example: monitor schema docs/schema")
    def schema(
        folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to write them.")] = Path("docs/schema"),
    ) -> None:
        """Write the JSON Schemas of the four files, for editors that complete and check YAML."""
        from monitor.config.writing import write_schemas

        try:
            _say_written(write_schemas(folder))
        except ConfigError as error:
            _refuse(error, as_json=False)


def _register_init(app: typer.Typer, send_test: SendTest) -> None:
    @app.command(epilog='Example: monitor init --show Heartstopper --person "Joe Locke" --receiver "mailto://..."')
    def init(
        config: ConfigOption = DEFAULT_CONFIG,
        data: DataOption = DEFAULT_DATA,
        *,
        show: Annotated[list[str] | None, typer.Option(help="A show to follow; may be repeated.")] = None,
        film: Annotated[list[str] | None, typer.Option(help="A film to follow; may be repeated.")] = None,
        person: Annotated[list[str] | None, typer.Option(help="A person to follow; may be repeated.")] = None,
        receiver: Annotated[str | None, typer.Option(help="Where alerts go: one Apprise URL.", metavar="URL")] = None,
        pack: Annotated[list[str] | None, typer.Option(help="A starter pack of sources; may be repeated.")] = None,
        timezone: Annotated[str | None, typer.Option(help="Your time zone, such as Europe/London.")] = None,
        force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
        no_test: Annotated[bool, typer.Option("--no-test", help="Send no test message.")] = False,
    ) -> None:
        """Write a first configuration from a few answers, and send a test message."""
        given = _Given(
            shows=tuple(show or ()),
            films=tuple(film or ()),
            people=tuple(person or ()),
            receiver=receiver,
            packs=tuple(pack or ()),
            timezone=timezone,
        )
        try:
            settings = read_settings(config=config, data=data)
            setup = _written(config, given, force=force)
        except ConfigError as error:
            _refuse(error, as_json=False)
        delivered = no_test or _tested(send_test(setup, settings, setup.policy.receivers[0].id))
        stdout().print(f"Next: monitor check --config {config}, then monitor run --config {config}")
        if not delivered:
            raise typer.Exit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """What `check` has found in a configuration without mistakes."""

    files: int
    sources: int
    watches: int
    receivers: int
    routes: int
    rules: int
    warnings: tuple[str, ...]
    tried: tuple[tuple[str, bool, str], ...]

    @classmethod
    def of(cls, setup: Setup, settings: Settings, tried: tuple[tuple[str, bool, str], ...]) -> "_Check":
        from monitor.config.advice import advice, unheard
        from monitor.config.files import NAMES, files_of

        return cls(
            files=sum(len(files_of(settings.config, name)) for name in NAMES),
            sources=len(setup.sources),
            watches=len(setup.watches),
            receivers=len(setup.policy.receivers),
            routes=len(setup.policy.routes),
            rules=len(setup.rules) + len(setup.disabled_rules),
            warnings=(*advice(setup, settings.config), *unheard(setup.sources, settings)),
            tried=tried,
        )


def _report_check(found: _Check, *, as_json: bool) -> None:
    if as_json:
        tried = [{"what": what, "fine": fine, "detail": detail} for what, fine, detail in found.tried]
        print_json({"fine": all(fine for _, fine, _ in found.tried), "problems": [], **asdict(found), "tried": tried})
        return
    for warning in found.warnings:
        stderr().print(f"warning: {warning}")
    for what, fine, detail in found.tried:
        stdout().print(f"{'fine' if fine else 'FAILED'}  {what}: {detail}")
    counts = (
        (found.files, "file"),
        (found.sources, "source"),
        (found.watches, "watch"),
        (found.receivers, "receiver"),
        (found.routes, "route"),
        (found.rules, "changed rule"),
    )
    told = ", ".join(_counted(count, noun) for count, noun in counts if count)
    stdout().print(f"{told}: {'fine' if not found.warnings else _counted(len(found.warnings), 'warning')}")


def _counted(count: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def _refuse(error: ConfigError, *, as_json: bool) -> NoReturn:
    """Ends the command with everything that is wrong with the configuration."""
    if as_json:
        print_json({"fine": False, "problems": [_problem(problem) for problem in error.problems]})
    else:
        console = stderr()
        for problem in error.problems:
            console.print(str(problem), soft_wrap=True)
        console.print(_counted(len(error.problems), "problem"))
    raise typer.Exit(2)


def _problem(problem: Problem) -> Mapping[str, object]:
    return {
        "file": str(problem.place.file),
        "line": problem.place.line or None,
        "column": problem.place.column or None,
        "key": problem.key or None,
        "message": problem.message,
        "suggestion": problem.suggestion or None,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the flags of `init` say; None or empty is asked for on a terminal."""

    shows: tuple[str, ...]
    films: tuple[str, ...]
    people: tuple[str, ...]
    receiver: str | None
    packs: tuple[str, ...]
    timezone: str | None


def _written(folder: Path, given: _Given, *, force: bool) -> Setup:
    """The configuration after it was asked for, written and read back. Raises ConfigError."""
    from monitor.config.packs import chosen
    from monitor.config.writing import Answers, local_zone, refuse_existing, write

    refuse_existing(folder, force=force)
    ask = sys.stdin.isatty()
    shows, films, people = given.shows, given.films, given.people
    if ask and not (shows or films or people):
        shows = _asked("Shows you follow, with commas between them", "Heartstopper")
        films = _asked("Films", "")
        people = _asked("Actors and other people", "")
    receiver = given.receiver
    if ask and receiver is None:
        receiver = typer.prompt("Where alerts go, an Apprise URL (console:// is this screen)", default="console://")
    zone = given.timezone or local_zone(environment())
    if ask and given.timezone is None:
        zone = typer.prompt("Your time zone", default=zone)
    answers = Answers(
        shows=shows or (() if films or people else ("Heartstopper",)),
        films=films,
        people=people,
        receiver=(receiver or "console://").strip(),
        packs=chosen(given.packs),
        timezone=zone,
    )
    _say_written(write(folder, answers))
    return load(folder, environ=environment())


def _asked(question: str, default: str) -> tuple[str, ...]:
    answer = typer.prompt(question, default=default, show_default=bool(default))
    return tuple(part.strip() for part in answer.split(",") if part.strip())


def _say_written(files: Iterable[Path]) -> None:
    for file in files:
        stdout().print(f"wrote {file}", soft_wrap=True)


def _tested(result: SendResult) -> bool:
    if isinstance(result, Sent):
        stdout().print("The test message was accepted.")
        return True
    stderr().print(f"The test message was not accepted: {result.detail}", soft_wrap=True)
    return False
