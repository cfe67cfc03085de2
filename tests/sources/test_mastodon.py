"""Accounts on Mastodon and its kin."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Visited
from monitor.core.item import Embed
from monitor.core.options import MastodonOptions
from monitor.core.source import Source, SourceState, Tier
from monitor.fetcher import Fetcher, Limits
from monitor.sandbox import Sandbox
from monitor.sources.mastodon import MastodonAdapter
from monitor.sources.mastodonanswers import order_of
from tests.fakes import fetched
from tests.web_server import Answer, WebServer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOST = "https://social.example"
ACCOUNT = "harbourpost@example.org"
ID = "109350000000000001"
SOURCE = Source(
    id="post",
    type="mastodon",
    url="https://example.org/@harbourpost",
    tier=Tier.PRESS,
    every=timedelta(minutes=10),
    max_age=timedelta(7),
    options=MastodonOptions(account=ACCOUNT),
)
SETTLED = {"server": HOST, "id": ID, "name": "Harbour Post", "moved_to": "", "feed": None, "asked_at": NOW.isoformat()}
AUTHOR = {"id": ID, "acct": "harbourpost", "display_name": "Harbour :boat: Post", "url": f"{HOST}/@harbourpost", "emojis": [{"shortcode": "boat"}]}  # fmt: skip


def status(number: int, content: str = "<p>News</p>", **more: Any) -> dict[str, Any]:
    status_id = str(109370000000000000 + number)
    return {
        "id": status_id, "uri": f"{HOST}/users/harbourpost/statuses/{status_id}", "url": f"{HOST}/@harbourpost/{status_id}",
        "created_at": "2026-11-22T08:59:00.000Z", "edited_at": None, "in_reply_to_id": None, "in_reply_to_account_id": None,
        "visibility": "public", "language": "en", "spoiler_text": "", "content": content, "reblog": None, "account": AUTHOR,
        "media_attachments": [], "emojis": [], "card": None, "quote": None, **more,
    }  # fmt: skip


def listed(*statuses: Mapping[str, Any]) -> bytes:
    return json.dumps(statuses).encode()


LOOKUP = json.dumps(AUTHOR).encode()
WEBFINGER = json.dumps(
    {
        "subject": f"acct:{ACCOUNT}",
        "links": [
            {"rel": "http://webfinger.net/rel/profile-page", "href": "https://example.org/x"},
            {"rel": "self", "type": "application/activity+json", "href": f"{HOST}/users/harbourpost"},
        ],
    }
).encode()
FINGER, LOOK, POSTS = "/.well-known/webfinger", "/api/v1/accounts/lookup", f"/api/v1/accounts/{ID}/statuses"
BY_NAME = "/api/v1/accounts/harbourpost"
RSS = f"""<rss version="2.0"><channel><title>Harbour Post</title><item>
<guid isPermaLink="true">{HOST}/@harbourpost/109370000000000001</guid><link>{HOST}/@harbourpost/109370000000000001</link>
<pubDate>Sun, 22 Nov 2026 08:59:00 +0000</pubDate><description>&lt;p&gt;News&lt;/p&gt;</description></item></channel></rss>""".encode()


def refused(code: int, error: str = "", reason=None, **more: Any) -> FetchFailed:
    reasons = {401: FetchFailure.FORBIDDEN, 403: FetchFailure.FORBIDDEN, 404: FetchFailure.NOT_FOUND, 410: FetchFailure.GONE, 429: FetchFailure.RATE_LIMITED}  # fmt: skip
    body = json.dumps({"error": error}).encode() if error else b""
    told = reasons.get(code, FetchFailure.UNEXPECTED_STATUS)
    return FetchFailed(reason=told, detail=f"social.example: HTTP {code}", status=code, body=body, **more)


class Server:
    """Answers by path, one after another, the last one for ever; anything else is not there."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = {path: list(given) if isinstance(given, list) else [given] for path, given in answers.items()}
        self.asked: list[tuple[str, dict[str, list[str]]]] = []

    async def __call__(self, request):
        parts = urlsplit(request.url)
        self.asked.append((f"{parts.netloc}{parts.path}", parse_qs(parts.query)))
        given = self.answers.get(parts.path, [refused(404)])
        answer = given.pop(0) if len(given) > 1 else given[0]
        return fetched(answer, request.url) if isinstance(answer, bytes) else answer


async def run(function, body, **arguments):
    return function(body, **arguments)


def visit(server, *, memory=None, now: datetime = NOW, source=SOURCE):
    state = SourceState(source_id=source.id, url=source.url, next_due=NOW, memory=SETTLED if memory is None else memory)
    return asyncio.run(MastodonAdapter(run=run, clock=lambda: now).visit(source, state, fetch=server))


