"""Reddit: feeds with and without a token, the API with an app, and everybody it refuses."""

import asyncio
import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from monitor import __version__
from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Visited
from monitor.core.item import Embed
from monitor.core.options import RedditOptions
from monitor.core.redact import hidden_texts
from monitor.core.source import Source, Tier
from monitor.core.upkeep import first_state
from monitor.sources.reddit import RedditAdapter
from tests.fakes import FakeFetch, fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer

SITE, API = "https://www.reddit.com", "https://oauth.reddit.com"
ASKED = f"{SITE}/r/television+movies/new/.rss?limit=100"
LISTED = f"{API}/r/television+movies/new?limit=100&raw_json=1"
TOKEN = f"{SITE}/api/v1/access_token"
ARTICLE = "https://moon-post.example/harbour-nine"
TALK = f"{SITE}/r/television/comments/abc1/harbour_nine/"
OPTIONS = RedditOptions(path="/r/television+movies/new")
APP = replace(OPTIONS, client_id="app-1", client_secret="app-s3cret")  # of nobody


def source(options=OPTIONS, **fields):
    base = {"id": "r", "type": "reddit", "url": f"{SITE}{options.path}", "tier": Tier.COMMUNITY}
    return Source(**{**base, "every": timedelta(minutes=30), "max_age": timedelta(7), "options": options, **fields})


def entry(id_="t3_abc1", title="Harbour Nine begins filming", *, said="", link=ARTICLE):
    body = f'<!-- SC_OFF --><div class="md"><p>{said}</p></div><!-- SC_ON -->' if said else ""
    content = f"""{body} &#32; submitted by &#32; <a href="{SITE}/user/Example_User"> /u/Example_User </a> <br/>
    <span><a href="{link}">[link]</a></span> &#32; <span><a href="{TALK}">[comments]</a></span>"""
    return f"""<entry><author><name>/u/Example_User</name><uri>{SITE}/user/Example_User</uri></author><category
    term="television" label="r/television"/><content type="html">{escape(content)}</content><id>{id_}</id>
    <link href="{TALK}"/><updated>2026-11-22T09:30:00+00:00</updated><published>2026-11-22T09:00:00+00:00</published>
    <title>{escape(title)}</title></entry>"""


