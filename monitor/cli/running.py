"""The commands that work: `run`, `once` and `demo`."""

import asyncio
import os
import signal
import sys
from collections import Counter
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption, JsonOption
from monitor.cli.output import print_first_look, print_json, print_table, stdout
from monitor.config import environment, load, read_settings
from monitor.config.systemd import read_supervision
from monitor.core.alert import AlertState
from monitor.demo import DemoOutcome, Moment
from monitor.readiness import Readiness
from monitor.records import PollStatus
from monitor.rounds import Round


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command(epilog="Example: monitor run --config /etc/monitor --data /var/lib/monitor")(run)
    app.command(epilog="Example, for every 15 minutes in a crontab: */15 * * * * monitor once")(once)
    app.command(epilog="Example: monitor demo")(demo)


def run(config: ConfigOption = DEFAULT_CONFIG, data: DataOption = DEFAULT_DATA) -> None:
    """Poll, recognise and deliver until stopped; changed files are picked up by themselves."""
    from monitor.bootstrap import configure_logs, run_daemon
    from monitor.daemon import Controls

    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    configure_logs(settings, setup)
    supervision = read_supervision(environment(), pid=os.getpid())

    async def work() -> None:
        controls = Controls(
            stop=asyncio.Event(),
            hangup=asyncio.Event(),
            readiness=Readiness(address=supervision.notify_socket),
        )
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, controls.stop.set)
        loop.add_signal_handler(signal.SIGINT, controls.stop.set)
        loop.add_signal_handler(signal.SIGHUP, controls.hangup.set)
        await run_daemon(settings, setup, controls=controls)

    asyncio.run(work())


def once(
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
    everything: Annotated[
        bool, typer.Option("--all", help="Every source now, also those backing off, but none before its Retry-After.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be sent; send and store nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """One round for cron: poll what is due, deliver what is due, exit."""
    from monitor.bootstrap import configure_logs, run_once
    from monitor.rehearsing import run_dry

    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    configure_logs(settings, setup)
    work = run_dry if dry_run else run_once
    # Where JSON is asked for, it is all that standard output gets.
    stream = sys.stderr if as_json else sys.stdout
    done = asyncio.run(work(settings, setup, everything=everything, stream=stream))
    if as_json:
        print_json(done)
    else:
        stdout().print(summary(done, dry=dry_run), soft_wrap=True)
        if done.first_look:
            print_first_look(stdout(), done.first_look)


def demo(data: DataOption = DEFAULT_DATA) -> None:
    """A fortnight of invented news through the real pipeline, on loopback: no network, no account."""
    from monitor.rehearsing import run_demo

    settings = read_settings(data=data)
    console = stdout()
    console.print("A fortnight of invented news: every outlet is polled four times a day.\n")

    def show(moment: Moment, printed: str) -> None:
        if printed:
            console.rule(f"day {moment.day}, {moment.time}", align="left")
            console.print(printed.rstrip(), soft_wrap=True)
            console.print()

    outcome = asyncio.run(run_demo(settings, show=show))
    _print_outcome(outcome)
    raise typer.Exit(0 if outcome.verdict.as_expected else 1)


def _print_outcome(outcome: DemoOutcome) -> None:
    console = stdout()
    read = f"{outcome.items} items of {outcome.outlets} outlets"
    if outcome.again and outcome.verdict.as_expected:
        console.print(f"{read} were read again; all of it had been told before, so nothing was sent.")
    elif outcome.verdict.as_expected:
        console.print(f"{read} became {len(outcome.expected)} alerts, exactly those expected:\n", style="bold")
        rows = [
            (f"day {telling.day}", telling.title, telling.kind.replace("_", " "), telling.purpose, reason)
            for telling, reason in outcome.expected
        ]
        print_table(console, ("when", "about", "kind", "alert", "why"), rows)
        console.print("\nRun it again: nothing will be told twice.")
    else:
        for telling in outcome.verdict.missing:
            console.print(f"missing: {telling}", soft_wrap=True)
        for telling in outcome.verdict.surplus:
            console.print(f"not expected: {telling}", soft_wrap=True)


def summary(done: Round, *, dry: bool) -> str:
    """One line: what was polled, what was new, what was sent (or, `dry`, would have been) and what waits."""
    statuses = Counter(poll.status for poll in done.polls)
    states = Counter(sending.state for sending in done.sendings)
    failed = len(done.polls) - statuses[PollStatus.OK] - statuses[PollStatus.UNCHANGED]
    parts = [
        f"{_count(len(done.polls), 'source')} polled",
        f"{statuses[PollStatus.UNCHANGED]} unchanged" if statuses[PollStatus.UNCHANGED] else "",
        f"{failed} failed" if failed else "",
        _count(sum(poll.new for poll in done.polls), "new item"),
        f"{_count(states[AlertState.SENT], 'message')} {'to be sent' if dry else 'sent'}",
        f"{states[AlertState.GIVEN_UP]} given up" if states[AlertState.GIVEN_UP] else "",
        f"{_count(done.waiting, 'alert')} waiting" if done.waiting else "",
    ]
    return ", ".join(part for part in parts if part) + ("; nothing was sent or stored" if dry else "")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
