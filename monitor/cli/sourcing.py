"""The commands about what is read: `sources list` and `sources pack`."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import feedlists, finding, trying
from monitor.cli.additions import write_choice
from monitor.cli.inspecting import ask, existing_database
from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption, JsonOption
from monitor.cli.output import ago, print_json, print_table, stdout
from monitor.config import environment, load, read_settings
from monitor.config.adding import Group
from monitor.config.entries import Written, choose, written_sources
from monitor.config.packs import chosen, packs
from monitor.core.source import Source
from monitor.status import SourceLine, take_status
from monitor.store.errors import StoreError


def register(app: typer.Typer) -> None:
    """Adds the group `sources` to `app`."""
    group = typer.Typer(
        no_args_is_help=True,
        help="What is read: list it, find more, try it, take it along.",
        epilog="Example: monitor sources list",
    )
    group.command("list", epilog="Example: monitor sources list --json")(list_sources)
    finding.register(group)
    trying.register(group)
    feedlists.register(group)
    pack = typer.Typer(
        no_args_is_help=True,
        help="Ready-made lists of sources, by country and kind.",
        epilog="Example: monitor sources pack add uk-press",
    )
    pack.command("list", epilog="Example: monitor sources pack list")(list_packs)
    pack.command("add", epilog="Example: monitor sources pack add uk-press uk-broadcasters")(add_packs)
    group.add_typer(pack, name="pack")
    app.add_typer(group, name="sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """One source as `sources list` tells it."""

    id: str
    type: str
    address: str  # as written: a secret in it stays a reference; else what is visited
    name: str
    tier: str
    every: timedelta | None  # None = not enabled
    last_poll: datetime | None
    state: str
    detail: str
    interval: timedelta | None  # at which it is polled now
    interval_why: str
    rhythm: str  # what it usually brings


def list_sources(
    config: ConfigOption = DEFAULT_CONFIG, data: DataOption = DEFAULT_DATA, as_json: JsonOption = False
) -> None:
    """Every source with its type, tier and interval, and how its last poll went."""
    from monitor.bootstrap import now

    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    enabled = {source.id: source for source in setup.sources}
    moment = now()
    lines = {line.id: line for line in _polled(settings.data, setup.sources, moment)}
    listed = [
        _listed(written, enabled.get(written.get("id")), lines.get(written.get("id")))
        for written in written_sources(settings.config, environ=environment())
    ]
    if as_json:
        print_json([asdict(one) for one in listed])
        return
    rows = [
        (
            one.id,
            one.type,
            one.tier,
            _say_length(one.every) if one.every else "-",
            f"{one.state}, {ago(one.last_poll, moment)}" if one.last_poll else one.state,
            (one.address.partition("://")[2] or one.address).removeprefix("www."),
        )
        for one in listed
    ]
    print_table(stdout(), ("source", "type", "tier", "every", "last poll", "address"), rows, cut="address")


def _polled(data: Path, sources: Iterable[Source], now: datetime) -> Sequence[SourceLine]:
    """How the last polls went; nothing where there is no database yet."""
    try:
        existing_database(data)
    except StoreError:
        return ()
    return ask(data, lambda view: take_status(view, sources, now=now).sources)


def _listed(written: Written, source: Source | None, line: SourceLine | None) -> _Listed:
    state = "not polled yet" if line is None else line.status.replace("_", " ")
    return _Listed(
        id=written.get("id"),
        type=written.get("type"),
        address=written.get("url") or (source.url if source else ""),
        name=written.get("name"),
        tier=source.tier if source else written.get("tier") or "press",
        every=source.every if source else None,
        last_poll=line.last_poll if line else None,
        interval=line.interval if line else None,
        interval_why=line.interval_why if line else "",
        rhythm=line.rhythm if line else "",
        state=state if source else "not enabled",
        detail=line.detail if line else "",
    )


def _say_length(length: timedelta) -> str:
    """A length of time as `sources.yaml` writes it: 15m, 1h, 7d."""
    seconds = int(length.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def list_packs(as_json: JsonOption = False) -> None:
    """The packs there are: how many sources each has, in which languages, and how many somebody has seen work."""
    known = packs().values()
    if as_json:
        print_json(
            [
                {
                    "id": pack.id,
                    "title": pack.title,
                    "sources": pack.sources,
                    "languages": pack.languages,
                    "countries": pack.countries,
                    "verified": pack.verified,
                }
                for pack in known
            ]
        )
        return
    rows = [
        (
            pack.id,
            len(pack.sources),
            pack.verified,
            " ".join(pack.languages),
            " ".join(pack.countries) or "-",
            pack.title,
        )
        for pack in known
    ]
    print_table(stdout(), ("pack", "sources", "verified", "languages", "countries", "title"), rows)


def add_packs(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="The packs to add.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write the sources of packs to sources.yaml, those that are not there yet."""
    settings = read_settings(config=config)
    for pack in chosen(names, option="monitor sources pack add"):
        choice = choose(pack.sources, written_sources(settings.config, environ=environment()))
        write_choice(
            settings.config,
            choice,
            [Group(comment=pack.title or pack.id, entries=choice.new)],
            name=pack.id,
            console=stdout(),
        )
