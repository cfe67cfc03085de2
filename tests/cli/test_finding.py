"""`sources discover` and `sources test`, as typed, against a real server."""

import json
from datetime import UTC, datetime

import pytest

from tests.house import House, item, rss
from tests.web_server import Answer, WebServer

NOW = datetime.now(UTC).replace(microsecond=0)
HTML = (("Content-Type", "text/html"),)
PAGE = b"""<!doctype html><html><head><title>The Lantern Herald</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="alternate" type="application/rss+xml" href="/gone">
</head><body></body></html>"""
ENTRY = 'type: feed, url: "{url}", name: "The Lantern Herald", tier: press}}'


@pytest.fixture
def web():
    with WebServer() as web:
        web.answer("/", Answer(headers=HTML, body=PAGE))
        stories = (item("Lantern Bay renewed for season 3", guid="a", at=NOW), item("A quiet day", guid="b"))
        hub = b'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
        feed = rss(*stories, title="The Lantern Herald").replace(b"<item>", hub + b"<item>", 1)
        web.answer("/feed", Answer(body=feed))
        web.answer("/comments/feed", Answer(body=rss(item("me too", guid="c", at=NOW), title="Comments")))
        yield web


@pytest.fixture
def house(web, tmp_path):
    return House(tmp_path, sources=[("paper", web.url("/feed")), ("page", web.url("/"))])


def test_discover(typed, web):
    """Ready to paste, the best first; what cannot be read is told. No configuration is needed."""
    code, out, err = typed("sources", "discover", web.url("/"))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        (f"1. The Lantern Herald: 2 items, the newest of {NOW:%Y-%m-%d}, pushed by hub.example (declared by the page)"),
        f"  - {{id: the-lantern-herald, {ENTRY.format(url=web.url('/feed'))}",
        f"2. Comments: 1 item, the newest of {NOW:%Y-%m-%d} (declared by the page)",
        f'  - {{id: comments, type: feed, url: "{web.url("/comments/feed")}", name: "Comments", tier: press}}',
        f"not offered: {web.url('/gone')}: 127.0.0.1: HTTP 404 Not Found",
    ]


def test_discover_as_json(typed, web):
    found = json.loads(typed("sources", "discover", web.url("/"), "--json", "--tier", "trade")[1])
    assert found["title"] == "The Lantern Herald"
    assert found["found"][0] == {
        "entry": {
            "id": "the-lantern-herald",
            "type": "feed",
            "url": web.url("/feed"),
            "name": "The Lantern Herald",
            "tier": "trade",
        },
        "title": "The Lantern Herald",
        "items": 2,
        "newest": NOW.isoformat(),
        "how": "declared by the page",
        "hub": "https://hub.example/",
        "podcast": False,
    }


def test_discover_and_add(typed, web, tmp_path):
    config = House(tmp_path, sources=['{id: comments, type: feed, url: "https://other.example/"}']).settings.config
    out = typed("sources", "discover", web.url("/"), "--add", "--config", config)[1]
    assert out.endswith(
        f"added the-lantern-herald\n1 source written to {config / 'sources.yaml'}; "
        "try it: monitor sources test the-lantern-herald\n"
    )
    text = (config / "sources.yaml").read_text()
    assert f"  # found at 127.0.0.1\n  - {{id: the-lantern-herald, {ENTRY.format(url=web.url('/feed'))}\n" in text
    out = typed("sources", "discover", web.url("/"), "--pick", "2", "--pick", "1", "--config", config)[1]
    assert "skipped the-lantern-herald: is configured already\nadded comments-2\n" in out
    out, err = typed("sources", "discover", web.url("/"), "--add", "--json", "--config", config)[1:]
    assert json.loads(out)["found"]
    assert err == "skipped the-lantern-herald: is configured already\nnothing to add\n"
    code, _, err = typed("sources", "discover", web.url("/"), "--pick", "3", "--config", config)
    assert code == 2
    assert "there is no number 3; 2 were found" in " ".join(err.split())


