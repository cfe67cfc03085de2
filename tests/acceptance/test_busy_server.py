"""A server that is busy, or was given up for a while, is asked when it wants to be asked."""

from tests.acceptance.newsstand import HOUR, MINUTE
from tests.house import House, rss
from tests.web_server import Answer, WebServer


def test_busy_server_is_left_alone(tmp_path):
    """429 is no failure: no incident, no visit before the time the server named, not even with `--all`."""
    with WebServer() as web:
        web.answer(
            "/feed", Answer(body=rss()), Answer(status=429, headers=(("Retry-After", "7200"),)), Answer(body=rss())
        )
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        with house.open():
            house.round()
            house.round(later=HOUR)
            for _ in range(7):
                house.round(later=15 * MINUTE, everything=True)
            assert len(web.seen) == 2
            house.round(later=16 * MINUTE, everything=True)
            assert len(web.seen) == 3
    assert house.alerts() == []
    assert {state.failures for state in house.ask(lambda view: view.source_states()).values()} == {0}


def test_all_also_asks_those_backing_off(tmp_path):
    with WebServer() as web:
        web.answer("/feed", Answer(status=500))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        with house.open():
            for _ in range(4):
                house.round(later=MINUTE, everything=True)
    assert len(web.seen) == 4
