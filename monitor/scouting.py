"""The composition root of the commands that look for sources and try them: they open the network and store nothing."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from monitor.bootstrap import nothing_brought, now, user_agent
from monitor.config import Settings, environment
from monitor.config.entries import source_of
from monitor.config.rulefiles import load_recogniser
from monitor.core.discovery import Site, Traits
from monitor.core.fetching import ParseFailed
from monitor.core.setup import Setup
from monitor.core.source import Source
from monitor.discover import Discovery, Scout, discover
from monitor.fetcher import Fetcher
from monitor.sandbox import Sandbox
from monitor.sources import adapters
from monitor.sources.discovery import read_site, read_sitemaps, read_traits
from monitor.sources.opml import FeedList, NotAList, read_opml
from monitor.trial import Preview, Trial, preview, try_source


async def read_feed_list(body: bytes) -> FeedList | NotAList:
    """What an OPML file lists, read where reading may be killed."""
    async with Sandbox() as sandbox:
        found = await sandbox.run(read_opml, body)
    return NotAList(detail=found.detail) if isinstance(found, ParseFailed) else found


async def find_sources(url: str, settings: Settings) -> Discovery:
    """What can be read at an address that the user has typed."""
    fetcher = Fetcher(user_agent=user_agent(settings), clock=now, environment_proxy=settings.environment_proxy)
    async with fetcher, Sandbox() as sandbox:

        async def site(body: bytes, *, url: str, content_type: str | None, link_header: str) -> Site | ParseFailed:
            return await sandbox.run(read_site, body, url=url, content_type=content_type, link_header=link_header)

        async def traits(body: bytes, *, url: str, link_header: str) -> Traits | ParseFailed:
            return await sandbox.run(read_traits, body, url=url, link_header=link_header)

        async def sitemaps(body: bytes, *, url: str) -> Site | ParseFailed:
            return await sandbox.run(read_sitemaps, body, url=url)

        scout = Scout(
            fetch=fetcher,
            adapters=adapters(run=sandbox.run, clock=now, inbox=nothing_brought),
            source_of=partial(source_of, environ=environment()),
            read_site=site,
            read_traits=traits,
            read_sitemaps=sitemaps,
            clock=now,
        )
        return await discover(url, scout=scout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One source with what a visit came to and what is read in its items."""

    source: Source
    trial: Trial
    previews: tuple[Preview, ...]


async def try_sources(
    sources: Sequence[Source], setup: Setup, settings: Settings, *, told: Callable[[Tried], None]
) -> None:
    """Visits sources for real; `told` gets each as soon as those before it are done."""
    recognise = load_recogniser(setup.watches, setup.rules, setup.disabled_rules)
    fetcher = Fetcher(user_agent=user_agent(settings), clock=now, environment_proxy=settings.environment_proxy)
    async with fetcher, Sandbox() as sandbox, asyncio.TaskGroup() as group:
        known = adapters(run=sandbox.run, clock=now, inbox=nothing_brought)
        trials = [
            group.create_task(try_source(source, adapter=known[source.type], fetch=fetcher, now=now()))
            for source in sources
        ]
        for source, task in zip(sources, trials, strict=True):
            trial = await task
            read = preview(trial.visited, source, recognise=recognise) if trial.visited else ()
            told(Tried(source=source, trial=trial, previews=read))
