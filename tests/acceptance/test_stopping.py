"""One daemon on a database; it stops when told to, whatever hangs, and takes up a changed configuration."""

import signal
from datetime import UTC, datetime

from tests.acceptance.listening import beside
from tests.acceptance.running import Daemon, monitor
from tests.house import House, item, rss
from tests.sink_server import serve_sink
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC)
NEWS = item("The Glass Ferry cancelled by Harbour TV after one season", guid="b", at=NOW)


def daemon(house: House) -> Daemon:
    return Daemon(config=house.settings.config, data=house.settings.data)


def test_second_daemon_is_refused(tmp_path):
    """On the same database a second daemon, or a round, ends at once with 1 and names the first."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        with daemon(house) as first:
            first.wait_for("started")
            with daemon(house) as second:
                assert second.end().code == 1
                assert "is in use by `monitor run" in second.said
                assert f"process {first.pid}" in second.said
                assert "Traceback" not in second.said
            tried = monitor("once", "--config", house.settings.config, "--data", house.settings.data, cwd=tmp_path)
            assert tried.returncode == 1
            assert "is in use by" in tried.stderr
            assert first.stop().code == 0


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


def test_takes_up_a_changed_configuration(tmp_path):
    """A source that is added is polled without a restart, silently the first time."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        web.answer("/other", Answer(body=rss(NEWS)))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        with daemon(house) as running:
            running.wait_for("poll", source="paper")
            house.write_sources([("paper", web.url("/feed")), ("other", web.url("/other"))])
            polled = running.wait_for("poll", source="other")
            assert (polled["status"], polled["alerts"]) == ("ok", 0)
            assert running.stop().code == 0
        assert [seen.path for seen in web.seen] == ["/feed", "/other"]
    assert house.alerts() == []


def test_keeps_the_last_good_configuration(tmp_path):
    """A file that breaks is told once, with its line, and the work goes on; mended, that is told too."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        good = (house.settings.config / "watchlist.yaml").read_text()
        with daemon(house) as running:
            running.wait_for("poll", source="paper")
            house.write("watchlist.yaml", "shows:\n  - titel: Lantern Bay\n")
            said = running.wait_for("config")
            assert "watchlist.yaml:2:5" in said["detail"]
            assert "title" in said["detail"]
            running.wait_for("delivery", state="sent")
            assert "watchlist.yaml:2:5" in running.screen
            running.tell(signal.SIGHUP)  # the same mistake is not told again
            running.wait_for("config")
            house.write("watchlist.yaml", good)
            running.wait_for("delivery", state="sent")
            assert running.stop().code == 0
        assert len(running.logged("delivery")) == 2
    assert house.alerts() == [("screen", "incident", ": config"), ("screen", "recovery", ": config")]


def test_hangup_reads_the_files_at_once(tmp_path):
    """SIGHUP is enough where changes of files go unnoticed, and disturbs nothing when there are none."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        with daemon(house) as running:
            running.wait_for("poll", source="paper")
            running.tell(signal.SIGHUP)
            running.wait_for("config", detail="nothing has changed")
            assert running.stop().code == 0
        assert len(running.logged("started")) == 1
