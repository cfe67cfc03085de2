"""Accounts on Bluesky, by the API and by what the stream brought."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, ParseFailed, Unchanged, Visited
from monitor.core.item import Embed
from monitor.core.options import BlueskyOptions
from monitor.core.source import Source, SourceState, Tier
from monitor.fetcher import Fetcher, Limits
from monitor.records import Push
from monitor.sandbox import Sandbox
from monitor.sources.atproto import expanded
from monitor.sources.bluesky import BlueskyAdapter
from tests.fakes import fetched
from tests.sources.bluesky import (
    DID,
    HANDLE,
    NOW,
    OTHER_DID,
    account,
    commit,
    feed,
    identity,
    profile,
    record,
    refusal,
    reply_to,
    repost,
    uri,
    view,
)
from tests.web_server import Answer, WebServer

BASE = "https://api.example"
SOURCE = Source(
    id="lantern",
    type="bluesky",
    url=f"{BASE}/xrpc/app.bsky.feed.getAuthorFeed?actor={HANDLE}",
    tier=Tier.OFFICIAL,
    every=timedelta(minutes=30),
    max_age=timedelta(7),
    options=BlueskyOptions(account=HANDLE, base=BASE),
)
SETTLED = {"did": DID, "handle": HANDLE, "name": "Lantern Bay", "asked_at": NOW.isoformat(), "known": ["3k0"]}


async def run(function, body, **arguments):
    return function(body, **arguments)


class Api:
    """Answers by method, one after another, the last one for ever; and keeps what was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {"getProfile": [profile()], **{name: list(given) for name, given in answers.items()}}
        self.asked: list[tuple[str, dict[str, list[str]]]] = []

    async def __call__(self, request):
        parts = urlsplit(request.url)
        method = parts.path.rpartition(".")[2]
        self.asked.append((method, parse_qs(parts.query)))
        given = self.answers[method]
        answer = given.pop(0) if len(given) > 1 else given[0]
        return fetched(answer, request.url) if isinstance(answer, bytes) else answer

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]


def refused(status: int, body: bytes = b"", reason=FetchFailure.UNEXPECTED_STATUS, **more) -> FetchFailed:
    return FetchFailed(reason=reason, detail=f"api.example: HTTP {status}", status=status, body=body, **more)


def visit(api, *, pushed=(), memory=None, baseline=True, now: datetime = NOW, source=SOURCE, run=run):
    async def inbox(source_id):
        assert source_id == source.id
        return [Push(id=n, source_id=source_id, at=NOW, body=body, content_type=None) for n, body in enumerate(pushed)]

    state = SourceState(source_id=source.id, url=source.url, next_due=NOW, baseline_at=NOW if baseline else None)
    state = replace(state, memory=SETTLED if memory is None else memory)
    adapter = BlueskyAdapter(run=run, clock=lambda: now, inbox=inbox)
    return asyncio.run(adapter.visit(source, state, fetch=api))


def summaries(visited) -> list[str]:
    assert isinstance(visited, Visited), visited
    return [item.summary for item in visited.parsed.items]


def test_a_first_visit_finds_the_account_and_reads_its_posts():
    api = Api(getAuthorFeed=[feed(view("3k1", record("Season two of Lantern Bay is filming.")), cursor="c")])
    visited = visit(api, memory={}, baseline=False)
    (item,) = visited.parsed.items
    assert (item.guid, item.url) == (uri("3k1"), f"https://bsky.app/profile/{DID}/post/3k1")
    assert (item.title, item.summary) == ("", "Season two of Lantern Bay is filming.")
    assert item.embeds == (Embed(platform="bluesky", account=HANDLE, permalink=item.url),)
    assert (item.publisher, visited.parsed.title) == (f"@{HANDLE} on Bluesky", "Lantern Bay")
    assert api.asked == [
        ("getProfile", {"actor": [HANDLE]}),
        ("getAuthorFeed", {"actor": [DID], "filter": ["posts_and_author_threads"], "limit": ["50"]}),
    ]
    assert visited.memory == {**SETTLED, "known": ["3k1"], "polled_at": NOW.isoformat()}


