"""The first run tells nothing of what the outlets hold already, but says what it would have told."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.listening import beside
from tests.acceptance.newsstand import DAY, HOUR
from tests.acceptance.running import Daemon, monitor
from tests.house import House, item, rss
from tests.sink_server import Sink, serve_sink
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC)
TEN = rss(
    item("Lantern Bay renewed for season 3 at Harbour TV", guid="1", at=NOW - HOUR, link=""),
    item("What to see this weekend", guid="2", at=NOW - DAY, link=""),
    item("Harbour TV hands Lantern Bay a third season", guid="3", at=NOW - DAY, link=""),
    item("‘The Glass Ferry’ cancelled after one season", guid="4", at=NOW - 3 * DAY, link=""),
    item("‘Marble Road’ renewed for season 2", guid="5", at=NOW - 4 * DAY, link=""),
    item("‘Lantern Bay’ review: fog and no lamp", guid="6", at=NOW - 5 * DAY, link=""),
    item("Lantern Bay season 3 begins filming in Whitby", guid="7", at=NOW - 12 * DAY, link=""),
    item("Lantern Bay renewed for season 2", guid="8", at=NOW - 30 * DAY, link=""),
    item("Letters to the editor", guid="9", at=NOW - 40 * DAY, link=""),
    item("The Glass Ferry begins filming", guid="10", at=NOW - 90 * DAY, link=""),
)
LINE = "10 items of 1 source read, 3 in the last 14 days would have alerted"
HEADLINES = (
    "Lantern Bay has been renewed for season 3",
    "The Glass Ferry has been cancelled",
    "Lantern Bay: filming has started (season 3)",
)


def settle(tmp_path, web: WebServer, sink: Sink) -> House:
    return House(
        tmp_path,
        sources=[("paper", web.answer("/feed", Answer(body=TEN)))],
        alerts=f'receivers: [{{id: hook, url: "json://127.0.0.1:{sink.port}/"}}]\n',
    )


@pytest.mark.parametrize("again", [(), ("--all",)], ids=["due", "all"])
def test_first_round_of_cron(tmp_path, again):
    """`monitor once` sends nothing, then or later, and sums up in one line with the headlines below it."""
    with WebServer() as web, beside(serve_sink()) as (sink, _):
        house = settle(tmp_path, web, sink)
        folders = ("--config", house.settings.config, "--data", house.settings.data)
        first = monitor("once", *folders, cwd=tmp_path)
        assert first.returncode == 0, first.stderr
        look = "".join(f"  {headline}\n" for headline in HEADLINES)
        assert first.stdout == f"1 source polled, 0 new items, 0 messages sent\nFirst look: {LINE}\n{look}"
        second = monitor("once", *again, *folders, cwd=tmp_path)
        assert second.returncode == 0, second.stderr
        assert "First look" not in second.stdout
        assert sink.posts == []
    assert house.alerts() == []


def test_first_round_of_the_daemon(tmp_path):
    """`monitor run` logs the same line, once."""
    with WebServer() as web, beside(serve_sink()) as (sink, _):
        house = settle(tmp_path, web, sink)
        with Daemon(config=house.settings.config, data=house.settings.data) as running:
            assert running.wait_for("first round")["detail"] == LINE
            assert running.stop().code == 0
        assert len(running.logged("first round")) == 1
        assert sink.posts == []
    assert house.alerts() == []
