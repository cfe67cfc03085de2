"""Feed documents and what must be read from them: `tests/data/feeds/NAME.*` beside `NAME.yaml`."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.core.fetching import NotAFeed, Parsed
from monitor.sources.entries import MOST_ITEMS
from monitor.sources.feed import read_feed

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FEEDS = Path(__file__).resolve().parents[1] / "data" / "feeds"
CASES = sorted(path.stem for path in FEEDS.glob("*.yaml"))


def read(body: bytes, *, url: str = "https://moon.example/feed", content_type: str | None = None):
    return read_feed(body, url=url, content_type=content_type, now=NOW)


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'.encode()


@pytest.mark.parametrize("name", CASES)
def test_document(name):
    expected = YAML(typ="safe").load(FEEDS / f"{name}.yaml")
    (document,) = (path for path in FEEDS.glob(f"{name}.*") if path.suffix != ".yaml")
    url = expected.get("url", "https://moon.example/feed")
    result = read(document.read_bytes(), url=url, content_type=expected.get("content_type"))
    if "not_a_feed" in expected:
        assert isinstance(result, NotAFeed), result
        assert expected["not_a_feed"] in result.detail
        return
    assert isinstance(result, Parsed), result
    assert result.title == expected.get("title", result.title)
    assert result.dropped == expected.get("dropped", 0)
    assert result.trouble == expected.get("trouble", "")
    assert hints(result) == {"interval": None, "skip_hours": [], "skip_days": [], "expired": False} | expected.get(
        "hints", {}
    )
    assert len(result.items) == len(expected["items"])
    assert len({item.key for item in result.items}) == len(result.items)
    for item, wanted in zip(result.items, expected["items"], strict=True):
        told = facts(asdict(item))
        if "title_in" in wanted:
            assert told["title"] in wanted["title_in"]
        assert {field: told[field] for field in wanted if field != "title_in"} == {
            field: value for field, value in wanted.items() if field != "title_in"
        }


def hints(result: Parsed) -> Mapping[str, object]:
    given_hints = result.hints
    return {
        "interval": given_hints.interval and given_hints.interval / timedelta(seconds=1),
        "skip_hours": sorted(given_hints.skip_hours),
        "skip_days": sorted(given_hints.skip_days),
        "expired": given_hints.expired,
    }


def facts(item: dict) -> dict:
    """The item in the words of the YAML files."""
    for name in ("published", "updated"):
        item[name] = item[name] and item[name].isoformat()
    item["embeds"] = list(item["embeds"])
    return item | {"text_length": len(item["text"]), "summary_length": len(item["summary"])}


def keys(result) -> dict[str, str]:
    return {item.title: item.key for item in result.items}


def test_keys_survive_a_redirect_of_the_feed():
    body = rss('<item><title>A</title><guid isPermaLink="false">t3_abc</guid></item>')
    assert keys(read(body)) == keys(read(body, url="https://elsewhere.example/rss"))


def test_keys_do_not_depend_on_the_order_of_entries_that_share_an_id():
    items = [f"<item><title>{n}</title><guid>same</guid><link>https://moon.example/{n}</link></item>" for n in "ABC"]
    assert keys(read(rss(*items))) == keys(read(rss(*reversed(items))))


def test_the_key_of_an_entry_without_id_is_its_link_without_tracking():
    one = read(rss("<item><title>A</title><link>https://moon.example/a?utm_source=rss</link></item>"))
    two = read(rss("<item><title>A, corrected</title><link>https://moon.example/a</link></item>"))
    assert one.items[0].key == two.items[0].key
    assert one.items[0].fingerprint != two.items[0].fingerprint


def test_counters_do_not_change_what_an_entry_shows():
    def video(views: int) -> bytes:
        return (FEEDS / "video.xml").read_bytes().replace(b"50321", str(views).encode())

    assert read(video(1)).items == read(video(99)).items


def test_the_newest_are_kept_of_too_many_in_document_order():
    days = [
        f"<item><title>{n}</title><pubDate>{(NOW - timedelta(hours=n)).isoformat()}</pubDate></item>"
        for n in reversed(range(MOST_ITEMS + 5))
    ]
    result = read(rss(*days, "<item><title>undated</title></item>"))
    assert [item.title for item in result.items] == [*map(str, reversed(range(MOST_ITEMS - 1))), "undated"]
    assert result.dropped == 6


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body):
    assert isinstance(read(body), Parsed | NotAFeed)


PIECES = st.sampled_from([
    b"<item>", b"</item>", b"<title>", b"</title>", b"<link>", b"<guid>", b"<description>", b"<![CDATA[", b"]]>", b"&#",
    b"xD83D;", b"&amp;", b"<b", b'="', b"\x00", b"\xff", b"<pubDate>", b"2026-01-01", b"</rss>", b"http://[", b"{",
    b"<author>", b"<content:encoded>", b"<blockquote class=instagram-media>", b"&#99999999999;", b"<!DOCTYPE", b"\xe2\x80",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_feed_like_bytes_are_read_or_refused(pieces):
    body = b'<?xml version="1.0"?><rss version="2.0"><channel>' + b"".join(pieces)
    assert isinstance(read(body), Parsed | NotAFeed)
