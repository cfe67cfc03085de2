"""The composition root of what is only played: the demonstration, a dry run, a replay of what is stored."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO
from urllib.parse import urlsplit

from monitor.bootstrap import database, now, open_edges, open_program, open_scratch, run_once
from monitor.config import Settings, load
from monitor.config.rulefiles import load_recogniser
from monitor.config.shipped import read_yaml, seeds_folder
from monitor.core.difference import Alerted
from monitor.core.setup import Setup
from monitor.demo import (
    STARTS,
    DemoOutcome,
    Moment,
    SimulatedClock,
    Telling,
    count_items,
    judge,
    moments,
    play,
    read_expected,
)
from monitor.fetcher import Limits
from monitor.newsroom import Newsroom, read_timeline
from monitor.notifier import CONSOLE
from monitor.replay import Difference, replay
from monitor.retell import retell
from monitor.rounds import Round
from monitor.store.copying import copy_database
from monitor.store.opening import DATABASE, open_store

# Between two polls of a simulated day nobody needs to be polite.
_LOOPBACK = Limits(per_host_spacing=timedelta())


async def run_dry(settings: Settings, setup: Setup, *, everything: bool, stream: TextIO) -> Round:
    """One round on a copy of the database that is thrown away, with every receiver a terminal. Raises StoreError."""
    terminals = tuple(replace(receiver, url=CONSOLE) for receiver in setup.policy.receivers)
    printed = replace(setup, policy=replace(setup.policy, receivers=terminals))
    with TemporaryDirectory(prefix="monitor-dry-run-") as folder:
        if database(settings).is_file():
            await asyncio.to_thread(copy_database, database(settings), Path(folder) / DATABASE)
        scratch = settings.model_copy(update={"data": Path(folder)})
        return await run_once(scratch, printed, everything=everything, stream=stream)


async def run_demo(settings: Settings, *, show: Callable[[Moment, str], None]) -> DemoOutcome:
    """Plays the demo in `data/demo`, a place of its own. `show` gets each round with what the terminal receiver printed.

    Played again on the same data, its last round is repeated at the same addresses and tells nothing, as everything
    was told; one that was broken off begins anew. Raises StoreError.
    """
    seeds = seeds_folder() / "newsroom"
    timeline = read_yaml(seeds / "timeline.yaml")
    expected = read_expected(read_yaml(seeds / "expected.yaml"))
    own = settings.model_copy(update={"data": settings.data / "demo"})
    rounds = moments(timeline)
    port = await _played_at(database(own), until=rounds[-1])
    again = port is not None
    clock = SimulatedClock(STARTS)
    printed = StringIO()
    told: list[Telling] = []
    newsroom = Newsroom(folder=seeds, timeline=read_timeline(timeline), starts=STARTS, clock=clock, port=port or 0)
    async with newsroom, open_edges(own, clock=clock, exclusive=True, limits=_LOOPBACK) as edges:
        setup = load(seeds / "config", environ={"NEWSROOM": newsroom.url})
        async with open_program(setup, edges, stream=printed) as program:
            for clock.time in rounds[-1:] if again else rounds:
                moment = await play(program, moment=clock.time)
                told += moment.tellings
                show(moment, printed.getvalue())
                printed.seek(0)
                printed.truncate()
        items = await count_items(edges.store)
    return DemoOutcome(
        items=items,
        outlets=len(setup.sources),
        again=again,
        expected=expected,
        verdict=judge(told, [] if again else [telling for telling, _ in expected]),
    )


async def _played_at(path: Path, *, until: datetime) -> int | None:
    """The port the demo was served at when it was played to its end; None if it was not. One broken off is forgotten."""
    if not await asyncio.to_thread(path.is_file):
        return None
    async with open_store(path, exclusive=True) as store:
        polls, states = await store.read(lambda view: (view.last_polls(), view.source_states()))
    if any(poll.at >= until for poll in polls.values()):
        return next(urlsplit(state.url).port for state in states.values())
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    return None


async def run_replay(
    settings: Settings, setup: Setup, *, since: datetime, until: datetime, told: Callable[[int], None]
) -> Difference:
    """What the configuration would have alerted on what is stored. Nothing but a scratch file is written. Raises StoreError."""
    async with open_store(database(settings), exclusive=False) as store, open_scratch(settings.data) as scratch:
        return await replay(
            store=store,
            scratch=scratch,
            setup=setup,
            recognise=load_recogniser(setup.watches, setup.rules, setup.disabled_rules),
            since=since,
            until=until,
            told=told,
        )


async def retell_found(settings: Settings, setup: Setup, chosen: Sequence[Alerted]) -> int:
    """Puts alerts that replay found into the outbox; how many of them were not there yet. Raises StoreError."""
    sources = {source.id: source for source in setup.sources}
    moment = now()
    async with open_store(database(settings), exclusive=False) as store:
        return await store.write(
            lambda transaction: sum(retell(transaction, found, sources=sources, now=moment) for found in chosen)
        )
