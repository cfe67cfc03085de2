"""What accounts post without a headline: told once with what the press writes, official where it is the makers' own word."""

import json
from datetime import timedelta
from pathlib import Path

from tests.house import MONDAY, House, item, rss
from tests.sources.bluesky import DID, feed, profile, record, view
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)
WATCHLIST = """\
shows:
  - title: Lantern Bay
    accounts: {bluesky: [lanternbay.example], mastodon: [tide@films.example]}
"""
POST = "🎬 It's official!!\n\nSeason two of #LanternBay is now filming. Signe Dahl joins as Vera Moss."
ARTICLE = "Lantern Bay season two is now filming"
STATUS = "109370000000000001"


def line(name: str, kind: str, account: str, web: WebServer) -> str:
    return f"{{id: {name}, type: {kind}, account: {account}, base: '{web.url('')}', tier: community}}"


def post_on_bluesky(web: WebServer, house: House) -> None:
    shown = view("3k1", record(POST, at=house.time))
    web.answer("/xrpc/app.bsky.feed.getAuthorFeed", Answer(body=feed(shown)))


def post_on_mastodon(web: WebServer, house: House) -> None:
    address = f"https://films.example/@tide/{STATUS}"
    told = {
        "id": STATUS,
        "url": address,
        "created_at": house.time.isoformat(),
        "visibility": "public",
        "language": "en",
    }
    content = "<p>Day one! Season two of Lantern Bay is now filming.</p>"
    web.answer("/api/v1/accounts/7/statuses", Answer(body=json.dumps([{**told, "content": content}]).encode()))


def open_house(folder: Path, web: WebServer) -> House:
    web.answer("/herald", Answer(body=rss()))
    web.answer("/xrpc/app.bsky.actor.getProfile", Answer(body=profile()))
    web.answer("/xrpc/app.bsky.feed.getAuthorFeed", Answer(body=feed()))
    web.answer("/api/v1/accounts/lookup", Answer(body=b'{"id": "7", "acct": "tide"}'))
    web.answer("/api/v1/accounts/7/statuses", Answer(body=b"[]"))
    sources = [
        ("herald", web.url("/herald")),
        line("bay", "bluesky", "lanternbay.example", web),
        line("tide", "mastodon", "tide@films.example", web),
    ]
    house = House(folder, sources=sources, watchlist=WATCHLIST)
    house.round()
    return house


def publish(web: WebServer, house: House) -> None:
    web.answer("/herald", Answer(body=rss(item(ARTICLE, guid="1", at=house.time, link=""))))


def test_a_makers_post_is_official_and_the_article_that_follows_is_no_news(tmp_path: Path):
    with WebServer() as web:
        house = open_house(tmp_path, web)
        post_on_bluesky(web, house)
        house.round(later=HOUR, everything=True)
        told = " ".join(house.printed.split())
        assert "Lantern Bay: filming has started (season 2)" in told
        assert "Official: posted by @lanternbay.example on Bluesky" in told
        assert f"https://bsky.app/profile/{DID}/post/3k1" in told
        assert "“🎬 It's official!! Season two of Lantern Bay is now filming." in told
        assert "— @lanternbay.example on Bluesky" in told
        publish(web, house)
        post_on_mastodon(web, house)
        house.round(later=HOUR, everything=True)
        assert "filming" not in house.printed


def test_a_makers_post_makes_official_what_the_press_has_told(tmp_path: Path):
    with WebServer() as web:
        house = open_house(tmp_path, web)
        publish(web, house)
        house.round(later=HOUR, everything=True)
        assert "Reported by herald" in house.printed
        post_on_mastodon(web, house)
        house.round(later=HOUR, everything=True)
        told = " ".join(house.printed.split())
        assert "New: now official" in told
        assert "Official: posted by @tide@films.example on Mastodon" in told


def test_the_page_of_a_post_is_never_visited(tmp_path: Path):
    with WebServer() as web:
        house = open_house(tmp_path, web)
        post_on_bluesky(web, house)
        house.round(later=HOUR, everything=True)
        assert house.time > MONDAY
        assert not [poll for poll in house.polled if poll.reason]
        assert {seen.path.split("/")[1] for seen in web.seen} == {"herald", "xrpc", "api"}