def test_reposts_replies_to_others_and_foreign_posts_are_no_posts_of_the_account():
    own, other = uri("3k1"), uri("3k9", OTHER_DID)
    api = Api(
        getAuthorFeed=[
            feed(
                view("3k5", record("goes on", reply=reply_to(own, own))),
                view("3k4", record("to another", reply=reply_to(own, other))),
                view("3k3", record("in another's thread", reply=reply_to(other, own))),
                repost(view("3k2", record("reposted"), did=OTHER_DID)),
                repost(view("3k1", record("reposted by itself"))),
                view("3k0", record("somebody else"), did=OTHER_DID),
                {"post": {"uri": uri("3k8"), "record": "no record"}},
                {"post": None},
            )
        ]
    )
    assert summaries(visit(api)) == ["goes on"]


@pytest.mark.parametrize(
    ("text", "spans", "read"),
    [
        ("🎬 Read trade.example/2026… now", [(10, 30, "https://trade.example/2026/11/x")], "🎬 Read https://trade.example/2026/11/x now"),
        ("Sign up here", [(8, 12, "https://casting.example/a")], "Sign up here https://casting.example/a"),
        ("abc", [(2, 99, "https://a.example"), (-1, 2, "https://b.example"), (2, 1, "https://c.example")], "abc"),
        ("ab d", [(0, 2, "https://abc.example"), (1, 3, "https://b.example")], "ab https://abc.example d"),
        ("abc", [(0, 3, "javascript:alert(1)"), (0, None, "https://a.example")], "abc"),
        ("é", [(1, 2, "https://a.example")], " https://a.example"),
    ],
)  # fmt: skip
def test_links_lie_at_bytes_and_are_written_out(text, spans, read):
    facets = [
        {
            "index": {"byteStart": start, "byteEnd": end},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": to}],
        }
        for start, end, to in spans
    ]
    assert expanded({"text": text, "facets": [*facets, "none", {"features": 3}]}) == read


PICTURES = {"$type": "app.bsky.embed.images", "images": [{"alt": "A statement: we will be back."}, {"alt": ""}, 3]}
CARD = {"$type": "app.bsky.embed.external", "external": {"uri": "https://a.example", "title": "Bay back", "description": "It is."}}  # fmt: skip


@pytest.mark.parametrize(
    ("embed", "lines"),
    [
        (PICTURES, ["🖼 A statement: we will be back."]),
        ({"$type": "app.bsky.embed.gallery", "items": [{"alt": "One"}]}, ["🖼 One"]),
        ({"$type": "app.bsky.embed.video", "alt": "Cameras roll"}, ["🖼 Cameras roll"]),
        (CARD, ["🔗 Bay back", "🔗 It is."]),
        (
            {"$type": "app.bsky.embed.recordWithMedia", "record": {}, "media": PICTURES},
            ["🖼 A statement: we will be back."],
        ),
        ("nonsense", []),
    ],
)
def test_what_is_shown_with_a_post_is_read(embed, lines):
    api = Api(getAuthorFeed=[feed(view("3k1", record("News from us", embed=embed)))])
    assert summaries(visit(api))[0].split("\n") == ["News from us", *lines]


QUOTED = {
    "$type": "app.bsky.embed.record#viewRecord",
    "uri": uri("3q1", OTHER_DID),
    "author": {"did": OTHER_DID, "handle": "tidefilms.example"},
    "value": record("Lantern Bay is back!", embed=PICTURES),
}


@pytest.mark.parametrize("is_deeper", [False, True])
def test_a_quoted_post_is_read_with_its_pictures(is_deeper):
    shown = {"record": {"record": QUOTED}, "media": PICTURES} if is_deeper else {"record": QUOTED}
    api = Api(getAuthorFeed=[feed(view("3k1", record("!!!"), embed=shown))])
    visited = visit(api)
    assert summaries(visited)[0].split("\n")[:4] == [
        "!!!",
        "↪ Lantern Bay is back!",
        "A statement: we will be back.",
        "— @tidefilms.example",
    ]
    assert [embed.account for embed in visited.parsed.items[0].embeds] == [HANDLE, "tidefilms.example"]


@pytest.mark.parametrize("kind", ["viewNotFound", "viewBlocked", "viewDetached"])
def test_a_quoted_post_that_cannot_be_seen_is_left_out(kind):
    gone = {**QUOTED, "$type": f"app.bsky.embed.record#{kind}"}
    assert summaries(visit(Api(getAuthorFeed=[feed(view("3k1", record("!!!"), embed={"record": gone}))]))) == ["!!!"]


