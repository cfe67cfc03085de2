"""`sources discover`: what of a site can be read."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Annotated, Any

import typer
from rich.console import Console

from monitor.cli.additions import write_choice
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from monitor.cli.output import print_json, stderr, stdout
from monitor.config import Settings, environment, read_settings
from monitor.config.adding import Group
from monitor.config.entries import choose, entry_text, unique_id, usable, written_sources
from monitor.config.names import slug
from monitor.core.discovery import Candidate
from monitor.core.platforms import Entry
from monitor.core.source import Tier
from monitor.core.url import host, http_url
from monitor.discover import Discovery

_LONGEST_NAME = 80


def register(group: typer.Typer) -> None:
    """Adds the command to the group `sources`."""
    group.command("discover", epilog="Example: monitor sources discover https://www.example.org --add")(discover)


def discover(
    url: Annotated[str, typer.Argument(metavar="URL", help="A site, a feed, or an account of a service.")],
    add: Annotated[bool, typer.Option("--add", help="Write the best of them to sources.yaml.")] = False,
    pick: Annotated[
        list[int] | None, typer.Option(help="Write this one of them instead; may be repeated.", min=1)
    ] = None,
    tier: Annotated[Tier, typer.Option(help="How much its word weighs.")] = Tier.PRESS,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Find what can be read at an address: its feeds, each fetched and read, as entries for sources.yaml."""
    from monitor.scouting import find_sources

    settings = read_settings(config=config)
    address = web_address(url)
    console = stderr()
    with console.status(f"looking at {host(address)} …") if console.is_terminal else nullcontext():
        found = asyncio.run(find_sources(address, settings))
    entries = _entries(found.found, tier)
    if as_json:
        print_json(_as_data(found, entries))
    else:
        _show(found, entries, address)
    if not entries:
        raise typer.Exit(1)
    if add or pick:
        picked = [entries[number - 1] for number in _picked(pick or [1], len(entries))]
        _add(settings, picked, address, console=stderr() if as_json else stdout())


def web_address(url: str) -> str:
    """What was typed as a web address; BadParameter where it is none."""
    address = http_url(url if "://" in url else f"https://{url}", "")
    if address is None:
        raise typer.BadParameter(f"{url} is no web address; write it like https://www.example.org")
    return address


def _entries(candidates: Sequence[Candidate], tier: Tier) -> list[Entry]:
    """The candidates as entries of `sources.yaml`, each with an id of its own."""
    entries: list[Entry] = []
    for candidate in candidates:
        entry = _entry(candidate, tier)
        entries.append({**entry, "id": unique_id(entry["id"], (other["id"] for other in entries))})
    return entries


def _entry(candidate: Candidate, tier: Tier) -> Entry:
    """The candidate as an entry of `sources.yaml`, with the name it gives itself."""
    name = candidate.title if len(candidate.title) <= _LONGEST_NAME else ""
    where = candidate.entry.get("url", "")
    entry = {
        "id": slug(name) or slug(host(where).removeprefix("www.")) or "source",
        **candidate.entry,
        "name": name,
        "tier": str(tier),
    }
    entry = {key: text for key, text in entry.items() if text}
    return usable(entry, least=len(candidate.entry) + 1, environ=environment())


def _show(found: Discovery, entries: Sequence[Entry], address: str) -> None:
    console = stdout()
    for number, (candidate, entry) in enumerate(zip(found.found, entries, strict=True), 1):
        console.print(
            f"{number}. {candidate.title or candidate.entry.get('url', address)}: {_say(candidate)}", soft_wrap=True
        )
        console.print(f"  - {entry_text(entry)}", soft_wrap=True)
    for url, reason in found.missed:
        console.print(f"not offered: {url}: {reason}", soft_wrap=True)
    if found.detail:
        stderr().print(f"error: {address}: {found.detail}", soft_wrap=True)


def _say(candidate: Candidate) -> str:
    parts = [
        f"{candidate.items} {'item' if candidate.items == 1 else 'items'}",
        f"the newest of {candidate.newest:%Y-%m-%d}" if candidate.newest else "",
        "a podcast" if candidate.traits.audio else "",
        f"pushed by {host(candidate.traits.hub)}" if candidate.traits.hub else "",
    ]
    return f"{', '.join(part for part in parts if part)} ({candidate.how})"


def _as_data(found: Discovery, entries: Sequence[Entry]) -> dict[str, Any]:
    return {
        "title": found.title,
        "found": [
            {
                "entry": entry,
                "title": one.title,
                "items": one.items,
                "newest": one.newest,
                "how": one.how,
                "hub": one.traits.hub or None,
                "podcast": one.traits.audio,
            }
            for one, entry in zip(found.found, entries, strict=True)
        ],
        "missed": [{"url": url, "detail": reason} for url, reason in found.missed],
        "detail": found.detail,
    }


def _picked(numbers: Sequence[int], count: int) -> Iterator[int]:
    for number in dict.fromkeys(numbers):
        if number > count:
            raise typer.BadParameter(f"there is no number {number}; {count} {'was' if count == 1 else 'were'} found")
        yield number


def _add(settings: Settings, entries: Sequence[Entry], address: str, *, console: Console) -> None:
    choice = choose(entries, written_sources(settings.config, environ=environment()))
    group = Group(comment=f"found at {host(address)}", entries=choice.new)
    write_choice(settings.config, choice, [group], name="found", console=console)
