"""An application on a port, for as long as a context is open. uvicorn speaks HTTP; signals stay the daemon's."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

from starlette.applications import Starlette
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor.web.errors import PageError

_LIFE = timedelta(seconds=30)
_MOST_CONNECTIONS = 64
_BACKLOG = 128
_MOST_HEADER_BYTES = 16 * 1024
_GRACE_S = 1  # for requests under way when the daemon stops
_CUT_S = 1  # and then for noticing that they were cut


@asynccontextmanager
async def serve(app: Starlette, *, host: str, port: int, life: timedelta = _LIFE) -> AsyncIterator[int]:
    """Serves `app` within the block and yields the port, which is chosen where 0 was asked for. Raises PageError.

    A connection serves one request and is cut after its `life`, whoever dawdles: with headers, body or answer.
    """
    listener = _listen(host, port)
    server = _Server(
        Config(
            app,
            http=_mortal(life),
            ws="none",
            loop="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,  # addresses hold tokens
            server_header=False,
            proxy_headers=False,
            headers=[("connection", "close")],
            limit_concurrency=_MOST_CONNECTIONS,
            backlog=_BACKLOG,
            h11_max_incomplete_event_size=_MOST_HEADER_BYTES,
            timeout_graceful_shutdown=_GRACE_S + _CUT_S,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Now, not when the server starts: two sockets may share a port until the first of them listens.
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "no such host"
        raise PageError(
            f"the page cannot be served at {host}:{port}: {reason}; set MONITOR_PAGE to another address, or unset it"
        ) from error
    listener.setblocking(False)
    return listener


class _Server(Server):
    """Without signal handlers: uvicorn would raise every signal once more after the daemon has dealt with it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cuts who is still sending after the grace; uvicorn would end the request itself, and log that as a bug."""
        cutting = asyncio.get_running_loop().call_later(_GRACE_S, self._cut)
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()

    def _cut(self) -> None:
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()


def _mortal(life: timedelta) -> type[H11Protocol]:
    """Connections with an end: by itself uvicorn waits for ever for headers that do not come."""

    class Connection(H11Protocol):
        _cut: asyncio.TimerHandle | None = None  # set once connected

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
            super().connection_made(transport)
            self._cut = self.loop.call_later(life.total_seconds(), transport.abort)

        def connection_lost(self, exc: Exception | None) -> None:
            if self._cut is not None:
                self._cut.cancel()
            super().connection_lost(exc)

    return Connection
