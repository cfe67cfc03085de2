import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from monitor.config.shipped import seeds_folder
from monitor.newsroom import (
    Newsroom,
    NewsroomError,
    Served,
    read_document,
    read_timeline,
    render,
    since_start,
)

START = datetime(2026, 9, 7, tzinfo=UTC)
FEED = """<rss version="2.0"><channel>
{{ from day 2 08:00 }}
<item><title>Second</title><link>{{ newsroom }}/outlet/second</link><pubDate>{{ day 2 08:00 rfc822 }}</pubDate></item>
{{ end }}
<item><title>First</title></item>
</channel></rss>
"""
TIMELINE = {
    "articles": "article.html",
    "sources": [
        {
            "id": "outlet",
            "path": "/outlet/feed",
            "versions": [
                {"at": "day 1 00:00", "file": "feed.rss", "headers": {"Cache-Control": "max-age=60"}},
                {"at": "day 3 00:00", "file": "article.html", "status": 500},
                {"at": "day 4 00:00", "status": 429, "headers": {"Retry-After": "60"}},
                {"at": "day 5 00:00", "closed": True},
                {"at": "day 6 00:00", "status": 301, "headers": {"Location": "{{ newsroom }}/outlet/moved"}},
            ],
        }
    ],
    "pages": [{"path": "/outlet/moved", "versions": [{"at": "day 6 00:00", "file": "feed.rss"}]}],
}


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def set(self, moment: str) -> None:
        self.now = START + since_start(moment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feed.rss").write_text(FEED)
    (tmp_path / "article.html").write_text("<!DOCTYPE html><title>Für Mitglieder</title>", encoding="utf-8")
    return tmp_path


def visit(folder: Path, work: Callable[[Newsroom, httpx.AsyncClient, Clock], Awaitable[None]]) -> tuple[Served, ...]:
    """Runs `work` against an open newsroom; what was served."""

    async def run() -> tuple[Served, ...]:
        clock = Clock()
        newsroom = Newsroom(folder=folder, timeline=read_timeline(TIMELINE), starts=START, clock=clock)
        async with newsroom, httpx.AsyncClient(base_url=newsroom.url) as client:
            await work(newsroom, client, clock)
        return newsroom.served

    return asyncio.run(run())


def test_answers_change_with_the_clock(folder: Path) -> None:
    async def work(newsroom: Newsroom, client: httpx.AsyncClient, clock: Clock) -> None:
        first = await client.get("/outlet/feed")
        assert first.status_code == 200
        assert first.headers["content-type"] == "application/rss+xml; charset=utf-8"
        assert first.headers["cache-control"] == "max-age=60"
        assert first.headers["date"] == "Mon, 07 Sep 2026 00:00:00 GMT"
        assert "Second" not in first.text

        clock.set("day 2 08:00")
        second = await client.get("/outlet/feed")
        assert f"<link>{newsroom.url}/outlet/second</link>" in second.text
        assert "<pubDate>Tue, 08 Sep 2026 08:00:00 +0000</pubDate>" in second.text
        assert second.headers["etag"] != first.headers["etag"]

        clock.set("day 3 12:00")
        broken = await client.get("/outlet/feed")
        assert (broken.status_code, broken.headers.get("etag")) == (500, None)

        clock.set("day 4 12:00")
        limited = await client.get("/outlet/feed")
        assert (limited.status_code, limited.headers["retry-after"], limited.content) == (429, "60", b"")

        clock.set("day 5 12:00")
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/outlet/feed")

        clock.set("day 6 12:00")
        moved = await client.get("/outlet/feed")
        assert (moved.status_code, moved.headers["location"]) == (301, f"{newsroom.url}/outlet/moved")
        assert (await client.get("/outlet/moved")).status_code == 200

    served = visit(folder, work)
    assert [request.status for request in served] == [200, 200, 500, 429, 0, 301, 200]
    assert {request.path for request in served} == {"/outlet/feed", "/outlet/moved"}
    assert served[1].at == START + timedelta(days=1, hours=8)
    assert served[1].size > served[0].size > 0


def test_an_address_answers_before_its_first_version_like_it(folder: Path) -> None:
    async def work(_: Newsroom, client: httpx.AsyncClient, clock: Clock) -> None:
        clock.set("day 0 12:00")
        assert (await client.get("/outlet/feed")).status_code == 200

    visit(folder, work)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("{bare}", 200),
    ],
)
def test_a_body_the_client_has_is_not_sent_again(folder: Path, asked: str, status: int) -> None:
    async def work(_: Newsroom, client: httpx.AsyncClient, clock: Clock) -> None:
        tag = (await client.get("/outlet/feed")).headers["etag"]
        asking = {"If-None-Match": asked.format(tag=tag, bare=tag.strip('"'))}
        answer = await client.get("/outlet/feed", headers=asking)
        assert answer.status_code == status
        assert answer.headers["etag"] == tag
        assert bool(answer.content) is (status == 200)
        clock.set("day 2 12:00")
        if asked != "*":
            assert (await client.get("/outlet/feed", headers=asking)).status_code == 200

    visit(folder, work)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/outlet/any/article?from=feed", 200), ("/elsewhere/article", 404), ("/", 404)],
)
def test_articles_of_outlets_lead_to_the_common_page(folder: Path, path: str, status: int) -> None:
    async def work(_: Newsroom, client: httpx.AsyncClient, __: Clock) -> None:
        answer = await client.get(path)
        assert answer.status_code == status
        assert ("Für Mitglieder" in answer.text) is (status == 200)

    visit(folder, work)


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"HEAD /outlet/feed HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 405 Method Not Allowed"),
        (b"GET outlet HTTP/1.1\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"rubbish\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", b"HTTP/1.1 431 Request Header Fields Too Large"),
        (b"GET /outlet/feed HTTP/1.1\r\n", b""),
    ],
)
def test_bad_requests_are_answered_or_dropped(folder: Path, sent: bytes, answer: bytes) -> None:
    """The server must stay up whatever it is sent."""

    async def work(newsroom: Newsroom, client: httpx.AsyncClient, _: Clock) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(newsroom.url).port)
        writer.write(sent)
        writer.write_eof()
        assert (await reader.readline()).rstrip() == answer
        writer.close()
        assert (await client.get("/outlet/feed")).status_code == 200

    visit(folder, work)


