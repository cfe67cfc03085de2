"""The wall clock was wrong and is put right: nobody waits for the wrong time to come again."""

from datetime import timedelta

from monitor.core.alert import AlertState
from tests.acceptance.listening import beside, free_port
from tests.house import House, item, rss
from tests.mail_server import MailServer, serve_mail
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_an_alert_that_waits_is_tried_when_the_clock_is_set_back(tmp_path):
    """A message that failed by a clock that was a year ahead is not put off for a year."""
    port = free_port()
    with WebServer() as web:
        house = House(
            tmp_path,
            sources=[("paper", web.answer("/feed", Answer(body=rss())))],
            alerts=f'receivers: [{{id: me, url: "{MailServer(port=port).url}"}}]\n',
        )
        right = house.time
        house.time += timedelta(days=365)
        house.round()
        web.answer("/feed", Answer(body=rss(item("The Glass Ferry cancelled", guid="b", at=house.time, link=""))))
        house.round(later=HOUR)
        house.time = right + HOUR
        with beside(serve_mail(port)) as (server, _):
            house.round()
            assert [mail["Subject"] for mail in server.mails] == ["The Glass Ferry has been cancelled"]
        asked = len(web.seen)
        house.round(later=17 * MINUTE)
        assert len(web.seen) == asked + 1
    assert house.ask(lambda view: view.outbox()) == {AlertState.SENT: 1}
