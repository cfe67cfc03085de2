import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.fetching import FetchFailed, NotAFeed, NotModified, Page, Request, Unchanged, Visited
from monitor.core.source import Source, SourceState, Tier, Validators
from monitor.sources import adapters, feed, page_reader
from monitor.sources.visits import ask_plainly
from tests.fakes import FakeFetch, fetched

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "http://nas.local:8080/feed"
BODY = b"<rss version='2.0'><channel><language>en-us</language><item><title>A</title></item></channel></rss>"
KEPT = Validators(etag='"v1"')


async def run(function, body, **arguments):
    return function(body, **arguments)


async def inbox(source_id):
    return ()


ADAPTER = adapters(run=run, clock=lambda: NOW, inbox=inbox)["feed"]


def source(**changes) -> Source:
    fields = {
        "id": "nas",
        "type": "feed",
        "url": URL,
        "tier": Tier.PRESS,
        "every": timedelta(0),
        "max_age": timedelta(7),
    }
    return Source(**fields | changes)


def state(**changes) -> SourceState:
    fields = {"source_id": "nas", "url": URL, "next_due": NOW, "validators": KEPT, "parser": ADAPTER.version}
    return SourceState(**fields | changes)


@pytest.mark.parametrize(
    ("changes", "url", "validators"),
    [
        ({}, URL, KEPT),
        ({"parser": "an older reader"}, URL, Validators()),
        ({"url": "http://old.local/feed"}, URL, Validators()),
        ({"moved_to": "http://nas.local:8080/new"}, "http://nas.local:8080/new", KEPT),
        ({"moved_to": "http://nas.local:8080/new", "failures": 3}, URL, Validators()),
        ({"moved_to": "http://new.local/feed"}, URL, Validators()),  # the secret header is not for that host
        ({"moved_to": "http://new.local/feed", "url": "http://old.local/feed"}, URL, Validators()),
    ],
)
def test_a_request_is_conditional_where_address_and_reader_are_the_same(changes, url, validators):
    fetch = FakeFetch()
    asyncio.run(ADAPTER.visit(source(headers=(("X-Key", "s"),)), state(**changes), fetch=fetch))
    (request,) = fetch.asked
    assert (request.url, request.validators) == (url, validators)
    assert (request.trusted_host, request.headers) == ("nas.local", (("X-Key", "s"),))


def test_the_version_names_the_parser():
    assert "feedparser" in ADAPTER.version
    assert ADAPTER.version == feed.VERSION


@pytest.mark.parametrize(("configured", "lang"), [(None, "en-US"), ("cy", "cy")])
def test_the_users_language_wins(configured, lang):
    fetch = FakeFetch()
    fetch.answer(URL, fetched(BODY, URL))
    result = asyncio.run(ADAPTER.visit(source(lang=configured), state(), fetch=fetch))
    assert isinstance(result, Visited)
    assert [item.lang for item in result.parsed.items] == [lang]


@pytest.mark.parametrize("configured", [None, "cy"])
def test_what_is_no_feed_is_told_as_such(configured):
    fetch = FakeFetch()
    fetch.answer(URL, fetched(b"<!doctype html><title>Just a moment</title>", URL))
    assert isinstance(asyncio.run(ADAPTER.visit(source(lang=configured), state(), fetch=fetch)), NotAFeed)


def test_a_body_read_before_is_not_read_again():
    fetch = FakeFetch()
    fetch.answer(URL, fetched(BODY, URL, validators=Validators(etag='"v2"')))
    known = state(body_hash=hashlib.sha256(BODY).hexdigest())
    result = asyncio.run(ADAPTER.visit(source(), known, fetch=fetch))
    assert result == Unchanged(detail="same body", validators=Validators(etag='"v2"'), bytes=len(BODY))


def test_not_modified_is_no_answer_to_a_plain_request():
    fetch = FakeFetch()
    fetch.answer(URL, NotModified(validators=Validators()))
    answer = asyncio.run(ask_plainly(Request(url=URL), fetch=fetch))
    assert isinstance(answer, FetchFailed)
    assert answer.detail == "nas.local answers 304 to a plain request"


def test_pages_are_read_the_same_way():
    result = asyncio.run(page_reader(run)(b"Title\nText", url=URL, content_type="text/plain"))
    assert result == Page(url=URL, title="Title", summary="", text="Text")
