"""A dead source that is taken out of the file."""

from tests.acceptance.newsstand import DAY
from tests.house import House, rss
from tests.web_server import Answer, WebServer


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
