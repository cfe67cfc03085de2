"""The daemon stops when it is told to, whatever hangs."""

from datetime import UTC, datetime

from tests.acceptance.listening import beside
from tests.acceptance.running import Daemon
from tests.house import House, item, rss
from tests.sink_server import serve_sink
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC)
NEWS = item("The Glass Ferry cancelled by Harbour TV after one season", guid="b", at=NOW)


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
