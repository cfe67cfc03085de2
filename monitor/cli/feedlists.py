"""The commands that take feeds along: `sources import` and `sources export`."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.additions import write_choice
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption
from monitor.cli.output import stderr, stdout
from monitor.config import environment, read_settings
from monitor.config.adding import Group
from monitor.config.entries import Choice, Written, choose, usable, written_sources
from monitor.config.names import slug
from monitor.config.secrets import has_reference
from monitor.core.platforms import Entry
from monitor.core.source import Tier
from monitor.core.url import holds_secret, host
from monitor.sources.opml import FeedList, NotAList, Outline, write_opml

_MOST_BYTES = 20_000_000
_TITLE = "Sources of Announcement Monitor"
_REST = ("every", "max_age", "country", "enabled", "verified")
_WORD = re.compile(r"[a-z]{2}")
_LEAST = 3  # keys of a new entry that cannot be left out


def register(group: typer.Typer) -> None:
    """Adds the commands to the group `sources`."""
    group.command("import", epilog="Example: monitor sources import subscriptions.opml --tier community")(import_opml)
    group.command("export", epilog="Example: monitor sources export --output sources.opml")(export_opml)


def import_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file, as feed readers export it.")],
    tier: Annotated[Tier, typer.Option(help="How much their word weighs, where the file does not say.")] = Tier.PRESS,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write the feeds of an OPML file to sources.yaml, those that are not read yet."""
    from monitor.scouting import read_feed_list

    settings = read_settings(config=config)
    written = written_sources(settings.config, environ=environment())
    found = asyncio.run(read_feed_list(_read(file)))
    if isinstance(found, NotAList):
        stderr().print(f"error: {file}: {found.detail}", soft_wrap=True)
        raise typer.Exit(1)
    choice = choose([_entry(outline, tier) for outline in found.outlines], written)
    write_choice(settings.config, choice, _by_folder(choice, found, file), name="imported", console=stdout())
    for title in found.refused:
        stdout().print(
            f"left out {title}: its address is none to visit, or holds a password; write it by hand, with auth:",
            soft_wrap=True,
        )
    if found.empty:
        stdout().print(f"left out {found.empty} {'outline' if found.empty == 1 else 'outlines'} without a feed")


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise typer.BadParameter(f"{file} is larger than {_MOST_BYTES // 1_000_000} MB")
        return file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None


def _entry(outline: Outline, tier: Tier) -> Entry:
    """The outline as an entry of `sources.yaml`; what the file says wrongly is left out."""
    own = dict(outline.own)
    title = outline.title if _WORD.search(slug(outline.title)) else ""  # of another script little is left
    entry = {
        "id": own.get("id") or title or host(outline.url).removeprefix("www."),
        "type": "feed",
        "url": outline.url,
        "name": outline.title if outline.title != own.get("id") else "",
        "lang": outline.lang,
        **{key: own.get(key, "") for key in ("tier", *_REST)},
    }
    entry["id"] = slug(entry["id"]) or "source"
    told = usable({key: text for key, text in entry.items() if text}, least=_LEAST, environ={})
    return told if "tier" in told else {**told, "tier": str(tier)}


def _by_folder(choice: Choice, found: FeedList, file: Path) -> list[Group]:
    """The new entries below the names of the folders they stood in."""
    folders = {outline.url: outline.folder for outline in reversed(found.outlines)}
    comments = dict.fromkeys(folders[entry["url"]] for entry in choice.new)
    return [
        Group(
            comment=comment or f"from {file.name}",
            entries=tuple(entry for entry in choice.new if folders[entry["url"]] == comment),
        )
        for comment in comments
    ]


def export_opml(
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="The file to write; else it is printed.")] = None,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Also the sources whose address holds a key.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write the sources that have a feed address as OPML, for feed readers and for moving house."""
    settings = read_settings(config=config)
    outlines = []
    for written in written_sources(settings.config, environ=environment()):
        reason = _kept_back(written, with_secrets=with_secrets)
        if reason:
            stderr().print(f"left out {written.get('id')}: {reason}", soft_wrap=True)
        else:
            outlines.append(_outline(written))
            for part in _parts_of(written):
                stderr().print(f"{written.get('id')}: {part} is not exported", soft_wrap=True)
    document = write_opml(outlines, title=_TITLE)
    if output is None:
        stdout().file.write(document)
        return
    try:
        output.write_text(document, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{output} cannot be written: {error.strerror}") from None
    noun = "source" if len(outlines) == 1 else "sources"
    stdout().print(f"{len(outlines)} {noun} written to {output}", soft_wrap=True)


def _kept_back(written: Written, *, with_secrets: bool) -> str:
    """Why a source is not exported, "" when it is."""
    if written.get("type") != "feed" or not written.address:
        return f"a source of type {written.get('type')} has no feed address"
    if has_reference(written.address):
        return "the secret in its address is not at hand"
    if not with_secrets and (has_reference(written.get("url")) or holds_secret(written.address)):
        return "its address looks private; --with-secrets exports it"
    return ""


def _outline(written: Written) -> Outline:
    own = (
        ("id", written.get("id")),
        ("tier", written.get("tier") or Tier.PRESS),
        *((key, written.get(key)) for key in _REST),
    )
    return Outline(
        url=written.address,
        title=written.get("name") or written.get("id"),
        lang=written.get("lang"),
        own=tuple((key, value) for key, value in own if value),
    )


def _parts_of(written: Written) -> Iterator[str]:
    """What of a source OPML cannot carry."""
    return (key for key in ("headers", "auth", "proxy") if written.keys.get(key))
