"""One post, whatever form its address comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.postid import PostId, post_id, post_of
from tests.bench import item

SAME = {
    ("instagram", "Cabc_def-12"): [
        "https://www.instagram.com/p/Cabc_def-12/",
        "https://www.instagram.com/reel/Cabc_def-12/?igsh=MzRl&img_index=2",
        "https://instagram.com/reels/Cabc_def-12",
        "https://www.instagram.com/tv/Cabc_def-12/",
        "https://www.instagram.com/lanternbaytv/reel/Cabc_def-12/?utm_source=ig_embed",
        "http://m.instagram.com/lanternbaytv/p/Cabc_def-12/#comments",
    ],
    ("x", "1573327000000000001"): [
        "https://x.com/HarbourTV/status/1573327000000000001",
        "https://twitter.com/harbourtv/status/1573327000000000001?s=20",
        "https://mobile.twitter.com/harbourtv/statuses/1573327000000000001/photo/1",
        "https://x.com/i/web/status/1573327000000000001",
    ],
    ("threads", "DTabc12"): [
        "https://www.threads.net/@harbourtv/post/DTabc12",
        "https://www.threads.com/@harbourtv/post/DTabc12?xmt=AQ",
        "https://threads.com/t/DTabc12",
    ],
    ("bluesky", "3lbqxyz2k2s2a"): [
        "at://did:plc:abcdefgh/app.bsky.feed.post/3lbqxyz2k2s2a",
        "https://bsky.app/profile/harbour.example/post/3lbqxyz2k2s2a",
        "https://bsky.app/profile/did:plc:abcdefgh/post/3lbqxyz2k2s2a",
        "https://bsky.app/profile/did%3Aplc%3Aabcdefgh/post/3lbqxyz2k2s2a",
    ],
    ("mastodon", "social.example/110000000000000001"): [
        "https://social.example/@harbour/110000000000000001",
        "https://social.example/users/harbour/statuses/110000000000000001",
        "https://social.example/users/harbour/statuses/110000000000000001/activity",
    ],
    ("youtube", "dQw4w9WgXcQ"): [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1",
        "https://youtu.be/dQw4w9WgXcQ?si=abc",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "https://m.youtube.com/live/dQw4w9WgXcQ",
        "yt:video:dQw4w9WgXcQ",
    ],
    ("telegram", "harbourtv/123"): ["https://t.me/HarbourTV/123", "https://t.me/s/harbourtv/123?before=200"],
    ("tiktok", "7300000000000000001"): [
        "https://www.tiktok.com/@harbourtv/video/7300000000000000001?lang=en",
        "https://m.tiktok.com/v/7300000000000000001",
        "https://www.tiktok.com/embed/v2/7300000000000000001",
    ],
    ("facebook", "pfbid02abcdef"): [
        "https://www.facebook.com/harbourtv/posts/pfbid02abcdef",
        "https://www.facebook.com/harbourtv/posts/a-slug-of-words/pfbid02abcdef",
        "https://m.facebook.com/permalink.php?story_fbid=pfbid02abcdef&id=100",
    ],
    ("facebook", "1234567890"): [
        "https://www.facebook.com/watch/?v=1234567890",
        "https://www.facebook.com/reel/1234567890",
        "https://www.facebook.com/harbourtv/videos/1234567890/",
    ],
}


@pytest.mark.parametrize(
    ("platform", "native", "text"), [(*key, text) for key, forms in SAME.items() for text in forms], ids=str
)
def test_every_form_means_the_same_post(platform, native, text):
    assert post_id(text) == PostId(platform=platform, id=native)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17900000000000001",
        "lanternbaytv",
        "ftp://x.com/a/status/1",
        "https://[broken",
        "https://gazette.example/2026/05/lantern-bay-renewed",
        "https://www.instagram.com/lanternbaytv/",
        "https://www.instagram.com/p/",
        "https://www.instagram.com/stories/lanternbaytv/1790/",
        "https://x.com/HarbourTV",
        "https://x.com/HarbourTV/status/abc",
        "https://www.threads.com/@harbourtv",
        "https://www.threads.com/t/",
        "https://bsky.app/profile/harbour.example",
        "at://did:plc:abcdefgh/app.bsky.feed.like/3lbqxyz2k2s2a",
        "at://did:plc:abcdefgh/app.bsky.feed.post/",
        "https://social.example/@harbour@elsewhere.example/110000000000000001",
        "https://social.example/@harbour/1",
        "https://localhost/@harbour/110000000000000001",
        "https://www.youtube.com/@harbour",
        "https://www.youtube.com/embed/videoseries?list=PL1",
        "https://youtu.be/",
        "yt:channel:UCabc",
        "https://t.me/harbourtv",
        "https://www.tiktok.com/@harbourtv",
        "https://www.tiktok.com/tag/7300000000000000001",
        "https://www.facebook.com/harbourtv",
        "https://www.facebook.com/watch/",
    ],
)
def test_what_means_no_post(text):
    assert post_id(text) is None


def test_an_item_is_the_post_at_its_address_else_the_one_its_id_means():
    permalink = "https://www.instagram.com/p/Cabc_def-12/"
    assert post_of(item("17900000000000001", url=permalink)) == PostId(platform="instagram", id="Cabc_def-12")
    by_guid = item("yt:video:dQw4w9WgXcQ", url="https://harbour.example/films")
    assert post_of(by_guid) == PostId(platform="youtube", id="dQw4w9WgXcQ")
    assert post_of(item("a", url=None)) is None


@given(st.text())
def test_any_text_is_looked_at(text):
    post_id(text)
    post_id(f"https://x.com/{text}")