def read(**more: Any):
    visited = visit(Server({POSTS: listed(status(1, **more))}))
    assert isinstance(visited, Visited), visited
    (item,) = visited.parsed.items
    return item


def test_a_first_visit_finds_the_server_and_the_account():
    server = Server({FINGER: WEBFINGER, LOOK: LOOKUP, POSTS: listed(status(1, "<p>Season two is filming.</p>"))})
    visited = visit(server, memory={})
    (item,) = visited.parsed.items
    address = f"{HOST}/@harbourpost/109370000000000001"
    assert (item.title, item.summary, item.url, item.guid) == ("", "Season two is filming.", address, address)
    assert item.embeds == (Embed(platform="mastodon", account=ACCOUNT, permalink=address),)
    assert (item.publisher, item.author, item.lang) == (
        f"@{ACCOUNT} on Mastodon",
        "Harbour  Post".replace("  ", " "),
        "en",
    )
    assert [asked[0] for asked in server.asked] == [
        f"example.org{FINGER}",
        f"social.example{LOOK}",
        f"social.example{POSTS}",
    ]
    assert server.asked[0][1] == {"resource": [f"acct:{ACCOUNT}"]}
    assert server.asked[2][1] == {"limit": ["40"], "exclude_replies": ["true"], "exclude_reblogs": ["true"]}
    assert visited.memory == {**SETTLED, "name": "Harbour :boat: Post", "last": "109370000000000001"}


@pytest.mark.parametrize(
    "finger", [refused(404), b"<html>", b'{"links": [{"rel": "self", "type": "a/json", "href": "x:y"}]}']
)
def test_without_webfinger_the_domain_is_the_server(finger):
    server = Server({FINGER: finger, LOOK: LOOKUP, POSTS: listed()})
    assert visit(server, memory={}).memory["server"] == "https://example.org"


def test_a_server_that_the_user_names_is_asked_itself():
    source = replace(SOURCE, options=MastodonOptions(account=ACCOUNT, base="http://nas.local:1"))
    server = Server({LOOK: LOOKUP, POSTS: listed()})
    assert visit(server, memory={}, source=source).memory["server"] == "http://nas.local:1"
    assert server.asked[0][0] == f"nas.local:1{LOOK}"


def test_the_account_is_looked_up_once_a_day():
    server = Server({FINGER: WEBFINGER, LOOK: LOOKUP, POSTS: listed()})
    visit(server, now=NOW + timedelta(hours=23))
    assert len(server.asked) == 1
    visit(server, now=NOW + timedelta(hours=24))
    assert len(server.asked) == 4


def test_boosts_and_replies_to_others_are_left_out():
    statuses = [
        status(6, reblog=status(5)),
        status(5, in_reply_to_id="1", in_reply_to_account_id="7"),
        status(4, in_reply_to_id="1", in_reply_to_account_id=None),
        status(3, visibility="private"),
        status(2, "<p>goes on</p>", in_reply_to_id="1", in_reply_to_account_id=ID),
        status(1, id=7),
        status(1, id="../x"),
    ]
    visited = visit(Server({POSTS: json.dumps([*statuses, None, "x"]).encode()}))
    assert [item.summary for item in visited.parsed.items] == ["goes on"]


LINK = (
    '<a href="https://trade.example/2026/11/lantern-bay/" rel="nofollow"><span class="invisible">https://</span>'
    '<span class="ellipsis">trade.example/2026/11/</span><span class="invisible">lantern-bay/</span></a>'
)
MENTION = '<span class="h-card"><a href="https://b.example/@tide" class="u-url mention">@<span>tide</span></a></span>'
TAG = '<a href="https://social.example/tags/LanternBay" class="mention hashtag">#<span>LanternBay</span></a>'


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        (f"<p>Renewed! {LINK}</p>", "Renewed!"),
        (f"<p>See {LINK} for more</p>", "See trade.example for more"),
        (f"<p>By {MENTION}: {TAG} is back<br>soon</p><p>More.</p>", "By @tide: Lantern Bay is back\nsoon\nMore."),
        ('<p><a href="https://a.example/cast">Apply</a> now</p>', "Apply a.example now"),
        ('<p><a href="https://a.example/"></a>Now</p>', "a.example Now"),
        ("<p>A &amp; B &lt;3 :boat:</p>", "A & B <3"),
        ("<script>alert(1)</script><p>Fine", "Fine"),
        ("", ""),
    ],
)
def test_html_is_read_as_its_reader_sees_it(content, summary):
    assert read(content=content, emojis=[{"shortcode": "boat"}]).summary == summary


