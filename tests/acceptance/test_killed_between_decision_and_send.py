"""The power fails when alerts are decided and not yet sent: the next start sends them."""

import json
import signal
from datetime import UTC, datetime

from monitor.core.alert import AlertState
from tests.acceptance.listening import beside
from tests.acceptance.running import Daemon
from tests.house import House, item, rss
from tests.sink_server import serve_sink
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC)
CANCELLED = item("The Glass Ferry cancelled by Harbour TV", guid="a", at=NOW, link="")
RENEWED = item("Lantern Bay renewed for season 3", guid="b", at=NOW, link="")


def test_what_was_not_yet_sent_is_sent_once(tmp_path):
    """Killed while the receiver has the first of two in hand: that one comes again, since nobody knows; the second once."""
    with WebServer() as web, beside(serve_sink(hanging=True)) as (sink, wait):
        house = House(
            tmp_path,
            sources=[("paper", web.answer("/feed", Answer(body=rss())))],
            alerts=f'receivers: [{{id: hook, url: "json://127.0.0.1:{sink.port}/"}}]\n',
        )
        house.round()
        web.answer("/feed", Answer(body=rss(RENEWED, CANCELLED)))
        with Daemon(config=house.settings.config, data=house.settings.data) as running:
            wait(sink.asked)
            assert running.stop(signal.SIGKILL).code == -signal.SIGKILL
        assert house.ask(lambda view: view.count_items()) == 2
        assert house.ask(lambda view: view.outbox()) == {AlertState.PENDING: 2}
        sink.answering.set()
        with Daemon(config=house.settings.config, data=house.settings.data) as running:
            for _ in range(2):
                running.wait_for("delivery", state="sent")
            assert running.stop().code == 0
        assert [json.loads(post.body)["title"] for post in sink.posts] == [
            "The Glass Ferry has been cancelled",
            "The Glass Ferry has been cancelled",
            "Lantern Bay has been renewed for season 3",
        ]
    assert house.ask(lambda view: view.outbox()) == {AlertState.SENT: 2}
