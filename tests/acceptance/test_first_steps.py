"""The life of a source: a silent first poll, then each news once."""

from datetime import timedelta

from monitor.ports import PollStatus
from tests.house import MONDAY, House, item, rss
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)
OLD = item("Lantern Bay renewed for season 3 at Harbour TV", guid="a", at=MONDAY - HOUR)
NEW = item("‘The Glass Ferry’ cancelled after one season", guid="b", at=MONDAY + HOUR)


def test_first_poll_is_silent_then_news_comes_once(tmp_path):
    """The first poll of a source tells nothing; a new item does, once; the same document again does not."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss(OLD)))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        house.round()
        assert house.alerts() == []
        web.answer("/feed", Answer(body=rss(NEW, OLD)))
        house.round(later=HOUR)
        assert house.alerts() == [("screen", "news", "The Glass Ferry: cancellation")]
        assert "The Glass Ferry has been cancelled" in house.printed
        house.round(later=HOUR)
        assert len(house.alerts()) == 1
        assert house.printed == ""
    assert house.bugs == []


def test_source_that_starts_empty_keeps_its_first_item(tmp_path):
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        house.round()
        web.answer("/feed", Answer(body=rss(NEW)))
        house.round(later=HOUR)
    assert house.alerts() == [("screen", "news", "The Glass Ferry: cancellation")]


def test_same_news_in_other_words_elsewhere_is_no_alert(tmp_path):
    """A second outlet adds a report to the announcement."""
    with WebServer() as web:
        web.answer("/one", Answer(body=rss()))
        web.answer("/two", Answer(body=rss()))
        house = House(tmp_path, sources=[("one", web.url("/one")), ("two", web.url("/two"))])
        house.round()
        web.answer("/one", Answer(body=rss(NEW)))
        house.round(later=HOUR)
        web.answer("/two", Answer(body=rss(item("The Glass Ferry axed by Harbour TV", guid="x", at=MONDAY + HOUR))))
        house.round(later=HOUR)
    assert len(house.alerts()) == 1
    (announcement,) = house.announcements()
    assert len(house.ask(lambda view: view.reports(announcement.id))) == 2


def test_block_page_is_trouble_not_silence(tmp_path):
    """HTML with 200 opens one incident at the third time; when the feed is back the incident closes and no item is lost."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        web.answer("/other", Answer(body=rss()))
        house = House(tmp_path, sources=[("paper", web.url("/feed")), ("other", web.url("/other"))])
        house.round()
        web.answer("/feed", Answer(body=b"<html><title>Just a moment...</title>Checking your browser</html>"))
        for _ in range(5):
            house.round(later=6 * HOUR, everything=True)
        assert {poll.status for poll in house.polled if poll.source_id == "paper"} == {
            PollStatus.OK,
            PollStatus.NOT_A_FEED,
        }
        web.answer("/feed", Answer(body=rss(item("The Glass Ferry cancelled", guid="b", at=house.time))))
        house.round(later=6 * HOUR, everything=True)
    assert house.alerts() == [
        ("screen", "incident", "paper: not_a_feed"),
        ("screen", "news", "The Glass Ferry: cancellation"),
        ("screen", "recovery", "paper: not_a_feed"),
    ]
