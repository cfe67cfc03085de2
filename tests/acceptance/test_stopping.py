"""The daemon stops when it is told to, whatever hangs."""

import socket
from datetime import UTC, datetime
from pathlib import Path

from tests.acceptance.listening import PATIENCE_S, beside, free_port
from tests.acceptance.running import Daemon
from tests.house import House, item, rss
from tests.jetstream_server import jetstream
from tests.mailbox_server import PASSWORD, USER, MailboxServer
from tests.sink_server import serve_sink
from tests.sources import bluesky
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC)
NEWS = item("The Glass Ferry cancelled by Harbour TV after one season", guid="b", at=NOW)

TOKEN = "b7tQm2Zx9LrV4cKp0sWj8A"
HALF = 'Host: page\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"title": '


def daemon(house: House) -> Daemon:
    return Daemon(config=house.settings.config, data=house.settings.data)


def test_stops_in_time_whatever_hangs(tmp_path):
    """With a feed and a receiver that never answer, the end comes within ten seconds, and nothing is lost."""
    with (
        WebServer() as web,
        WebServer(host="127.0.0.2") as other,
        beside(serve_sink(hanging=True)) as (sink, wait),
    ):
        house = House(
            tmp_path,
            sources=[
                ("quiet", other.answer("/feed", Answer(body=rss()))),
                ("paper", web.answer("/feed", Answer(body=rss()))),
            ],
            alerts=f'timezone: UTC\nreceivers:\n  - {{id: hook, url: "json://127.0.0.1:{sink.port}/"}}\n',
        )
        house.round()
        other.answer("/feed", Answer(hang=True))
        web.answer("/feed", Answer(body=rss(NEWS)))
        with daemon(house) as running:
            wait(sink.asked)
            ended = running.stop()
        assert ended.code == 0
        assert ended.took_s < 10
        assert running.logged("stopped")
        assert running.said == ""
    assert house.ask(lambda view: view.outbox()) == {"pending": 1}
    assert house.ask(lambda view: view.source_states())["quiet"].last_poll_at == house.time


def test_stops_in_time_whatever_is_open(tmp_path: Path) -> None:
    """With a stream, a mailbox that waits for mail, and a request to the page that never gets whole."""
    with WebServer() as web, MailboxServer() as mailbox, beside(jetstream()) as (stream, _):
        web.answer("/xrpc/app.bsky.actor.getProfile", Answer(body=bluesky.profile()))
        web.answer("/xrpc/app.bsky.feed.getAuthorFeed", Answer(body=bluesky.feed()))
        house = House(
            tmp_path,
            sources=[
                f'{{id: bay, type: bluesky, account: {bluesky.HANDLE}, base: "{web.url("")}", stream: true, jetstream: "{stream.address}"}}',
                f"{{id: post, type: imap, host: 127.0.0.1, port: {mailbox.port}, user: {USER}, password: {PASSWORD}, security: none, trust: from}}",
                f"{{id: tips, type: webhook, token: {TOKEN}}}",
            ],
        )
        port = free_port()
        folders = house.settings
        with Daemon(config=folders.config, data=folders.data, MONITOR_PAGE=f"127.0.0.1:{port}") as running:
            running.wait_for("stream", detail="1 account followed")
            assert mailbox.idling.wait(PATIENCE_S)
            with socket.create_connection(("127.0.0.1", port)) as sender:
                sender.sendall(f"POST /hooks/tips/{TOKEN} HTTP/1.1\r\n{HALF}".encode())
                ended = running.stop()
        assert ended.code == 0
        assert ended.took_s < 10
        assert running.said == ""
        assert [entry for entry in running.log if entry["level"] == "error"] == []
        assert {entry["logger"].partition(".")[0] for entry in running.log} == {"monitor"}
        assert TOKEN not in str(running.log)