def test_what_was_added_is_polled(typed, web, tmp_path):
    """From the address of a site to the first poll in two commands, beside sources that were there."""
    house = House(tmp_path, sources=[("comments", web.url("/comments/feed"))])
    folders = ("--config", house.settings.config, "--data", house.settings.data)
    assert typed("sources", "discover", web.url("/"), "--add", *folders[:2])[0] == 0
    assert typed("once", *folders)[1].startswith("2 sources polled, ")
    assert [one["state"] for one in json.loads(typed("sources", "list", "--json", *folders)[1])] == ["ok", "ok"]


def test_a_page_leads_into_no_private_network(typed, web):
    """Only the host that was typed may be private; another name of the same machine was not typed."""
    other = web.url("/feed", host="localhost")
    web.answer("/", Answer(headers=HTML, body=PAGE.replace(b'"/feed"', f'"{other}"'.encode())))
    out = typed("sources", "discover", web.url("/"))[1]
    assert f"not offered: {other}: localhost is in a private network\n" in out
    assert "url:" in out
    assert other not in out.partition("not offered")[0]


def test_discover_nothing(typed, web):
    code, out, err = typed("sources", "discover", web.url("/nowhere"))
    assert (code, out) == (1, "")
    assert err == f"error: {web.url('/nowhere')}: 127.0.0.1: HTTP 404 Not Found\n"
    code, _, err = typed("sources", "discover", "https://www.instagram.com/lanternbaytv/")
    assert code == 1
    assert "Instagram, lanternbaytv: it is read with a key of yours" in err


@pytest.mark.parametrize("address", ["ftp://paper.example/", "two words", "https://me:word@paper.example/"])
def test_discover_what_is_no_address(typed, address):
    code, _, err = typed("sources", "discover", address)
    assert code == 2
    assert "is no web address" in err


def test_try_a_source_and_an_address(typed, house, web):
    """What would be read, what of it is news, and for which watch; a page that names its feed says so."""
    code, out, err = typed(
        "sources", "test", "paper", web.url("/comments/feed"), "page", "--config", house.settings.config
    )
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        f"fine  paper: 2 items, the newest of {NOW:%Y-%m-%d %H:%M} UTC",
        f"  {NOW:%Y-%m-%d %H:%M}  Lantern Bay renewed for season 3",
        "                    news for lantern-bay: renewal, confirmed",
        "  2026-03-02 09:00  A quiet day",
        f"fine  {web.url('/comments/feed')}: 1 item, the newest of {NOW:%Y-%m-%d %H:%M} UTC",
        f"  {NOW:%Y-%m-%d %H:%M}  me too",
        (
            "FAILED  page: an HTML page titled “The Lantern Herald”; its feeds may be: "
            f"{web.url('/feed')}, {web.url('/gone')}, {web.url('/comments/feed')}"
        ),
    ]
    assert not house.settings.data.exists()


def test_try_shows_all_that_is_news(typed, web, tmp_path):
    """Beyond the limit too; what is older than max_age would not alert; posts without titles show their first words."""
    old = item("Lantern Bay renewed for season 2", guid="old")
    post = item("", guid="post", at=NOW, summary="Ida Holm joins the cast of The Ferry")
    other = item("Moon Row cancelled after two seasons", guid="moon", at=NOW)
    web.answer("/many", Answer(body=rss(*(item(f"Day {n}", guid=f"{n}") for n in range(9)), other, post, old)))
    house = House(tmp_path, sources=[("many", web.url("/many"))])
    options = ("--limit", "3", "--config", house.settings.config)
    code, out, _ = typed("sources", "test", "many", *options)
    assert code == 0
    assert "                    cancellation, of nothing you watch\n" in out
    assert "news for lantern-bay: renewal, confirmed, too old to alert\n" in out
    assert "  Ida Holm joins the cast of The Ferry\n" in out
    assert out.endswith("  and 8 more\n")
    (one,) = json.loads(typed("sources", "test", web.url("/many"), "--json", *options)[1])
    assert (one["id"], one["items"], one["fine"]) == ("many", 12, True)
    assert one["shown"][-1]["watches"] == ["lantern-bay"]


def test_try_what_is_not_there(typed, house):
    code, _, err = typed("sources", "test", "papre", "--config", house.settings.config)
    assert code == 2
    assert 'no enabled source is called papre; did you mean "paper"?' in " ".join(err.replace("│", " ").split())
