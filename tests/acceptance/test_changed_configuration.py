"""The daemon takes up what is changed in its files, and keeps the last good configuration."""

import signal
from datetime import UTC, datetime

from tests.acceptance.running import Daemon
from tests.house import House, item, rss
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC)
NEWS = item("The Glass Ferry cancelled by Harbour TV after one season", guid="b", at=NOW)


def daemon(house: House) -> Daemon:
    return Daemon(config=house.settings.config, data=house.settings.data)


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
