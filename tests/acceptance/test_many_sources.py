"""A thousand sources on one machine: the loop keeps turning, and everything is polled."""

import resource
import time
from datetime import UTC, datetime

from tests.acceptance.running import Daemon
from tests.house import House, item, rss
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC)
SOURCES = 1000
HOSTS = 250  # each is asked one thing a second
ITEMS = 20


def document(first: int) -> Answer:
    return Answer(body=rss(*[item(f"Headline {n}", guid=str(n), at=NOW) for n in range(first, first + ITEMS)]))


def test_a_thousand_sources_due_at_once(tmp_path):
    """All of them overdue when the daemon starts, each with new items: all are polled, and the loop is never late by much."""
    with WebServer(host="0.0.0.0") as web:
        web.answer("/feed", document(0))
        urls = [web.url(f"/feed?{n}", host=f"127.1.{n % HOSTS}.1") for n in range(SOURCES)]
        house = House(tmp_path, sources=[(f"s-{n}", url) for n, url in enumerate(urls)])
        began = time.monotonic()
        house.round()
        first_s = time.monotonic() - began
        web.answer("/feed", document(ITEMS))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        with Daemon(config=house.settings.config, data=house.settings.data) as running:
            polls = [running.wait_for("poll", patience_s=60) for _ in range(SOURCES)]
            second_s = time.monotonic() - began
            beat = house.ask(lambda view: view.heartbeat())
            assert running.stop().code == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    lag_s = beat.lag.total_seconds()
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"first polls {first_s:.0f} s; second {second_s:.0f} s, {cpu_s:.0f} s of CPU, latest tick {lag_s:.1f} s late")  # noqa: T201
    assert {(poll["status"], poll["new"]) for poll in polls} == {("ok", ITEMS)}
    assert house.ask(lambda view: view.count_items()) == 2 * ITEMS * SOURCES
    assert lag_s < 5