def test_warnings_stand_in_front_and_what_is_shown_besides_behind():
    quoted = {
        "state": "accepted",
        "quoted_status": status(9, "<p>We are back.</p>", account={"acct": "tide@b.example"}),
    }
    item = read(
        content='<p>Look<span class="quote-inline"><br>RE: <a href="https://x.example">x</a></span></p>',
        spoiler_text="casting &lt;spoiler&gt;",
        media_attachments=[{"description": "Script page, series two"}, {"description": None}, 3],
        card={"title": "Bay <b>back</b>", "description": "It is."},
        quote=quoted,
    )
    assert item.summary.split("\n") == [
        "casting &lt;spoiler&gt;",
        "Look",
        "↪ We are back.",
        "— @tide@b.example",
        "🖼 Script page, series two",
        "🔗 Bay back",
        "🔗 It is.",
    ]


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ({"state": "accepted", "quoted_status": status(9, "<p>Back</p>")}, "— @harbourpost@social.example"),
        (status(9, "<p>Back</p>"), "— @harbourpost@social.example"),
        ({"state": "pending", "quoted_status": status(9)}, ""),
        ({"state": "accepted", "quoted_status": None}, ""),
        ({"state": "accepted", "quoted_status_id": "9"}, ""),
        ("nonsense", ""),
    ],
)
def test_a_quoted_post_is_read_where_it_may_be_seen(quote, shown):
    assert (shown in read(quote=quote).summary) if shown else (read(quote=quote).summary == "News")


def test_an_edit_is_a_revision_of_the_same_item():
    before, after = read(), read(content="<p>News, mended</p>", edited_at="2026-11-22T08:59:30.000Z")
    assert (before.key == after.key, before.fingerprint == after.fingerprint) == (True, False)
    assert after.updated == datetime(2026, 11, 22, 8, 59, 30, tzinfo=UTC)


def test_a_post_without_a_page_is_known_by_its_uri():
    item = read(url=None)
    assert item.url == item.guid == f"{HOST}/users/harbourpost/statuses/109370000000000001"


def test_after_an_absence_it_reads_forward_to_the_newest():
    pages = [listed(status(9), status(8)), listed(status(4), status(3)), listed(status(8), status(7))]
    server = Server({POSTS: pages})
    visited = visit(server, memory={**SETTLED, "last": "109370000000000002"})
    assert [item.url[-1] for item in visited.parsed.items] == ["9", "8", "7", "4", "3"]
    assert [asked.get("min_id", [""])[0][-1:] for _, asked in server.asked] == ["", "2", "4"]
    assert (visited.memory["last"], visited.trouble) == ("109370000000000009", "")


def test_what_a_visit_does_not_reach_is_left_to_the_next():
    pages = [listed(status(900)), *(listed(status(n)) for n in range(3, 30))]
    visited = visit(Server({POSTS: pages}), memory={**SETTLED, "last": "109370000000000002"})
    assert (visited.memory["last"], "the next one reads on" in visited.trouble) == ("109370000000000007", True)


def test_a_gap_of_deleted_posts_ends():
    visited = visit(Server({POSTS: [listed(status(9)), listed()]}), memory={**SETTLED, "last": "109370000000000002"})
    assert (visited.memory["last"], visited.trouble) == ("109370000000000009", "")


def test_a_failing_page_leaves_everything_to_the_next_visit():
    server = Server({POSTS: [listed(status(9)), refused(503)]})
    assert isinstance(visit(server, memory={**SETTLED, "last": "1"}), FetchFailed)


def test_an_account_without_posts_is_read():
    visited = visit(Server({POSTS: listed()}))
    assert (visited.parsed.items, visited.memory["last"]) == ((), "")


def test_another_server_has_ids_of_its_own():
    elsewhere = replace(SOURCE, options=MastodonOptions(account=ACCOUNT, base="http://nas.local:1"))
    first = visit(Server({POSTS: listed(status(9))}))
    server = Server({LOOK: LOOKUP, POSTS: listed(status(7))})
    again = visit(server, source=elsewhere, memory=first.memory)
    assert server.asked[0][0] == f"nas.local:1{LOOK}"
    assert (again.memory["server"], again.memory["last"]) == ("http://nas.local:1", "109370000000000007")
    assert len(server.asked) == 2
    visit(server, source=elsewhere, memory=again.memory)
    assert len(server.asked) == 3


def test_older_servers_know_the_account_by_its_name():
    server = Server({LOOK: refused(404), BY_NAME: LOOKUP, POSTS: listed(status(1))})
    assert visit(server, memory={}).memory["id"] == ID


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({LOOK: refused(404)}, "example.org knows no account @harbourpost@example.org"),
        ({LOOK: refused(410, "This account was suspended")}, "knows no account"),
        ({LOOK: json.dumps({**AUTHOR, "suspended": True}).encode()}, "has suspended"),
    ],
)
def test_an_account_that_is_not_there_is_told(answers, words):
    outcome = visit(Server(answers), memory={})
    assert (outcome.reason, words in outcome.detail) == (FetchFailure.NOT_FOUND, True)


