"""The mail itself: two parts that say the same, and why it was sent."""

from tests.acceptance.listening import beside
from tests.acceptance.newsstand import HOUR
from tests.house import House, item, rss
from tests.mail_server import serve_mail
from tests.web_server import Answer, WebServer


def test_mail_arrives_with_both_parts(tmp_path):
    with beside(serve_mail()) as (server, _), WebServer() as web:
        paper = [("paper", web.answer("/feed", Answer(body=rss())))]
        house = House(tmp_path, sources=paper, alerts=f'receivers: [{{id: me, url: "{server.url}"}}]\n')
        house.round()
        told = item("The Glass Ferry cancelled by Harbour TV after one season", guid="b", at=house.time)
        web.answer("/feed", Answer(body=rss(told)))
        house.round(later=HOUR)
    (mail,) = server.mails
    assert mail["Subject"] == "The Glass Ferry has been cancelled"
    assert mail["To"] == "reader@home.example"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for part in mail.iter_parts():
        text = part.get_content()
        assert "The Glass Ferry cancelled by Harbour TV after one season" in text
        assert "https://paper.example/b" in text
        assert "you watch The Glass Ferry" in text
