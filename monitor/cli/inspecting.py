"""The commands that only look: `status`, `history` and `explain`."""

import asyncio
import csv
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption, JsonOption
from monitor.cli.output import ago, print_json, print_table, span, stderr, stdout
from monitor.config import environment, load, read_settings
from monitor.core.announcement import Announcement
from monitor.core.report import Document, Kind
from monitor.core.wording import say_headline
from monitor.explain import Section, explain_alert, explain_announcement, explain_item, explain_reading
from monitor.ports import HistoryQuery, View
from monitor.status import Status, take_status

T = TypeVar("T")

# Four missed heartbeats: long enough for a machine under load, short enough for a restart to help.
_STALE = timedelta(minutes=1)


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command(epilog="Example: monitor status --json")(status)
    app.command(epilog="Example: monitor history heartstopper --kind renewal --csv")(history)
    app.command(epilog="Example: monitor explain announcement-12")(explain)


def status(
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
    health: Annotated[
        bool, typer.Option("--health", help="Only say whether the daemon lives: exit 0 if it does, 1 if not.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Sources, incidents, holds, the outbox, and how late the daemon runs."""
    from monitor.bootstrap import now

    moment = now()
    if health:
        beat = _look(data, lambda view: view.heartbeat())
        alive = beat is not None and moment - beat.at < _STALE
        stdout().print(f"last sign of life {ago(beat.at, moment)}" if beat else "the daemon has never run here")
        raise typer.Exit(0 if alive else 1)
    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    found = _look(data, lambda view: take_status(view, setup.sources))
    if as_json:
        print_json(asdict(found))
    else:
        _print_status(found, moment)


def history(
    query: Annotated[str, typer.Argument(help="Words to look for in titles, headlines and facts.")] = "",
    data: DataOption = DEFAULT_DATA,
    watch: Annotated[list[str] | None, typer.Option(help="Only this watch; may be repeated.", metavar="ID")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; may be repeated.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="First told on or after this day (UTC).", formats=["%Y-%m-%d"])
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="First told before this day (UTC).", formats=["%Y-%m-%d"])
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many, the newest first.", min=1)] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Announcements that were found, newest first."""
    from datetime import UTC

    wanted = HistoryQuery(
        text=query,
        watches=tuple(watch or ()),
        kinds=tuple(kind or ()),
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) if until else None,
        limit=limit,
    )
    found = _look(data, lambda view: view.announcements(wanted))
    if as_json:
        print_json([asdict(announcement) for announcement in found])
    elif as_csv:
        _write_csv(found)
    elif found:
        rows = [(f"announcement-{a.id}", f"{a.first_seen:%Y-%m-%d %H:%M}", a.standing, say_headline(a)) for a in found]
        print_table(stdout(), ("id", "first seen (UTC)", "standing", "announcement"), rows)
    else:
        stdout().print("nothing found")


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID|URL|-", help="item-3, announcement-12, alert-7, an address, or - for text on standard input."
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """What each stage decided about an item, an announcement, an alert or a pasted text."""
    sections = _explain_text(config, sys.stdin.read()) if what == "-" else _explain_stored(what, data)
    if as_json:
        print_json([asdict(section) for section in sections])
        return
    console = stdout()
    for section in sections:
        console.print(section.heading, style="bold", soft_wrap=True)
        for line in section.lines:
            console.print(f"  {line}", soft_wrap=True)


def _explain_text(config: Path, text: str) -> Sequence[Section]:
    from monitor.config.rulefiles import load_recogniser

    setup = load(config, environ=environment())
    recognise = load_recogniser(setup.watches, setup.rules, setup.disabled_rules)
    title, _, rest = text.strip().partition("\n")
    return explain_reading(recognise(Document(title=title, text=rest.strip())))


def _explain_stored(what: str, data: Path) -> Sequence[Section]:
    def look(view: View) -> Sequence[Section]:
        if "://" in what:
            return [section for stored in view.items_by_url(what) for section in explain_item(stored, view)]
        noun, number = _reference(what)
        match noun:
            case "announcement":
                return explain_announcement(number, view)
            case "alert":
                return explain_alert(number, view)
            case _:
                return [section for stored in view.items([number]) for section in explain_item(stored, view)]

    sections = _look(data, look)
    if not sections:
        stderr().print(f"nothing is stored about {what}; no source has brought it", soft_wrap=True)
        raise typer.Exit(1)
    return sections


def _reference(what: str) -> tuple[str, int]:
    match = re.fullmatch(r"(?:(item|announcement|alert)-)?(\d{1,18})", what)
    if match is None:
        raise typer.BadParameter(f"{what} is neither an address nor like item-3, announcement-12 or alert-7")
    return match[1] or "announcement", int(match[2])


def _look(data: Path, work: Callable[[View], T]) -> T:
    """What the database in `data` answers; it is not created for the question."""
    from monitor.store.errors import StoreError
    from monitor.store.opening import DATABASE, open_store

    async def look() -> T:
        if not (data / DATABASE).is_file():
            raise StoreError(f"{data / DATABASE}: there is no database yet; start with: monitor run")
        async with open_store(data / DATABASE, exclusive=False) as store:
            return await store.read(work)

    return asyncio.run(look())


def _print_status(found: Status, now: datetime) -> None:
    console = stdout()
    if found.heartbeat is None:
        console.print("The daemon has never run on this database.")
    else:
        late = f", at worst {span(found.heartbeat.lag)} late" if found.heartbeat.lag > _STALE / 60 else ""
        console.print(
            f"Daemon: last sign of life {ago(found.heartbeat.at, now)}, started {ago(found.heartbeat.started_at, now)}{late}"
        )
    outbox = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in found.outbox.items() if count)
    console.print(f"Outbox: {outbox or 'empty'}")
    for incident in found.incidents:
        about = f" {incident.subject}" if incident.subject else ""
        console.print(
            f"Incident-{incident.id}:{about} {incident.kind} since {ago(incident.opened_at, now)}: {incident.detail}",
            soft_wrap=True,
        )
    for hold in found.holds:
        console.print(f"Hold-{hold.id}: {hold.subject}, {hold.detail}; monitor approve {hold.id}", soft_wrap=True)
    console.print()
    rows = [
        (line.id, line.status, ago(line.last_success, now), ago(line.next_due, now), line.items, line.detail)
        for line in found.sources
    ]
    print_table(console, ("source", "last poll", "last success", "next", "items", "detail"), rows)


def _write_csv(found: Sequence[Announcement]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(
        [
            "id",
            "first_seen",
            "last_report_at",
            "kind",
            "standing",
            "title",
            "seasons",
            "people",
            "dates",
            "watches",
            "headline",
        ]
    )
    for one in found:
        facts = one.facts
        writer.writerow(
            [
                one.id,
                one.first_seen.isoformat(),
                one.last_report_at.isoformat(),
                one.kind,
                one.standing,
                one.subject.title,
                " ".join(str(number) for number in facts.seasons),
                "; ".join(f"{p.name} as {p.role}" if p.role else p.name for p in facts.people),
                " ".join(facts.dates),
                " ".join(one.watches),
                say_headline(one),
            ]
        )
