"""One round and the demo as commands, judged by what they print, store and send."""

import json
from datetime import UTC, datetime

from tests.acceptance.listening import beside
from tests.acceptance.running import monitor
from tests.house import House, item, rss
from tests.sink_server import serve_sink
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC)


def test_once_then_dry_run(tmp_path):
    """`--dry-run` prints what would be sent, and leaves database and receivers as they were; the round after it sends."""
    with WebServer() as web, beside(serve_sink()) as (sink, _):
        web.answer("/feed", Answer(body=rss()))
        house = House(
            tmp_path,
            sources=[("paper", web.url("/feed"))],
            alerts=f'receivers: [{{id: hook, url: "json://127.0.0.1:{sink.port}/"}}]\n',
        )
        folders = ("--config", house.settings.config, "--data", house.settings.data)
        first = monitor("once", *folders, cwd=tmp_path)
        look = "First look: 0 items of 1 source read, 0 in the last 14 days would have alerted\n"
        assert (first.returncode, first.stdout) == (0, f"1 source polled, 0 new items, 0 messages sent\n{look}")
        web.answer("/feed", Answer(body=rss(item("The Glass Ferry cancelled by Harbour TV", guid="b", at=NOW))))
        dry = monitor("once", "--all", "--dry-run", *folders, cwd=tmp_path)
        assert dry.returncode == 0, dry.stderr
        assert "The Glass Ferry has been cancelled" in dry.stdout
        assert dry.stdout.endswith("1 source polled, 1 new item, 1 message to be sent; nothing was sent or stored\n")
        assert sink.posts == []
        assert house.ask(lambda view: view.count_items()) == 0
        assert len(house.ask(lambda view: view.polls("paper", 10))) == 1
        wet = monitor("once", "--all", "--json", *folders, cwd=tmp_path)
        assert wet.returncode == 0, wet.stderr
        assert json.loads(wet.stdout)["sendings"][0]["state"] == "sent"
        assert [json.loads(post.body)["title"] for post in sink.posts] == ["The Glass Ferry has been cancelled"]
        again = monitor("once", *folders, cwd=tmp_path)
        assert again.stdout == "0 sources polled, 0 new items, 0 messages sent\n"


def test_dry_run_before_anything_else(tmp_path):
    """It also works where there is no database yet, and makes none."""
    with WebServer() as web:
        house = House(tmp_path, sources=[("paper", web.answer("/feed", Answer(body=rss())))])
        folders = ("--config", house.settings.config, "--data", house.settings.data)
        dry = monitor("once", "--dry-run", *folders, cwd=tmp_path)
    assert dry.returncode == 0, dry.stderr
    assert not house.settings.data.exists()


def test_demo_twice(tmp_path):
    """The demo tells exactly the expected alerts, and nothing when it is played again on the same data."""
    first = monitor("demo", "--data", tmp_path, cwd=tmp_path)
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr
    assert "exactly those expected" in first.stdout
    again = monitor("demo", "--data", tmp_path, cwd=tmp_path)
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr
    assert "nothing was sent" in again.stdout
    assert "Why you hear of this" not in again.stdout