@pytest.mark.parametrize(
    ("created", "indexed", "published"),
    [
        (NOW - timedelta(1), NOW, NOW - timedelta(1)),
        (NOW + timedelta(3000), NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        (datetime(1985, 1, 1, tzinfo=NOW.tzinfo), NOW, NOW),
    ],
)
def test_the_date_is_the_earlier_of_the_writers_and_the_servers(created, indexed, published):
    shown = view("3k1", record("Now", at=created), indexedAt=indexed.isoformat())
    assert visit(Api(getAuthorFeed=[feed(shown)])).parsed.items[0].published == published


def test_the_did_is_kept_and_asked_about_once_a_day():
    """A handle may change hands; the account that was followed stays."""
    later = NOW + timedelta(hours=25)
    api = Api(getProfile=[profile(handle="new.example")], getAuthorFeed=[feed()])
    assert visit(api, now=NOW + timedelta(hours=23)).memory["handle"] == HANDLE
    assert api.methods == ["getAuthorFeed"]
    memory = visit(api, now=later).memory
    assert (api.asked[1], memory["handle"], memory["asked_at"]) == (
        ("getProfile", {"actor": [DID]}),
        "new.example",
        later.isoformat(),
    )


@pytest.mark.parametrize(
    ("written", "known"), [(HANDLE, f"@{HANDLE} on Bluesky"), (DID, f"@{DID} on Bluesky")], ids=["handle", "did"]
)
def test_a_handle_that_leads_nowhere_is_not_shown(written, known):
    api = Api(getProfile=[profile(handle="handle.invalid")], getAuthorFeed=[feed(view("3k1", record("Now")))])
    source = replace(SOURCE, options=BlueskyOptions(account=written, base=BASE))
    assert visit(api, memory={}, source=source).parsed.items[0].publisher == known


def test_an_account_that_hides_from_strangers_is_not_read():
    api = Api(getProfile=[profile(labels=["!no-unauthenticated"])])
    outcome = visit(api, memory={})
    assert isinstance(outcome, FetchFailed)
    assert (outcome.reason, "nobody who is not signed in" in outcome.detail) == (FetchFailure.FORBIDDEN, True)
    assert api.methods == ["getProfile"]


def test_an_account_without_posts_is_read():
    visited = visit(Api(getAuthorFeed=[feed()]), memory={}, baseline=False)
    assert (summaries(visited), visited.memory["known"]) == ([], [])


def test_the_feed_is_paged_back_to_what_was_there_last_time():
    pages = [feed(view(f"3k{n}", record(f"Post {n}")), cursor=str(n)) for n in (3, 2, 0)]
    api = Api(getAuthorFeed=pages)
    visited = visit(api)
    assert (summaries(visited), visited.trouble) == (["Post 3", "Post 2", "Post 0"], "")
    assert [asked.get("cursor") for _, asked in api.asked] == [None, ["3"], ["2"]]
    assert visited.memory["known"] == ["3k3", "3k2", "3k0"]


def test_a_gap_that_is_too_long_is_said():
    api = Api(getAuthorFeed=[feed(view(f"3x{n}", record(f"Post {n}")), cursor="c") for n in range(9)])
    visited = visit(api)
    assert (len(api.asked), "more than 200 posts" in visited.trouble) == (4, True)


def test_a_page_that_cannot_be_had_leaves_the_gap_to_the_next_visit():
    api = Api(getAuthorFeed=[feed(view("3k9", record("Post")), cursor="c"), refused(502)])
    assert isinstance(visit(api), FetchFailed)


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (refused(400, refusal("InvalidRequest", "Profile not found")), FetchFailure.NOT_FOUND, "there is no account"),
        (refused(400, refusal("HandleNotFound", "Unable")), FetchFailure.NOT_FOUND, "there is no account"),
        (refused(400, refusal("AccountDeactivated", "x")), FetchFailure.NOT_FOUND, "is deactivated"),
        (refused(400, refusal("AccountTakedown")), FetchFailure.NOT_FOUND, "has taken the account"),
        (refused(401, refusal("AuthMissing")), FetchFailure.FORBIDDEN, "not signed in"),
        (refused(400, refusal("InvalidRequest", "limit is wrong")), FetchFailure.UNEXPECTED_STATUS, "HTTP 400, limit is wrong"),
        (refused(403, b"<html>Request forbidden by administrative rules.", FetchFailure.FORBIDDEN), FetchFailure.FORBIDDEN, "HTTP 403"),
        (refused(502, b""), FetchFailure.UNEXPECTED_STATUS, "HTTP 502"),
        (FetchFailed(reason=FetchFailure.TIMEOUT, detail="too slow"), FetchFailure.TIMEOUT, "too slow"),
    ],
)  # fmt: skip
def test_refusals_say_what_the_api_says(answer, reason, words):
    outcome = visit(Api(getProfile=[answer]), memory={})
    assert isinstance(outcome, FetchFailed)
    assert (outcome.reason, words in outcome.detail) == (reason, True), outcome.detail


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (str(int(NOW.timestamp()) + 90), timedelta(seconds=90)),
        ("120", timedelta(seconds=120)),
        ("0", timedelta(seconds=1)),
        ("soon", None),
        ("9" * 40, None),
    ],
)
def test_a_limit_is_waited_out_as_its_header_says(header, wait):
    limited = refused(429, reason=FetchFailure.RATE_LIMITED, headers={"ratelimit-reset": header})
    assert visit(Api(getAuthorFeed=[limited])).retry_after == wait


