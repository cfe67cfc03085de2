import pytest

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.redirects import next_address

HERE = "https://press.example/news/feed"


def follow(location, *, here=HERE, seen=(), most=5):
    return next_address(location, here=here, seen=seen, most=most)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (b"https://new.example/feed", "https://new.example/feed"),
        (b"//new.example/feed", "https://new.example/feed"),
        (b"/feed.xml", "https://press.example/feed.xml"),
        (b"atom", "https://press.example/news/atom"),
        (b"?page=1", "https://press.example/news/feed?page=1"),
        (b" /with space ", "https://press.example/with%20space"),
        ("/séries".encode(), "https://press.example/s%C3%A9ries"),
        ("/séries".encode("latin-1"), "https://press.example/s%C3%A9ries"),
    ],
)
def test_where_a_redirect_leads(location, expected):
    assert follow(location) == expected


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (b"", FetchFailure.BAD_REDIRECT),
        (b"  ", FetchFailure.BAD_REDIRECT),
        (b"file:///etc/passwd", FetchFailure.BAD_REDIRECT),
        (b"javascript:alert(1)", FetchFailure.BAD_REDIRECT),
        (b"https://[", FetchFailure.BAD_REDIRECT),
        (b"https://me:secret@press.example/", FetchFailure.BAD_REDIRECT),
        (b"http://press.example/news/feed", FetchFailure.BAD_REDIRECT),
        (b"/login?next=feed", FetchFailure.BAD_REDIRECT),
        (b"https://consent.press.example/", FetchFailure.BAD_REDIRECT),
        (HERE.encode(), FetchFailure.TOO_MANY_REDIRECTS),
        (b"https://press.example/first", FetchFailure.TOO_MANY_REDIRECTS),
    ],
)
def test_when_not_to_follow(location, reason):
    refusal = follow(location, seen=("https://press.example/first",))
    assert isinstance(refusal, FetchFailed)
    assert refusal.reason is reason
    assert "secret" not in refusal.detail


def test_the_number_of_redirects_is_bounded():
    seen = tuple(f"https://press.example/{number}" for number in range(5))
    assert follow(b"/next", seen=seen[:4]) == "https://press.example/next"
    refusal = follow(b"/next", seen=seen)
    assert isinstance(refusal, FetchFailed)
    assert refusal.reason is FetchFailure.TOO_MANY_REDIRECTS


def test_going_from_http_to_https_is_fine():
    assert follow(b"https://press.example/feed", here="http://press.example/feed") == "https://press.example/feed"
