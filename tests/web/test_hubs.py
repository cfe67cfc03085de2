"""WebSub from end to end: a feed and its hub on loopback, and the addresses at which the hub reaches us."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.house import House
from tests.web.page import PUBLIC, Page, serving
from tests.web_server import Answer, Seen, WebServer

RSS = {"content-type": "application/rss+xml"}
STEP = timedelta(minutes=20)


def feed(web: WebServer, *titles: str) -> bytes:
    links = f'<atom:link rel="hub" href="{web.url("/hub")}"/><atom:link rel="self" href="{web.url("/feed")}"/>'
    items = "".join(f"<item><guid>{title}</guid><title>{title}</title></item>" for title in titles)
    return f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>G</title>{links}{items}</channel></rss>'.encode()


class Hub:
    """The hub's side: what it was asked, and what it says to our address."""

    def __init__(self, page: Page, form: dict[str, str]) -> None:
        self.page, self.form = page, form
        self.url = page.url + form["hub.callback"].removeprefix(PUBLIC)

    async def verify(self, mode: str = "subscribe", **changes: str) -> httpx.Response:
        query = {
            "hub.mode": mode,
            "hub.topic": self.form["hub.topic"],
            "hub.challenge": "<b>881</b>",
            "hub.lease_seconds": "432000",
        }
        query |= {name.replace("_", ".", 1): value for name, value in changes.items()}
        return await self.page.client.get(self.url, params={name: value for name, value in query.items() if value})

    async def push(self, body: bytes, *, algorithm: str = "sha1", secret: str = "", header: str = "") -> int:
        digits = hmac.new((secret or self.form["hub.secret"]).encode(), body, getattr(hashlib, algorithm)).hexdigest()
        headers = {**RSS, "x-hub-signature": header or f"{algorithm}={digits}"}
        return (await self.page.client.post(self.url, content=body, headers=headers)).status_code


@asynccontextmanager
async def asked(tmp_path: Path, web: WebServer) -> AsyncIterator[tuple[Page, House, Hub]]:
    """A page whose source has just asked the hub."""
    came: asyncio.Queue[Seen] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hub(seen: Seen) -> Answer:
        loop.call_soon_threadsafe(came.put_nowait, seen)
        return Answer(status=202)

    web.answer("/hub", hub)
    web.answer("/feed", Answer(body=feed(web, "Old news")))
    line = f'{{id: paper, type: feed, url: "{web.url("/feed")}", websub: true}}'
    home = House(tmp_path, sources=[line])
    async with serving(home) as page:
        async with asyncio.timeout(20):
            while came.empty():
                home.time += STEP
                await asyncio.sleep(0.1)
            seen = came.get_nowait()
            form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
            yield page, home, Hub(page, form)


async def quiet(page: Page) -> None:
    """Waits until nothing waits to be read."""
    async with asyncio.timeout(20):
        while await page.daemon.store.read(lambda view: view.pushes("paper", 1)) or page.daemon.tasks:
            await asyncio.sleep(0.02)


async def memory(page: Page) -> dict:
    await quiet(page)
    return (await page.daemon.store.read(lambda view: view.source_states()))["paper"].memory["websub"]


def test_from_the_question_to_the_alert(tmp_path: Path):
    async def work() -> None:
        with WebServer() as web:
            async with asked(tmp_path, web) as (page, _, hub):
                assert urlsplit(hub.form["hub.callback"]).path.startswith("/websub/paper/")
                answer = await hub.verify()
                assert (answer.status_code, answer.text) == (200, "<b>881</b>")
                assert answer.headers["content-type"] == "text/plain; charset=utf-8"
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert (await memory(page))["lease_s"] == 432_000
                polls = len([seen for seen in web.seen if seen.path == "/feed"])
                assert await hub.push(feed(web, "Lantern Bay renewed for season 3")) == 202
                await page.printed("Lantern Bay")
                assert (await memory(page))["delivered"]
                assert len([seen for seen in web.seen if seen.path == "/feed"]) <= polls + 1

    asyncio.run(work())


