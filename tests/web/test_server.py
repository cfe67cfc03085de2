"""The server itself: its address, its end, its patience, its health."""

import asyncio
import logging
import signal
import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from monitor.bootstrap import open_edges, open_page
from monitor.status import lives
from monitor.web.errors import PageError
from monitor.web.server import serve
from tests.house import MONDAY, House
from tests.web.page import serving

HOOK = '{id: tips, type: webhook, token: "b7tQm2Zx9LrV4cKp0sWj8A"}'


def app() -> Starlette:
    async def slow(_request: Request) -> Response:
        await asyncio.sleep(0.3)
        return PlainTextResponse("late")

    return Starlette(routes=[Route("/slow", slow), Route("/", lambda _: PlainTextResponse("here"))])


def test_a_taken_port_is_told():
    async def work() -> None:
        async with serve(app(), host="127.0.0.1", port=0) as port:
            expected = f"served at 127.0.0.1:{port}: address already in use; set MONITOR_PAGE to another"
            with pytest.raises(PageError, match=expected):
                async with serve(app(), host="127.0.0.1", port=port):
                    pass
        async with serve(app(), host="127.0.0.1", port=port):
            pass  # it is free again

    asyncio.run(work())


def test_a_host_that_is_none():
    async def work() -> None:
        with pytest.raises(PageError, match="no such host"):
            async with serve(app(), host="no-such-host.invalid", port=0):
                pass

    asyncio.run(work())


def test_says_nothing_of_itself_and_closes():
    async def work() -> None:
        async with serve(app(), host="127.0.0.1", port=0) as port, httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{port}/")
            assert "server" not in answer.headers
            assert answer.headers["connection"] == "close"

    asyncio.run(work())


@pytest.mark.parametrize("said", [b"", b"GET / HTT", b"POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n"])
def test_a_connection_that_dawdles_is_cut(said: bytes):
    async def work() -> None:
        async with serve(app(), host="127.0.0.1", port=0, life=timedelta(seconds=0.1)) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            with suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()

    asyncio.run(work())


def test_headers_without_end_are_refused():
    async def work() -> None:
        async with serve(app(), host="127.0.0.1", port=0) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * 40_000)
            assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.1 400 ")
            writer.close()

    asyncio.run(work())


def test_answers_what_is_under_way_when_it_stops():
    async def work() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            async with serve(app(), host="127.0.0.1", port=0) as port:
                asked = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/slow"))
                await asyncio.sleep(0.1)
            assert (await asked).text == "late"

    asyncio.run(work())


def test_leaves_the_signals_alone():
    """uvicorn by itself would take SIGTERM, and raise it again at the end."""
    before = signal.getsignal(signal.SIGTERM)

    async def work() -> None:
        async with serve(app(), host="127.0.0.1", port=0):
            await asyncio.sleep(0.05)
            assert signal.getsignal(signal.SIGTERM) == before

    asyncio.run(work())


def test_health(tmp_path: Path):
    async def work() -> None:
        home = House(tmp_path, sources=[HOOK])
        async with serving(home) as page:
            async with asyncio.timeout(20):
                while (answer := await page.client.get(page.url + "/healthz")).status_code != 200:
                    await asyncio.sleep(0.01)
            assert answer.json() == {"alive": True, "last_sign_of_life": home.time.isoformat()}
            home.time += timedelta(minutes=2)
            answer = await page.client.get(page.url + "/healthz")
            assert (answer.status_code, answer.json()["alive"]) == (503, False)

    asyncio.run(work())


def test_health_without_a_daemon_yet():
    """Nothing is known of how we are before the first sign of life."""
    assert not lives(None, MONDAY)


def test_a_webhook_without_a_page_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Nothing could ever come in, and nothing would fail."""

    async def work() -> None:
        home = House(tmp_path, sources=[HOOK])
        async with open_edges(home.settings, clock=lambda: home.time, exclusive=False) as edges:
            daemon = type("Daemon", (), {"setup": home.setup})()
            async with open_page(home.settings, edges, daemon) as port:
                assert port is None

    with caplog.at_level(logging.WARNING):
        asyncio.run(work())
    (record,) = caplog.records
    assert "nothing can be brought to tips: set MONITOR_PAGE" in str(record.__dict__)


@pytest.mark.parametrize("family", ["::1"])
def test_ipv6(family: str):
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")

    async def work() -> None:
        try:
            async with serve(app(), host=family, port=0) as port, httpx.AsyncClient(trust_env=False) as client:
                assert (await client.get(f"http://[{family}]:{port}/")).text == "here"
        except PageError:
            pytest.skip("this machine has no IPv6")

    asyncio.run(work())
