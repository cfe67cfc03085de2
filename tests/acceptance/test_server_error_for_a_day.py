"""A source in trouble for long: told once, asked less and less, and told once when it is over."""

from tests.acceptance.newsstand import DAY, HOUR, MINUTE
from tests.house import House, item, rss
from tests.web_server import Answer, WebServer


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
