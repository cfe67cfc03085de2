"""The composition root: settings and configuration in, a working program out. It owns opening and closing."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from monitor import __version__, logs
from monitor import approve as holds
from monitor.config import Settings, environment, load
from monitor.config.advice import unheard
from monitor.config.rulefiles import load_recogniser
from monitor.core.message import compose_test
from monitor.core.options import ImapOptions
from monitor.core.redact import Redactor, secrets_of
from monitor.core.routing import Mute
from monitor.core.setup import Setup
from monitor.core.source import Tier
from monitor.core.streams import streamed
from monitor.daemon import Controls, Daemon
from monitor.fetcher import DEFAULT_LIMITS, Fetcher, Limits
from monitor.logbook import tell_poll, tell_sending
from monitor.notifier import Notifier
from monitor.poll import Desk
from monitor.ports import Adapter, Clock, Fetch, Inbox, ReadPage, ReadPush, Store
from monitor.records import Push, SendResult, Sent
from monitor.rounds import Ahead, Program, Round, once
from monitor.sandbox import Sandbox
from monitor.sources import adapters, page_reader, push_reader
from monitor.store.opening import DATABASE, open_store
from monitor.submit import NotSubmitted, Submitted, fetch_page, read_saved, submit
from monitor.trial import try_source

logger = logging.getLogger(__name__)

# More wait for the next tick, so that what is brought in masses is stored in portions.
_PUSHES_AT_ONCE = 100


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
    read_push: ReadPush
    clock: Clock
    ahead: Ahead


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
            adapters=adapters(
                run=sandbox.run,
                clock=clock,
                inbox=_inbox(store),
                public_url=settings.public_url if settings.page else None,
            ),
            read_page=page_reader(sandbox.run),
            read_push=push_reader(sandbox.run, clock),
            clock=clock,
            ahead=fetcher.clocks.ahead,
        )


def _inbox(store: Store) -> Inbox:
    async def waiting(source_id: str) -> Sequence[Push]:
        return await store.read(lambda view: view.pushes(source_id, _PUSHES_AT_ONCE))

    return waiting


async def nothing_brought(source_id: str) -> Sequence[Push]:  # noqa: ARG001  # an inbox that is always empty
    return ()


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
        yield Program(setup=setup, desk=desk, notify=notify, scratch=open_scratch, ahead=edges.ahead)


@asynccontextmanager
async def open_scratch(within: Path | None = None) -> AsyncIterator[Store]:
    """An empty database in a temporary folder, `within` another where it may grow large, removed at the end."""
    with TemporaryDirectory(prefix="monitor-scratch-", dir=within) as folder:
        async with open_store(Path(folder) / DATABASE, exclusive=False) as store:
            yield store


async def run_daemon(settings: Settings, setup: Setup, *, controls: Controls) -> None:
    """Runs the daemon until it is told to stop. Raises StoreError, PageError."""
    async with open_edges(settings, clock=now, exclusive=True) as edges:
        daemon = Daemon(
            store=edges.store,
            clock=edges.clock,
            ahead=edges.ahead,
            open_program=lambda changed: open_program(changed, edges),
            setup=setup,
            reread=lambda: _reread(settings),
            folder=settings.config,
            controls=controls,
            started_at=now(),
            beside=(
                lambda program: _follow_streams(program.desk, settings, nudge=daemon.nudged.set),
                lambda program: _follow_mailboxes(program.desk, nudge=daemon.nudged.set),
            ),
        )
        async with open_page(settings, edges, daemon):
            await daemon.run()


async def _follow_streams(desk: Desk, settings: Settings, *, nudge: Callable[[], None]) -> None:
    """Follows the streams that sources name. The library that speaks WebSocket is loaded where there is one."""
    if not streamed(desk.sources):
        return
    from monitor.jetstream import LOOK, follow_streams

    await follow_streams(
        desk,
        user_agent=user_agent(settings),
        environment_proxy=settings.environment_proxy,
        look=LOOK,
        nudge=nudge,
    )


async def _follow_mailboxes(desk: Desk, *, nudge: Callable[[], None]) -> None:
    """Waits for mail where a source is a mailbox; loads what that needs only there."""
    if not any(isinstance(source.options, ImapOptions) for source in desk.sources):
        return
    from monitor.postbell import follow_mailboxes

    await follow_mailboxes(desk, nudge=nudge)


@asynccontextmanager
async def open_page(settings: Settings, edges: Edges, daemon: Daemon) -> AsyncIterator[int | None]:
    """Serves the page beside the daemon, where one is asked for, over all changes of configuration: its port.

    Raises PageError.
    """
    for detail in unheard(daemon.setup.sources, settings):
        logs.log(logger, logging.WARNING, "page", detail=detail)
    if settings.page is None:
        yield None
        return
    from monitor.web.app import application
    from monitor.web.door import Door
    from monitor.web.server import serve

    door = Door(
        store=edges.store,
        clock=edges.clock,
        sources=lambda: daemon.setup.sources,
        read_push=edges.read_push,
        nudge=daemon.nudged.set,
    )
    host = settings.page.host
    async with serve(application(door), host=host, port=settings.page.port) as port:
        logs.log(logger, logging.INFO, "page", detail=f"served at {host}:{port}")
        yield port


async def run_once(settings: Settings, setup: Setup, *, everything: bool, stream: TextIO) -> Round:
    """One round for cron. `stream` is where the `console://` receiver prints. Raises StoreError."""
    async with (
        open_edges(settings, clock=now, exclusive=True) as edges,
        open_program(setup, edges, stream=stream) as program,
    ):
        await edges.store.write(lambda transaction: transaction.release_leases())
        done = await once(program, everything=everything, told=tell_poll)
    for sending in done.sendings:
        tell_sending(sending)
    return done


async def end_hold(settings: Settings, setup: Setup, hold_id: int, *, discard: bool) -> int:
    """Releases or discards a hold; how many alerts or items that concerned. Raises NoSuchHoldError, StoreError."""
    async with open_store(database(settings), exclusive=False) as store:
        if discard:
            return await store.write(lambda transaction: holds.discard(transaction, hold_id, now=now()))
        recognise = load_recogniser(setup.watches, setup.rules, setup.disabled_rules)
        return await store.write(
            lambda transaction: holds.approve(transaction, hold_id, setup=setup, recognise=recognise, now=now())
        )


async def list_mutes(settings: Settings, setup: Setup) -> tuple[Mute, ...]:
    """Those of alerts.yaml and those made by command. Raises StoreError."""
    async with open_store(database(settings), exclusive=False) as store:
        return (*setup.policy.mutes, *await store.read(lambda view: view.mutes()))


async def change_mute(settings: Settings, mute: Mute, *, lift: bool) -> bool:
    """Writes a mute, or lifts it; False when there was none to lift. Raises StoreError."""
    async with open_store(database(settings), exclusive=False) as store:
        if lift:
            return await store.write(lambda transaction: transaction.lift_mute(mute.scope, mute.target))
        await store.write(lambda transaction: transaction.save_mute(mute, at=now()))
    return True


async def submit_page(
    settings: Settings, setup: Setup, url: str, *, saved: bytes | None, tier: Tier
) -> Submitted | NotSubmitted:
    """Puts a page into the pipeline: live from `url`, or `saved` from there. Raises StoreError."""
    async with open_edges(settings, clock=now, exclusive=False) as edges:
        if saved is None:
            page = await fetch_page(url, fetch=edges.fetch, read_page=edges.read_page)
        else:
            page = await read_saved(saved, url=url, content_type=None, read_page=edges.read_page)
        if isinstance(page, NotSubmitted):
            return page
        return await submit(
            page,
            tier=tier,
            recognise=load_recogniser(setup.watches, setup.rules, setup.disabled_rules),
            store=edges.store,
            policy=setup.policy,
            now=now(),
        )


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
        known = adapters(run=sandbox.run, clock=now, inbox=nothing_brought)
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
        yield from secrets_of(source)
