"""The command that asks what would have been told: `replay`."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Annotated

import typer

from monitor.cli.inspecting import existing_database
from monitor.cli.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption, JsonOption, length_of
from monitor.cli.output import print_json, print_sections, stderr, stdout
from monitor.config import Settings, environment, load, read_settings
from monitor.core.difference import Alerted
from monitor.core.setup import Setup
from monitor.core.wording import say_list
from monitor.explain import Section
from monitor.replay import Difference


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command(epilog="Example: monitor replay --since 90d --config config-new")(replay)


def replay(
    since: Annotated[str, typer.Option(help="How far back: 36h, 90d.", metavar="LENGTH")] = "90d",
    watch: Annotated[list[str] | None, typer.Option(help="Only this watch; may be repeated.", metavar="ID")] = None,
    send: Annotated[bool, typer.Option("--send", help="Send alerts that are new; asks which.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="With --send: those of this item, unasked; may be repeated.", metavar="ITEM"),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """What a configuration would have alerted on the items that are stored, and how that differs from what was told."""
    from monitor.bootstrap import now
    from monitor.rehearsing import run_replay

    length, wanted = length_of(since), [_item_id(item) for item in only or ()]
    if wanted and not send:
        raise typer.BadParameter("--only says what to --send")
    settings = read_settings(config=config, data=data)
    setup = load(settings.config, environ=environment())
    existing_database(settings.data)
    until = now()
    found = asyncio.run(run_replay(settings, setup, since=until - length, until=until, told=_progress()))
    if watch:
        found = _narrowed(found, set(watch), setup)
    if as_json:
        print_json(found)
    else:
        print_sections(stdout(), _sections(found))
    if send:
        _send(found, wanted, settings=settings, setup=setup)


def _item_id(text: str) -> int:
    match = re.fullmatch(r"(?:item-)?([0-9]{1,18})", text)
    if match is None:
        raise typer.BadParameter(f"{text} is not the number of an item; write item-12")
    return int(match[1])


def _progress() -> Callable[[int], None]:
    """Shows on a terminal how far the reading is; elsewhere nothing."""
    console = stderr()

    def show(items: int) -> None:
        console.print(f"{items:,} items read", end="\r")

    return show if console.is_terminal else lambda _items: None


def _narrowed(found: Difference, watches: set[str], setup: Setup) -> Difference:
    """Only what concerns the watches; one that neither the configuration nor an alert knows is a mistake."""
    alerts = [one.alert for one in (*found.added, *found.gone)]
    alerts += [alert for one in found.changed for alert in (one.before, one.after)]
    known = {watch.id for watch in setup.watches} | {watch for alert in alerts for watch in alert.report.watches}
    if unknown := sorted(watches - known):
        raise typer.BadParameter(f"there is no watch {unknown[0]}; there are {', '.join(sorted(known))}")

    def concerns(*alerts: Alerted) -> bool:
        return any(watches.intersection(alert.report.watches) for alert in alerts)

    return replace(
        found,
        added=tuple(one for one in found.added if concerns(one.alert)),
        gone=tuple(one for one in found.gone if concerns(one.alert)),
        changed=tuple(one for one in found.changed if concerns(one.before, one.after)),
    )


def _sections(found: Difference) -> Iterator[Section]:
    counts = [
        f"{len(ones)} {word}"
        for ones, word in ((found.added, "added"), (found.gone, "gone"), (found.changed, "changed"))
        if ones
    ]
    yield Section(
        heading=f"{found.since:%Y-%m-%d %H:%M} to {found.until:%Y-%m-%d %H:%M} UTC: {say_list(counts) or 'no difference'}",
        lines=(
            f"{found.items:,} items read again; {found.before} alerts were made, {found.after} would have been made",
        ),
    )
    for one in found.added:
        yield Section(heading=f"added: {_head(one.alert)}", lines=(*_why(one.alert), f"then: {one.why}"))
    for one in found.gone:
        yield Section(heading=f"gone: {_head(one.alert)}", lines=(*_why(one.alert), f"now: {one.why}"))
    for pair in found.changed:
        yield Section(
            heading=f"changed: {_head(pair.before)}",
            lines=(*_why(pair.before), f"now: {pair.after.headline}: {pair.why}", *_why(pair.after)[1:]),
        )


def _head(alert: Alerted) -> str:
    update = f" (update: {alert.change})" if alert.change else ""
    return f"{alert.headline}{update} for {alert.receiver}, {alert.at:%Y-%m-%d %H:%M} UTC [item-{alert.item_id}]"


def _why(alert: Alerted) -> list[str]:
    """Who said what, which rules fired on it, for which watch, and which route let it through."""
    return [
        f"{alert.publisher}: {alert.said}",
        *[f"rule {piece.rule} on “{piece.quote}” in the {piece.part}" for piece in alert.report.evidence],
        f"watched as {', '.join(alert.report.watches)}; {alert.reason}",
    ]


def _send(found: Difference, wanted: Sequence[int], *, settings: Settings, setup: Setup) -> None:
    """Puts chosen alerts of those added into the outbox; nothing where nothing is chosen."""
    from monitor.rehearsing import retell_found

    console = stderr()
    there = sorted({one.alert.item_id for one in found.added})
    if not there and not wanted:
        console.print("nothing to send: no alert is added")
        return
    chosen = wanted or _ask(there)
    if missing := [item for item in chosen if item not in there]:
        console.print(f"error: no alert is added by item-{missing[0]}; nothing was sent")
        raise typer.Exit(1)
    if not chosen:
        console.print("nothing was sent")
        return
    count = asyncio.run(
        retell_found(settings, setup, [one.alert for one in found.added if one.alert.item_id in chosen])
    )
    console.print(f"{count} on their way, sent by the daemon at once or else by the next run")


def _ask(there: Sequence[int]) -> Sequence[int]:
    """The items chosen on the terminal."""
    names = " ".join(f"item-{item}" for item in there)
    answer = typer.prompt(f"Send which? all, none, or some of: {names}\n", default="none", err=True)
    if answer.strip() in {"all", "none"}:
        return there if answer.strip() == "all" else ()
    return [_item_id(word) for word in answer.replace(",", " ").split()]
