"""Webhooks: who may push, what is refused and why, and that what is accepted is told once."""

import asyncio
import hmac
import json
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.core.fetching import Parsed
from monitor.store.errors import StoreError
from monitor.web.answers import MOST_BODY_BYTES
from monitor.web.app import application
from monitor.web.door import Door
from tests.house import MONDAY, House
from tests.web.page import Page, serving

TOKEN = "b7tQm2Zx9LrV4cKp0sWj8A"
SECRET = "0f3a9c51d7e24b68"
BY_TOKEN = f'{{id: tips, type: webhook, token: "{TOKEN}", tier: trade}}'
BY_SECRET = f'{{id: reader, type: webhook, secret: "{SECRET}", tier: trade}}'
NEWS = {
    "id": "tip-1",
    "url": "https://gazette.example/lantern-bay",
    "title": "Lantern Bay renewed for season 3",
    "text": "The drama will return.",
    "published": "2026-03-02T08:55:00Z",
}
JSON = {"content-type": "application/json"}


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def house(folder: Path, *sources: str) -> House:
    return House(folder, sources=sources or (BY_TOKEN, BY_SECRET))


def signed(body: bytes, secret: str = SECRET, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


def count_items(page: Page) -> Coroutine[Any, Any, int]:
    return page.daemon.store.read(lambda view: view.count_items())


async def settled(page: Page) -> int:
    """The number of items once nothing waits to be read."""
    async with asyncio.timeout(20):
        while await page.daemon.store.read(lambda view: view.pushes("tips", 1)) or page.daemon.tasks:
            await asyncio.sleep(0.01)
    return await count_items(page)


@pytest.mark.parametrize("way", ["path", "bearer"])
def test_what_is_pushed_is_news_at_once(tmp_path: Path, way: str):
    """Also the very first push: there is no silent first poll."""

    async def work() -> None:
        async with serving(house(tmp_path)) as page:
            path = f"/hooks/tips/{TOKEN}" if way == "path" else "/hooks/tips"
            headers = {} if way == "path" else {"authorization": f"bearer  {TOKEN}"}
            answer = await page.post(path, json=NEWS, headers=headers)
            assert answer.status_code == 202
            assert len(answer.json()["items"]) == 1
            printed = await page.printed("Lantern Bay")
            assert "renewed" in printed

    run(work())


def test_sent_twice_is_told_once(tmp_path: Path):
    """A repetition gets the same answer: known by its id, by the key its sender gave it, or by what it says."""

    async def work() -> None:
        async with serving(house(tmp_path)) as page:
            nameless = {"title": "The Glass Ferry begins filming", "stamp": "1"}
            pushes = [
                (NEWS, {}),
                ({**NEWS, "text": "Corrected."}, {}),
                (nameless, {"idempotency-key": "k 1"}),
                ({**nameless, "title": "The Glass Ferry starts filming"}, {"idempotency-key": "k 1"}),
                ({"title": "Lantern Bay adds two"}, {}),
                ({"title": "Lantern Bay adds two", "attempt": 2}, {}),
            ]
            answers = [await page.post(f"/hooks/tips/{TOKEN}", json=body, headers=more) for body, more in pushes]
            assert [answer.status_code for answer in answers] == [202] * 6
            keys = [answer.json()["items"] for answer in answers]
            assert keys[0] == keys[1]
            assert keys[2] == keys[3]
            assert keys[4] == keys[5]
            assert await settled(page) == 3

    run(work())


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/hooks/tips", {}, 401),
        ("/hooks/tips/", {}, 404),
        ("/hooks/tips/wrong", {}, 401),
        ("/hooks/tips/%E2%98%83", {}, 401),
        ("/hooks/tips", {"authorization": "Bearer wrong"}, 401),
        ("/hooks/tips", {"authorization": f"Basic {TOKEN}"}, 401),
        (f"/hooks/nobody/{TOKEN}", {}, 404),
        (f"/hooks/{TOKEN}", {}, 404),
        (f"/hooks/tips/{TOKEN}/more", {}, 404),
        (f"/hooks/reader/{SECRET}", {}, 401),
    ],
)
def test_strangers(tmp_path: Path, path: str, headers: dict[str, str], status: int):
    async def work() -> None:
        async with serving(house(tmp_path)) as page:
            answer = await page.post(path, json=NEWS, headers=headers)
            assert answer.status_code == status
            assert await count_items(page) == 0

    run(work())


