"""The Fetcher against real servers on loopback. Spacing is off and the deadline short unless a test is about them."""

import asyncio
import gzip
import itertools
import ssl
import threading
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, NotModified, Request
from monitor.core.source import BasicAuth, Validators
from monitor.fetcher import UNTOLD_PAUSE, Fetcher, Limits
from tests.web_server import Answer, WebServer

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
FEED = b"<rss version='2.0'><channel><title>Casting news</title></channel></rss>"
TLS = Path(__file__).parent / "data" / "tls"
QUICK = Limits(deadline=timedelta(seconds=5), max_body_bytes=100_000, per_host_spacing=timedelta(0))
AGENT = "AnnouncementMonitor/1.0 (+https://example.org)"


class Clock:
    """A clock that stands where it is put."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


async def loopback(host, port):
    """A name server that knows only us."""
    return ("127.0.0.1",)


def fetcher(*, clock=None, limits=QUICK, environment_proxy=False, **names):
    return Fetcher(
        user_agent=AGENT, clock=clock or Clock(), environment_proxy=environment_proxy, limits=limits, **names
    )


def fetch(*requests, **settings):
    """The results of requests made one after another by one Fetcher."""

    async def go():
        async with fetcher(**settings) as fetcher_:
            return [await fetcher_(request) for request in requests]

    return asyncio.run(go())


def trusting(url, **more):
    return Request(url=url, trusted_host="127.0.0.1", **more)


@pytest.fixture
def web():
    with WebServer() as server:
        yield server


@pytest.fixture
def other():
    with WebServer() as server:
        yield server


# What an answer comes to ------------------------------------------------------------------------------------------


def test_a_feed_comes_back_with_all_that_is_needed_to_ask_again(web):
    headers = (
        ("Content-Type", "application/rss+xml; charset=utf-8"),
        ("ETag", 'W/"abc-gzip"'),
        ("Last-Modified", "Fri, 23 Sep 2022 15:05:00 GMT"),
        ("Cache-Control", "public, max-age=600"),
        ("Age", "60"),
    )
    url = web.answer("/feed", Answer(body=FEED, headers=headers))
    assert fetch(trusting(url)) == [
        Fetched(
            url=url,
            body=FEED,
            content_type="application/rss+xml; charset=utf-8",
            validators=Validators(etag='W/"abc-gzip"', last_modified="Fri, 23 Sep 2022 15:05:00 GMT"),
            fresh_for=timedelta(seconds=540),
        )
    ]
    (seen,) = web.seen
    assert seen.headers["user-agent"] == AGENT
    assert seen.headers["accept-encoding"] == "gzip, deflate"
    assert seen.headers["host"] == f"127.0.0.1:{web.port}"
    assert not seen.headers.keys() & {"if-none-match", "if-modified-since", "cookie", "authorization"}


def test_validators_make_the_round_trip_byte_for_byte(web):
    """Also an ETag that is not ASCII; and the 304 renews what it names."""
    body = Answer(body=FEED, headers=(("ETag", 'W/"\xe9-gzip"'), ("Last-Modified", "yesterday, 3 pm")))
    unchanged = Answer(status=304, headers=(("ETag", '"new"'), ("Cache-Control", "max-age=900")))
    url = web.answer("/feed", body, unchanged)
    (first,) = fetch(trusting(url))
    (second,) = fetch(trusting(url, validators=first.validators))
    assert web.seen[1].headers["if-none-match"] == 'W/"\xe9-gzip"'
    assert web.seen[1].headers["if-modified-since"] == "yesterday, 3 pm"
    assert second == NotModified(
        validators=Validators(etag='"new"', last_modified="yesterday, 3 pm"), fresh_for=timedelta(minutes=15)
    )


REFUSALS = [
    ("unasked 304", Answer(status=304), FetchFailure.UNEXPECTED_STATUS, 304),
    ("empty", Answer(), FetchFailure.BAD_BODY, None),
    ("blank", Answer(body=b" \r\n\t"), FetchFailure.BAD_BODY, None),
    ("empty gzip", Answer(body=gzip.compress(b""), headers=(("Content-Encoding", "gzip"),)), FetchFailure.BAD_BODY, None),
    ("cut gzip", Answer(body=gzip.compress(FEED)[:-9]), FetchFailure.BAD_BODY, None),
    ("brotli", Answer(body=b"\x0b\x02\x80", headers=(("Content-Encoding", "br"),)), FetchFailure.BAD_BODY, None),
    ("ends early", Answer(body=FEED, headers=(("Content-Length", "9999"),)), FetchFailure.BAD_BODY, None),
    ("declared large", Answer(body=FEED, headers=(("Content-Length", "100001"),)), FetchFailure.TOO_LARGE, None),
    ("large", Answer(body=b"x" * 100_001), FetchFailure.TOO_LARGE, None),
    ("gone", Answer(status=410), FetchFailure.GONE, 410),
    ("not found", Answer(status=404, body=b"<html>"), FetchFailure.NOT_FOUND, 404),
    ("forbidden", Answer(status=403), FetchFailure.FORBIDDEN, 403),
    ("legal", Answer(status=451), FetchFailure.FORBIDDEN, 451),
    ("broken", Answer(status=500), FetchFailure.SERVER_ERROR, 500),
    ("busy", Answer(status=503), FetchFailure.UNAVAILABLE, 503),
    ("too often", Answer(status=429), FetchFailure.RATE_LIMITED, 429),
    ("no content", Answer(status=204), FetchFailure.UNEXPECTED_STATUS, 204),
    ("partial", Answer(status=206, body=FEED), FetchFailure.UNEXPECTED_STATUS, 206),
    ("delta", Answer(status=226, body=FEED), FetchFailure.UNEXPECTED_STATUS, 226),
    ("choices", Answer(status=300), FetchFailure.UNEXPECTED_STATUS, 300),
    ("odd status", Answer(status=777), FetchFailure.SERVER_ERROR, 777),
    ("not HTTP", Answer(raw=b"220 mail.example ESMTP\r\n"), FetchFailure.UNREACHABLE, None),
    ("nothing", Answer(raw=b""), FetchFailure.UNREACHABLE, None),
    ("endless header", Answer(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000), FetchFailure.UNREACHABLE, None),
    ("bad length", Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"), FetchFailure.UNREACHABLE, None),
    ("bad chunk", Answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), FetchFailure.BAD_BODY, None),
    ("no location", Answer(status=301), FetchFailure.BAD_REDIRECT, None),
    ("rubbish location", Answer(status=302, headers=(("Location", "http://[::"),)), FetchFailure.BAD_REDIRECT, None),
    ("bad host", Answer(status=302, headers=(("Location", "http://300.1.1.1/"),)), FetchFailure.BAD_REDIRECT, None),
    ("file", Answer(status=302, headers=(("Location", "file:///etc/passwd"),)), FetchFailure.BAD_REDIRECT, None),
    ("login", Answer(status=302, headers=(("Location", "/login?next=feed"),)), FetchFailure.BAD_REDIRECT, None),
    ("to itself", Answer(status=302, headers=(("Location", "/feed"),)), FetchFailure.TOO_MANY_REDIRECTS, None),
    (
        "metadata service",
        Answer(status=301, headers=(("Location", "http://169.254.169.254/latest/"),)),
        FetchFailure.REFUSED_ADDRESS,
        None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "reason", "status"), [case[1:] for case in REFUSALS], ids=[c[0] for c in REFUSALS])
def test_answers_that_bring_nothing(web, answer, reason, status):
    (failed,) = fetch(trusting(web.answer("/feed", answer)))
    assert isinstance(failed, FetchFailed)
    assert (failed.reason, failed.status) == (reason, status)
    assert failed.detail
    assert "\n" not in failed.detail


def test_a_challenge_is_named(web):
    (failed,) = fetch(trusting(web.answer("/feed", Answer(status=403, headers=(("cf-mitigated", "challenge"),)))))
    assert failed.detail == "127.0.0.1: HTTP 403 Forbidden, with a challenge for browsers"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(FEED)),
        ("deflate", zlib.compress(FEED)),
        (None, gzip.compress(FEED)),
        (None, FEED),
    ],
)
def test_compressed_bodies_are_inflated(web, encoding, body):
    headers = (("Content-Encoding", encoding),) if encoding else ()
    (fetched,) = fetch(trusting(web.answer("/feed", Answer(body=body, headers=headers))))
    assert fetched.body == FEED


def test_a_203_is_read(web):
    (fetched,) = fetch(trusting(web.answer("/feed", Answer(status=203, body=FEED))))
    assert fetched.body == FEED


# Caps -------------------------------------------------------------------------------------------------------------


def test_a_drip_ends_at_the_deadline(web):
    """A byte now and then keeps every single read short; the deadline is for all of them together."""
    url = web.answer("/feed", Answer(pieces=itertools.repeat(b"x"), pause_s=0.02))
    limits = replace(QUICK, deadline=timedelta(seconds=0.2))
    (failed,) = fetch(trusting(url), limits=limits)
    assert failed.reason is FetchFailure.TIMEOUT
    assert web.sent < 50


def test_a_server_that_never_answers_ends_at_the_deadline(web):
    (failed,) = fetch(
        trusting(web.answer("/", Answer(hang=True))), limits=replace(QUICK, deadline=timedelta(seconds=0.1))
    )
    assert failed.reason is FetchFailure.TIMEOUT


def test_the_deadline_covers_all_redirects_together(web):
    """Four hops, none of them late by itself."""

    def slow(seen):
        threading.Event().wait(0.1)
        return Answer(status=302, headers=(("Location", f"{seen.path}x"),))

    for path in ("/", "/x", "/xx", "/xxx"):
        web.answer(path, slow)
    (failed,) = fetch(trusting(web.url("/")), limits=replace(QUICK, deadline=timedelta(seconds=0.25)))
    assert failed.reason is FetchFailure.TIMEOUT
    assert 2 <= len(web.seen) <= 3


def test_waiting_for_a_turn_is_not_held_against_a_source(web):
    """Ten sources of one host, each answering within the deadline, all get their answer."""
    url = web.answer("/feed", Answer(pieces=[FEED], pause_s=0.05))
    limits = replace(QUICK, deadline=timedelta(seconds=0.3))

    async def go():
        async with fetcher(limits=limits) as fetcher_:
            return await asyncio.gather(*(fetcher_(trusting(url)) for _ in range(10)))

    assert all(isinstance(result, Fetched) for result in asyncio.run(go()))
    assert web.at_once == 1


def test_an_endless_body_is_cut_at_the_cap(web):
    (failed,) = fetch(trusting(web.answer("/feed", Answer(pieces=itertools.repeat(b"<item>" * 1000)))))
    assert failed.reason is FetchFailure.TOO_LARGE
    assert failed.detail == "127.0.0.1 answers with more than 100000 bytes"


def test_a_bomb_is_cut_while_it_is_small_on_the_wire(web):
    bomb = gzip.compress(b"\0" * 20_000_000)
    pieces = [bomb[start : start + 200] for start in range(0, len(bomb), 200)]
    url = web.answer("/feed", Answer(pieces=pieces, pause_s=0.001, headers=(("Content-Encoding", "gzip"),)))
    (failed,) = fetch(trusting(url))
    assert failed.reason is FetchFailure.TOO_LARGE
    assert web.sent < len(bomb) / 4


# Redirects --------------------------------------------------------------------------------------------------------


def redirect(web, path, to, status=302):
    return web.answer(path, Answer(status=status, headers=(("Location", to),)))


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


# Hosts and addresses ----------------------------------------------------------------------------------------------


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
    ["", "nonsense", "file:///etc/passwd", "http://", "http://[::1", "http://a\nb/", "http://x:99999999/", "ftp://a/"],
)
def test_addresses_that_are_none(url):
    (failed,) = fetch(Request(url=url))
    assert failed.reason is FetchFailure.UNREACHABLE


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


# Trouble on the way -----------------------------------------------------------------------------------------------


def test_a_closed_port():
    with WebServer() as gone:
        url = gone.url("/")
    assert fetch(trusting(url)) == [
        FetchFailed(reason=FetchFailure.UNREACHABLE, detail="127.0.0.1: connection refused")
    ]


def test_a_name_that_does_not_exist():
    assert fetch(Request(url="http://nowhere.invalid/feed")) == [
        FetchFailed(reason=FetchFailure.UNREACHABLE, detail="nowhere.invalid: no address for this name")
    ]


def test_a_name_server_that_does_not_answer_ends_at_the_deadline():
    async def silent(host, port):
        await asyncio.Event().wait()

    (failed,) = fetch(
        Request(url="http://press.example/"), resolve=silent, limits=replace(QUICK, deadline=timedelta(seconds=0.05))
    )
    assert failed.reason is FetchFailure.TIMEOUT


@pytest.fixture
def tls_web():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    with WebServer(tls=context) as server:
        server.answer("/", Answer(body=FEED))
        yield server


def tls_fetch(tls_web, host):
    return fetch(Request(url=tls_web.url(host=host), trusted_host=host), resolve=loopback)[0]


def test_a_certificate_nobody_vouches_for(tls_web):
    failed = tls_fetch(tls_web, "press.example")
    assert failed.reason is FetchFailure.UNREACHABLE
    assert failed.detail == "press.example: TLS certificate not accepted: self-signed certificate"


def test_the_name_is_checked_though_the_connection_goes_to_an_address(tls_web, monkeypatch):
    """An own authority can be trusted; the certificate must still be for the name we asked for."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.crt"))
    assert isinstance(tls_fetch(tls_web, "press.example"), Fetched)
    assert "TLS certificate not accepted: Hostname mismatch" in tls_fetch(tls_web, "other.example").detail