def feed(*entries):
    return f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><category
    term="television" label="r/television"/><id>/r/television/new/.rss</id><title>newest submissions</title>
    {"".join(entries)}</feed>""".encode()


def post(**fields):
    known = {
        "id": "abc1",
        "name": "t3_abc1",
        "title": "Harbour Nine begins filming",
        "selftext": "",
        "url": ARTICLE,
        "permalink": "/r/television/comments/abc1/harbour_nine/",
        "author": "Example_User",
        "created_utc": 1795338000.0,
        "subreddit": "television",
        "is_self": False,
        "removed_by_category": None,
    }
    return {"kind": "t3", "data": known | fields}


def listing(*posts):
    return json.dumps(
        {"kind": "Listing", "data": {"after": None, "dist": len(posts), "children": list(posts)}}
    ).encode()


def token(text="t0ken", lasts=3600):
    return json.dumps({"access_token": text, "token_type": "bearer", "expires_in": lasts, "scope": "*"}).encode()


class Desk:
    """An adapter that is visited again and again, while time passes."""

    def __init__(self):
        self.fetch = FakeFetch()
        self.now = NOW
        self.adapter = RedditAdapter(run=run_here, clock=lambda: self.now)

    def answer(self, url, *results, **headers):
        self.fetch.answer(
            url,
            *(
                fetched(result, url, validators=None, headers={k.replace("_", "-"): v for k, v in headers.items()})
                if isinstance(result, bytes)
                else result
                for result in results
            ),
        )

    def visit(self, of=None):
        of = of or source()
        return asyncio.run(self.adapter.visit(of, first_state(of, now=NOW, position=0), fetch=self.fetch))


def visit(url, answer, of=None, **headers):
    desk = Desk()
    desk.answer(url, answer, **headers)
    return desk.visit(of), desk.fetch.asked


def only(result):
    assert isinstance(result, Visited), result
    (item,) = result.parsed.items
    return item


def refused(status, reason, body=b"", **headers):
    return FetchFailed(
        reason=reason,
        detail=f"www.reddit.com: HTTP {status}",
        status=status,
        body=body,
        headers={key.replace("_", "-"): value for key, value in headers.items()},
    )


def test_a_post_leads_to_the_article_and_names_the_discussion():
    result, (request,) = visit(ASKED, feed(entry()))
    item = only(result)
    assert (item.guid, item.url, item.title) == ("t3_abc1", ARTICLE, "Harbour Nine begins filming")
    assert (item.author, item.publisher, item.summary) == ("Example_User", "r/television", "")
    assert item.published == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert item.embeds == (Embed(platform="reddit", account="example_user", permalink=TALK),)
    assert request.spacing == timedelta(minutes=1)
    assert dict(request.headers)["User-Agent"] == f"server:announcement-monitor:{__version__} (self-hosted)"


def test_the_api_gives_the_same_item():
    desk = Desk()
    desk.answer(TOKEN, token())
    desk.answer(LISTED, listing(post()))
    listed = only(desk.visit(source(APP)))
    fed = only(visit(ASKED, feed(entry()))[0])
    assert (listed.key, listed.fingerprint) == (fed.key, fed.fingerprint)
    assert (listed.embeds, listed.author, listed.publisher) == (fed.embeds, fed.author, fed.publisher)
    assert listed.published == datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "link",
    [TALK, "https://i.redd.it/x.jpg", "https://v.redd.it/x", "https://www.reddit.com/gallery/x", "/r/television/"],
)
def test_what_lies_on_reddit_itself_leads_to_the_discussion(link):
    assert only(visit(ASKED, feed(entry(said="Cameras roll today.", link=link)))[0]).url == TALK
    desk = Desk()
    desk.answer(TOKEN, token())
    desk.answer(LISTED, listing(post(url=link, selftext="Cameras roll today.")))
    item = only(desk.visit(source(APP)))
    assert (item.url, item.summary) == (TALK, "Cameras roll today.")


def test_what_is_said_in_a_post_is_read():
    item = only(
        visit(ASKED, feed(entry(said="Cameras roll <b>today</b>.", link=TALK)), source(name="Reddit", lang="cy"))[0]
    )
    assert (item.summary, item.publisher, item.lang) == ("Cameras roll today.", None, "cy")


@pytest.mark.parametrize("title", ["[removed]", "[deleted by user]", "[ Removed by moderator ]"])
def test_removed_posts_are_no_items(title):
    result, _ = visit(ASKED, feed(entry(title=title), entry("t3_abc2")))
    assert only(result).guid == "t3_abc2"
    desk = Desk()
    desk.answer(TOKEN, token())
    gone = [post(title=title), post(removed_by_category="moderator"), post(selftext="[removed]", is_self=True)]
    desk.answer(LISTED, listing(*gone, post(name="t3_abc2")))
    result = desk.visit(source(APP))
    assert only(result).guid == "t3_abc2"
    assert result.parsed.dropped == 3


def test_odd_posts_are_left_out():
    desk = Desk()
    desk.answer(TOKEN, token())
    odd = [post(name="t1_comment"), post(name=7), {"kind": "more"}, "x"]
    desk.answer(LISTED, listing(*odd, post(created_utc="now", permalink="", title=7, url=None)))
    item = only(desk.visit(source(APP)))
    assert (item.published, item.url, item.title) == (None, source().url, "")


def test_a_feed_token_goes_along_and_shows_nowhere():
    options = replace(OPTIONS, user="example_user", feed_token="f33d-t0ken")  # of nobody
    of = source(options)
    url = f"{ASKED}&feed=f33d-t0ken&user=example_user"
    result, (request,) = visit(url, feed(entry()), of)
    assert request.spacing == timedelta(seconds=2)
    assert dict(request.headers)["User-Agent"].endswith("(by /u/example_user)")
    assert "f33d" not in repr(result) + repr(of)
    assert "f33d-t0ken" in set(hidden_texts(options))
    page, _ = visit(url, b"<html><title>reddit</title></html>", of)
    assert isinstance(page, NotAFeed)
    assert "f33d" not in page.detail


def test_a_search_is_asked_for_as_one():
    fields = (("q", 'title:"Harbour Nine"'), ("restrict_sr", "on"), ("sort", "new"), ("t", "week"))
    options = RedditOptions(path="/r/television/search", fields=fields)
    url = f"{SITE}/r/television/search.rss?q=title%3A%22Harbour+Nine%22&restrict_sr=on&sort=new&t=week&limit=100"
    assert only(visit(url, feed(entry()), source(options))[0]).guid == "t3_abc1"


def test_a_token_is_fetched_once_and_renewed_before_it_runs_out():
    desk = Desk()
    desk.answer(TOKEN, token("one"), token("two"))
    desk.answer(LISTED, listing(post()))
    for minutes in (0, 30, 59):
        desk.now = NOW + timedelta(minutes=minutes)
        desk.visit(source(APP))
    assert [request.url for request in desk.fetch.asked] == [TOKEN, LISTED, LISTED, TOKEN, LISTED]
    first = desk.fetch.asked[0]
    assert (first.form, first.auth.user, first.auth.password) == (
        (("grant_type", "client_credentials"),),
        "app-1",
        "app-s3cret",
    )
    bearers = [dict(request.headers).get("Authorization") for request in desk.fetch.asked if request.url == LISTED]
    assert bearers == ["Bearer one", "Bearer one", "Bearer two"]
    assert "s3cret" not in repr(desk.fetch.asked)


def test_a_token_that_is_no_longer_taken_is_renewed_at_once():
    desk = Desk()
    desk.answer(TOKEN, token("one"), token("two"))
    desk.answer(LISTED, refused(401, FetchFailure.FORBIDDEN), listing(post()))
    assert only(desk.visit(source(APP))).guid == "t3_abc1"
    desk.answer(LISTED, refused(401, FetchFailure.FORBIDDEN))
    result = desk.visit(source(APP))
    assert (result.reason, result.detail) == (
        FetchFailure.SIGN_IN,
        "www.reddit.com: HTTP 401: the token is not taken",
    )


def test_two_visits_at_once_may_both_renew_the_token():
    desk = Desk()

    class Slowly(FakeFetch):
        async def __call__(self, request):
            await asyncio.sleep(0)
            return await super().__call__(request)

    desk.fetch = Slowly()
    desk.answer(TOKEN, token("one"))
    refusal = refused(401, FetchFailure.FORBIDDEN)
    desk.answer(LISTED, refusal, refusal, listing(post()))

    async def both():
        state = first_state(source(APP), now=NOW, position=0)
        return await asyncio.gather(*(desk.adapter.visit(source(APP), state, fetch=desk.fetch) for _ in range(2)))

    assert [only(result).guid for result in asyncio.run(both())] == ["t3_abc1", "t3_abc1"]


@pytest.mark.parametrize(
    "answer",
    [
        refused(401, FetchFailure.FORBIDDEN, b'{"message": "Unauthorized", "error": 401}'),
        refused(400, FetchFailure.UNEXPECTED_STATUS),
        b'{"error": "unsupported_grant_type"}',
        b"<html>Sign in</html>",
        b'{"access_token": "\xc3\xa9"}',
        b'{"access_token": "a\\r\\nX-Injected: b"}',
    ],
)
def test_an_app_that_is_refused_is_for_the_user_to_mend(answer):
    result, _ = visit(TOKEN, answer, source(APP))
    assert (result.reason, "client_id" in result.detail) == (FetchFailure.SIGN_IN, True)


def test_a_token_without_an_end_lasts_an_hour():
    desk = Desk()
    desk.answer(TOKEN, b'{"access_token": "one", "expires_in": -5}')
    desk.answer(LISTED, listing())
    for minutes in (0, 58, 59):
        desk.now = NOW + timedelta(minutes=minutes)
        desk.visit(source(APP))
    assert [request.url for request in desk.fetch.asked].count(TOKEN) == 2


def test_trouble_with_the_token_is_told_as_it_is():
    down = refused(503, FetchFailure.UNAVAILABLE)
    assert visit(TOKEN, down, source(APP))[0].reason is FetchFailure.UNAVAILABLE


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x_ratelimit_reset": "58.0"}, timedelta(seconds=58)),
        ({"x_ratelimit_reset": "999999"}, timedelta(days=1)),
        ({"x_ratelimit_reset": "0"}, timedelta(seconds=1)),
        ({"x_ratelimit_reset": "soon"}, timedelta(minutes=5)),
        ({}, timedelta(minutes=5)),
    ],
)
def test_a_refusal_for_now_says_for_how_long(headers, wait):
    """And is no failure of the source, so that it opens no incident by itself."""
    result, _ = visit(ASKED, refused(429, FetchFailure.RATE_LIMITED, **headers))
    assert (result.reason, result.retry_after) == (FetchFailure.RATE_LIMITED, wait)
    assert result.detail.endswith("; a feed token or an app of your own helps")


def test_what_retry_after_says_holds():
    busy = replace(refused(429, FetchFailure.RATE_LIMITED, x_ratelimit_reset="5"), retry_after=timedelta(minutes=9))
    assert visit(ASKED, busy)[0].retry_after == timedelta(minutes=9)


@pytest.mark.parametrize(
    ("headers", "rest"),
    [
        ({"x_ratelimit_remaining": "0.0", "x_ratelimit_reset": "540"}, timedelta(minutes=9)),
        ({"x_ratelimit_remaining": "12.0", "x_ratelimit_reset": "540"}, None),
        ({}, None),
    ],
)
def test_an_answer_that_was_the_last_allowed_is_followed_by_a_rest(headers, rest):
    assert visit(ASKED, feed(entry()), **headers)[0].fresh_for == rest


@pytest.mark.parametrize(
    ("failure", "detail"),
    [
        (
            refused(403, FetchFailure.FORBIDDEN, b"<body>You've been blocked by network security.</body>"),
            "HTTP 403: Reddit's network security blocks this machine's address; a feed token or an app of your own helps",
        ),
        (refused(403, FetchFailure.FORBIDDEN, b'{"reason": "private", "error": 403}'), "HTTP 403: private"),
        (refused(404, FetchFailure.NOT_FOUND, b'{"reason": "banned", "error": 404}'), "HTTP 404: banned"),
        (refused(403, FetchFailure.FORBIDDEN, b"no"), "www.reddit.com: HTTP 403"),
        (refused(500, FetchFailure.SERVER_ERROR), "www.reddit.com: HTTP 500"),
    ],
)
def test_who_is_refused_is_told_why(failure, detail):
    result, _ = visit(ASKED, failure)
    assert result.detail.endswith(detail)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"message": "Forbidden", "error": 403}', "Reddit answers without posts: Forbidden"),
        (b'{"data": []}', "Reddit answers without posts"),
        (b'{"message": ["Forbidden"]}', "Reddit answers without posts"),
        (b"<html><title>Just a moment...</title></html>", "(a bot check)"),
    ],
)
def test_an_answer_that_is_no_listing_is_told(body, detail):
    desk = Desk()
    desk.answer(TOKEN, token())
    desk.answer(LISTED, body)
    result = desk.visit(source(APP))
    assert isinstance(result, NotAFeed)
    assert detail in result.detail


def test_over_the_real_way():
    with WebServer() as web:
        web.answer("/api/v1/access_token", Answer(body=token()))
        web.answer("/r/television+movies/new", Answer(body=listing(post())))
        here = replace(APP, base=web.url(""), api=web.url(""))
        result = visit_live(source(here, url=web.url("/r/television+movies/new")))
    assert only(result).url == ARTICLE
    sign_in, asked = web.seen
    assert (sign_in.method, sign_in.body) == ("POST", b"grant_type=client_credentials")
    assert sign_in.headers["authorization"] == f"Basic {b64encode(b'app-1:app-s3cret').decode()}"
    assert (asked.headers["authorization"], asked.target) == (
        "Bearer t0ken",
        "/r/television+movies/new?limit=100&raw_json=1",
    )
    assert asked.headers["user-agent"].startswith("server:announcement-monitor:")


def test_a_feed_over_the_real_way():
    with WebServer() as web:
        web.answer("/r/television+movies/new/.rss", Answer(body=feed(entry())))
        here = replace(OPTIONS, base=web.url(""))
        result = visit_live(source(here, url=web.url("/r/television+movies/new")))
    assert only(result).url == ARTICLE