def test_signatures(tmp_path: Path):
    """Over the bytes as they came; X-Signature only with the time."""
    body = json.dumps(NEWS).encode()
    now, good = str(int(MONDAY.timestamp())), signed(body)
    late = str(int((MONDAY - timedelta(minutes=6)).timestamp()))
    cases = [
        ({"x-miniflux-signature": good}, 202),
        ({"x-hub-signature-256": f"sha256={good}"}, 202),
        ({"x-hub-signature-256": f"SHA256={good.upper()}"}, 202),
        ({"x-signature": f"sha256={good}", "x-timestamp": now}, 202),
        ({"x-signature": f"sha256={good}", "x-timestamp": late}, 401),
        ({"x-signature": f"sha256={good}", "x-timestamp": "soon"}, 401),
        ({"x-signature": f"sha256={good}"}, 401),
        ({"x-hub-signature-256": f"sha1={signed(body, algorithm='sha1')}"}, 401),
        ({"x-miniflux-signature": signed(body, "another secret 12")}, 401),
        ({"x-miniflux-signature": signed(body + b" ")}, 401),
        ({"x-miniflux-signature": "é".encode()}, 401),
        ({"x-miniflux-signature": ""}, 401),
        ({"x-other": good}, 401),
        ({}, 401),
    ]

    async def work() -> None:
        async with serving(house(tmp_path)) as page:
            for headers, status in cases:
                answer = await page.post("/hooks/reader", content=body, headers={**JSON, **headers})
                assert answer.status_code == status, headers

    run(work())


def test_a_header_of_ones_own(tmp_path: Path):
    body = json.dumps(NEWS).encode()
    line = f'{{id: forum, type: webhook, secret: "{SECRET}", header: X-Forum-Signature}}'

    async def work() -> None:
        async with serving(house(tmp_path, line)) as page:
            for header, status in (("x-forum-signature", 202), ("x-miniflux-signature", 401)):
                answer = await page.post("/hooks/forum", content=body, headers={**JSON, header: signed(body)})
                assert answer.status_code == status

    run(work())


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b"title=Lantern+Bay", {"content-type": "application/x-www-form-urlencoded"}, 415, "send JSON"),
        (b"{}", {"content-type": ""}, 415, "send JSON"),
        (b"{}", {"content-type": "application/jsonp"}, 415, "send JSON"),
        (b"", JSON, 422, "no JSON"),
        (b"{", JSON, 422, "no JSON"),
        (b"[" * 100_000, JSON, 422, "no JSON"),
        (b"null", JSON, 422, "no JSON"),
        (b"\xff\xfe\x00", JSON, 422, "no JSON"),
        (b'"text"', JSON, 422, "an object is expected"),
        (b"[]", JSON, 422, "no item"),
        (b"[1]", JSON, 422, "item 1: an object is expected"),
        (b'{"id": "1"}', JSON, 422, "none of title, text, html and url"),
        (b'[{"title": "one"}, {"title": " "}]', JSON, 422, "item 2: none of title"),
        (b'{"url": "javascript:alert(1)"}', JSON, 422, "no item"),
        (b'{"event_type": "user_created"}', JSON, 422, "an event “user_created” without entries"),
        (b'{"event_type": "new_entries", "entries": [1]}', JSON, 422, "without entries"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', JSON, 422, "no item"),
        (json.dumps([{"title": str(n)} for n in range(201)]).encode(), JSON, 422, "201 items at once"),
        (b'{"title": "one"}', {**JSON, "idempotency-key": "\u00e9"}, 422, "Idempotency-Key"),
        (b'{"title": "one"}', {**JSON, "idempotency-key": "k" * 256}, 422, "Idempotency-Key"),
        (b" " * (MOST_BODY_BYTES + 1), JSON, 413, "more than 262144 bytes"),
    ],
)
def test_refused_with_the_reason(tmp_path: Path, body: bytes, headers: dict[str, str], status: int, said: str):
    async def work() -> None:
        async with serving(house(tmp_path)) as page:
            encoded = {name: value.encode() for name, value in headers.items()}
            answer = await page.post(f"/hooks/tips/{TOKEN}", content=body, headers=encoded)
            assert answer.status_code == status
            assert said in answer.json()["error"]
            assert not await page.daemon.store.read(lambda view: view.pushes("tips", 1))

    run(work())