def test_tls_where_there_is_none(web):
    (failed,) = fetch(trusting(f"https://127.0.0.1:{web.port}/"))
    assert (failed.reason, failed.detail) == (FetchFailure.UNREACHABLE, "127.0.0.1: TLS failed")


def test_https_does_not_lead_to_http(tls_web, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.crt"))
    redirect(tls_web, "/", f"http://press.example:{tls_web.port}/")
    assert tls_fetch(tls_web, "press.example").reason is FetchFailure.BAD_REDIRECT


@pytest.mark.parametrize(
    ("more", "secret"),
    [
        ({"headers": (("X-Key", "hunter2\nX-Other: 1"),)}, "hunter2"),
        ({"headers": (("bad name", "hunter2"),)}, "hunter2"),
        ({"proxy": "socks5://me:hunter2@127.0.0.1:1080"}, "hunter2"),
        ({"proxy": "http://me:hunter2@127.0.0.1:1"}, "hunter2"),
        ({"proxy": "gopher://me:hunter2@x"}, "hunter2"),
    ],
)
def test_details_hold_no_secrets(web, more, secret):
    (failed,) = fetch(trusting(web.url("/feed?token=hunter2"), **more))
    assert failed.reason is FetchFailure.UNREACHABLE
    assert secret not in failed.detail


# Politeness -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "retry_after", "pause"),
    [
        (429, (("Retry-After", "120"),), 120, 120),
        (503, (("Date", "Sun, 22 Nov 2026 05:00:00 GMT"), ("Retry-After", "Sun, 22 Nov 2026 05:10:00 GMT")), 600, 600),
        (429, (("Retry-After", "soon"),), None, UNTOLD_PAUSE.total_seconds()),
        (503, (), None, None),
        (500, (("Retry-After", "120"),), None, None),
    ],
)
def test_a_host_that_asks_to_be_left_alone_is(web, other, status, headers, retry_after, pause):
    """Every source of the host waits, not only the one that was told; and when it is over all are asked again."""
    url = web.answer("/feed", Answer(status=status, headers=headers), Answer(body=FEED))
    clock = Clock()

    async def go():
        async with fetcher(clock=clock) as fetcher_:
            first = await fetcher_(trusting(url))
            assert first.retry_after == (timedelta(seconds=retry_after) if retry_after else None)
            if pause:
                clock.now += timedelta(seconds=pause - 1)
                refused = await fetcher_(trusting(other.url("/neighbour")))
                assert (refused.reason, refused.status) == (FetchFailure.RATE_LIMITED, None)
                assert refused.retry_after == timedelta(seconds=1)
                clock.now += timedelta(seconds=1)
            assert isinstance(await fetcher_(trusting(url)), Fetched)

    asyncio.run(go())
    assert other.seen == []


