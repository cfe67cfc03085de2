"""Servers that live in a loop and a thread of their own, so that they answer while the test waits for something else."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S = 60.0  # for what takes a second or two on an idle machine

Wait = Callable[[asyncio.Event], object]


@contextmanager
def beside(server: AbstractAsyncContextManager[T]) -> Iterator[tuple[T, Wait]]:
    """Serves until the block ends; with the server comes a function that waits for one of its events."""
    loop = asyncio.new_event_loop()
    done = asyncio.Event()
    started = threading.Event()
    entered: list[T] = []

    async def serve() -> None:
        async with server as served:
            entered.append(served)
            started.set()
            await done.wait()

    def wait(event: asyncio.Event) -> object:
        return asyncio.run_coroutine_threadsafe(event.wait(), loop).result(PATIENCE_S)

    def run() -> None:
        loop.run_until_complete(serve())
        # Connections that a killed process left half open.
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(PATIENCE_S), "the server did not start"
    try:
        yield entered[0], wait
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(PATIENCE_S)


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
