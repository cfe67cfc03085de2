"""The commands that only look: `status`, `history` and `explain`."""

import asyncio
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption, JsonOption
from monitor.cli.output import (
    ago,
    print_csv,
    print_first_look,
    print_json,
    print_sections,
    print_table,
    span,
    stderr,
    stdout,
)
from monitor.config import environment, load, read_settings
from monitor.core.announcement import Announcement
from monitor.core.report import Document, Kind
from monitor.core.setup import Setup
from monitor.core.wording import incident_words, say_headline, say_person
from monitor.explain import (
    Section,
    explain_absence,
    explain_alert,
    explain_announcement,
    explain_item,
    explain_text,
    say_doubts,
)
from monitor.firstlook import LOOKS_BACK
from monitor.ports import Recognise, View
from monitor.records import HistoryQuery
from monitor.status import SourceLine, Status, lives, take_status

T = TypeVar("T")

_MOST_ROWS = 1_000_000
_LATE = timedelta(seconds=1)  # a tick later than this says that the machine is too busy
_CSV_COLUMNS = (
    *("id", "first_seen", "last_report_at", "kind", "standing", "title"),
    *("seasons", "people", "dates", "watches", "headline", "doubts"),
)


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
        beat = ask(data, lambda view: view.heartbeat())
        alive = lives(beat, moment)
        stdout().print(f"last sign of life {ago(beat.at, moment)}" if beat else "the daemon has never run here")
        raise typer.Exit(0 if alive else 1)
    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    found = ask(data, lambda view: take_status(view, setup.sources, now=moment))
    if as_json:
        print_json(found)
    else:
        _print_status(found, moment)


def history(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="Words to look for in titles, headlines and facts.")
    ] = "",
    data: DataOption = DEFAULT_DATA,
    watch: Annotated[list[str] | None, typer.Option(help="Only this watch; may be repeated.", metavar="ID")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; may be repeated.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="First told on or after this day (UTC).", formats=["%Y-%m-%d"])
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="First told before this day (UTC).", formats=["%Y-%m-%d"])
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many, the newest first.", min=1, max=_MOST_ROWS)] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Announcements that were found, newest first."""
    wanted = HistoryQuery(
        text=query,
        watches=tuple(watch or ()),
        kinds=tuple(kind or ()),
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) if until else None,
        limit=limit,
    )
    found = ask(
        data, lambda view: [(one, tuple(say_doubts(one, view.reports(one.id)))) for one in view.announcements(wanted)]
    )
    if as_json:
        print_json([{**asdict(announcement), "doubts": doubts} for announcement, doubts in found])
    elif as_csv:
        print_csv(_CSV_COLUMNS, [_csv_row(announcement, doubts) for announcement, doubts in found])
    elif found:
        rows = [
            (
                f"announcement-{a.id}",
                f"{a.first_seen:%Y-%m-%d %H:%M}",
                a.standing,
                "; ".join((say_headline(a), *doubts)),
            )
            for a, doubts in found
        ]
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
    sections = _explain_text(config, sys.stdin.read()) if what == "-" else _explain_stored(what, config, data)
    if not sections:
        stderr().print(f"there is no {what}; monitor history lists the announcements there are", soft_wrap=True)
        raise typer.Exit(1)
    if as_json:
        print_json(sections)
        return
    print_sections(stdout(), sections)


def _explain_text(config: Path, text: str) -> Sequence[Section]:
    from monitor.bootstrap import now

    setup, recognise = _load_recogniser(config)
    title, _, rest = text.strip().partition("\n")
    return explain_text(recognise(Document(title=title, text=rest.strip())), policy=setup.policy, now=now())


def _explain_stored(what: str, config: Path, data: Path) -> Sequence[Section]:
    if "://" in what:
        return _explain_items(what, [], config, data)
    noun, number = reference(what)
    if noun == "item":
        return _explain_items("", [number], config, data)
    from monitor.bootstrap import now

    explained = explain_alert if noun == "alert" else explain_announcement
    policy, moment = load(config, environ=environment()).policy, now()
    return ask(data, lambda view: explained(number, view, policy=policy, now=moment))


