"""Whatever a server sends, a reader answers with one of its values and raises nothing."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.fetching import NotAFeed, Parsed, ParseFailed
from monitor.sources.gdelt import TooFast, read_articles
from monitor.sources.newsfeeds import read_results
from monitor.sources.reddit import read_listing, read_posts
from monitor.sources.telegram import ChannelPage, read_channel
from monitor.sources.youtube import Channel, NoChannel, read_channel_page, read_videos
from tests.sources.live import NOW

URL = "https://service.example/s/harbour"
KNOWN = {"url": URL, "now": NOW}
READERS = {
    "gdelt": lambda body: read_articles(body, url=URL, lang=""),
    "newsfeeds": lambda body: read_results(body, content_type=None, **KNOWN),
    "reddit": lambda body: read_posts(body, named=False, lang="", **KNOWN),
    "reddit listing": lambda body: read_listing(body, named=False, lang="", **KNOWN),
    "telegram": lambda body: read_channel(body, channel="harbour", named=False, lang=None, **KNOWN),
    "youtube page": lambda body: read_channel_page(body, url=URL),
    "youtube": lambda body: read_videos(body, content_type=None, account="a", named=False, lang="", **KNOWN),
}
ANSWERS = Parsed | NotAFeed | ParseFailed | TooFast | ChannelPage | Channel | NoChannel
# Pieces that the readers look for, in any order and damaged in any way.
PIECES = (
    "<html>", "<rss><channel>", "<item>", "<entry>", "<title>x", "<id>t3_a", "<yt:videoId>abcdefghijk", "[removed]",
    '<section class="tgme_channel_history">', '<div class="tgme_widget_message" data-post="harbour/7">',
    '<div class="tgme_widget_message_text js-message_text">', '<a class="tgme_widget_message_date"><time datetime="x">',
    '<div class="tgme_widget_message_forwarded_from">', '<link rel="canonical" href="/channel/UC', '"externalId":"UC',
    "</", ">", "&lt;", "\x00", "\ud800",
)  # fmt: skip
NAMES = (
    "data",
    "children",
    "name",
    "title",
    "url",
    "permalink",
    "created_utc",
    "author",
    "articles",
    "seendate",
    "domain",
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["t3_abc", "Listing"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=30,
)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(
    body=st.binary(max_size=300)
    | st.lists(st.sampled_from(PIECES), max_size=12).map(lambda some: "".join(some).encode(errors="surrogatepass"))
)
def test_any_bytes(name, body):
    assert isinstance(READERS[name](body), ANSWERS)


@pytest.mark.parametrize("name", ["gdelt", "reddit listing"])
@settings(max_examples=150, deadline=None)
@given(value=VALUES)
def test_any_json(name, value):
    assert isinstance(READERS[name](json.dumps(value).encode()), ANSWERS)
