"""Instagram by Business Discovery: what an answer holds, how far it is read, and every way it is refused."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.fetching import NO_END, Fetched, FetchFailed, FetchFailure, NotAFeed, NotModified, Visited
from monitor.core.item import Embed
from monitor.core.options import GraphAccess, InstagramOptions
from monitor.core.source import Source, Tier, Validators
from monitor.core.upkeep import first_state
from monitor.sources.instagram import InstagramAdapter, read_media
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, Seen, WebServer

HOUR = timedelta(hours=1)
TOKEN = "EAAB-invented-token-0123456789"
ACCESS = GraphAccess(base="https://graph.facebook.com/v25.0", token=TOKEN)
SOURCE = Source(
    id="harbour",
    type="instagram",
    url="https://www.instagram.com/harbourtv/",
    tier=Tier.OFFICIAL,
    every=timedelta(minutes=30),
    max_age=timedelta(7),
    options=InstagramOptions(account="harbourtv", user_id="17841400000000001", access=ACCESS),
)
NEVER = {"data": {"expires_at": 0, "is_valid": True}}


def media(number, caption="We are back. #LanternBay", **fields):
    post = {
        "id": f"1790000000000{number:04}",
        "caption": caption,
        "media_type": "IMAGE",
        "media_product_type": "FEED",
        "permalink": f"https://www.instagram.com/p/Cinvent{number:04}/",
        "timestamp": "2026-11-22T10:30:07+0000",
        "username": "harbourtv",
    }
    return {name: value for name, value in (post | fields).items() if value is not None}


def discovery(*posts, after=None, **fields):
    edge = {"data": list(posts), "paging": {"cursors": {"after": after} if after else {}}}
    found = {"id": "17841400000000002", "username": "harbourtv", "media_count": 310, "media": edge}
    return {"business_discovery": found | fields, "id": "17841400000000001"}


def error(code, *, subcode=0, message="quotes EAAB-invented-token-0123456789", **fields):
    return {"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, **fields}}


class Graph:
    """The API: `pages` by the cursor they lie after, the newest under "". Keeps what it was asked."""

    def __init__(self, pages, *, token=NEVER, headers=()):
        self.pages = pages
        self.token = token
        self.headers = dict(headers)
        self.asked = []

    async def __call__(self, request):
        self.asked.append(request)
        query = parse_qs(urlsplit(request.url).query)
        if "input_token" in query:
            return self._answer(request.url, self.token)
        expression = query["fields"][0]
        after = expression.partition("media.after(")[2].partition(")")[0]
        return self._answer(request.url, self.pages[after])

    def _answer(self, url, answer):
        if isinstance(answer, dict):
            answer = json.dumps(answer).encode()
        if isinstance(answer, bytes):
            return Fetched(url=url, body=answer, content_type=None, validators=Validators(), headers=self.headers)
        return answer

    @property
    def reads(self):
        return [request for request in self.asked if "debug_token" not in request.url]


def visit(graph, *, memory=None, source=SOURCE, now=NOW):
    state = first_state(source, now=now, position=0)
    if memory is not None:
        state = replace(state, baseline_at=now, memory=memory)
    adapter = InstagramAdapter(run=run_here, clock=lambda: now)
    return asyncio.run(adapter.visit(source, state, fetch=graph))


def refused(status, body, **headers):
    return FetchFailed(
        reason=FetchFailure.UNEXPECTED_STATUS,
        detail=f"graph.facebook.com: HTTP {status}",
        status=status,
        headers=headers,
        body=json.dumps(body).encode(),
    )


def only(*posts):
    result = visit(Graph({"": discovery(*posts)}))
    assert isinstance(result, Visited), result
    (item,) = result.parsed.items
    return item


def test_a_post_is_an_item():
    item = only(media(1, "we are back. lantern bay series two is filming https://harbour.example/news"))
    assert item.guid == "Cinvent0001"
    assert item.url == "https://www.instagram.com/p/Cinvent0001/"
    assert item.title == ""
    assert item.summary == "we are back. lantern bay series two is filming"
    assert item.published == datetime(2026, 11, 22, 10, 30, 7, tzinfo=UTC)
    assert item.embeds == (Embed(platform="instagram", account="harbourtv", permalink=item.url),)
    assert item.publisher == "@harbourtv on Instagram"


@pytest.mark.parametrize(
    "post",
    [
        media(
            1, media_type="VIDEO", media_product_type="REELS", permalink="https://www.instagram.com/reel/Cinvent0001/"
        ),
        media(1, media_type="CAROUSEL_ALBUM", children={"data": [{"id": "1", "media_type": "IMAGE"}]}),
        media(1, username="lanternbaytv"),  # shared with another account, which is named as its owner
        media(1, like_count=None, unknown_field={"a": []}),
        media(1, timestamp=None),
        media(1, timestamp="yesterday"),
    ],
)
def test_every_kind_of_post_is_read(post):
    item = only(post)
    assert (item.guid, item.summary) == ("Cinvent0001", "We are back. Lantern Bay")
    assert [embed.account for embed in item.embeds] == ["harbourtv"]


def test_a_post_without_caption_says_nothing_and_one_without_address_has_its_number():
    item = only(media(1, None))
    assert (item.summary, item.url) == ("", "https://www.instagram.com/p/Cinvent0001/")
    item = only(media(2, permalink=None))
    assert (item.guid, item.url) == ("17900000000000002", None)


def test_what_is_no_post_is_left_out():
    kinds = [media(2, media_product_type="STORY"), media(3, media_product_type="AD")]
    junk = [*kinds, {"media_product_type": []}, {}, "text", None, {"id": 5}]
    result = visit(Graph({"": discovery(media(1), *junk)}))
    assert [item.guid for item in result.parsed.items] == ["Cinvent0001"]
    assert result.parsed.dropped == len(junk)


def test_the_account_is_asked_for_in_the_fields_and_the_token_travels_as_a_header():
    graph = Graph({"": discovery(media(1))})
    visit(graph)
    request = graph.asked[0]
    assert request.url.startswith(
        "https://graph.facebook.com/v25.0/17841400000000001?fields=business_discovery.username"
    )
    assert TOKEN not in request.url
    assert request.headers == (("Authorization", f"Bearer {TOKEN}"),)
    assert TOKEN not in repr(request)
    assert request.trusted_host is None


def test_the_token_may_travel_in_the_address():
    graph = Graph({"": discovery(media(1))})
    access = replace(ACCESS, in_address=True, trusted_host="mirror.local")
    result = visit(graph, source=replace(SOURCE, options=replace(SOURCE.options, access=access)))
    assert f"access_token={TOKEN}" in graph.asked[0].url
    assert (graph.asked[0].headers, graph.asked[0].trusted_host) == ((), "mirror.local")
    assert TOKEN not in repr(result)


# How far it is read


def numbers(result):
    return [int(item.guid.removeprefix("Cinvent")) for item in result.parsed.items]


def pages(*lengths, start=100):
    """Pages of posts numbered downwards, each behind the cursor of the one before."""
    found, after = {}, ""
    for index, length in enumerate(lengths):
        following = f"after{index}" if index + 1 < len(lengths) else None
        found[after] = discovery(*(media(start - n) for n in range(length)), after=following)
        start, after = start - length, following
    return found


def test_the_first_visit_reads_one_page():
    graph = Graph(pages(3, 3))
    assert numbers(visit(graph)) == [100, 99, 98]
    assert len(graph.reads) == 1


def test_later_visits_go_back_to_what_is_known():
    memory = visit(Graph(pages(3, start=92))).memory
    assert numbers(visit(Graph(pages(3, 3, 3, 3)), memory=memory)) == [100, 99, 98, 97, 96, 95, 94, 93, 92]
    graph = Graph(pages(3, 3, start=93))
    assert numbers(visit(graph, memory=memory)) == [93, 92, 91]
    assert len(graph.reads) == 1


def test_no_visit_goes_back_further_than_a_few_pages():
    memory = visit(Graph(pages(3, start=20))).memory
    graph = Graph(pages(*[2] * 9))
    result = visit(graph, memory=memory)
    assert (len(graph.reads), len(result.parsed.items)) == (5, 10)
    assert "more new posts than" in result.trouble
    graph = Graph(pages(2, 2))
    assert visit(graph, memory=result.memory).trouble == ""
    assert len(graph.reads) == 1


def test_older_posts_that_could_not_be_read_are_read_by_the_next_visit():
    memory = visit(Graph(pages(2, start=96))).memory
    broken = pages(2, 2, 2) | {"after0": refused(400, error(4))}
    result = visit(Graph(broken), memory=memory)
    assert numbers(result) == [100, 99]
    assert "enough calls" in result.trouble
    assert numbers(visit(Graph(pages(2, 2, 2)), memory=result.memory)) == [100, 99, 98, 97, 96, 95]


def test_a_deleted_post_and_a_hostile_cursor_do_no_harm():
    memory = visit(Graph(pages(3))).memory
    assert numbers(visit(Graph({"": discovery(media(99), media(97))}), memory=memory)) == [99, 97]
    graph = Graph({"": discovery(media(200), after="x).limit(999){id}")})
    assert numbers(visit(graph, memory=memory)) == [200]


@pytest.mark.parametrize(
    "answer",
    [
        discovery(media=None, media_count=0),
        {"business_discovery": {"id": "17841400000000002", "username": "harbourtv"}},
        discovery(),
    ],
)
def test_an_account_without_posts_is_read_to_its_end(answer):
    """It sets the baseline: its first post is news."""
    result = visit(Graph({"": answer}))
    assert isinstance(result, Visited)
    assert result.parsed.items == ()


# What is refused


@pytest.mark.parametrize(
    ("body", "reason", "said"),
    [
        (error(190, subcode=463), FetchFailure.SIGN_IN, "the token is not accepted, it has expired: make a new one"),
        (error(190, subcode=460), FetchFailure.SIGN_IN, "the password was changed"),
        (error(190), FetchFailure.SIGN_IN, "it has expired or is not valid"),
        (error(10), FetchFailure.SIGN_IN, "the token lacks a permission: it needs instagram_basic"),
        (error(200), FetchFailure.SIGN_IN, "the token lacks a permission"),
        (error(110, subcode=2207013), FetchFailure.NOT_FOUND, "nothing is shown of @harbourtv: check its spelling"),
        (error(100), FetchFailure.NOT_FOUND, "not professional cannot be read"),
        (error(100, subcode=33), FetchFailure.SIGN_IN, "user_id is not the id"),
        (error(803), FetchFailure.SIGN_IN, "user_id is not the id"),
        (error(2, is_transient=True), FetchFailure.SERVER_ERROR, "trouble of its own (code 2)"),
        (error(999, is_transient=True), FetchFailure.SERVER_ERROR, "trouble of its own"),
        (error(999), FetchFailure.UNEXPECTED_STATUS, "not documented (code 999)"),
        (error("190"), FetchFailure.UNEXPECTED_STATUS, "not documented (code 0)"),
        (error(10**3000), FetchFailure.UNEXPECTED_STATUS, "not documented (code 0)"),
    ],
)
@pytest.mark.parametrize("status", [400, 200])
def test_an_error_is_told_with_its_remedy(body, reason, said, status):
    """Whatever the status, and without what the service says itself: it quotes tokens."""
    result = visit(Graph({"": body if status == 200 else refused(status, body)}))
    assert isinstance(result, FetchFailed), result
    assert result.reason is reason
    assert said in result.detail
    assert "EAAB" not in result.detail
    assert "\n" not in result.detail


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80002])
def test_a_limit_says_when_to_come_back(code):
    usage = {"17841400000000001": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 45}]}
    told = visit(Graph({"": refused(400, error(code), **{"x-business-use-case-usage": json.dumps(usage)})}))
    assert (told.reason, told.retry_after) == (FetchFailure.RATE_LIMITED, timedelta(minutes=45))
    untold = visit(Graph({"": refused(400, error(code))}))
    assert (untold.reason, untold.retry_after) == (FetchFailure.RATE_LIMITED, HOUR)


@pytest.mark.parametrize("body", [b"", b"<html>bad gateway</html>", b'{"error": "text"}', b'{"error": []}', b"[1]"])
def test_a_failure_without_an_explanation_stays_what_it_is(body):
    failed = FetchFailed(reason=FetchFailure.SERVER_ERROR, detail="graph.facebook.com: HTTP 502", status=502, body=body)
    assert visit(Graph({"": failed})) == failed


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            b"<!doctype html><title>Log in to Facebook</title>",
            "graph.facebook.com answers with no JSON: an HTML page titled",
        ),
        (b"Service temporarily unavailable", "answers with no JSON: it begins “Service temporarily"),
        (b'{"business_discovery": {"id": "17', "no JSON: a document that breaks off or is damaged; it begins"),
        (b"{}", "JSON that holds no business_discovery"),
        (b"[]", "JSON that holds no business_discovery"),
        (b'{"business_discovery": "x"}', "JSON that holds no business_discovery"),
        (discovery(media=None), "JSON that holds no media"),
        (discovery(media={"data": {}}), "JSON that holds no media"),
        (discovery(media=[]), "JSON that holds no media"),
    ],
)
def test_a_success_that_is_none_is_never_no_news(answer, said):
    result = visit(Graph({"": answer}))
    assert isinstance(result, NotAFeed), result
    assert said in result.detail


def test_an_answer_to_nothing_that_was_asked_is_a_failure():
    assert visit(Graph({"": NotModified(validators=Validators())})).reason is FetchFailure.UNEXPECTED_STATUS


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["business_discovery", "media", "data", "error", "code", "paging", "cursors", "after", "id", "permalink", "caption", "timestamp", "media_count"]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_any_json_is_read(value):
    body = json.dumps(value).encode()
    read_media(body, account="harbourtv", base=ACCESS.base, named=False, lang=None, now=NOW)


# Limits and the token


@pytest.mark.parametrize(
    ("headers", "slower"),
    [
        ({"x-app-usage": '{"call_count": 28, "total_time": 25, "total_cputime": 25}'}, None),
        ({"x-app-usage": '{"call_count": 28, "total_time": 95, "total_cputime": 25}'}, HOUR),
        ({"x-business-use-case-usage": '{"1": [{"call_count": 97, "estimated_time_to_regain_access": 30}]}'}, HOUR / 2),
        ({"x-business-use-case-usage": '{"1": [{"call_count": 89}], "2": "x", "3": [7]}', "x-app-usage": "junk"}, None),
        ({}, None),
    ],
)
def test_near_the_limit_it_is_asked_more_slowly(headers, slower):
    assert visit(Graph({"": discovery(media(1))}, headers=headers)).fresh_for == slower


SOON = datetime(2026, 12, 1, tzinfo=UTC)
LATE = datetime(2027, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "expires"),
    [
        ({"expires_at": SOON.timestamp(), "data_access_expires_at": LATE.timestamp()}, NO_END),  # no whole numbers
        ({"expires_at": int(LATE.timestamp()), "data_access_expires_at": int(SOON.timestamp())}, SOON),
        ({"expires_at": 0, "data_access_expires_at": int(LATE.timestamp())}, LATE),
        ({"expires_at": 0}, NO_END),
        ({"expires_at": 1 << 60, "data_access_expires_at": -1}, NO_END),
        ({}, NO_END),
        ("x", NO_END),
    ],
)
def test_the_end_of_the_token_is_known(told, expires):
    assert visit(Graph({"": discovery(media(1))}, token={"data": told})).credential_expires == expires


def test_the_token_is_looked_at_once_a_day_and_when_it_is_another():
    graph = Graph({"": discovery(media(1))}, token={"data": {"expires_at": int(LATE.timestamp())}})
    first = visit(graph)
    again = visit(graph, memory=first.memory, now=NOW + 23 * HOUR)
    assert (again.credential_expires, len(graph.asked)) == (LATE, 3)
    visit(graph, memory=again.memory, now=NOW + 25 * HOUR)
    assert len(graph.asked) == 5
    renewed = replace(SOURCE.options, access=replace(ACCESS, token="EAAB-another"))
    visit(graph, memory=again.memory, source=replace(SOURCE, options=renewed))
    assert len(graph.asked) == 7
    assert TOKEN not in json.dumps(first.memory)


@pytest.mark.parametrize("unsaid", [refused(500, {}), {"data": {}}, {"data": {"expires_at": "soon"}}])
def test_the_end_of_a_token_is_remembered_while_nobody_tells_it(unsaid):
    graph = Graph({"": discovery(media(1))}, token={"data": {"expires_at": int(LATE.timestamp())}})
    first = visit(graph)
    graph.token = unsaid
    again = visit(graph, memory=first.memory, now=NOW + 25 * HOUR)
    assert (again.credential_expires, len(graph.asked)) == (LATE, 4)
    visit(graph, memory=again.memory, now=NOW + 26 * HOUR)
    assert len(graph.asked) == 5


def test_a_token_that_may_not_be_looked_at_is_no_trouble():
    graph = Graph({"": discovery(media(1))}, token=refused(400, error(100)))
    result = visit(graph)
    assert (result.credential_expires, result.trouble) == (NO_END, "")
    visit(graph, memory=result.memory)
    assert len(graph.reads) == 2
    assert len(graph.asked) == 3


# The real way


def live(answer: Answer | Callable[[Seen], Answer], **access):
    with WebServer() as web:
        web.answer("/v25.0/17841400000000001", answer)
        web.answer("/v25.0/debug_token", Answer(body=json.dumps(NEVER).encode()))
        options = replace(
            SOURCE.options, access=GraphAccess(base=web.url("/v25.0"), token=TOKEN, trusted_host="127.0.0.1", **access)
        )
        return visit_live(replace(SOURCE, options=options)), web.seen


def test_over_http_and_through_the_killable_process():
    result, seen = live(Answer(body=json.dumps(discovery(media(1), media(2, None))).encode()))
    assert [item.guid for item in result.parsed.items] == ["Cinvent0001", "Cinvent0002"]
    assert seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in seen[0].target
    assert result.bytes > 100


@pytest.mark.parametrize("in_address", [False, True])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=400, body=json.dumps(error(190)).encode()),
        Answer(status=500, body=b"<html>oops</html>"),
        Answer(body=b"<html><title>Log in</title></html>"),
        Answer(status=302, headers=(("Location", "/login?next=/"),)),
        Answer(status=302, headers=(("Location", f"http://127.0.0.1:1/?access_token={TOKEN}"),)),
        Answer(raw=b"no HTTP"),
    ],
)
def test_the_token_is_shown_nowhere(answer, in_address):
    result, _ = live(answer, in_address=in_address)
    assert isinstance(result, FetchFailed | NotAFeed)
    assert TOKEN not in repr(result)


def test_a_redirect_to_another_host_does_not_get_the_token():
    with WebServer() as thief:
        stolen = thief.answer("/v25.0", Answer(body=b"{}"))
        live(Answer(status=307, headers=(("Location", stolen),)))
        assert all(TOKEN not in f"{seen.target}{seen.headers}" for seen in thief.seen)
