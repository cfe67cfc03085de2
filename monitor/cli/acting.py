"""The commands that change something by hand: `test-alert`, `approve`, `mute` and `submit`."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from monitor.cli.output import stderr, stdout
from monitor.config import environment, load, read_settings
from monitor.core.report import Kind
from monitor.core.routing import Mute, MuteScope
from monitor.core.setup import Setup
from monitor.core.source import Tier


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
    from monitor.ports import Sent

    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    known = [one.id for one in setup.policy.receivers]
    if receiver is not None and receiver not in known:
        raise typer.BadParameter(f"there is no receiver {receiver}; there are {', '.join(known)}")
    failed = False
    for name in [receiver] if receiver else known:
        result = send_test(setup, settings, name)
        failed |= not isinstance(result, Sent)
        stderr().print(f"{name}: {'accepted' if isinstance(result, Sent) else result.detail}", soft_wrap=True)
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

    number = hold.removeprefix("hold-")
    if not number.isdecimal():
        raise typer.BadParameter(f"{hold} is not the number of a hold; monitor status lists them")
    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    try:
        count = asyncio.run(end_hold(settings, setup, int(number), discard=discard))
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
    if scope is None or target is None:
        for known in asyncio.run(list_mutes(settings, setup)):
            stdout().print(_say_mute(known))
        return
    _check_target(scope, target, setup)
    wanted = Mute(scope=scope, target=target, until=now() + _length(length) if length else None)
    if not asyncio.run(change_mute(settings, wanted, lift=lift)):
        stderr().print(f"{scope} {target} was not muted by a command; mutes of alerts.yaml are lifted there")
        raise typer.Exit(1)
    stdout().print(f"lifted: {scope} {target}" if lift else _say_mute(wanted))


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
    saved = None
    if not page.startswith(("http://", "https://")):
        if not Path(page).is_file():
            raise typer.BadParameter(f"{page} is neither a web address nor a file")
        saved = Path(page).read_bytes()
    address = page if saved is None else url or Path(page).resolve().as_uri()
    done = asyncio.run(submit_page(settings, setup, address, saved=saved, tier=tier))
    if isinstance(done, NotSubmitted):
        stderr().print(f"error: {done.detail}", soft_wrap=True)
        raise typer.Exit(1)
    console = stdout()
    console.print(done.item.title or page, style="bold", soft_wrap=True)
    for section in explain_reading(done.recognition):
        console.print(f"  {section.heading}: {'; '.join(section.lines)}", soft_wrap=True)
    if done.item_id is None:
        console.print("It had been submitted before; nothing was changed.")
    else:
        waiting = f"{done.announced.alerts} alerts made; a running daemon sends them at once, else the next run"
        console.print(f"Stored as item-{done.item_id}: {waiting if done.announced.alerts else 'no alert'}")


def _say_mute(known: Mute) -> str:
    until = f"until {known.until:%Y-%m-%d %H:%M} UTC" if known.until else "until lifted"
    return f"muted: {known.scope} {known.target}, {until}"


def _check_target(scope: MuteScope, target: str, setup: Setup) -> None:
    known = {
        MuteScope.WATCH: [watch.id for watch in setup.watches],
        MuteScope.SOURCE: [source.id for source in setup.sources],
        MuteScope.KIND: [str(kind) for kind in Kind],
    }[scope]
    if target not in known:
        raise typer.BadParameter(f"there is no {scope} {target}; there are {', '.join(known)}")


def _length(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([mhd])", text)
    if match is None:
        raise typer.BadParameter(f"{text} is not a length of time; write 90m, 12h or 14d")
    return int(match[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[match[2]]
