"""What an answer comes to."""

import gzip
import zlib
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, NotModified
from monitor.core.source import Validators
from tests.fetcher.rig import AGENT, FEED, fetch, trusting
from tests.web_server import Answer

# The same bytes in every process: parallel test runs compare the names of the cases.
squeeze = partial(gzip.compress, mtime=0)


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
            headers={name.lower(): value for name, value in headers} | {"content-length": str(len(FEED))},
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


@pytest.mark.parametrize("body", [b"", b"\n"])
def test_an_empty_body_is_an_answer_where_that_is_asked_for(web, body):
    """An empty robots.txt forbids nothing."""
    (answer,) = fetch(trusting(web.answer("/robots.txt", Answer(body=body)), may_be_empty=True))
    assert answer.body == body


REFUSALS = [
    ("unasked 304", Answer(status=304), FetchFailure.UNEXPECTED_STATUS, 304),
    ("empty", Answer(), FetchFailure.BAD_BODY, None),
    ("blank", Answer(body=b" \r\n\t"), FetchFailure.BAD_BODY, None),
    ("empty gzip", Answer(body=squeeze(b""), headers=(("Content-Encoding", "gzip"),)), FetchFailure.BAD_BODY, None),
    ("cut gzip", Answer(body=squeeze(FEED)[:-9]), FetchFailure.BAD_BODY, None),
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
        ("gzip", squeeze(FEED)),
        ("deflate", zlib.compress(FEED)),
        (None, squeeze(FEED)),
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


REFUSAL = b'{"error":{"message":"the token has expired","code":190}}'


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (Answer(status=400, body=REFUSAL), REFUSAL),
        (Answer(status=400, body=squeeze(REFUSAL), headers=(("Content-Encoding", "gzip"),)), REFUSAL),
        (Answer(status=401), b""),
        (Answer(status=403, body=b"x" * 20_000), b""),
        (Answer(status=500, body=b"\x1f\x8bno", headers=(("Content-Encoding", "gzip"),)), b""),
        (Answer(status=502, raw=b"HTTP/1.1 502 Bad\r\nContent-Length: 9\r\n\r\nshort"), b""),
    ],
)
def test_a_refusal_comes_with_the_beginning_of_what_the_server_said(web, answer, body):
    (failed,) = fetch(trusting(web.answer("/api", answer)))
    assert isinstance(failed, FetchFailed)
    assert failed.body == body


def test_a_refusal_comes_with_its_headers(web):
    headers = (("X-RateLimit-Reset", "2026-11-22T06:45:00.000000Z"),)
    (failed,) = fetch(trusting(web.answer("/api", Answer(status=429, headers=headers))))
    assert failed.headers["x-ratelimit-reset"] == "2026-11-22T06:45:00.000000Z"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (Answer(body=b'{"access_token":"t"}'), b'{"access_token":"t"}'),
        (Answer(status=202), b""),
        (Answer(status=204), b""),
    ],
)
def test_a_form_is_posted(web, answer, body):
    url = web.answer("/token", answer)
    (done,) = fetch(replace(trusting(url), form=(("grant_type", "client_credentials"), ("q", "a&b ü"))))
    (seen,) = web.seen
    assert (seen.method, seen.body) == ("POST", b"grant_type=client_credentials&q=a%26b+%C3%BC")
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert isinstance(done, Fetched)
    assert done.body == body


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_form_is_not_taken_elsewhere(web, status):
    elsewhere = web.answer("/elsewhere", Answer(status=202))
    url = web.answer("/hub", Answer(status=status, headers=(("Location", elsewhere),)))
    (failed,) = fetch(replace(trusting(url), form=(("hub.mode", "subscribe"),)))
    assert (failed.reason, failed.headers["location"]) == (FetchFailure.UNEXPECTED_STATUS, elsewhere)
    assert [seen.path for seen in web.seen] == ["/hub"]
