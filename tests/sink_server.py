"""A real HTTP server on loopback that records what it is posted and answers as it is told, or not at all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Posted:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: str


@dataclass
class Sink:
    """What the sink has been posted, and what it answers."""

    port: int = 0
    posts: list[Posted] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    answering: asyncio.Event = field(default_factory=asyncio.Event)  # clear it and requests hang
    dripping: bool = False  # while it does not answer, send a byte every now and then
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.posts.append(Posted(path=request.split()[1], headers=headers, body=body.decode()))
            self.asked.set()
            if self.dripping:
                await self.drip(writer)
            await self.answering.wait()
            extra = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
            length = len(self.body.encode())
            writer.write(
                f"HTTP/1.1 {self.status} Told\r\nContent-Length: {length}\r\nConnection: close\r\n{extra}\r\n{self.body}".encode()
            )
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def drip(self, writer: asyncio.StreamWriter) -> None:
        while not self.answering.is_set():
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.answering.wait(), 0.005)


@asynccontextmanager
async def serve_sink(port: int = 0, *, hanging: bool = False) -> AsyncIterator[Sink]:
    """A sink on 127.0.0.1, on a free port unless one is given, in the running loop."""
    sink = Sink()
    if not hanging:
        sink.answering.set()
    server = await asyncio.start_server(sink.talk, "127.0.0.1", port)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        sink.answering.set()
        server.close()
