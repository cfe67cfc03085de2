"""Redirects: where they lead, what goes along, and which are refused."""

import pytest

from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, NotModified, Request
from monitor.core.source import BasicAuth, Validators
from tests.fetcher.rig import FEED, fetch, redirect, trusting
from tests.web_server import Answer


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [([301], True), ([308], True), ([301, 308, 301], True), ([302], False), ([307], False), ([303], False), ([301, 302], False), ([302, 301], False)],
)  # fmt: skip
def test_a_move_is_reported_only_if_every_redirect_was_permanent(web, statuses, moved):
    for number, status in enumerate(statuses):
        redirect(web, f"/{number}", f"/{number + 1}", status)
    target = web.answer(f"/{len(statuses)}", Answer(body=FEED))
    (fetched,) = fetch(trusting(web.url("/0")))
    assert (fetched.url, fetched.moved_to) == (target, target if moved else None)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("//127.0.0.1:{port}/b/feed", "/b/feed"),
        ("http://127.0.0.1:{port}/b/feed#latest", "/b/feed"),
        ("feed?page=2", "/a/feed?page=2"),
        ("/with space/\xc3\xa9", "/with%20space/%C3%A9"),
        ("../b/%7Efeed", "/b/%7Efeed"),
    ],
)
def test_where_redirects_lead(web, location, target):
    redirect(web, "/a/start", location.format(port=web.port))
    web.answer(target.partition("?")[0], Answer(body=FEED))
    (fetched,) = fetch(trusting(web.url("/a/start")))
    assert fetched.url == web.url(target)


@pytest.mark.parametrize(("hops", "expected"), [(5, Fetched), (6, FetchFailed)])
def test_five_redirects_are_followed(web, hops, expected):
    for number in range(hops):
        redirect(web, f"/{number}", f"/{number + 1}")
    web.answer(f"/{hops}", Answer(body=FEED))
    assert isinstance(fetch(trusting(web.url("/0")))[0], expected)


def test_a_circle_ends_where_it_closes(web):
    redirect(web, "/a", "/b")
    redirect(web, "/b", "/a")
    (failed,) = fetch(trusting(web.url("/a")))
    assert failed.reason is FetchFailure.TOO_MANY_REDIRECTS
    assert len(web.seen) == 2


SECRETS = {"headers": (("X-Api-Key", "hunter2"),), "auth": BasicAuth(user="desk", password="pässword")}


def test_secrets_stay_within_their_origin(web, other):
    """They follow a redirect on the same origin, not one elsewhere, and not one back from there."""
    redirect(web, "/a", "/b")
    redirect(web, "/b", other.url("/c"))
    redirect(other, "/c", web.url("/d"))
    web.answer("/d", Answer(body=FEED))
    assert isinstance(fetch(trusting(web.url("/a"), **SECRETS))[0], Fetched)
    sent = [(seen.path, "authorization" in seen.headers, "x-api-key" in seen.headers) for seen in web.seen]
    assert sent == [("/a", True, True), ("/b", True, True), ("/d", False, False)]
    assert not other.seen[0].headers.keys() & {"authorization", "x-api-key"}
    assert web.seen[0].headers["authorization"] == "Basic ZGVzazpww6Rzc3dvcmQ="


@pytest.mark.parametrize(
    ("validators", "sent"),
    [
        (Validators(etag='"a"', last_modified="then"), {"if-none-match", "if-modified-since"}),
        (Validators(etag='"a"'), {"if-none-match"}),
        (Validators(last_modified="then"), set()),
    ],
)
def test_after_a_redirect_only_an_etag_may_say_unchanged(web, validators, sent):
    """Validators belong to what answered last; a date alone would take another, older target for unchanged."""
    redirect(web, "/a", "/b")
    web.answer("/b", Answer(status=304))
    (result,) = fetch(trusting(web.url("/a"), validators=validators))
    assert isinstance(result, NotModified if sent else FetchFailed)
    assert web.seen[1].headers.keys() & {"if-none-match", "if-modified-since"} == sent


def test_a_trusted_host_cannot_lead_to_another_private_one(web):
    redirect(web, "/feed", f"http://127.0.0.2:{web.port}/")
    (failed,) = fetch(trusting(web.url("/feed")))
    assert failed.reason is FetchFailure.REFUSED_ADDRESS
    assert len(web.seen) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_an_outside_address_may_not_be_private(web, host):
    web.answer("/", Answer(body=FEED))
    (failed,) = fetch(Request(url=web.url(host=host)))
    assert failed.reason is FetchFailure.REFUSED_ADDRESS
    assert web.seen == []
