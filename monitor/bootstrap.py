"""The composition root: settings and configuration in, a working program out. It owns opening and closing."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from monitor import __version__, logs
from monitor.config import Settings, environment, load
from monitor.config.rulefiles import load_recogniser
from monitor.core.message import compose_test
from monitor.core.redact import Redactor
from monitor.core.setup import Setup
from monitor.daemon import Controls, Daemon
from monitor.fetcher import DEFAULT_LIMITS, Fetcher, Limits
from monitor.notifier import Notifier
from monitor.poll import Desk, try_source
from monitor.ports import Adapter, Clock, Fetch, ReadPage, SendResult, Sent, Store
from monitor.rounds import Program, Round, Told, once
from monitor.sandbox import Sandbox
from monitor.sources import adapters, page_reader
from monitor.store.opening import DATABASE, open_store


def now() -> datetime:
    """The time. The only place that reads the clock."""
    return datetime.now(UTC)  # noqa: TID251  # the clock port


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What stays open as long as the process, whatever the configuration says."""

    store: Store
    fetch: Fetch
    adapters: Mapping[str, Adapter]
    read_page: ReadPage
    clock: Clock


def database(settings: Settings) -> Path:
    return settings.data / DATABASE


@asynccontextmanager
async def open_edges(
    settings: Settings, *, clock: Clock, exclusive: bool, limits: Limits = DEFAULT_LIMITS
) -> AsyncIterator[Edges]:
    """Opens the database and what reaches outside; `exclusive` for the one process that polls and delivers."""
    fetcher = Fetcher(
        user_agent=user_agent(settings), clock=clock, environment_proxy=settings.environment_proxy, limits=limits
    )
    async with (
        open_store(database(settings), exclusive=exclusive) as store,
        fetcher,
        Sandbox() as sandbox,
    ):
        yield Edges(
            store=store,
            fetch=fetcher,
            adapters=adapters(run=sandbox.run, clock=clock),
            read_page=page_reader(sandbox.run),
            clock=clock,
        )


@asynccontextmanager
async def open_program(setup: Setup, edges: Edges, *, stream: TextIO = sys.stdout) -> AsyncIterator[Program]:
    """Puts a configuration to work. `stream` is where the `console://` receiver prints."""
    recognise = load_recogniser(setup.watches, setup.rules, setup.disabled_rules)
    async with Notifier(setup.policy.receivers, stream=stream) as notify:
        desk = Desk(
            sources=setup.sources,
            policy=setup.policy,
            adapters=edges.adapters,
            fetch=edges.fetch,
            read_page=edges.read_page,
            recognise=recognise,
            store=edges.store,
            clock=edges.clock,
        )
        yield Program(setup=setup, desk=desk, notify=notify)


async def run_daemon(settings: Settings, setup: Setup, *, controls: Controls) -> None:
    """Runs the daemon until it is told to stop. Raises StoreError."""
    async with open_edges(settings, clock=now, exclusive=True) as edges:
        daemon = Daemon(
            store=edges.store,
            clock=edges.clock,
            open_program=lambda changed: open_program(changed, edges),
            setup=setup,
            reread=lambda: _reread(settings),
            folder=settings.config,
            controls=controls,
            started_at=now(),
        )
        await daemon.run()


async def run_once(settings: Settings, setup: Setup, *, everything: bool, told: Told) -> Round:
    """One round for cron. Raises StoreError."""
    async with (
        open_edges(settings, clock=now, exclusive=True) as edges,
        open_program(setup, edges) as program,
    ):
        await edges.store.write(lambda transaction: transaction.release_leases())
        return await once(program, everything=everything, told=told)


def _reread(settings: Settings) -> Setup:
    """The configuration as it is now, with its secrets kept out of the logs from here on. Raises ConfigError."""
    setup = load(settings.config, environ=environment())
    configure_logs(settings, setup)
    return setup


def send_test(setup: Setup, settings: Settings, receiver_id: str) -> SendResult:  # noqa: ARG001  # the settings' contact is shown to sources, not receivers
    """Sends one real test message to a receiver, by the way that alerts take."""

    async def send() -> SendResult:
        receiver = next(receiver for receiver in setup.policy.receivers if receiver.id == receiver_id)
        async with Notifier((receiver,), stream=sys.stdout) as notify:
            return await notify(receiver, compose_test(receiver))

    return asyncio.run(send())


def check_online(setup: Setup, settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """Tries every source and every receiver for real: what was tried, whether it works, one line of detail."""
    yield from asyncio.run(_try_sources(setup, settings))
    for receiver in setup.policy.receivers:
        result = send_test(setup, settings, receiver.id)
        detail = "accepted the test message" if isinstance(result, Sent) else result.detail
        yield f"receiver {receiver.id}", isinstance(result, Sent), detail


async def _try_sources(setup: Setup, settings: Settings) -> list[tuple[str, bool, str]]:
    fetcher = Fetcher(user_agent=user_agent(settings), clock=now, environment_proxy=settings.environment_proxy)
    async with fetcher, Sandbox() as sandbox:
        known = adapters(run=sandbox.run, clock=now)
        tried = [try_source(source, adapter=known[source.type], fetch=fetcher, now=now()) for source in setup.sources]
        return [(f"source {t.source_id}", t.fine, t.detail) for t in await asyncio.gather(*tried)]


def user_agent(settings: Settings) -> str:
    """Name, version and, where configured, whom to write to."""
    contact = f"+{settings.contact}; " if settings.contact else ""
    return f"AnnouncementMonitor/{__version__} ({contact}feed reader)"


def configure_logs(settings: Settings, setup: Setup | None) -> None:
    """Sends logs to standard error, without any secret that the configuration holds."""
    redactor = Redactor(_secrets(setup) if setup else ())
    logs.configure(settings.log_format.value, settings.log_level.value, redactor=redactor, stream=sys.stderr)


def _secrets(setup: Setup) -> Iterator[str]:
    for receiver in setup.policy.receivers:
        yield receiver.url
    for source in setup.sources:
        yield from (value for _, value in source.headers)
        if source.auth:
            yield from (source.auth.user, source.auth.password)
        if source.proxy:
            yield source.proxy
