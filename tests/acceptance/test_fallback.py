"""A receiver is gone for good: what was meant for it goes to the one that stands in for it, once."""

from tests.acceptance.listening import beside
from tests.acceptance.newsstand import HOUR, MINUTE
from tests.house import MONDAY, House, item, rss
from tests.mail_server import serve_mail
from tests.sink_server import serve_sink
from tests.web_server import Answer, WebServer


def test_what_nobody_takes_goes_to_the_fallback(tmp_path):
    news = [
        item("The Glass Ferry cancelled by Harbour TV", guid="a", at=MONDAY + HOUR),
        item("Lantern Bay renewed for season 3", guid="b", at=MONDAY + HOUR),
    ]
    with WebServer() as web, beside(serve_sink()) as (gone, _), beside(serve_mail()) as (mail, _):
        gone.status = 410
        alerts = (
            "receivers:\n"
            f'  - {{id: desk, url: "json://127.0.0.1:{gone.port}/desk", fallback: me}}\n'
            f'  - {{id: me, url: "{mail.url}"}}\n'
            "incidents: [desk]\n"
        )
        web.answer("/feed", Answer(body=rss()), Answer(body=rss(*news)))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))], alerts=alerts)
        with house.open():
            house.round()
            house.round(later=HOUR)
            assert (len(gone.posts), mail.mails) == (2, [])
            for _ in range(3):
                house.round(later=MINUTE)
        assert house.bugs == []
    (letter,) = mail.mails
    text = letter.get_body(("plain",)).get_content()
    assert letter["Subject"] == "Not delivered elsewhere: 2 announcements"
    assert "Meant for desk, which did not take it." in text
    assert "The Glass Ferry has been cancelled" in text
    assert "Lantern Bay has been renewed for season 3" in text
    assert len(gone.posts) == 2
