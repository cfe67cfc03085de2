"""Threads: an account, a search, and what is refused."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Unchanged, Visited
from monitor.core.item import Embed
from monitor.core.options import GraphAccess, ThreadsOptions
from monitor.core.source import Source, Tier
from monitor.core.upkeep import first_state
from monitor.sources.threads import ThreadsAdapter
from tests.fakes import fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer

TOKEN = "THAA-invented-token-0123456789"
ACCESS = GraphAccess(base="https://graph.threads.net/v1.0", token=TOKEN)
SOURCE = Source(
    id="harbour",
    type="threads",
    url="https://www.threads.com/@harbourtv",
    tier=Tier.OFFICIAL,
    every=timedelta(minutes=30),
    max_age=timedelta(7),
    options=ThreadsOptions(account="harbourtv", search=None, access=ACCESS),
)
SEARCH = replace(SOURCE, options=ThreadsOptions(account=None, search="Lantern Bay", access=ACCESS))


def thread(number, text="Filming has begun.", **fields):
    post = {
        "id": f"1801000000000{number:04}",
        "media_type": "TEXT_POST",
        "permalink": f"https://www.threads.net/@harbourtv/post/Dinvent{number:04}",
        "username": "harbourtv",
        "text": text,
        "timestamp": "2026-11-22T10:42:03+0000",
        "is_quote_post": False,
    }
    return {name: value for name, value in (post | fields).items() if value is not None}


def answer(*posts, after=None):
    return {"data": list(posts), "paging": {"cursors": {"before": "B", **({"after": after} if after else {})}}}


def visit(*answers, source=SOURCE, memory=None):
    """The answers come one after another, those about the token apart."""
    left, asked = list(answers), []

    async def fetch(request):
        asked.append(request)
        if "debug_token" in request.url:
            return fetched(b'{"data": {"expires_at": 1798761600}}', request.url)
        found = left.pop(0)
        return found if isinstance(found, FetchFailed) else fetched(json.dumps(found).encode(), request.url)

    state = first_state(source, now=NOW, position=0)
    if memory is not None:
        state = replace(state, baseline_at=NOW, memory=memory)
    adapter = ThreadsAdapter(run=run_here, clock=lambda: NOW)
    return asyncio.run(adapter.visit(source, state, fetch=fetch)), [
        {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        for request in asked
        if "debug_token" not in request.url
    ]


def test_a_post_of_an_account_is_an_item():
    result, asked = visit(answer(thread(1, "Filming on #LanternBay series two has begun.")))
    (item,) = result.parsed.items
    permalink = "https://www.threads.net/@harbourtv/post/Dinvent0001"
    assert (item.guid, item.url, item.title) == ("Dinvent0001", permalink, "")
    assert item.summary == "Filming on Lantern Bay series two has begun."
    assert item.embeds == (Embed(platform="threads", account="harbourtv", permalink=permalink),)
    assert item.published == datetime(2026, 11, 22, 10, 42, 3, tzinfo=UTC)
    assert result.credential_expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert (asked[0]["username"], asked[0]["limit"]) == ("harbourtv", "25")


def test_posts_of_a_search_tell_their_account_and_answers_are_left_out():
    by_others = thread(2, username="clapperpost", permalink="https://www.threads.com/@clapperpost/post/Dinvent0002")
    result, asked = visit(answer(by_others, thread(3, is_reply=True), thread(4, username=None)), source=SEARCH)
    (item,) = result.parsed.items
    assert [embed.account for embed in item.embeds] == ["clapperpost"]
    assert item.publisher == "@clapperpost on Threads"
    assert result.parsed.dropped == 2
    assert (asked[0]["q"], asked[0]["search_type"], "username" in asked[0]) == ("Lantern Bay", "RECENT", False)


def test_pictures_without_words_and_posts_without_address():
    result, _ = visit(answer(thread(1, None, media_type="IMAGE"), thread(2, permalink=None), {"id": 7}, "junk"))
    assert [(item.summary, item.url is None) for item in result.parsed.items] == [
        ("", False),
        ("Filming has begun.", True),
    ]
    assert result.parsed.dropped == 2


def test_the_next_page_is_read_while_all_is_new():
    first, _ = visit(answer(thread(1)))
    result, asked = visit(answer(thread(3), after="C3"), answer(thread(2), thread(1), after="C1"), memory=first.memory)
    assert [item.guid for item in result.parsed.items] == ["Dinvent0003", "Dinvent0002", "Dinvent0001"]
    assert [query.get("after") for query in asked] == [None, "C3"]


def test_nothing_found_is_no_trouble():
    """The first time it is the baseline; later it says nothing of what was found before."""
    first, _ = visit(answer(), source=SEARCH)
    assert isinstance(first, Visited)
    assert (first.parsed.items, first.trouble) == ((), "")
    found, _ = visit(answer(thread(1)), source=SEARCH)
    assert not found.complete
    nothing, _ = visit(answer(), source=SEARCH, memory=found.memory)
    assert isinstance(nothing, Unchanged)
    assert (nothing.memory["known"], nothing.credential_expires) == (found.memory["known"], found.credential_expires)
    lost, _ = visit(answer(), memory=found.memory)
    assert isinstance(lost, Visited)


@pytest.mark.parametrize(
    ("code", "source", "reason", "said"),
    [
        (190, SOURCE, FetchFailure.SIGN_IN, "let the app be approved again"),
        (10, SOURCE, FetchFailure.SIGN_IN, "threads_profile_discovery"),
        (100, SOURCE, FetchFailure.NOT_FOUND, "nothing is shown of @harbourtv"),
        (100, SEARCH, FetchFailure.NOT_FOUND, "nothing is shown of the search for Lantern Bay"),
        (613, SEARCH, FetchFailure.RATE_LIMITED, "enough calls"),
    ],
)
def test_errors_are_told_with_their_remedy(code, source, reason, said):
    body = json.dumps({"error": {"message": f"quotes {TOKEN}", "code": code}}).encode()
    failed = FetchFailed(reason=FetchFailure.UNEXPECTED_STATUS, detail="HTTP 400", status=400, body=body)
    result, _ = visit(failed, source=source)
    assert (result.reason, said in result.detail, TOKEN in result.detail) == (reason, True, False)


@pytest.mark.parametrize("wrong", [{}, {"data": {}}, [], "x"])
def test_a_success_that_is_none(wrong):
    result, _ = visit(wrong)
    assert isinstance(result, NotAFeed)


def test_over_http_and_through_the_killable_process():
    with WebServer() as web:
        web.answer("/v1.0/profile_posts", Answer(body=json.dumps(answer(thread(1))).encode()))
        access = GraphAccess(base=web.url("/v1.0"), token=TOKEN, trusted_host="127.0.0.1")
        result = visit_live(replace(SOURCE, options=replace(SOURCE.options, access=access)))
    assert [item.guid for item in result.parsed.items] == ["Dinvent0001"]
    assert web.seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert web.seen[1].path == "/v1.0/debug_token"
