"""A receiver is down for an hour, for a day or for good: each gets each message exactly once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

from monitor.core.alert import AlertState
from tests.acceptance.listening import beside, free_port
from tests.house import MONDAY, House, item, rss
from tests.mail_server import MailServer, serve_mail
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CANCELLED = item("The Glass Ferry cancelled by Harbour TV after one season", guid="b", at=MONDAY + HOUR)


def mail_url(port: int) -> str:
    return MailServer(port=port).url


def alerts_for(*urls: str) -> str:
    lines = "".join(f'  - {{id: box-{number}, url: "{url}"}}\n' for number, url in enumerate(urls, start=1))
    return f"timezone: UTC\nreceivers:\n{lines}"


@contextmanager
def newsroom(tmp_path, alerts: str) -> Iterator[tuple[House, WebServer]]:
    """One source, silent first poll done, with one cancellation to tell next."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()), Answer(body=rss(CANCELLED)))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))], alerts=alerts)
        with house.open():
            house.round()
            yield house, web
    assert house.bugs == []


def test_refused_for_an_hour_then_delivered_once(tmp_path):
    """While nobody answers, attempts are made at growing distances, each of them recorded; then one mail arrives."""
    port = free_port()
    with newsroom(tmp_path, alerts_for(mail_url(port))) as (house, _):
        house.round(later=HOUR)
        down_since = house.time
        while house.time + house.until_next_alert() < down_since + HOUR:
            house.round(later=house.until_next_alert())
        with beside(serve_mail(port)) as (server, _):
            while house.until_next_alert() is not None:
                house.round(later=house.until_next_alert())
            house.round(later=DAY)
    assert [mail["Subject"] for mail in server.mails] == ["The Glass Ferry has been cancelled"]
    attempts = list(reversed(house.ask(lambda view: view.deliveries(1))))
    assert [attempt.ok for attempt in attempts] == [False] * 6 + [True]
    assert "refused" in attempts[0].detail.lower()
    waits = [after.at - before.at for before, after in pairwise(attempts)]
    assert waits == [MINUTE * minutes for minutes in (1, 2, 4, 8, 16, 32)]


def test_given_up_after_three_days_and_told_elsewhere(tmp_path):
    """A receiver that is gone for good does not fill the outbox; somebody else hears of it, once."""
    with beside(serve_mail()) as (server, _):
        alerts = alerts_for(mail_url(free_port()), server.url) + "incidents: [box-1, box-2]\n"
        with newsroom(tmp_path, alerts) as (house, _):
            house.round(later=HOUR)
            told = house.time
            while (wait := house.until_next_alert()) is not None:
                house.round(later=wait)
    assert timedelta(days=2, hours=22) < house.time - told < timedelta(days=3, hours=2)
    assert [mail["Subject"] for mail in server.mails] == [
        "The Glass Ferry has been cancelled",
        "An alert for box-1 could not be delivered",
    ]
    assert house.ask(lambda view: view.outbox()) == {AlertState.SENT: 2, AlertState.GIVEN_UP: 1}


def test_one_receiver_down_does_not_hold_up_the_other(tmp_path):
    """Each gets each message exactly once, whenever it can be reached."""
    port = free_port()
    with beside(serve_mail()) as (up, _), newsroom(tmp_path, alerts_for(mail_url(port), up.url)) as (house, web):
        house.round(later=HOUR)
        renewed = item("Lantern Bay renewed for season 3 at Harbour TV", guid="c", at=house.time)
        web.answer("/feed", Answer(body=rss(renewed, CANCELLED)))
        house.round(later=HOUR)
        assert len(up.mails) == 2
        with beside(serve_mail(port)) as (down, _):
            while (wait := house.until_next_alert()) is not None:
                house.round(later=wait)
    news = {"The Glass Ferry has been cancelled", "Lantern Bay has been renewed for season 3"}
    assert sorted(mail["Subject"] for mail in up.mails) == sorted(news)
    assert sorted(mail["Subject"] for mail in down.mails) == sorted(news)