def _explain_items(url: str, ids: Sequence[int], config: Path, data: Path) -> Sequence[Section]:
    """The items with that address or those ids; for an address that nobody brought, why that may be."""
    from monitor.bootstrap import now

    setup, recognise = _load_recogniser(config)
    moment = now()

    def look(view: View) -> Sequence[Section]:
        found = view.items_by_url(url) if url else view.items(ids)
        if url and not found:
            return explain_absence(url, view, sources=setup.sources)
        return [
            section
            for stored in found
            for section in explain_item(stored, view, setup=setup, recognise=recognise, now=moment)
        ]

    return ask(data, look)


def _load_recogniser(config: Path) -> tuple[Setup, Recognise]:
    from monitor.config.rulefiles import load_recogniser

    setup = load(config, environ=environment())
    return setup, load_recogniser(setup.watches, setup.rules, setup.disabled_rules)


def reference(what: str) -> tuple[str, int]:
    """What an id names, and its number; BadParameter where it is none. A bare number is an announcement's."""
    match = re.fullmatch(r"(?:(item|announcement|alert)-)?(\d{1,18})", what)
    if match is None:
        raise typer.BadParameter(f"{what} is neither an address nor like item-3, announcement-12 or alert-7")
    return match[1] or "announcement", int(match[2])


def existing_database(data: Path) -> Path:
    """The database in `data`; StoreError where there is none, so that no question makes an empty one."""
    from monitor.store.errors import StoreError
    from monitor.store.opening import DATABASE

    if not (data / DATABASE).is_file():
        raise StoreError(f"{data / DATABASE}: there is no database yet; start with: monitor run")
    return data / DATABASE


def ask(data: Path, work: Callable[[View], T]) -> T:
    """What the database in `data` answers."""
    from monitor.store.opening import open_store

    async def look() -> T:
        async with open_store(existing_database(data), exclusive=False) as store:
            return await store.read(work)

    return asyncio.run(look())


def _print_status(found: Status, now: datetime) -> None:
    console = stdout()
    for line in _general_lines(found, now):
        console.print(line, soft_wrap=True)
    if found.first_look and now - found.first_look.at < LOOKS_BACK:
        print_first_look(console, found.first_look)
    console.print()
    rows = [
        (line.id, _say_poll(line), ago(line.last_success, now), _say_next(line, now), span(line.interval), line.detail)
        for line in found.sources
    ]
    print_table(console, ("source", "last poll", "last success", "next", "every", "detail"), rows)


def _general_lines(found: Status, now: datetime) -> Iterator[str]:
    beat = found.heartbeat
    if beat is None:
        yield "The daemon has never run on this database."
    else:
        late = f", at worst {span(beat.lag)} late" if beat.lag > _LATE else ""
        yield f"Daemon: last sign of life {ago(beat.at, now)}, started {ago(beat.started_at, now)}{late}"
    for stream in found.streams:
        how = "connected" if stream.connected else "not connected"
        yield f"Stream {stream.name}: {how} for {span(now - stream.at)}: {stream.detail}"
    outbox = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in found.outbox.items() if count)
    yield f"Outbox: {outbox or 'empty'}"
    for incident in found.incidents:
        about = f" {incident.subject}" if incident.subject else ""
        kind = incident.kind.replace("_", " ")
        yield f"Incident-{incident.id}:{about} {kind} for {span(now - incident.opened_at)}: {incident.detail}"
        yield f"  {incident_words(incident).advice.format(name=incident.subject)}"
    for hold in found.holds:
        yield f"Hold-{hold.id}: {hold.subject}, {hold.detail}; let go with: monitor approve {hold.id}"


def _say_poll(line: SourceLine) -> str:
    times = f", {line.failures} times" if line.failures > 1 else ""
    return f"{line.status.replace('_', ' ')}{times}"


def _say_next(line: SourceLine, now: datetime) -> str:
    if line.next_due is None:
        return "-"
    return ago(line.next_due, now) if line.next_due > now else "due"


def _csv_row(one: Announcement, doubts: Sequence[str]) -> tuple[object, ...]:
    facts = one.facts
    return (
        one.id,
        one.first_seen.isoformat(),
        one.last_report_at.isoformat(),
        one.kind,
        one.standing,
        one.subject.title,
        " ".join(str(number) for number in facts.seasons),
        "; ".join(say_person(person) for person in facts.people),
        " ".join(facts.dates),
        " ".join(one.watches),
        say_headline(one),
        "; ".join(doubts),
    )