@pytest.mark.parametrize(
    "body", [b"<html><title>Just a moment...</title>", b"[]", b"{}", b'{"error": "Odd", "message": "no"}', b""]
)
@pytest.mark.parametrize("method", ["getProfile", "getAuthorFeed"])
def test_a_success_with_something_else_in_it_is_no_news(method, body):
    outcome = visit(Api(**{method: [body]}), memory={} if method == "getProfile" else None)
    assert isinstance(outcome, NotAFeed)


# What the stream brings.


POLLED = {**SETTLED, "polled_at": (NOW - timedelta(minutes=5)).isoformat()}


def test_what_the_stream_brought_is_read_without_asking_anybody():
    api = Api()
    visited = visit(api, pushed=[commit("3k1", record("One")), commit("3k2", record("Two"))], memory=POLLED)
    assert (summaries(visited), visited.pushes, api.asked) == (["Two", "One"], (0, 1), [])
    assert visited.memory == POLLED


@pytest.mark.parametrize(
    "told",
    [
        record("Season two is filming"),
        record("More a.example/…", facets=[{"index": {"byteStart": 5, "byteEnd": 16}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/b"}]}]),
        record("!!!", embed={"$type": "app.bsky.embed.record", "record": {"uri": QUOTED["uri"], "cid": "q"}}),
        record("!", embed={"$type": "app.bsky.embed.recordWithMedia", "record": {"record": {"uri": QUOTED["uri"], "cid": "q"}}, "media": CARD}),
    ],
)  # fmt: skip
def test_a_post_is_the_same_item_by_the_stream_and_by_the_api(told):
    deeper = "recordWithMedia" in str(told.get("embed"))
    embed = {"record": {"record": QUOTED}} if deeper else {"record": QUOTED}
    by_api = visit(Api(getAuthorFeed=[feed(view("3k1", told, **({"embed": embed} if "embed" in told else {})))]))
    asked = json.dumps({"posts": [{**QUOTED, "record": QUOTED["value"]}]}).encode()
    by_stream = visit(Api(getPosts=[asked]), pushed=[commit("3k1", told)], memory=POLLED)
    (one,), (other,) = by_api.parsed.items, by_stream.parsed.items
    assert replace(one, published=None) == replace(other, published=None)


def test_a_quoted_post_that_cannot_be_had_now_is_done_without():
    quoting = record("!!!", embed={"$type": "app.bsky.embed.record", "record": {"uri": QUOTED["uri"], "cid": "q"}})
    visited = visit(Api(getPosts=[refused(502)]), pushed=[commit("3k1", quoting)], memory=POLLED)
    assert (summaries(visited), "quoted posts were not read" in visited.trouble) == (["!!!"], True)


def test_a_post_deleted_or_rewritten_meanwhile_is_as_it_is_now():
    pushed = [
        commit("3k1", record("Gone soon")),
        commit("3k2", record("Befor")),
        commit("3k1", None, operation="delete"),
        commit("3k2", record("Before"), operation="update"),
    ]
    assert summaries(visit(Api(), pushed=pushed, memory=POLLED)) == ["Before"]


@pytest.mark.parametrize(
    "event",
    [
        commit("3k1", None, operation="delete"),
        commit("3k1", record("of another"), did=OTHER_DID),
        commit("3k1", record("to another", reply=reply_to(uri("3k0"), uri("3k9", OTHER_DID)))),
        commit("../3k1", record("odd key")),
        json.dumps({"did": DID, "kind": "commit", "commit": {"collection": "app.bsky.feed.like", "operation": "create", "rkey": "3k", "record": {}}}).encode(),
        identity(HANDLE),
    ],
)  # fmt: skip
def test_events_without_a_post_are_read_once_and_gone(event):
    outcome = visit(Api(), pushed=[event], memory=POLLED)
    assert isinstance(outcome, Unchanged)
    assert outcome.pushes == (0,)


def test_a_new_handle_is_taken_from_the_stream():
    visited = visit(Api(), pushed=[identity("new.example"), commit("3k1", record("One"))], memory=POLLED)
    assert visited.memory["handle"] == "new.example"
    assert isinstance(visited, Visited)


def test_the_api_says_what_became_of_an_account_that_was_closed():
    closed = refused(400, refusal("AccountDeactivated"))
    outcome = visit(Api(getAuthorFeed=[closed]), pushed=[account(active=False)], memory=POLLED)
    assert isinstance(outcome, FetchFailed)
    assert "is deactivated" in outcome.detail


@pytest.mark.parametrize("events", [[b"\xff{not json"], [b"[1]", b""], [b"3"]])
def test_an_event_that_cannot_be_read_is_made_good_by_the_api(events):
    visited = visit(Api(getAuthorFeed=[feed(view("3k1", record("One")))]), pushed=events, memory=POLLED)
    assert (summaries(visited), visited.pushes) == (["One"], tuple(range(len(events))))
    assert "could not be read" in visited.trouble


def test_events_that_kill_their_reader_are_made_good_by_the_api():
    async def dying(function, body, **arguments):
        return ParseFailed(detail="was ended") if function.__name__ == "read_events" else function(body, **arguments)

    api = Api(getAuthorFeed=[feed(view("3k1", record("One")))])
    visited = visit(api, pushed=[commit("3k1", record("One"))], memory=POLLED, run=dying)
    assert (summaries(visited), visited.pushes, "was ended" in visited.trouble) == (["One"], (0,), True)


def test_the_api_is_asked_at_its_own_interval_however_much_the_stream_brings():
    pushed = [commit("3k2", record("Two"))]
    api = Api(
        getAuthorFeed=[feed(view("3k2", record("Two")), view("3k1", record("Missed")), view("3k0", record("Known")))]
    )
    memory = {**SETTLED, "polled_at": (NOW - timedelta(minutes=29)).isoformat()}
    visited = visit(api, pushed=pushed, memory=memory)
    assert (summaries(visited), visited.pushes) == (["Two", "Missed", "Known"], (0,))


def test_what_the_stream_brought_is_read_although_the_api_fails():
    visited = visit(Api(getAuthorFeed=[refused(502)]), pushed=[commit("3k1", record("One"))])
    assert (summaries(visited), visited.pushes) == (["One"], (0,))
    assert "its feed was not read: api.example: HTTP 502" in visited.trouble


@pytest.mark.parametrize(
    ("reason", "is_read"),
    [(FetchFailure.SERVER_ERROR, True), (FetchFailure.TIMEOUT, True), (FetchFailure.NOT_FOUND, False)],
)
def test_what_the_stream_brought_is_read_although_nobody_says_who_the_account_is_today(reason, is_read):
    gone = refused(502, reason=reason)
    later = NOW + timedelta(hours=25)
    visited = visit(Api(getProfile=[gone], getAuthorFeed=[gone]), pushed=[commit("3k1", record("One"))], now=later)
    assert isinstance(visited, Visited) == is_read
    assert is_read is False or summaries(visited) == ["One"]


def test_over_the_network_and_through_the_killable_process():
    async def work(base):
        fetcher = Fetcher(
            user_agent="test", clock=lambda: NOW, environment_proxy=False, limits=Limits(per_host_spacing=timedelta())
        )
        options = BlueskyOptions(account=HANDLE, base=base, trusted_host="127.0.0.1")
        async with fetcher, Sandbox() as sandbox:
            pushes = [Push(id=7, source_id="lantern", at=NOW, body=commit("3k2", record("Two")), content_type=None)]

            async def inbox(source_id):
                return pushes

            adapter = BlueskyAdapter(run=sandbox.run, clock=lambda: NOW, inbox=inbox)
            source = replace(SOURCE, options=options, url=f"{base}/x")
            return await adapter.visit(
                source, SourceState(source_id="lantern", url=source.url, next_due=NOW), fetch=fetcher
            )

    with WebServer() as web:
        web.answer("/xrpc/app.bsky.actor.getProfile", Answer(body=profile()))
        web.answer("/xrpc/app.bsky.feed.getAuthorFeed", Answer(body=feed(view("3k1", record("One")))))
        visited = asyncio.run(work(web.url("")))
    assert (summaries(visited), visited.pushes) == (["Two", "One"], (7,))
