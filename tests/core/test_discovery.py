"""Which of several feeds is meant, and where feeds are that nobody declares."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.discovery import Candidate, Traits, ranked, usual_places

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def candidate(url: str, title: str = "", *, days: float | None = 1, kind: str = "feed", **fields: object) -> Candidate:
    newest = None if days is None else NOW - timedelta(days=days)
    entry = {"type": kind, "url": f"https://paper.example{url}"}
    return Candidate(entry=entry, how="", title=title, items=1, newest=newest, **fields)


@pytest.mark.parametrize(
    ("asked", "candidates"),
    [
        (
            "/",
            [
                candidate("/feed"),
                candidate("/news-sitemap.xml", kind="sitemap"),
                candidate("/old", days=400),
                candidate("/tag/lantern-bay/feed"),
                candidate("/audio.xml", traits=Traits(audio=True)),
                candidate("/talk", "The Herald Podcast", days=100),
                candidate("/comments/feed"),
                candidate("/x", "Comments on: The Herald", days=None),
            ],
        ),
        ("/tag/lantern-bay/", [candidate("/tag/lantern-bay/feed"), candidate("/feed"), candidate("/tag/other/feed")]),
    ],
)
def test_the_best_comes_first(asked, candidates):
    found = ranked(candidates[::-1], asked=f"https://paper.example{asked}", now=NOW)
    assert [one.entry["url"] for one in found] == [one.entry["url"] for one in candidates]


def test_what_is_equally_good_stays_in_the_order_of_the_page():
    found = ranked([candidate("/b"), candidate("/a")], asked="https://paper.example/", now=NOW)
    assert [one.entry["url"] for one in found] == ["https://paper.example/b", "https://paper.example/a"]


def test_two_formats_of_one_feed_are_one():
    """Known by their items; two that are empty are not thereby the same."""
    story = frozenset({"https://paper.example/a"})
    found = ranked(
        [candidate("/rss", story=story), candidate("/atom", story=story), candidate("/e"), candidate("/f")],
        asked="https://paper.example/",
        now=NOW,
    )
    assert [one.entry["url"].rpartition("/")[2] for one in found] == ["rss", "e", "f"]


def test_usual_places():
    """Below the address first, where it is a part of the site and no file."""
    root = usual_places("https://paper.example/?a=b#c")
    assert root[0] == "https://paper.example/feed/"
    assert root[-1] == "https://paper.example/?feed=rss2"
    assert usual_places("https://paper.example/tag/lantern-bay/") == (
        "https://paper.example/tag/lantern-bay/feed/",
        *root,
    )
    assert usual_places("https://paper.example/news/index.html") == root
