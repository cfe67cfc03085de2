"""A real WebSocket server on loopback that speaks as Jetstream does, in the loop of the test or benchmark."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

PATIENCE_S = 20.0


@dataclass
class Jetstream:
    """What it was asked for, and the way to those who listen. `refuse` is the status it answers instead."""

    port: int = 0
    refuse: int | None = None
    listeners: list[ServerConnection] = field(default_factory=list)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    left: "asyncio.Queue[ServerConnection]" = field(default_factory=asyncio.Queue)
    hellos: "asyncio.Queue[Mapping[str, Any]]" = field(default_factory=asyncio.Queue)

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def send(self, *frames: str | bytes) -> None:
        """Sends text to everybody who listens, bytes of JSON as text too."""
        for listener in self.listeners:
            for frame in frames:
                await listener.send(frame.decode() if isinstance(frame, bytes) else frame)

    async def hello(self) -> Mapping[str, Any]:
        """The next wish of a listener."""
        return await asyncio.wait_for(self.hellos.get(), PATIENCE_S)

    async def gone(self) -> None:
        """Waits until a listener has left."""
        await asyncio.wait_for(self.left.get(), PATIENCE_S)

    async def drop(self, code: int = 1013, reason: str = "") -> None:
        for listener in tuple(self.listeners):
            await listener.close(code, reason)

    def _look(self, connection: ServerConnection, request: Request) -> Response | None:
        parts = urlsplit(request.path)
        self.queries.append(parse_qs(parts.query))
        if self.refuse is not None:
            return connection.respond(self.refuse, "not now\n")
        return None if parts.path == "/subscribe" else connection.respond(404, "\n")

    async def _listen(self, connection: ServerConnection) -> None:
        try:
            async for wish in connection:
                if connection not in self.listeners:
                    self.listeners.append(connection)
                self.hellos.put_nowait(json.loads(wish))
        except ConnectionClosed:
            pass
        finally:
            if connection in self.listeners:
                self.listeners.remove(connection)
                self.left.put_nowait(connection)


@asynccontextmanager
async def jetstream() -> AsyncIterator[Jetstream]:
    server = Jetstream()
    async with serve(server._listen, "127.0.0.1", 0, process_request=server._look) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server
