"""`sources test`: what a source would bring, without storing any of it."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.finding import web_address
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from monitor.cli.output import print_json, stdout
from monitor.config import environment, load, read_settings
from monitor.config.entries import source_of
from monitor.config.problems import did_you_mean
from monitor.core.item import Item
from monitor.core.setup import Setup
from monitor.core.source import Source
from monitor.core.text import clean_line
from monitor.core.url import canonical, host
from monitor.trial import Preview

if TYPE_CHECKING:
    from monitor.scouting import Tried

_WORDS = 100  # characters of an item without a title
_TYPED = "address"  # the id of an address that is no source of the user's


def register(group: typer.Typer) -> None:
    """Adds the command to the group `sources`."""
    group.command("test", epilog="Example: monitor sources test variety https://www.example.org/feed/")(try_out)


def try_out(
    what: Annotated[list[str], typer.Argument(metavar="ID|URL...", help="Sources of yours, or addresses of feeds.")],
    limit: Annotated[int, typer.Option(help="Show so many items of each, and all that are news for you.", min=1)] = 5,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Fetch and read sources as a poll would; show what is in them and for which watch. Nothing is stored."""
    from monitor.bootstrap import now
    from monitor.scouting import try_sources

    settings = read_settings(config=config)
    setup = load(settings.config, environ=environment())
    sources = [_source(one, setup) for one in what]
    tried: list[Tried] = []

    def told(one: "Tried") -> None:
        tried.append(one)
        if not as_json:
            _show(one, limit, now())

    asyncio.run(try_sources(sources, setup, settings, told=told))
    if as_json:
        print_json([_as_data(one, limit, now()) for one in tried])
    if not all(one.trial.fine for one in tried):
        raise typer.Exit(1)


def _source(what: str, setup: Setup) -> Source:
    """The source of that id, or the feed at that address; BadParameter where it is neither."""
    known = {source.id: source for source in setup.sources}
    if what in known:
        return known[what]
    if "://" not in what:
        raise typer.BadParameter(f"no enabled source is called {what}; {did_you_mean(what, sorted(known))}")
    address = web_address(what)
    same = next((source for source in setup.sources if canonical(source.url) == canonical(address)), None)
    source = same or source_of({"id": _TYPED, "type": "feed", "url": address, "name": host(address)}, environ={})
    assert source is not None  # a web address without a password is one that a feed may have
    return source


def _show(tried: "Tried", limit: int, now: datetime) -> None:
    console = stdout()
    console.print(
        f"{'fine' if tried.trial.fine else 'FAILED'}  {_name(tried.source)}: {tried.trial.detail}", soft_wrap=True
    )
    shown = _chosen(tried.previews, limit)
    for preview in shown:
        date = f"{preview.item.published:%Y-%m-%d %H:%M}" if preview.item.published else "undated"
        console.print(f"  {date:<16}  {_headline(preview.item)}", soft_wrap=True)
        for line in _findings(preview, tried.source, now):
            console.print(f"{'':20}{line}", soft_wrap=True)
    if more := len(tried.previews) - len(shown):
        console.print(f"  and {more} more", soft_wrap=True)


def _name(source: Source) -> str:
    return source.url if source.id == _TYPED else source.id


def _chosen(previews: Sequence[Preview], limit: int) -> list[Preview]:
    """The newest, and behind them those that are news for a watch; undated ones stand before all others."""
    ordered = sorted(previews, key=lambda one: -one.item.published.timestamp() if one.item.published else float("-inf"))
    return [preview for place, preview in enumerate(ordered) if place < limit or preview.watches]


def _headline(item: Item) -> str:
    return item.title or clean_line(item.summary or item.text, _WORDS) or item.url or "nothing to show"


def _findings(preview: Preview, source: Source, now: datetime) -> Iterator[str]:
    """What the item reports, a line for each piece of news for a watch."""
    reports = preview.recognition.reports
    for report in reports:
        if report.watches:
            old = preview.item.published is not None and now - preview.item.published > source.max_age
            age = ", too old to alert" if old else ""
            yield f"news for {', '.join(report.watches)}: {report.kind}, {report.certainty}{age}"
    if not preview.watches and preview.recognition.kinds:
        yield f"{', '.join(preview.recognition.kinds)}, of nothing you watch"


def _as_data(tried: "Tried", limit: int, now: datetime) -> dict[str, Any]:
    return {
        "id": None if tried.source.id == _TYPED else tried.source.id,
        "url": tried.source.url,
        "fine": tried.trial.fine,
        "detail": tried.trial.detail,
        "items": len(tried.previews),
        "shown": [
            {
                "title": preview.item.title,
                "words": _headline(preview.item),
                "url": preview.item.url,
                "published": preview.item.published,
                "kinds": preview.recognition.kinds,
                "watches": preview.watches,
                "findings": tuple(_findings(preview, tried.source, now)),
            }
            for preview in _chosen(tried.previews, limit)
        ],
    }
