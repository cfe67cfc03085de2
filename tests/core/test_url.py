import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.url import (
    LONGEST_URL,
    canonical,
    holds_secret,
    host,
    http_url,
    is_downgrade,
    is_front_page,
    is_wall,
    keeps_secrets,
    same_site,
    words_of,
)

BASE = "https://press.example/news/feed.xml"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Press.Example/News/", "https://press.example/News"),
        ("HTTPS://press.example:443/a#top", "https://press.example/a"),
        ("http://press.example:80", "http://press.example"),
        ("http://press.example/", "http://press.example"),
        ("http://press.example:8080/a", "http://press.example:8080/a"),
        ("https://press.example/a?utm_source=rss&id=7&UTM_Medium=x&fbclid=q", "https://press.example/a?id=7"),
        ("https://press.example/a?b=2&a=1&b=2", "https://press.example/a?b=2&a=1&b=2"),
        ("https://press.example/a?gclid=1", "https://press.example/a"),
        ("https://press.example/a?&&x", "https://press.example/a?x"),
        ("https://press.example/?p=123", "https://press.example?p=123"),
        ("https://me:secret@press.example/a", "https://press.example/a"),
        ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
        ("  https://press.example/a  ", "https://press.example/a"),
        ("mailto:desk@press.example", "mailto:desk@press.example"),
        ("tag:press.example,2026:7", "tag:press.example,2026:7"),
        ("http://[broken/", "http://[broken/"),
        ("http://press.example:99999/", "http://press.example:99999/"),
    ],
)
def test_canonical(url, expected):
    assert canonical(url) == expected


@given(st.text())
@example("//x//?utm_=&&a=%20 #f")
def test_canonical_of_an_accepted_address_stays_the_same(text):
    url = http_url(text, BASE)
    if url is not None:
        assert canonical(canonical(url)) == canonical(url)
        assert http_url(url, BASE) == url


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        ("story", "https://press.example/news/story"),
        ("/a b/é", "https://press.example/a%20b/%C3%A9"),
        ("//other.example/x", "https://other.example/x"),
        ("?page=2", "https://press.example/news/feed.xml?page=2"),
        (" http://Press.Example:80/a#b ", "http://press.example/a#b"),
        ("https://press.example/100%25?q={a}", "https://press.example/100%25?q=%7Ba%7D"),
        ("http://münchen.example/", "http://münchen.example/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_http_url_accepts(candidate, expected):
    assert http_url(candidate, BASE) == expected


@pytest.mark.parametrize(
    "candidate",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "tag:press.example,2026:7",
        "https://press.example/a\nb",
        "https://press.example/\x9b31m",
        "https://good.example@evil.example/",
        "https://user:secret@press.example/",
        "https://good.example\\@evil.example/",
        "https://good.example\\.evil.example/",
        "https://a b.example/",
        "https://\u202eelpmaxe.example/",
        "http:///no-host",
        "https://press.example:port/",
        "https://press.example:70000/",
        "https://[::1/",
        "https://press.example/\ud83d",
        "https://press.example/" + "a" * LONGEST_URL,
        "https://press.example/" + "é" * (LONGEST_URL // 4),
    ],
)
def test_http_url_refuses(candidate):
    assert http_url(candidate, BASE) is None


def test_userinfo_of_the_base_does_not_reach_its_links():
    assert http_url("/story", "https://me:secret@press.example/feed") == "https://press.example/story"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Press.Example:8443/a", "press.example"),
        ("http://[2001:DB8::1]/", "2001:db8::1"),
        ("mailto:desk@press.example", ""),
        ("http:///a", ""),
    ],
)
def test_host(url, expected):
    assert host(url) == expected


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("https://a.example/x", "https://a.example/y", True),
        ("https://a.example/x", "https://a.example:443/y", True),
        ("http://a.example/x", "https://a.example/x", True),
        ("http://a.example:8080/x", "https://a.example/x", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "https://www.a.example/x", False),
        ("https://a.example/x", "mailto:a.example", False),
    ],
)
def test_keeps_secrets(first, then, expected):
    assert keeps_secrets(first, then) is expected


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("https://a.example", "http://a.example", True),
        ("HTTPS://a.example", "HTTP://a.example", True),
        ("http://a.example", "http://b.example", False),
        ("http://a.example", "https://a.example", False),
    ],
)
def test_is_downgrade(first, then, expected):
    assert is_downgrade(first, then) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://press.example/login?next=/feed", True),
        ("https://press.example/wp-login.php", True),
        ("https://press.example/en/Sign-In/", True),
        ("https://consent.press.example/v2/collectConsent?x=1", True),
        ("https://accounts.press.example/x", True),
        ("https://press.example/new-drama-login", False),
        ("https://login.example/feed", False),
        ("https://press.example/", False),
        ("mailto:login@press.example", False),
    ],
)
def test_is_wall(url, expected):
    assert is_wall(url) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://press.example", True),
        ("https://press.example/", True),
        ("https://press.example/?feed=rss2", False),
        ("https://press.example/feed", False),
        ("nonsense", False),
    ],
)
def test_is_front_page(url, expected):
    assert is_front_page(url) is expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://press.example/a", "http://PRESS.example:8080/b", True),
        ("https://www.press.example/a", "https://press.example/b", True),
        ("https://press.example/a", "https://news.press.example/b", True),
        ("https://news.press.example/a", "https://www.press.example/b", True),
        ("https://press.example/a", "https://wordpress.example/b", False),
        ("https://news.press.example/a", "https://shop.press.example/b", False),
    ],
)
def test_same_site(one, other, same):
    assert same_site(one, other) is same


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://a.example/feed", False),
        ("https://a.example/2026/11/lantern-bay-season-two-renewed/feed/", False),
        ("https://a.example/?service=rss&page=2", False),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UCxG2oBd7a9Qw4Zt1Yk8Lm3P", False),
        ("https://a.example/feed?token=abc", True),
        ("https://a.example/feed?api_key=abc", True),
        ("https://a.example/feed?x=0123456789abcdef01234567", True),
        ("https://a.example/private/4f9d2c1b-7a3e-4d5f-8b6a-1c2d3e4f5a6b/feed", True),
        ("https://a.example/rss/aB3dE5fG7hJ9kL1mN3pQ", True),
        ("https://me@a.example/feed", True),
        ("no address", False),
    ],
)
def test_addresses_that_open_a_door(url, private):
    assert holds_secret(url) is private


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://moon.example/2026/11/tide-season-2-starts-filming/", "Tide Season 2 Starts Filming"),
        ("https://moon.example/tide-returns-1234567890.html", "Tide Returns"),
        ("https://moon.example/tide_s2_wraps/a1b2c3d4", "Tide S2 Wraps"),
        ("https://moon.example/%C3%A9t%C3%A9-de-mort", "Été De Mort"),
        ("https://moon.example/news/12345", ""),
        ("https://moon.example/tide", ""),
        ("https://moon.example/", ""),
        ("mailto:tide-returns@moon.example", ""),
    ],
)
def test_the_words_of_an_address(url, words):
    assert words_of(url) == words
