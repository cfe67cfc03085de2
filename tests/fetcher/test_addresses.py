"""Addresses and headers on the wire."""

import pytest

from monitor.core.fetching import FetchFailure, Request
from tests.fetcher.rig import FEED, fetch, loopback, redirect, trusting
from tests.web_server import Answer


@pytest.mark.parametrize(
    ("url", "trusted", "host", "target"),
    [
        ("http://MÜNCHEN.example:{port}/a b?q=é", "münchen.example", "xn--mnchen-3ya.example", "/a%20b?q=%C3%A9"),
        ("http://xn--mnchen-3ya.example:{port}/", "münchen.example", "xn--mnchen-3ya.example", "/"),
        (" http://press.example:{port}/feed#top ", "Press.Example", "press.example", "/feed"),
    ],
)
def test_names_and_paths_are_encoded_for_the_wire(web, url, trusted, host, target):
    web.answer(target.partition("?")[0], Answer(body=FEED))
    (fetched,) = fetch(Request(url=url.format(port=web.port), trusted_host=trusted), resolve=loopback)
    assert fetched.url == f"http://{host}:{web.port}{target}"
    assert (web.seen[0].target, web.seen[0].headers["host"]) == (target, f"{host}:{web.port}")


def test_an_ipv6_address(web):
    web.answer("/", Answer(body=FEED))
    (fetched,) = fetch(Request(url=web.url(host="[::1]"), trusted_host="::1"), resolve=loopback)
    assert fetched.body == FEED
    assert web.seen[0].headers["host"] == f"[::1]:{web.port}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://a\nb/",
        "http://x:99999999/",
        "ftp://a/",
        "http://x/\ud83d",
    ],
)
def test_addresses_that_are_none(url):
    (failed,) = fetch(Request(url=url))
    assert failed.reason is FetchFailure.UNREACHABLE


def test_a_name_that_only_looks_like_idna_has_no_address():
    (failed,) = fetch(Request(url="http://xn--zzzzzzzzzzzz99999/"), resolve=loopback)
    assert failed.detail == "xn--zzzzzzzzzzzz99999: no address for this name"


def test_userinfo_in_the_address_becomes_basic_auth_and_goes_no_further(web):
    web.answer("/feed", Answer(body=FEED))
    (fetched,) = fetch(trusting(f"http://desk:s%40crit@127.0.0.1:{web.port}/feed"))
    assert web.seen[0].headers["authorization"] == "Basic ZGVzazpzQGNyaXQ="
    assert fetched.url == web.url("/feed")


def test_headers_of_the_source_win_over_ours_but_not_over_compression(web):
    url = web.answer("/feed", Answer(body=FEED))
    fetch(trusting(url, headers=(("User-Agent", "Desk/2"), ("ACCEPT", "text/xml"), ("Accept-Encoding", "br"))))
    headers = web.seen[0].headers
    assert (headers["user-agent"], headers["accept"], headers["accept-encoding"]) == (
        "Desk/2",
        "text/xml",
        "gzip, deflate",
    )


def test_cookies_are_not_remembered(web):
    url = web.answer("/feed", Answer(body=FEED, headers=(("Set-Cookie", "id=7; Path=/"),)))
    redirect(web, "/start", "/feed")
    fetch(trusting(url), trusting(web.url("/start")), trusting(url))
    assert not any("cookie" in seen.headers for seen in web.seen)
