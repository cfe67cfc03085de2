"""The daemon of a house with its page, on a port of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import StringIO

import httpx

from monitor.bootstrap import open_edges, open_page, open_program
from monitor.config.settings import Served
from monitor.daemon import Controls, Daemon
from monitor.postbell import follow_mailboxes
from monitor.readiness import Readiness
from tests.house import LIMITS, House

PATIENCE_S = 20.0
PUBLIC = "https://monitor.example"


@dataclass
class Page:
    """The page while it is served. `screen` is what the terminal receiver prints."""

    daemon: Daemon
    url: str
    client: httpx.AsyncClient
    screen: StringIO = field(default_factory=StringIO)

    async def post(self, path: str, **words: object) -> httpx.Response:
        return await self.client.post(self.url + path, **words)

    async def printed(self, text: str) -> str:
        """What the terminal printed, once it holds the text."""
        async with asyncio.timeout(PATIENCE_S):
            while text not in self.screen.getvalue():
                await asyncio.sleep(0.01)
        return self.screen.getvalue()


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[Page]:
    """Everything open; the daemon works on the house's clock until the end of the block."""
    settings = house.settings.model_copy(update={"page": Served(host="127.0.0.1", port=0), "public_url": PUBLIC})
    controls = Controls(stop=asyncio.Event(), hangup=asyncio.Event(), readiness=Readiness(address=None))
    screen = StringIO()
    async with open_edges(settings, clock=lambda: house.time, exclusive=True, limits=LIMITS) as edges:
        daemon = Daemon(
            store=edges.store,
            clock=edges.clock,
            ahead=edges.ahead,
            open_program=lambda setup: open_program(setup, edges, stream=screen),
            setup=house.setup,
            reread=lambda: house.setup,
            folder=house.settings.config,
            controls=controls,
            started_at=house.time,
            beside=(lambda program: follow_mailboxes(program.desk, nudge=daemon.nudged.set),),
        )
        async with (
            open_page(settings, edges, daemon) as port,
            httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client,
        ):
            work = asyncio.create_task(daemon.run())
            try:
                yield Page(daemon=daemon, url=f"http://127.0.0.1:{port}", client=client, screen=screen)
            finally:
                controls.stop.set()
                await asyncio.wait_for(work, PATIENCE_S)
