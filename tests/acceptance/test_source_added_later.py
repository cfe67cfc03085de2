"""A source that is added in month six tells nothing of what it holds already, and everything after that."""

from tests.acceptance.newsstand import DAY, HOUR
from tests.house import MONDAY, House, item, rss
from tests.web_server import Answer, WebServer


def test_a_source_added_later_is_silent_at_first(tmp_path):
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        old = item("Lantern Bay renewed for season 3", guid="a", at=MONDAY + 180 * DAY, link="")
        web.answer("/late", Answer(body=rss(old)))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        house.round()
        house.write_sources([("paper", web.url("/feed")), ("late", web.url("/late"))])
        first = house.round(later=180 * DAY + HOUR)
        assert first.first_look.headlines == ("Lantern Bay has been renewed for season 3",)
        assert house.alerts() == []
        fresh = item("The Glass Ferry cancelled by Harbour TV", guid="b", at=house.time, link="")
        web.answer("/late", Answer(body=rss(fresh, old)))
        house.round(later=HOUR)
        assert house.alerts() == [("screen", "news", "The Glass Ferry: cancellation")]
        # What the source kept to itself is known all the same: the next to repeat it tells nothing.
        web.answer("/feed", Answer(body=rss(item("Lantern Bay gets a third season", guid="c", at=house.time, link=""))))
        house.round(later=HOUR)
    assert len(house.alerts()) == 1
    assert house.bugs == []