def test_an_account_that_moved_is_told_at_each_visit():
    moved = {**AUTHOR, "moved": {"acct": "harbourpost", "url": "https://new.example/@harbourpost"}}
    server = Server({LOOK: json.dumps(moved).encode(), POSTS: listed(status(1))})
    assert "has moved to @harbourpost@new.example" in visit(server, memory={}).trouble


def test_an_id_that_is_gone_is_looked_up_again():
    outcome = visit(Server({POSTS: refused(404, "Record not found")}))
    assert (outcome.reason, outcome.memory["asked_at"]) == (FetchFailure.NOT_FOUND, None)
    assert outcome.detail == "social.example: HTTP 404, Record not found"


@pytest.mark.parametrize("path", ["/@harbourpost.rss", "/@harbourpost/feed.rss", "/users/harbourpost/feed.rss"])
@pytest.mark.parametrize("locked", [LOOK, POSTS])
def test_where_a_sign_in_is_wanted_the_feed_is_read(path, locked):
    """Its entries are the same items: their addresses are the ids either way."""
    answers = {
        FINGER: WEBFINGER,
        LOOK: LOOKUP,
        locked: refused(401, "This method requires an authenticated user"),
        path: RSS,
    }
    server = Server(answers)
    visited = visit(server, memory={})
    assert isinstance(visited, Visited), visited
    assert (visited.parsed.items[0].key, "by its feed" in visited.via) == (read().key, True)
    assert visited.parsed.items[0].summary == "News"
    before = len(server.asked)
    assert isinstance(visit(server, memory=visited.memory), Visited)
    assert [asked for asked, _ in server.asked[before:]] == [f"social.example{path}"]


def test_where_there_is_no_feed_either_it_is_told():
    outcome = visit(Server({POSTS: refused(401)}))
    assert (outcome.reason, "only to those who sign in" in outcome.detail) == (FetchFailure.FORBIDDEN, True)


def test_a_feed_that_is_only_late_is_asked_again():
    outcome = visit(Server({POSTS: refused(401), "/@harbourpost.rss": refused(429)}))
    assert outcome.reason is FetchFailure.RATE_LIMITED


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("2026-11-22T09:05:00.000000Z", timedelta(minutes=5)),
        ("2026-11-22T09:05:00", timedelta(minutes=5)),
        ("2026-11-22T08:00:00Z", timedelta(seconds=1)),
        ("2036-01-01T00:00:00Z", timedelta(hours=24)),
        ("300", timedelta(minutes=5)),
        ("", None),
    ],
)
def test_a_limit_is_waited_out_as_its_header_says(header, wait):
    limited = refused(429, "Too many requests", headers={"x-ratelimit-reset": header})
    outcome = visit(Server({POSTS: limited}))
    assert (outcome.retry_after, outcome.detail) == (wait, "social.example: HTTP 429, Too many requests")


@pytest.mark.parametrize("body", [b"<html><title>Log in</title>", b"{}", b'{"error": "nope"}', b"", b"3"])
@pytest.mark.parametrize("path", [LOOK, POSTS])
def test_a_success_with_something_else_in_it_is_no_news(path, body):
    outcome = visit(Server({LOOK: LOOKUP, path: body}), memory={} if path == LOOK else None)
    assert isinstance(outcome, NotAFeed)


def test_an_answer_that_breaks_off_is_not_taken_for_a_page():
    outcome = visit(Server({LOOK: LOOKUP, POSTS: b'[{"id": "1", "content": "<p>We film'}))
    assert outcome.detail.startswith("a document that breaks off or is damaged; it begins “[{")


@pytest.mark.parametrize("number", [1, 20, 300])
def test_ids_of_any_server_sort_by_age(number):
    ids = [f"AeOj{n:04}x" for n in range(5)]
    assert max(ids, key=order_of) == ids[-1]
    assert order_of(str(number)) < order_of(str(number * 10))


def test_over_the_network_and_through_the_killable_process():
    async def work(base):
        fetcher = Fetcher(
            user_agent="test", clock=lambda: NOW, environment_proxy=False, limits=Limits(per_host_spacing=timedelta())
        )
        async with fetcher, Sandbox() as sandbox:
            source = replace(SOURCE, url=f"{base}/@harbourpost", options=MastodonOptions(account=ACCOUNT, base=base))
            state = SourceState(source_id="post", url=source.url, next_due=NOW)
            return await MastodonAdapter(run=sandbox.run, clock=lambda: NOW).visit(source, state, fetch=fetcher)

    with WebServer() as web:
        web.answer(LOOK, Answer(body=LOOKUP))
        web.answer(POSTS, Answer(body=listed(status(1))))
        visited = asyncio.run(work(web.url("")))
    assert [item.summary for item in visited.parsed.items] == ["News"]
