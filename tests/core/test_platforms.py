"""Addresses of services: what they name and how it is read."""

import pytest

from monitor.core.platforms import platform_of

CHANNEL = "UCxG2oBd7a9Qw4Zt1Yk8Lm3P"
FEED = "https://www.youtube.com/feeds/videos.xml"


@pytest.mark.parametrize(
    ("url", "name", "ways"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}", "YouTube", [CHANNEL, f"{FEED}?channel_id={CHANNEL}"]),
        (f"https://m.youtube.com/channel/{CHANNEL}/videos", "YouTube", [CHANNEL, f"{FEED}?channel_id={CHANNEL}"]),
        ("https://www.youtube.com/@lanternbay", "YouTube", ["@lanternbay"]),
        ("https://www.youtube.com/@lanternbay/videos?view=0", "YouTube", ["@lanternbay"]),
        ("https://www.youtube.com/c/LanternBay/about", "YouTube", ["https://www.youtube.com/c/LanternBay"]),
        ("https://www.youtube.com/watch?v=abcdefghijk&t=3", "YouTube", ["https://www.youtube.com/watch?v=abcdefghijk"]),
        ("https://youtube.com/playlist?si=x&list=PLabc", "YouTube", [f"{FEED}?playlist_id=PLabc"]),
        (
            "https://bsky.app/profile/ida.example",
            "Bluesky",
            ["ida.example", "https://bsky.app/profile/ida.example/rss"],
        ),
        ("https://bsky.app/profile/did:plc:abc", "Bluesky", ["did:plc:abc", "https://bsky.app/profile/did:plc:abc/rss"]),
        ("https://t.me/lanternbay", "Telegram", ["lanternbay"]),
        ("https://t.me/s/lanternbay", "Telegram", ["lanternbay"]),
        ("https://old.reddit.com/r/LanternBay/new/", "Reddit", ["LanternBay", "https://www.reddit.com/r/LanternBay/new/.rss"]),
        ("https://www.tvmaze.com/shows/82/lantern-bay", "TVmaze", []),
        ("https://www.themoviedb.org/tv/1399-lantern-bay", "TMDB", []),
        ("https://www.themoviedb.org/movie/12", "TMDB", []),
        ("https://trakt.tv/shows/lantern-bay", "Trakt", []),
        ("https://www.wikidata.org/wiki/Q1", "Wikidata", []),
        ("https://www.instagram.com/lanternbaytv/", "Instagram", ["lanternbaytv"]),
        ("https://www.threads.com/@lanternbaytv", "Threads", ["lanternbaytv"]),
        ("https://twitter.com/lanternbaytv?lang=en", "X", ["lanternbaytv"]),
        ("https://www.tiktok.com/@lanternbaytv", "TikTok", []),
        ("https://www.facebook.com/lanternbaytv", "Facebook", []),
        ("https://toot.example/@ida", "Mastodon", ["@ida@toot.example", "https://toot.example/@ida.rss"]),
        ("http://toot.example:8080/users/ida", "Mastodon", ["@ida@toot.example:8080", "http://toot.example:8080/@ida.rss"]),
        ("https://toot.example/@ida@other.example", "Mastodon", ["@ida@other.example", "https://other.example/@ida.rss"]),
    ],
)  # fmt: skip
def test_services(url, name, ways):
    platform = platform_of(url)
    assert platform.name == name
    read = [next(value for key, value in way.items() if key != "type") for way in platform.ways]
    assert read == ways
    assert platform.ways or platform.remedy


@pytest.mark.parametrize(
    "url",
    [
        "https://paper.example/",
        "https://paper.example/r/LanternBay",
        "https://medium.com/@ida",
        "https://www.instagram.com/p/Cabc123/",
        "https://www.instagram.com/",
        "https://x.com/home",
        "https://t.me/joinchat/abcdef",
        "https://www.youtube.com/feed/trending",
        "https://notreddit.com/r/LanternBay",
        "https://toot.example/@ida/1234",
        "no address",
    ],
)
def test_sites_like_any_other(url):
    assert platform_of(url) is None
