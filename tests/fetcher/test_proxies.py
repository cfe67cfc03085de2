"""Proxies of the environment and of a source."""

from monitor.core.fetching import Fetched, FetchFailure, Request
from tests.fetcher.rig import FEED, fetch, trusting
from tests.web_server import Answer


def test_the_environment_s_proxy_is_ignored_unless_configured(web, other, monkeypatch):
    monkeypatch.setenv("http_proxy", other.url())
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    url = web.answer("/feed", Answer(body=FEED))
    assert isinstance(fetch(trusting(url))[0], Fetched)
    assert other.seen == []
    fetch(trusting(url), environment_proxy=True)
    assert other.seen[0].target == url
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert isinstance(fetch(trusting(url), environment_proxy=True)[0], Fetched)


def test_a_proxy_of_the_source_is_asked_with_its_password(other):
    """The proxy may be private, since the user named it; it resolves the name, so we do not."""
    other.answer("http://press.example/feed", Answer(body=FEED))

    async def nobody(host, port):
        assert host == "127.0.0.1"
        return (host,)

    proxy = f"http://me:hunter2@127.0.0.1:{other.port}"
    (fetched,) = fetch(Request(url="http://press.example/feed", proxy=proxy), resolve=nobody)
    assert fetched.body == FEED
    assert other.seen[0].headers["proxy-authorization"] == "Basic bWU6aHVudGVyMg=="


def test_a_proxy_does_not_open_private_addresses_to_redirects(other):
    other.answer("http://press.example/feed", Answer(status=302, headers=(("Location", "http://10.0.0.1/"),)))
    (failed,) = fetch(Request(url="http://press.example/feed", proxy=other.url()))
    assert failed.reason is FetchFailure.REFUSED_ADDRESS
    assert len(other.seen) == 1


def test_a_tunnel_that_is_refused(other):
    other.answer("press.example:443", Answer(status=407))
    (failed,) = fetch(Request(url="https://press.example/feed", proxy=other.url()))
    assert failed.detail == "press.example: the proxy refused"
