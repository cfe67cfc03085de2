"""A source in trouble for long: told once, asked less and less, and told once when it is over."""

from datetime import timedelta

from tests.house import House, item, rss
from tests.web_server import Answer, WebServer

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_server_error_for_a_day(tmp_path):
    """500 for a day is one incident and one recovery, and what was published meanwhile is told once."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        web.answer("/other", Answer(body=rss()))
        house = House(tmp_path, sources=[("paper", web.url("/feed")), ("other", web.url("/other"))])
        with house.open():
            house.round()
            broke = house.time
            web.answer("/feed", Answer(status=500))
            while house.time - broke < DAY:
                house.round(later=15 * MINUTE)
            asked = sum(seen.path == "/feed" for seen in web.seen) - 1
            assert 3 < asked < 12, "asked less and less, but not given up"
            web.answer("/feed", Answer(body=rss(item("The Glass Ferry cancelled", guid="b", at=broke + HOUR))))
            while house.time - broke < 3 * DAY:
                house.round(later=HOUR)
    assert house.alerts() == [
        ("screen", "incident", "paper: failing"),
        ("screen", "news", "The Glass Ferry: cancellation"),
        ("screen", "recovery", "paper: failing"),
    ]
    assert house.bugs == []


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


def test_incident_of_a_source_that_is_taken_out_is_closed(tmp_path):
    """Who removes a dead source from the file is not reminded of it for ever."""
    with WebServer() as web:
        web.answer("/feed", Answer(status=500))
        web.answer("/other", Answer(body=rss()))
        house = House(tmp_path, sources=[("paper", web.url("/feed")), ("other", web.url("/other"))])
        for _ in range(4):
            house.round(later=DAY)
        assert len(house.ask(lambda view: view.open_incidents())) == 1
        house.write_sources([("other", web.url("/other"))])
        house.round(later=DAY)
    assert house.ask(lambda view: view.open_incidents()) == []
    assert house.alerts() == [("screen", "incident", "paper: failing")]
