"""Two daemons on one database: the second refuses."""

from datetime import UTC, datetime

from tests.acceptance.running import Daemon, monitor
from tests.house import House, item, rss
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