def test_too_large_without_saying_so(tmp_path: Path):
    async def pieces() -> Any:
        for _ in range(MOST_BODY_BYTES // 65_536 + 1):
            yield b" " * 65_536

    async def work() -> None:
        async with serving(house(tmp_path)) as page:
            answer = await page.post(f"/hooks/tips/{TOKEN}", content=pieces(), headers=JSON)
            assert answer.status_code == 413

    run(work())


def test_too_many_at_once(tmp_path: Path):
    """Each webhook by itself; how long to wait is said."""

    async def work() -> None:
        async with serving(house(tmp_path)) as page:
            body = b'{"id": "1"}'  # refused later, which costs a turn as well
            answers = [await page.post(f"/hooks/tips/{TOKEN}", content=body, headers=JSON) for _ in range(70)]
            assert {answer.status_code for answer in answers} == {422, 429}
            assert answers[-1].status_code == 429
            assert answers[-1].headers["retry-after"] == "1"
            other = await page.post("/hooks/reader", content=body, headers=JSON)
            assert other.status_code == 401

    run(work())


def test_a_hook_comes_and_goes_with_the_configuration(tmp_path: Path):
    async def work() -> None:
        home = house(tmp_path, BY_SECRET)
        async with serving(home) as page:
            assert (await page.post(f"/hooks/tips/{TOKEN}", json=NEWS)).status_code == 404
            home.write_sources([BY_TOKEN])
            page.daemon.controls.hangup.set()
            async with asyncio.timeout(20):
                while (await page.post(f"/hooks/tips/{TOKEN}", json=NEWS)).status_code == 404:
                    await asyncio.sleep(0.05)
            await page.printed("Lantern Bay")
            assert (await page.post("/hooks/reader", json=NEWS)).status_code == 404

    run(work())


def test_accepted_is_not_lost(tmp_path: Path):
    """What was accepted and not read before the daemon stopped is told by the next one."""
    home = house(tmp_path)
    home.round()

    async def accept() -> None:
        async with serving(home) as page:
            page.daemon.controls.stop.set()
            answer = await page.post(f"/hooks/tips/{TOKEN}", json=NEWS)
            assert answer.status_code == 202

    run(accept())
    home.round()
    home.round()
    assert home.alerts() == [("screen", "news", "Lantern Bay: renewal")]


@pytest.mark.parametrize(("method", "path"), [("POST", f"/hooks/tips/{TOKEN}"), ("GET", "/healthz")])
def test_a_store_that_fails_is_said_in_one_line(tmp_path: Path, method: str, path: str):
    """The sender is asked to come again, and learns nothing of our files."""
    sources = house(tmp_path).setup.sources

    class Full:
        async def read(self, work: object) -> None:
            raise StoreError("/var/lib/monitor.db: the disk is full")

        write = read

    async def read_push(*_: object) -> Parsed:
        return Parsed(items=())

    async def work() -> None:
        door = Door(store=Full(), clock=lambda: MONDAY, sources=lambda: sources, read_push=read_push, nudge=print)
        transport = httpx.ASGITransport(app=application(door))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
            answer = await client.request(method, path, json=NEWS)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert answer.json() == {"error": "nothing can be stored at the moment; try again later"}

    run(work())
