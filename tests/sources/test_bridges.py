"""What a bridge says when it fails."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, Visited
from monitor.core.source import Source, Tier
from monitor.core.upkeep import first_state
from monitor.sources.feed import FeedAdapter
from tests.fakes import FakeFetch, fetched

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "http://bridge.local:1200/pictures/user/harbournine"
SOURCE = Source(id="b", type="feed", url=URL, tier=Tier.PRESS, every=timedelta(hours=1), max_age=timedelta(7))
RSSHUB = b"""<html><title>Welcome to RSSHub!</title><h1>Looks like something went wrong</h1><details><summary>Error
Message:</summary><br/><code class="mt-2">FetchError: 403 &quot;Forbidden&quot;</code></details></html>"""
RSS_BRIDGE = b"""<html><title>RSS-Bridge</title><h2>HttpException</h2><div><strong>Message:</strong> 429 Too Many
Requests</div></html>"""


async def run(function, body, **arguments):
    return function(body, **arguments)


def visit(answer):
    fetch = FakeFetch()
    fetch.answer(URL, answer)
    adapter = FeedAdapter(run=run, clock=lambda: NOW)
    return asyncio.run(adapter.visit(SOURCE, first_state(SOURCE, now=NOW, position=0), fetch=fetch))


def refusal(body):
    return FetchFailed(reason=FetchFailure.UNAVAILABLE, detail="bridge.local: HTTP 503", status=503, body=body)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (RSSHUB, 'bridge.local: HTTP 503; RSSHub says “FetchError: 403 "Forbidden"”'),
        (RSS_BRIDGE, "bridge.local: HTTP 503; RSS-Bridge says “429 Too Many Requests”"),
        (b"<h1>503</h1> Message: overloaded", "bridge.local: HTTP 503"),
        (b"RSSHub", "bridge.local: HTTP 503"),
        (b"\xff\xfe", "bridge.local: HTTP 503"),
    ],
)
def test_a_bridges_own_words_are_told(body, detail):
    assert visit(refusal(body)).detail == detail


def test_an_error_among_entries_is_told_beside_them():
    body = b"""<rss version="2.0"><channel><title>t</title><item><title>Bridge returned error 500! (1)</title></item>
    <item><title>Harbour Nine is filming</title></item></channel></rss>"""
    result = visit(fetched(body, URL))
    assert isinstance(result, Visited)
    assert [item.title for item in result.parsed.items] == ["Harbour Nine is filming"]
    assert result.trouble == "a bridge's error message: Bridge returned error 500! (1)"
