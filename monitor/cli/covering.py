"""The command that says what each source is worth: `coverage`."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.inspecting import ask, reference
from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption, JsonOption, length_of
from monitor.cli.output import print_csv, print_json, print_table, span, stderr, stdout
from monitor.config import environment, load
from monitor.config.problems import did_you_mean
from monitor.core.coverage import Coverage, FirstReport, measure
from monitor.core.setup import Setup
from monitor.core.wording import say_count, say_headline

_COLUMNS = ("source", "reported", "first", "alone", "behind the first", "after its date")
_OF_ONE = ("source", "read (UTC)", "behind the first", "dated (UTC)")


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command(epilog="Example: monitor coverage --since 30d")(coverage)


def coverage(
    what: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="An announcement, as announcement-12: who reported it, and when."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
    since: Annotated[str, typer.Option(metavar="LENGTH", help="How far back to look.")] = "180d",
    watch: Annotated[list[str] | None, typer.Option(help="Only this watch; may be repeated.", metavar="ID")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: JsonOption = False,
) -> None:
    """What each source brought: how often it was first, alone, late, or never there.

    Counts announcements of watched titles that came after the silent first polls. "Behind the first" and "after its date" are
    medians; times are those at which we read it, so that a long interval counts against its source.
    """
    from monitor.bootstrap import now

    if what is not None:
        _print_announcement(what, data, as_csv=as_csv, as_json=as_json)
        return
    setup = load(config, environ=environment())
    _check_watches(watch or (), setup)
    begin = now() - length_of(since)
    reports = ask(data, lambda view: view.first_reports(since=begin, watches=tuple(watch or ())))
    found = measure(reports, [source.id for source in setup.sources])
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv((*_COLUMNS[:4], "behind the first (s)", "after its date (s)"), [_csv_row(one) for one in found])
    else:
        _print_coverage(found, announcements=len({report.announcement_id for report in reports}), begin=begin)


def _check_watches(wanted: Sequence[str], setup: Setup) -> None:
    known = [watch.id for watch in setup.watches]
    for name in wanted:
        if name not in known:
            suggestion = did_you_mean(name, known)
            raise typer.BadParameter(f"there is no watch {name}" + (f"; {suggestion}" if suggestion else ""))


def _print_coverage(found: Sequence[Coverage], *, announcements: int, begin: datetime) -> None:
    console = stdout()
    console.print(f"{say_count(announcements, 'announcement')} since {begin:%Y-%m-%d}", soft_wrap=True)
    if brought := [one for one in found if one.reported]:
        print_table(console, _COLUMNS, [_row(one) for one in brought])
    if never := [one.source_id for one in found if not one.reported]:
        console.print(f"brought nothing: {', '.join(never)}", soft_wrap=True)


def _row(one: Coverage) -> tuple[object, ...]:
    behind, delay = (span(length) if length is not None else "" for length in (one.behind, one.delay))
    return one.source_id, one.reported, one.first, one.alone, behind, delay


def _csv_row(one: Coverage) -> tuple[object, ...]:
    behind, delay = (int(length.total_seconds()) if length else "" for length in (one.behind, one.delay))
    return one.source_id, one.reported, one.first, one.alone, behind, delay


def _print_announcement(what: str, data: Path, *, as_csv: bool, as_json: bool) -> None:
    noun, number = reference(what)
    if noun != "announcement":
        raise typer.BadParameter(f"{what} is no announcement; write announcement-12")
    announcement, reports = ask(data, lambda view: (view.announcement(number), view.first_reports_of(number)))
    if announcement is None:
        stderr().print(f"there is no {what}; monitor history lists the announcements there are", soft_wrap=True)
        raise typer.Exit(1)
    rows = [_line(report, reports[0]) for report in reports]
    if as_json:
        print_json(reports)
    elif as_csv:
        print_csv(_OF_ONE, rows)
    else:
        stdout().print(say_headline(announcement), soft_wrap=True)
        print_table(stdout(), _OF_ONE, rows)


def _line(report: FirstReport, first: FirstReport) -> tuple[str, str, str, str]:
    behind = report.at - first.at
    dated = f"{report.published:%Y-%m-%d %H:%M}" if report.published else ""
    return report.source_id, f"{report.at:%Y-%m-%d %H:%M}", span(behind) if behind else "first", dated