def test_what_is_not_signed_as_agreed_is_forgotten(tmp_path: Path):
    """With the same answer, so that a forger learns nothing."""

    async def work() -> None:
        with WebServer() as web:
            async with asked(tmp_path, web) as (page, _, hub):
                await hub.verify()
                await quiet(page)
                body = feed(web, "Lantern Bay cancelled")
                assert await hub.push(body, secret="a guess") == 202
                assert await hub.push(body, header="md5=0") == 202
                assert await hub.push(body, header="sha1=") == 202
                assert not await page.daemon.store.read(lambda view: view.pushes("paper", 1))
                for number, algorithm in enumerate(("sha1", "sha256", "sha384", "sha512")):
                    assert await hub.push(feed(web, f"Story {number}"), algorithm=algorithm) == 202
                await quiet(page)
                assert await page.daemon.store.read(lambda view: view.count_items()) == 5

    asyncio.run(work())


def test_only_what_we_asked_for_is_confirmed(tmp_path: Path):
    async def work() -> None:
        with WebServer() as web:
            async with asked(tmp_path, web) as (page, _, hub):
                for changes in (
                    {"hub_topic": "https://other.example/"},
                    {"hub_topic": ""},
                    {"hub_challenge": ""},
                    {"hub_challenge": "x" * 2_001},
                    {"mode": "unsubscribe"},
                    {"mode": "else"},
                ):
                    assert (await hub.verify(**changes)).status_code == 404, changes
                right = hub.url
                hub.url = right[:-1]
                assert (await hub.verify()).status_code == 404
                assert await hub.push(b"x") == 410
                hub.url = right.replace("/paper/", "/nobody/")
                assert (await hub.verify()).status_code == 404
                assert await hub.push(b"x") == 410
                assert "verified_at" not in await memory(page)

    asyncio.run(work())


def test_denied(tmp_path: Path):
    async def work() -> None:
        with WebServer() as web:
            async with asked(tmp_path, web) as (page, _, hub):
                assert (await hub.verify("denied", hub_reason="not allowed")).status_code == 200
                assert "denied_at" in await memory(page)

    asyncio.run(work())


def test_a_push_too_large_to_take_is_fetched(tmp_path: Path):
    async def work() -> None:
        with WebServer() as web:
            async with asked(tmp_path, web) as (page, _, hub):
                await hub.verify()
                await quiet(page)
                web.answer("/feed", Answer(body=feed(web, "Lantern Bay renewed for season 3", "Old news")))
                assert await hub.push(b" " * 300_000) == 202
                await page.printed("Lantern Bay")

    asyncio.run(work())


def test_too_many_pushes(tmp_path: Path):
    async def work() -> None:
        with WebServer() as web:
            async with asked(tmp_path, web) as (_, _, hub):
                statuses = {await hub.push(b"x", secret="wrong") for _ in range(70)}
                assert statuses == {202, 429}

    asyncio.run(work())


@pytest.mark.parametrize("content_type", ["application/x-websub-note", "text/html"])
def test_a_push_is_no_note(tmp_path: Path, content_type: str):
    """What comes from outside is never taken for what we wrote ourselves."""

    async def work() -> None:
        with WebServer() as web:
            async with asked(tmp_path, web) as (page, _, hub):
                body = b'{"mode": "subscribe", "lease_s": 99}'
                signature = hmac.new(hub.form["hub.secret"].encode(), body, "sha1").hexdigest()
                headers = {"content-type": content_type, "x-hub-signature": f"sha1={signature}"}
                assert (await page.client.post(hub.url, content=body, headers=headers)).status_code == 202
                assert "verified_at" not in await memory(page)

    asyncio.run(work())


def test_taken_out_of_the_configuration(tmp_path: Path):
    async def work() -> None:
        with WebServer() as web:
            async with asked(tmp_path, web) as (page, home, hub):
                await hub.verify()
                await quiet(page)
                home.write_sources([("paper", web.url("/feed"))])
                page.daemon.controls.hangup.set()
                async with asyncio.timeout(20):
                    while page.daemon.setup.sources[0].websub:
                        await asyncio.sleep(0.02)
                assert await hub.push(b"x") == 410
                assert (await hub.verify("unsubscribe")).status_code == 200
                assert (await hub.verify("subscribe")).status_code == 404

    asyncio.run(work())
