"""The commands that change something by hand: `test-alert`, `approve`, `mute` and `submit`."""

import asyncio
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.inspecting import existing_database
from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption, length_of
from monitor.cli.output import print_sections, stderr, stdout
from monitor.config import environment, load, read_settings
from monitor.core.report import Kind
from monitor.core.routing import Mute, MuteScope
from monitor.core.setup import Setup
from monitor.core.source import Tier
from monitor.core.url import http_url


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command("test-alert", epilog="Example: monitor test-alert me")(alert_for_test)
    app.command(epilog="Example: monitor approve 3")(approve)
    app.command(epilog="Example: monitor mute watch heartstopper --for 14d")(mute)
    app.command(epilog="Example: monitor submit https://www.example.org/news/filming-begins --tier trade")(submit)


def alert_for_test(
    receiver: Annotated[str | None, typer.Argument(help="The id of a receiver; all of them without it.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Send a real message to a receiver, the way alerts go, and say what came of it."""
    from monitor.bootstrap import send_test
    from monitor.records import Sent

    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    known = [one.id for one in setup.policy.receivers]
    if receiver is not None and receiver not in known:
        raise typer.BadParameter(f"there is no receiver {receiver}; there are {', '.join(known)}")
    failed = False
    for name in [receiver] if receiver else known:
        result = send_test(setup, settings, name)
        failed |= not isinstance(result, Sent)
        outcome = "accepted" if isinstance(result, Sent) else f"failed: {result.detail}"
        stdout().print(f"{name}: {outcome}", soft_wrap=True)
    raise typer.Exit(1 if failed else 0)


def approve(
    hold: Annotated[str, typer.Argument(help="The number of a hold: 3 or hold-3.")],
    discard: Annotated[bool, typer.Option("--discard", help="End the hold without telling what it held.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Let go of what a hold keeps back: it is sent as one message."""
    from monitor.approve import NoSuchHoldError
    from monitor.bootstrap import end_hold

    match = re.fullmatch(r"(?:hold-)?([0-9]{1,18})", hold)
    if match is None:
        raise typer.BadParameter(f"{hold} is not the number of a hold; monitor status lists them")
    number = int(match[1])
    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    existing_database(settings.data)
    try:
        count = asyncio.run(end_hold(settings, setup, number, discard=discard))
    except NoSuchHoldError as error:
        stderr().print(f"error: {error}; monitor status lists those there are")
        raise typer.Exit(1) from error
    stdout().print(f"hold-{number}: {count} {'dropped' if discard else 'on their way'}")


def mute(
    scope: Annotated[MuteScope | None, typer.Argument(help="What to mute.")] = None,
    target: Annotated[str | None, typer.Argument(help="The id of a watch or source, or a kind.")] = None,
    length: Annotated[str | None, typer.Option("--for", help="How long: 12h, 14d. Without it, until lifted.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="End the mute.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Keep alerts of a watch, source or kind quiet; without arguments, list what is muted."""
    from monitor.bootstrap import change_mute, list_mutes, now

    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    existing_database(settings.data)
    if lift and (scope is None or length is not None):
        raise typer.BadParameter("--lift takes what to lift, and no --for: monitor mute watch lantern-bay --lift")
    if scope is None:
        known = asyncio.run(list_mutes(settings, setup))
        for one in known:
            stdout().print(_say_mute(one, now()), soft_wrap=True)
        if not known:
            stdout().print("nothing is muted")
        return
    if target is None:
        raise typer.BadParameter(f"name the {scope} to mute")
    if not lift:  # what is no longer configured may still be lifted
        _check_target(scope, target, setup)
    wanted = Mute(scope=scope, target=target, until=now() + length_of(length) if length else None)
    if not asyncio.run(change_mute(settings, wanted, lift=lift)):
        stderr().print(f"{scope} {target} was not muted by a command; mutes of alerts.yaml are lifted there")
        raise typer.Exit(1)
    stdout().print(f"lifted: {scope} {target}" if lift else _say_mute(wanted, now()))


def submit(
    page: Annotated[str, typer.Argument(metavar="URL|FILE", help="The address of a page, or a saved page.")],
    url: Annotated[str | None, typer.Option(help="The address of a saved page.")] = None,
    tier: Annotated[Tier, typer.Option(help="How much its word weighs.")] = Tier.PRESS,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Put one page into the pipeline by hand, as if a source had brought it."""
    from monitor.bootstrap import submit_page
    from monitor.explain import explain_reading
    from monitor.submit import NotSubmitted

    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    live = page.lower().startswith(("http://", "https://"))
    if url is not None and (live or http_url(url, "") is None):
        raise typer.BadParameter("--url is the web address, http or https, of a page saved in a file")
    saved = None if live else _read_file(Path(page))
    address = page if saved is None else url or Path(page).resolve().as_uri()
    done = asyncio.run(submit_page(settings, setup, address, saved=saved, tier=tier))
    if isinstance(done, NotSubmitted):
        stderr().print(f"error: {done.detail}", soft_wrap=True)
        raise typer.Exit(1)
    console = stdout()
    console.print(done.item.title or page, style="bold", soft_wrap=True)
    print_sections(console, explain_reading(done.recognition))
    if done.item_id is None:
        console.print("It had been submitted before; nothing was changed.")
    else:
        alerts = done.announced.alerts
        made = f"{alerts} alert{'s' if alerts > 1 else ''} made, sent by the daemon at once or else by the next run"
        console.print(f"Stored as item-{done.item_id}: {made if alerts else 'no alert'}", soft_wrap=True)


def _read_file(path: Path) -> bytes:
    from monitor.fetcher import DEFAULT_LIMITS

    if not path.is_file():
        raise typer.BadParameter(f"{path} is neither a web address nor a file")
    try:
        with path.open("rb") as file:
            body = file.read(DEFAULT_LIMITS.max_body_bytes + 1)
    except OSError as error:
        stderr().print(f"error: {path}: {error.strerror}", soft_wrap=True)
        raise typer.Exit(1) from error
    if len(body) > DEFAULT_LIMITS.max_body_bytes:
        stderr().print(f"error: {path} is larger than {DEFAULT_LIMITS.max_body_bytes:,} bytes", soft_wrap=True)
        raise typer.Exit(1)
    return body


def _say_mute(known: Mute, now: datetime) -> str:
    until = f"until {known.until:%Y-%m-%d %H:%M} UTC" if known.until else "until lifted"
    over = ", which is over" if known.until and known.until <= now else ""
    return f"muted: {known.scope} {known.target}, {until}{over}"


def _check_target(scope: MuteScope, target: str, setup: Setup) -> None:
    known = {
        MuteScope.WATCH: [watch.id for watch in setup.watches],
        MuteScope.SOURCE: [source.id for source in setup.sources],
        MuteScope.KIND: [str(kind) for kind in Kind],
    }[scope]
    if target not in known:
        raise typer.BadParameter(f"there is no {scope} {target}; there are {', '.join(known)}")