def test_one_request_at_a_time_per_host_spaced_and_in_order(web):
    for number in range(4):
        web.answer(f"/{number}", Answer(pieces=[FEED], pause_s=0.01))

    async def go():
        async with fetcher(limits=replace(QUICK, per_host_spacing=timedelta(seconds=0.03))) as fetcher_:
            await asyncio.gather(*(fetcher_(trusting(web.url(f"/{number}"))) for number in range(4)))

    asyncio.run(go())
    assert [seen.path for seen in web.seen] == ["/0", "/1", "/2", "/3"]
    starts = [seen.started for seen in web.seen]
    assert all(later - earlier > 0.035 for earlier, later in itertools.pairwise(starts))
    assert web.at_once == 1


@pytest.mark.parametrize("concurrency", [1, 3])
def test_many_hosts_are_asked_together_up_to_the_limit(web, concurrency):
    web.answer("/", Answer(pieces=[FEED], pause_s=0.05))

    async def go():
        async with fetcher(limits=replace(QUICK, concurrency=concurrency), resolve=loopback) as fetcher_:
            hosts = [f"h{number}.example" for number in range(6)]
            return await asyncio.gather(
                *(fetcher_(Request(url=web.url(host=host), trusted_host=host)) for host in hosts)
            )

    assert all(isinstance(result, Fetched) for result in asyncio.run(go()))
    assert web.at_once == concurrency


def test_a_cancelled_request_frees_its_host(web):
    web.answer("/feed", Answer(body=FEED))

    async def go():
        arrived, loop = asyncio.Event(), asyncio.get_running_loop()

        def hang(seen):
            loop.call_soon_threadsafe(arrived.set)
            return Answer(hang=True)

        web.answer("/hang", hang)
        async with fetcher(limits=replace(QUICK, concurrency=1)) as fetcher_:
            stuck = asyncio.create_task(fetcher_(trusting(web.url("/hang"))))
            await arrived.wait()
            stuck.cancel()
            with pytest.raises(asyncio.CancelledError):
                await stuck
            return await fetcher_(trusting(web.url("/feed")))

    assert isinstance(asyncio.run(go()), Fetched)


# Proxies ----------------------------------------------------------------------------------------------------------


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
