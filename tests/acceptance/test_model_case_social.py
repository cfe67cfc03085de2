"""The model case from the social side: the makers' own posts are the same news as the article about them."""

import html
import json
from collections.abc import Callable

import pytest

from tests.acceptance.test_model_case import HOUR, OUR_ARTICLE, facts, page, told_by
from tests.house import House, item, rss
from tests.sources.bluesky import feed, profile, record, view
from tests.web_server import Answer, WebServer

WATCHLIST = """\
shows:
  - title: Lantern Bay
    cast: [Ida Holm, Marek Voss, Oskar Lindqvist]
    accounts: {instagram: [harbourtv, lanternbaytv], bluesky: [lanternbay.example]}
"""
REEL = "https://www.instagram.com/reel/Cabcdefghij/"
CAPTION = "home again. lantern bay season 2 is now in production with harbourtv #LanternBay"
SKEET = "Scripts are open, kettles are on. Filming on series two of #LanternBay has begun!"
NEWCOMERS = [
    ("Signe Dahl", "Vera Moss"),
    ("Tom Okafor", "Daniel Reed"),
    ("Bea Larkin", "Ruth Quill"),
    ("Nils Arvid", "Mr. Harrow"),
]


def discovery(*posts: dict[str, str]) -> bytes:
    """What Business Discovery answers about an account."""
    media = {"data": posts, "paging": {"cursors": {"after": "QVFIUinvented"}}}
    found = {"id": "17841400000000002", "username": "lanternbaytv", "media_count": 310, "media": media}
    return json.dumps({"business_discovery": found, "id": "17841400000000001"}).encode()


def old_post() -> dict[str, str]:
    """What stood in the account at the first poll."""
    return {"id": "17900000000000001", "caption": "Poster day", "permalink": "https://www.instagram.com/p/Cold0000001/", "timestamp": "2026-02-01T09:30:00+0000"}  # fmt: skip


class Newsdesk:
    """A magazine and two official accounts on one server, followed by one program that has read each of them once."""

    def __init__(self, folder, web: WebServer) -> None:
        self.web = web
        self.link = web.answer("/article", Answer(body=page(OUR_ARTICLE, REEL)))
        web.answer("/feed", Answer(body=rss()))
        web.answer("/v25.0/17841400000000001", Answer(body=discovery(old_post())))
        web.answer("/v25.0/debug_token", Answer(body=b'{"data": {"is_valid": true, "expires_at": 0}}'))
        web.answer("/xrpc/app.bsky.actor.getProfile", Answer(body=profile()))
        web.answer("/xrpc/app.bsky.feed.getAuthorFeed", Answer(body=feed()))
        token = "token: invented-token-1234, user_id: 17841400000000001"
        self.house = House(
            folder,
            sources=[
                ("magazine", web.url("/feed")),
                f'{{id: reels, type: instagram, account: lanternbaytv, tier: official, base: "{web.url("")}", {token}}}',
                f'{{id: skeets, type: bluesky, account: lanternbay.example, base: "{web.url("")}"}}',
            ],
            watchlist=WATCHLIST,
        )
        self.house.round()

    def article(self) -> None:
        headline, _, lead, *_ = OUR_ARTICLE.split("\n")
        entry = item(
            html.escape(headline),
            guid="1",
            at=self.house.time,
            link=self.link,
            summary=html.escape(lead, quote=False),
        )
        self.web.answer("/feed", Answer(body=rss(entry)))

    def instagram(self) -> None:
        reel = {
            "id": "17900000000000002",
            "caption": CAPTION,
            "media_type": "VIDEO",
            "media_product_type": "REELS",
            "permalink": REEL,
            "timestamp": f"{self.house.time:%Y-%m-%dT%H:%M:%S}+0000",
            "username": "lanternbaytv",
        }
        self.web.answer("/v25.0/17841400000000001", Answer(body=discovery(reel, old_post())))

    def bluesky(self) -> None:
        shown = feed(view("3lbqxyz2k2s2a", record(SKEET, at=self.house.time)))
        self.web.answer("/xrpc/app.bsky.feed.getAuthorFeed", Answer(body=shown))


ORDERS = [("article", "instagram", "bluesky"), ("instagram", "article", "bluesky"), ("bluesky", "instagram", "article")]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_the_makers_posts_and_the_article_are_one_announcement(tmp_path, order):
    """Whoever is first: one alert, official at once; the others are listed, and the article's newcomers are known."""
    with WebServer() as web:
        desk = Newsdesk(tmp_path, web)
        with desk.house.open():
            for name in order:
                publish: Callable[[], None] = getattr(desk, name)
                publish()
                desk.house.round(later=HOUR)
                if name == order[0]:
                    told = told_by(desk.house)
    assert desk.house.bugs == []
    assert facts(desk.house) == [("filming_start", "official", (2,), NEWCOMERS)]
    assert desk.house.alerts() == [("screen", "news", "Lantern Bay: filming_start")]
    first = {
        "article": f"Official: posted by @harbourtv on Instagram First said by @harbourtv on Instagram {REEL}",
        "instagram": "Official: posted by @lanternbaytv on Instagram Season 2",
        "bluesky": "Official: posted by @lanternbay.example on Bluesky",
    }
    assert first[order[0]] in told
    (announcement,) = desk.house.announcements()
    reports = desk.house.ask(lambda view: view.reports(announcement.id))
    assert {report.publisher for report in reports} == {
        "magazine",
        "@lanternbaytv on Instagram",
        "@lanternbay.example on Bluesky",
    }
