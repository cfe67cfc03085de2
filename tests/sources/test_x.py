"""X: what a post holds, what reading costs, and what is refused."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.fetching import FetchFailed, FetchFailure, Unchanged, Visited
from monitor.core.item import Embed
from monitor.core.options import XOptions
from monitor.core.source import Source, Tier
from monitor.core.spending import Budget
from monitor.core.upkeep import first_state
from monitor.sources.x import XAdapter
from monitor.sources.xposts import read_account, read_timeline
from tests.fakes import fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)
TOKEN = "AAAA-invented-bearer-0123456789"
ACCOUNT = {"data": {"id": "4000000001", "name": "Harbour TV", "username": "HarbourTV"}}
KNOWN = {"id": "4000000001", "since": "1570000000000000050"}
OPTIONS = XOptions(
    account="harbourtv",
    token=TOKEN,
    base="https://api.x.com",
    budget=Budget(per_day=Decimal("0.50")),
    per_post=Decimal("0.005"),
    per_lookup=Decimal("0.010"),
)
SOURCE = Source(
    id="harbour",
    type="x",
    url="https://x.com/harbourtv",
    tier=Tier.OFFICIAL,
    every=timedelta(minutes=30),
    max_age=timedelta(7),
    options=OPTIONS,
)


def number(short):
    return f"15700000000000{short:05}"


def tweet(short, text="Lantern Bay is filming again.", **fields):
    native = number(short)
    post = {"id": native, "text": text, "created_at": "2026-11-22T10:00:04.000Z", "edit_history_tweet_ids": [native]}
    return {name: value for name, value in (post | fields).items() if value is not None}


def timeline(*tweets, following=None, **more):
    meta = {"result_count": len(tweets), **({"next_token": following} if following else {})}
    return {**({"data": list(tweets)} if tweets else {}), "meta": meta, **more}


def problem(status, sort=None, **headers):
    body = (
        {"title": "T", "detail": f"quotes {TOKEN}", "type": f"https://api.x.com/2/problems/{sort}"} if sort else "oops"
    )
    reason = FetchFailure.RATE_LIMITED if status == 429 else FetchFailure.FORBIDDEN
    return FetchFailed(
        reason=reason,
        detail=f"api.x.com: HTTP {status}",
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=json.dumps(body).encode(),
    )


def visit(*answers, memory=KNOWN, source=SOURCE, now=NOW, settled=True):
    """The answers come one after another. Returns the result and what was asked: path and parameters."""
    left, asked = list(answers), []

    async def fetch(request):
        url = urlsplit(request.url)
        asked.append((url.path, {name: values[0] for name, values in parse_qs(url.query).items()}))
        found = left.pop(0)
        if isinstance(found, bytes):
            return fetched(found, request.url)
        return found if isinstance(found, FetchFailed) else fetched(json.dumps(found).encode(), request.url)

    state = first_state(source, now=now, position=0)
    state = replace(state, baseline_at=NOW if settled else None, memory=memory)
    adapter = XAdapter(run=run_here, clock=lambda: now)
    return asyncio.run(adapter.visit(source, state, fetch=fetch)), asked


def only(*tweets, **more):
    result, _ = visit(timeline(*tweets, **more))
    assert isinstance(result, Visited), result
    (item,) = result.parsed.items
    return item


def spent(result):
    return result.memory["spent"]["today"]


# What a post holds


def test_a_post_is_an_item():
    link = {
        "url": "https://t.co/abc",
        "expanded_url": "https://bit.example/1",
        "unwound_url": "https://harbour.example/a",
    }
    item = only(
        tweet(
            60,
            "Lantern Bay S2: now filming &amp; casting, see https://t.co/abc for all",
            lang="en",
            entities={"urls": [link]},
        )
    )
    assert item.summary == "Lantern Bay S2: now filming & casting, see harbour.example for all"
    assert (item.guid, item.url) == (number(60), f"https://x.com/harbourtv/status/{number(60)}")
    assert item.embeds == (Embed(platform="x", account="harbourtv", permalink=item.url),)
    assert (item.published, item.lang, item.title) == (datetime(2026, 11, 22, 10, 0, 4, tzinfo=UTC), "en", "")


def test_a_long_post_is_read_in_full():
    note = {"text": "Lantern Bay returns. " * 20 + "&lt;3 https://t.co/x end", "entities": {"urls": [{"url": "https://t.co/x", "expanded_url": "https://harbour.example/x"}]}}  # fmt: skip
    item = only(tweet(60, "Lantern Bay returns...", note_tweet=note))
    assert item.summary.count("Lantern Bay returns") == 20
    assert item.summary.endswith("<3 harbour.example end")


def test_an_edited_post_is_the_same_post():
    assert only(tweet(61, "Corrected", edit_history_tweet_ids=[number(60), number(61)])).guid == number(60)


def test_the_words_of_pictures_are_read_and_their_addresses_left_out():
    media = {
        "media": [{"media_key": "3_1", "type": "photo", "alt_text": "A clapperboard"}, {"media_key": "3_2"}, "junk"]
    }
    own = {"url": "https://t.co/p", "expanded_url": f"https://x.com/harbourtv/status/{number(60)}/photo/1"}
    item = only(
        tweet(60, "Guess what https://t.co/p", attachments={"media_keys": ["3_1", "3_2", 7]}, entities={"urls": [own]}),
        includes=media,
    )
    assert "A clapperboard" in item.summary
    assert "http" not in item.summary
    assert item.summary.startswith("Guess what")


def test_a_quote_without_words_of_its_own_speaks_for_the_quoted_account():
    address = "https://twitter.com/LanternBayTV/status/1560000000000000001"
    quoted = {"referenced_tweets": [{"type": "quoted", "id": "1560000000000000001"}], "entities": {"urls": [{"url": "https://t.co/q", "expanded_url": address}]}}  # fmt: skip
    item = only(tweet(60, "!!! https://t.co/q", **quoted))
    assert [embed.account for embed in item.embeds] == ["harbourtv", "lanternbaytv"]
    item = only(tweet(60, "We have a lot to say about this https://t.co/q", **quoted))
    assert [embed.account for embed in item.embeds] == ["harbourtv"]
    assert only(tweet(60, "No link", referenced_tweets=[{"type": "quoted"}])).summary == "No link"


def test_what_is_no_post_of_the_account_is_left_out():
    junk = [tweet(61, referenced_tweets=[{"type": "retweeted", "id": "1"}]), {"text": "no id", "referenced_tweets": [{"type": []}]}, "junk", None, tweet(62, id=5, edit_history_tweet_ids=[])]  # fmt: skip
    result, _ = visit(timeline(tweet(60), *junk))
    assert [item.guid for item in result.parsed.items] == [number(60)]
    assert result.parsed.dropped == len(junk)


# What is asked


def test_the_id_is_looked_up_once_and_only_new_posts_are_asked_for():
    first, asked = visit(ACCOUNT, timeline(tweet(60), tweet(59), following="N"), memory={}, settled=False)
    assert [path for path, _ in asked] == ["/2/users/by/username/harbourtv", "/2/users/4000000001/tweets"]
    assert asked[1][1]["exclude"] == "replies,retweets"
    assert "since_id" not in asked[1][1]
    assert "author_id" not in json.dumps(asked)
    second, asked = visit(timeline(tweet(61)), memory=first.memory)
    assert asked[0][1]["since_id"] == number(60)
    assert second.memory["since"] == number(61)


def test_nothing_new_is_not_an_empty_document():
    """There is no "data" then. The first visit of an account without posts is its baseline all the same."""
    result, _ = visit(timeline())
    assert isinstance(result, Unchanged)
    assert result.memory["since"] == KNOWN["since"]
    first, _ = visit(ACCOUNT, timeline(), memory={}, settled=False)
    assert isinstance(first, Visited)
    assert first.parsed.items == ()


def test_older_new_posts_are_on_the_next_pages():
    result, asked = visit(timeline(tweet(63), following="N1"), timeline(tweet(62), tweet(61)))
    assert [item.guid for item in result.parsed.items] == [number(63), number(62), number(61)]
    assert [query.get("pagination_token") for _, query in asked] == [None, "N1"]
    assert result.memory["since"] == number(63)


def test_no_visit_reads_on_for_ever():
    result, asked = visit(*[timeline(tweet(99 - n), following="N") for n in range(9)])
    assert (len(asked), len(result.parsed.items)) == (5, 5)
    assert "more new posts than 50" in result.trouble
    assert result.memory["since"] == number(99)


def test_posts_behind_a_page_that_failed_are_asked_for_again():
    result, _ = visit(timeline(tweet(63), following="N1"), problem(503))
    assert "older new posts were not read yet" in result.trouble
    assert result.memory["since"] == KNOWN["since"]


# What it costs


def test_what_is_read_is_counted():
    first, _ = visit(ACCOUNT, timeline(tweet(60), tweet(59)), memory={}, settled=False)
    assert spent(first) == "0.020"
    second, _ = visit(timeline(tweet(61), includes={"tweets": [{"id": "1"}]}), memory=first.memory)
    assert spent(second) == "0.030"
    third, _ = visit(timeline(), memory=second.memory, now=NOW + 24 * HOUR)
    assert third.memory["spent"] == {"day": "2026-11-23", "today": "0.000", "month": "0.030"}


def capped(**fields):
    return replace(SOURCE, options=replace(OPTIONS, budget=Budget(**{"per_day": Decimal("0.06"), **fields})))


def test_at_the_cap_nothing_is_asked_until_the_next_day():
    memory = {**KNOWN, "spent": {"day": "2026-11-22", "today": "0.04", "month": "0.90"}}
    result, asked = visit(memory=memory, source=capped())
    assert (result.reason, asked) == (FetchFailure.SPENDING, [])
    assert result.retry_after == timedelta(hours=12)
    assert result.detail == "the spending cap is reached: 0.04 USD today, 0.9 this month"
    assert result.memory == {**memory, "spent": {**memory["spent"]}}
    result, asked = visit(timeline(tweet(60)), memory=result.memory, source=capped(), now=NOW + 13 * HOUR)
    assert isinstance(result, Visited)


def test_at_the_cap_of_the_month_nothing_is_asked_until_the_next():
    memory = {**KNOWN, "spent": {"day": "2026-11-22", "today": "0", "month": "0.99"}}
    result, _ = visit(memory=memory, source=capped(per_month=Decimal("1.00")))
    assert NOW + result.retry_after == datetime(2026, 12, 1, tzinfo=UTC)


def test_near_the_cap_fewer_posts_are_asked_for():
    memory = {**KNOWN, "spent": {"day": "2026-11-22", "today": "0.029", "month": "0.029"}}
    _, asked = visit(timeline(), memory=memory, source=capped())
    assert asked[0][1]["max_results"] == "6"


def test_a_look_up_that_the_cap_does_not_allow_is_not_made():
    memory = {"spent": {"day": "2026-11-22", "today": "0.055", "month": "0.055"}}
    result, asked = visit(memory=memory, source=capped(), settled=False)
    assert (result.reason, asked) == (FetchFailure.SPENDING, [])


def test_what_the_cap_cut_off_is_read_the_next_day():
    full = timeline(*(tweet(80 - n) for n in range(10)), following="N1")
    result, _ = visit(full, memory=KNOWN, source=capped())
    assert len(result.parsed.items) == 10
    assert "the spending cap is reached" in result.trouble
    rest = timeline(tweet(80), tweet(70))
    result, asked = visit(rest, memory=result.memory, source=capped(), now=NOW + 24 * HOUR)
    assert asked[0][1]["since_id"] == KNOWN["since"]
    assert result.memory["since"] == number(80)


def test_posts_that_cost_nothing_have_no_cap():
    free = replace(SOURCE, options=replace(OPTIONS, per_post=Decimal(0)))
    assert isinstance(visit(timeline(tweet(60)), source=free)[0], Visited)


@pytest.mark.parametrize(
    "body", [b"<html>sorry</html>", b"{}", b'{"meta": [], "data": []}', b'{"meta": {}, "data": {}}']
)
def test_an_answer_that_cannot_be_read_is_counted_in_full(body):
    result, _ = visit(body)
    assert isinstance(result, FetchFailed)
    assert (result.reason, spent(result)) == (FetchFailure.BAD_BODY, "0.050")
    assert "api.x.com answers with" in result.detail


@pytest.mark.parametrize("body", [b"<html>sorry</html>", b"{}", b'{"data": {"id": 5}}', b'{"data": {"id": "../x"}}'])
def test_a_look_up_that_cannot_be_read_is_counted(body):
    result, _ = visit(body, memory={}, settled=False)
    assert (result.reason, spent(result)) == (FetchFailure.BAD_BODY, "0.010")


def test_an_id_that_was_paid_for_is_kept_although_the_posts_could_not_be_read():
    result, _ = visit(ACCOUNT, problem(503), memory={}, settled=False)
    assert isinstance(result, FetchFailed)
    assert (result.memory["id"], spent(result)) == ("4000000001", "0.010")


# What is refused


@pytest.mark.parametrize(
    ("refusal", "reason", "said"),
    [
        (problem(401, "unauthorized"), FetchFailure.SIGN_IN, "X: the token is not accepted, make a new bearer token"),
        (problem(402, "credits-depleted"), FetchFailure.SIGN_IN, "credits are used up, buy more (credits-depleted)"),
        (problem(402), FetchFailure.SIGN_IN, "the credits are used up"),
        (problem(403, "client-forbidden"), FetchFailure.SIGN_IN, "the app is refused"),
        (problem(429, "usage-capped"), FetchFailure.SIGN_IN, "the cap on reads of your plan"),
        (problem(403), FetchFailure.FORBIDDEN, "api.x.com: HTTP 403"),
        (problem(404, "resource-not-found"), FetchFailure.NOT_FOUND, "there is no @harbourtv"),
        (problem(400, "NOT A SORT"), FetchFailure.FORBIDDEN, "HTTP 400 (unknown)"),
    ],
)
@pytest.mark.parametrize("memory", [KNOWN, {}])
def test_a_refusal_is_told_with_its_remedy(refusal, reason, said, memory):
    result, _ = visit(refusal, memory=memory)
    assert (result.reason, said in result.detail, TOKEN in result.detail) == (reason, True, False), result.detail
    assert result.memory.get("id") == memory.get("id")


def test_a_limit_says_when_it_ends():
    reset = str(int((NOW + HOUR / 4).timestamp()))
    result, _ = visit(problem(429, x_rate_limit_reset=reset))
    assert (result.reason, result.retry_after) == (FetchFailure.RATE_LIMITED, HOUR / 4)
    for untold in ("soon", "9" * 20, ""):
        assert visit(problem(429, x_rate_limit_reset=untold))[0].retry_after is None
    assert visit(problem(429, x_rate_limit_reset="1"))[0].retry_after == timedelta(seconds=1)


def test_an_id_that_is_too_old_to_ask_from_is_given_up():
    result, _ = visit(problem(400, "invalid-request"))
    assert "since" not in result.memory
    assert result.memory["id"] == KNOWN["id"]


@pytest.mark.parametrize(
    ("sort", "reason", "said"),
    [
        ("resource-not-found", FetchFailure.NOT_FOUND, "there is no @harbourtv"),
        ("not-authorized-for-resource", FetchFailure.FORBIDDEN, "protected or suspended"),
        ("something-new", FetchFailure.UNEXPECTED_STATUS, "something-new"),
    ],
)
@pytest.mark.parametrize("memory", [KNOWN, {}])
def test_an_error_in_a_success(sort, reason, said, memory):
    errors = {"errors": [{"title": "T", "type": f"https://api.twitter.com/2/problems/{sort}"}]}
    result, _ = visit(errors, memory=memory)
    assert (result.reason, said in result.detail) == (reason, True)


@pytest.mark.parametrize("errors", [[{"type": "https://api.x.com/2/problems/resource-not-found"}], [{}], ["x"]])
def test_some_posts_left_out_are_told_beside_those_that_came(errors):
    result, _ = visit(timeline(tweet(60), errors=errors))
    assert len(result.parsed.items) == 1
    assert result.trouble.startswith("X left posts out")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["data", "meta", "errors", "type", "id", "text", "entities", "urls", "url", "expanded_url", "referenced_tweets", "attachments", "media_keys", "includes", "media", "edit_history_tweet_ids", "note_tweet", "lang"]), inner, max_size=4), max_leaves=15))  # fmt: skip
def test_any_json_is_read(value):
    body = json.dumps(value).encode()
    read_account(body, base="https://api.x.com")
    read_timeline(body, account="harbourtv", base="https://api.x.com", named=False, lang=None, now=NOW)
    tweets = {"meta": {}, "data": [value], "includes": value}
    read_timeline(json.dumps(tweets).encode(), account="a", base="https://api.x.com", named=True, lang="en", now=NOW)


def test_over_http_and_through_the_killable_process():
    with WebServer() as web:
        web.answer("/2/users/by/username/harbourtv", Answer(body=json.dumps(ACCOUNT).encode()))
        web.answer("/2/users/4000000001/tweets", Answer(body=json.dumps(timeline(tweet(60))).encode()))
        options = replace(OPTIONS, base=web.url(""), trusted_host="127.0.0.1")
        result = visit_live(replace(SOURCE, options=options))
    assert [item.guid for item in result.parsed.items] == [number(60)]
    assert all(seen.headers["authorization"] == f"Bearer {TOKEN}" for seen in web.seen)
    assert TOKEN not in repr(result)
    assert spent(result) == "0.015"
