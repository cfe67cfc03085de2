"""Which route of a group is asked, and what its items are to those of other routes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.fallback import GroupState, RouteState, Told, accounts_of, in_turn, reconcile, say_troubles, token_end
from monitor.core.item import Embed
from monitor.core.options import GraphAccess, InstagramOptions, ThreadsOptions
from monitor.core.source import Source, SourceState, Tier
from tests.bench import item

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEGAN = NOW - 5 * HOUR


def route(name, **fields):
    values = {
        "type": "feed",
        "url": f"https://{name}.example/",
        "tier": Tier.PRESS,
        "every": HOUR,
        "max_age": 7 * 24 * HOUR,
    }
    return Source(id=name, **values | fields)


A, B, C = route("a"), route("b"), route("c")


def known(of, *, spaces=(), trouble="", refused=False, **fields):
    state = SourceState(**{"source_id": of.id, "url": of.url, "next_due": NOW, **fields})
    return RouteState(state=state, spaces=frozenset(spaces), trouble=trouble, refused=refused)


def group(*routes, told=()):
    return GroupState(routes={one.state.source_id: one for one in routes}, told=dict(told))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], "abc"),
        ([known(A, failures=3, next_due=NOW + 2 * HOUR)], "bca"),
        ([known(A, failures=3, next_due=NOW + 2 * HOUR), known(B, failures=1, next_due=NOW + HOUR)], "cba"),
        ([known(A, failures=1, next_due=NOW + HOUR / 5)], "abc"),
        ([known(A, failures=0, next_due=NOW + HOUR)], "abc"),
        ([known(A, retry_after=NOW + HOUR)], "bc"),
        ([known(A, retry_after=NOW)], "abc"),
        ([known(replace(A, url="https://old.example/"), retry_after=NOW + HOUR)], "abc"),
    ],
)
def test_the_best_route_that_may_be_asked_comes_first(states, expected):
    assert "".join(one.id for one in in_turn((A, B, C), group(*states), now=NOW)) == expected


def judge(items, of=A, *, states=(), told=(), began=BEGAN, accounts=None, silent=()):
    return reconcile(items, of, group(*states, told=told), accounts=accounts or {}, silent=silent, began=began, now=NOW)


def test_what_the_route_itself_keeps_silent_stays_so():
    old, new = item("old"), item("new")
    result = judge([old, new], states=[known(A, last_success_at=NOW)], silent={old.key})
    assert result.silent == {result.items[0].key}


def test_a_post_is_one_item_by_whatever_route_it_comes():
    api = item("179", url="https://www.instagram.com/p/Cabcdef/")
    bridge = item("x", url="https://www.instagram.com/lanternbaytv/reel/Cabcdef/?igsh=1")
    (mine,), (theirs,) = judge([api]).items, judge([bridge], B).items
    assert mine.key == theirs.key
    assert judge([api]).spaces == {"instagram"}


def test_an_article_is_one_item_by_its_address():
    feed = item("guid", url="https://www.gazette.example/a?utm_source=rss")
    page = item("other", url="http://gazette.example/a/")
    assert judge([feed]).items[0].key == judge([page], B).items[0].key
    assert judge([feed]).spaces == {"page gazette.example"}


@pytest.mark.parametrize("url", [None, "https://gazette.example/", "https://gazette.example/live"])
def test_what_has_no_address_of_its_own_belongs_to_its_route(url):
    items = [item("one", url=url), item("two", url=url)]
    ours, theirs = judge(items), judge(items, B)
    assert ours.spaces == {"route a"}
    assert len({one.key for one in (*ours.items, *theirs.items)}) == 4


def test_a_post_shown_twice_is_one_item():
    pictures = [item(name, url="https://www.instagram.com/p/Cabcdef/?img_index=1") for name in "ab"]
    assert len(judge(pictures).items) == 1


POST = item("p", url="https://x.com/a/status/5", summary="Filming has begun.", fingerprint="mine")
KEY = judge([POST]).items[0].key


@pytest.mark.parametrize(
    ("told", "fingerprint"),
    [
        (None, "mine"),
        (Told(route="a", fingerprint="older", size=5), "mine"),  # its own edit
        (Told(route="b", fingerprint="theirs", size=15), "theirs"),  # another wording
        (Told(route="b", fingerprint="theirs", size=500), "theirs"),
    ],
)
def test_another_routes_wording_is_no_edit(told, fingerprint):
    result = judge([POST], told={KEY: told} if told else {})
    assert result.items[0].fingerprint == result.told[KEY].fingerprint == fingerprint


def test_a_route_that_says_much_more_is_read():
    long = replace(POST, summary="Filming has begun. " * 20)
    result = judge([long], told={KEY: Told(route="b", fingerprint="theirs", size=18)})
    assert result.told[KEY].route == "a"


def test_what_was_told_lately_is_remembered_longest():
    old = {str(number): Told(route="b", fingerprint="f", size=1) for number in range(400)}
    told = judge([POST], told=old).told
    assert len(told) == 300
    assert next(iter(told)) == KEY


SERVED = {"last_success_at": NOW - HOUR}


@pytest.mark.parametrize(
    ("states", "age", "silent"),
    [
        # The first visit by this route: what was there when the group began is old.
        ([], 6, True),
        ([], 1, False),
        ([], None, True),
        # It has served before: what is unknown is new, whatever its date.
        ([known(A, last_success_at=NOW - 3 * HOUR)], 6, False),
        ([known(A, last_success_at=NOW - 3 * HOUR)], None, False),
        # Another route of the same space served: the same.
        ([known(A, last_success_at=NOW - 3 * HOUR), known(B, spaces=["x"], **SERVED)], 2, False),
        # One of another platform served since: what came by then may have been told.
        ([known(A, last_success_at=NOW - 3 * HOUR), known(B, spaces=["bluesky"], **SERVED)], 2, True),
        ([known(A, last_success_at=NOW - 3 * HOUR), known(B, spaces=["bluesky"], **SERVED)], None, True),
        ([known(A, last_success_at=NOW - 3 * HOUR), known(B, spaces=["bluesky"], **SERVED)], 0.5, False),
        # It served longer ago than this route, or never.
        ([known(A, **SERVED), known(B, spaces=["bluesky"], last_success_at=NOW - 2 * HOUR)], 3, False),
        ([known(A, **SERVED), known(B)], 3, False),
    ],
)
def test_what_another_route_may_have_told_is_silent(states, age, silent):
    post = replace(POST, published=None if age is None else NOW - age * HOUR)
    assert (KEY in judge([post], states=states).silent) is silent


OWN = Embed(platform="x", account="lanternbaytv", permalink="https://x.com/a/status/5")
OTHER = Embed(platform="x", account="a_fan", permalink="https://x.com/a_fan/status/6")
SHOWN = Embed(platform="youtube", account=None, permalink="https://www.youtube.com/watch?v=dQw4w9WgXcQ")


@pytest.mark.parametrize(
    ("url", "embeds", "expected"),
    [
        ("https://x.com/a/status/5", (SHOWN,), (OWN, SHOWN)),
        ("https://x.com/a/status/5", (OTHER,), (OTHER,)),
        ("https://www.threads.com/t/Dabcdef", (), ()),
        ("https://gazette.example/a", (), ()),
    ],
)
def test_what_a_bridge_shows_is_a_post_of_the_account(url, embeds, expected):
    shown = judge([replace(POST, url=url, embeds=embeds)], accounts={"x": "lanternbaytv"})
    assert shown.items[0].embeds == expected


def test_the_accounts_are_those_that_routes_name():
    access = GraphAccess(base="https://graph.example/v1", token="t")
    named = route("i", type="instagram", options=InstagramOptions(account="lanternbaytv", user_id="1", access=access))
    words = route("t", type="threads", options=ThreadsOptions(account=None, search="Lantern Bay", access=access))
    assert accounts_of([A, named, words]) == {"instagram": "lanternbaytv"}


def test_before_the_first_poll_is_over_nothing_is_known():
    assert judge([POST], began=None).silent == frozenset()


def test_the_trouble_of_each_route_is_said():
    states = group(known(A, trouble="HTTP 502"), known(B), known(C, trouble="an HTML page"))
    assert say_troubles((A, B, C), states, now=NOW) == "a: HTTP 502; c: an HTML page"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], None),
        ([known(A), known(B, credential_expires=NOW + HOUR), known(C, credential_expires=NOW + 2 * HOUR)], NOW + HOUR),
        ([known(A, refused=True, failing_since=NOW - HOUR, credential_expires=NOW + HOUR)], NOW - HOUR),
    ],
)
def test_the_first_token_to_run_out(states, expected):
    assert token_end(group(*states)) == expected
