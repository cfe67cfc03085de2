"""Without a network: said once, survived, and over as soon as the network is back."""

import shutil
import signal
from datetime import timedelta

import pytest

from tests.acceptance.listening import free_port
from tests.acceptance.running import REPOSITORY, Daemon
from tests.house import MONDAY, House, item, rss
from tests.web_server import Answer, WebServer

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_everything_unreachable_is_one_incident(tmp_path):
    """Six sources fail at once for a day: one alert. When they answer: one more, and no flood of what they hold."""
    ports = [free_port() for _ in range(6)]
    sources = [(f"paper-{n}", f"http://127.0.0.{n}:{port}/feed") for n, port in enumerate(ports, start=1)]
    house = House(tmp_path, sources=sources)
    with house.open():
        went_down = house.time
        while house.time - went_down < DAY:
            house.round(later=20 * MINUTE)
        assert house.alerts() == [("screen", "incident", ": network")]
        servers = [WebServer(host=f"127.0.0.{n}", port=port) for n, port in enumerate(ports, start=1)]
        for server in servers:
            server.answer("/feed", Answer(body=rss(item("The Glass Ferry cancelled", guid="b", at=house.time - HOUR))))
            server.__enter__()
        back = house.time
        while house.time - back < HOUR:
            house.round(later=5 * MINUTE)
        for server in servers:
            server.__exit__()
    assert house.alerts() == [("screen", "incident", ": network"), ("screen", "recovery", ": network")]
    states = house.ask(lambda view: view.source_states())
    assert {state.failures for state in states.values()} == {0}
    assert house.bugs == []


def test_news_of_the_time_without_network_is_told(tmp_path):
    """A source known before the network failed tells, within a quarter of an hour of its return, what it published meanwhile."""
    port = free_port()
    house = House(tmp_path, sources=[("paper", f"http://127.0.0.1:{port}/feed")])
    with house.open():
        with WebServer(port=port) as web:
            web.answer("/feed", Answer(body=rss()))
            house.round()
        while house.time < MONDAY + DAY:
            house.round(later=20 * MINUTE)
        with WebServer(port=port) as web:
            web.answer("/feed", Answer(body=rss(item("The Glass Ferry cancelled", guid="b", at=MONDAY + 5 * HOUR))))
            house.round(later=20 * MINUTE)
    assert [(purpose, about) for _, purpose, about in house.alerts()] == [
        ("incident", ": network"),
        ("news", "The Glass Ferry: cancellation"),
        ("recovery", ": network"),
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_starter_configuration_without_network(tmp_path, number):
    """`monitor run` as shipped, where no name resolves: said once on the screen, no end by itself, a quick end when asked."""
    shutil.copytree(REPOSITORY / "config", tmp_path / "config")
    with Daemon(config=tmp_path / "config", data=tmp_path / "data") as running:
        started = running.wait_for("started")
        running.wait_for("delivery", state="sent")
        summed_up = running.wait_for("first round")
        ended = running.stop(number)
    assert ended.code == 0
    assert ended.took_s < 10
    assert running.screen.count("Nothing can be reached") == 1
    assert f"none of {started['sources']} sources can be reached" in " ".join(running.screen.split())
    assert summed_up["detail"] == f"none of {started['sources']} sources could be read"
    assert len(running.logged("poll", status="failed")) == started["sources"]
    assert running.said == ""