def test_closing_does_not_wait_for_silent_clients(folder: Path) -> None:
    async def work(newsroom: Newsroom, client: httpx.AsyncClient, _: Clock) -> None:
        silent.connect(("127.0.0.1", httpx.URL(newsroom.url).port))
        await client.get("/outlet/feed")  # by now the silent one was let in

    with socket.socket() as silent:
        assert len(visit(folder, work)) == 1


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("{{ day 3 08:00 rfc822 }}", "Wed, 09 Sep 2026 08:00:00 +0000"),
        ("{{ day 0 08:00 iso }}", "2026-09-06T08:00:00+00:00"),
        ("{{ day -1 23:59 words }}", "5 September 2026"),
        ("{{ newsroom }}/a", "http://host/a"),
        ("{ braces }", "{ braces }"),
        ("a\n{{ from day 1 12:00 }}\nb\n{{ end }}\nc", "a\nb\nc"),
        ("a\n{{ from day 1 12:01 }}\nb\n{{ end }}\nc", "a\nc"),
        ("a\n{{ until day 1 12:00 }}\nb\n{{ end }}\nc", "a\nc"),
        ("a\n  {{ from day 1 00:00 until day 1 12:01 }}\nb\n  {{ end }}\nc", "a\nb\nc"),
    ],
)
def test_documents_are_filled_in(text: str, reads: str) -> None:
    document = read_document(text)
    assert render(document, starts=START, now=START + timedelta(hours=12), url="http://host") == reads


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{{ end }}", "line 2: an end without a beginning"),
        ("{{ from day 1 00:00 }}\na", "line 1: the passage has no end"),
        ("{{ from day 1 00:00 }}\n{{ until day 2 00:00 }}", "line 2: the passage of line 1 has no end"),
        ("{{ from day 1 99:00 }}\n{{ end }}", "'day 1 99:00' is not a moment; write it like 'day 3 08:00'"),
        ("{{ day 1 24:00 iso }}", "'day 1 24:00' is not a moment; write it like 'day 3 08:00'"),
        ("{{ day 1 08:00 french }}", "line 1: {{ day 1 08:00 french }} is not a field we know"),
        ("{{ from nowhere }}", "line 1: {{ from nowhere }} is not a field we know"),
    ],
)
def test_mistakes_in_documents_name_their_line(text: str, message: str) -> None:
    with pytest.raises(NewsroomError) as caught:
        read_document(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (
            [{"path": "/a/feed", "versions": [{"at": "day 2 00:00"}, {"at": "day 1 00:00"}]}],
            "the versions of /a/feed must be one or more, in order of time",
        ),
        ([{"path": "/a/feed", "versions": []}], "the versions of /a/feed must be one or more, in order of time"),
        ([{"path": "/a/feed", "versions": [{"at": "day 1 00:00"}]}] * 2, "two places have the path /a/feed"),
        (
            [{"path": "/a/feed", "versions": [{"at": "tomorrow"}]}],
            "'tomorrow' is not a moment; write it like 'day 3 08:00'",
        ),
        (
            [{"path": "/a/feed", "versions": [{"at": "day 1 00:00", "headers": {"Location": "{{ elsewhere }}"}}]}],
            "Location: {{ elsewhere }} is not a field we know",
        ),
    ],
)
def test_mistakes_in_timelines_are_named(sources: list[object], message: str) -> None:
    with pytest.raises(NewsroomError) as caught:
        read_timeline({"sources": sources})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [("bad.rss", "{{ end }}", "line 1: an end without"), ("bad.txt", "text", "name it like one of")],
)
def test_documents_are_checked_before_the_first_request(folder: Path, name: str, text: str, message: str) -> None:
    (folder / name).write_text(text)
    timeline = read_timeline(
        {"sources": [{"path": "/a/feed", "versions": [{"at": "day 1 00:00", "file": name}]}]},
    )
    with pytest.raises(NewsroomError, match=message) as caught:
        Newsroom(folder=folder, timeline=timeline, starts=START, clock=Clock())
    assert name in str(caught.value)


def test_the_seeds_are_found() -> None:
    assert (seeds_folder() / "newsroom" / "timeline.yaml").is_file()
