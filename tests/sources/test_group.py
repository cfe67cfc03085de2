"""Fallback groups: who serves, what is told when routes change, and what is said when none works."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.core.fallback import GroupOptions
from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Parsed, ParseFailed, Unchanged, Visited
from monitor.core.novelty import Known, Reason, decide
from monitor.core.source import Source, Tier, Validators
from monitor.core.upkeep import after_failure, after_nothing_new, after_visit, first_state
from monitor.sources.group import GroupAdapter
from tests.bench import item

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HALF_HOUR = 30 * MINUTE
DAY = timedelta(days=1)
DOWN = FetchFailed(reason=FetchFailure.SERVER_ERROR, detail="HTTP 502")


def shown_by(route, post, at):
    """How a route shows a post: each in its own words and with ids of its own."""
    match route:
        case "api":
            fields = {"guid": f"Cpost{post:04}", "url": f"https://www.instagram.com/p/Cpost{post:04}/"}
        case "bridge":
            link = f"https://www.instagram.com/lanternbaytv/reel/Cpost{post:04}/?igsh=x"
            fields = {"guid": link, "url": link, "title": f"lanternbaytv: post {post}"}
        case "bluesky":
            fields = {"guid": f"at://did:plc:abc/app.bsky.feed.post/3l{post:08}", "url": None, "title": ""}
        case "page":
            fields = {"guid": None, "url": None, "title": f"Number {post} of the page"}
    return item(
        f"{route} {post}",
        **{"title": "", "summary": f"Post {post}", **fields},
        published=at,
        fingerprint=f"{route} {post}",
    )


class World:
    """An account and the routes to it. `posts` are (number, time), the newest first; a route shows the newest `window`."""

    def __init__(self, *names, window=20):
        self.now = START
        self.posts = []
        self.failing = {}
        self.asked = []
        self.window = window
        self.version = "world 1"
        self.routes = tuple(
            Source(
                id=name,
                type="route",
                url=f"https://{name}.example/",
                tier=Tier.OFFICIAL,
                every=HALF_HOUR,
                max_age=timedelta(7),
            )
            for name in names
        )
        self.source = Source(
            id="lantern",
            type="group",
            url="group:lantern",
            tier=Tier.OFFICIAL,
            every=HALF_HOUR,
            max_age=timedelta(7),
            options=GroupOptions(routes=self.routes),
        )
        self.adapter = GroupAdapter(adapters={"route": self}, clock=lambda: self.now)
        self.state = first_state(self.source, now=self.now, position=0)
        self.stored = {}
        self.told = []
        self.results = []

    def post(self, *numbers, at=None):
        for number in numbers:
            self.posts.insert(0, (number, at or self.now + MINUTE))

    async def visit(self, route, state, *, fetch):
        """The `Adapter` of every route."""
        self.asked.append(route.id)
        if route.id in self.failing:
            return self.failing[route.id]
        shown = [(number, at) for number, at in self.posts[: self.window]]
        etag = json.dumps([number for number, _ in shown])
        if state.validators.etag == etag and state.baseline_at is not None:
            return Unchanged(detail="304 not modified", validators=state.validators, memory=dict(state.memory))
        items = tuple(shown_by(route.id, number, at) for number, at in shown)
        visits = state.memory.get("visits", 0) + 1
        return Visited(
            parsed=Parsed(items=items),
            validators=Validators(etag=etag),
            memory={"visits": visits},
            moved_to="https://a.example/",
        )

    def poll(self, *, later=HALF_HOUR):
        """One poll, decided and stored as the use case does it; the keys of what was news are kept in `told`."""
        self.now += later
        self.asked.clear()
        self.revised = []
        result = asyncio.run(self.adapter.visit(self.source, self.state, fetch=None))
        self.results.append(result)
        json.dumps(getattr(result, "memory", {}))
        match result:
            case Visited():
                known = [
                    Known(id=1, key=i.key, fingerprint=i.fingerprint, url=i.url, title=i.title)
                    for i in self.stored.values()
                ]
                novelty = decide(
                    parsed_items=result.parsed.items,
                    known=known,
                    has_items=bool(known),
                    state=self.state,
                    now=self.now,
                    max_age=self.source.max_age,
                    silent=result.silent,
                    complete=result.complete,
                )
                assert not novelty.ids_changed
                self.told += [judged.item.summary for judged in novelty.judged if judged.reason is Reason.NEW]
                self.revised = [judged.item.summary for judged in novelty.revised]
                self.stored |= {judged.item.key: judged.item for judged in novelty.judged}
                self.state = after_visit(self.source, self.state, result, parser="group", now=self.now)
            case Unchanged():
                self.state = after_nothing_new(self.source, self.state, result, now=self.now)
            case FetchFailed():
                self.state = after_failure(self.source, self.state, result, now=self.now)
        return result


def world(*names, **fields):
    """A group whose first poll is done; the account had two posts then."""
    ours = World(*names, **fields)
    ours.post(1, 2, at=START - 2 * DAY)
    ours.poll(later=MINUTE)
    assert ours.told == []
    return ours


# Who serves


def test_the_first_healthy_route_serves_and_the_better_one_is_returned_to():
    ours = world("api", "bridge")
    assert (ours.asked, ours.results[-1].via) == (["api"], "by api")
    ours.failing = {"api": DOWN}
    ours.post(3)
    assert ours.poll().via == "by bridge; api: HTTP 502"
    assert ours.asked == ["api", "bridge"]
    assert ours.poll().detail == "304 not modified; by bridge; api: HTTP 502"
    ours.failing = {}
    ours.post(4)
    assert ours.poll(later=5 * HALF_HOUR).via == "by api"
    assert ours.asked == ["api"]
    assert ours.told == ["Post 3", "Post 4"]


def test_a_failing_route_is_asked_less_and_less_often_while_another_serves():
    ours = world("api", "bridge")
    ours.failing = {"api": DOWN}
    asked = [ours.poll() and "api" in ours.asked for _ in range(48)]
    assert asked[:2] == [True, True]
    assert 5 <= sum(asked) <= 8
    assert ours.state.failures == 0


def test_a_route_that_asked_to_be_left_alone_is_left_alone():
    ours = world("api", "bridge")
    ours.failing = {"api": FetchFailed(reason=FetchFailure.RATE_LIMITED, detail="busy", retry_after=3 * HALF_HOUR)}
    asked = [ours.poll() and "api" in ours.asked for _ in range(5)]
    assert asked == [True, False, False, True, False]


def test_each_route_keeps_what_it_remembers():
    ours = world("api", "bridge")
    ours.post(3)
    ours.poll()
    routes = ours.state.memory["routes"]
    assert routes["api"]["memory"] == {"visits": 2}
    assert "bridge" not in routes
    ours.failing = {"api": DOWN}
    ours.poll()
    assert ours.state.memory["routes"]["api"]["memory"] == {"visits": 2}
    assert ours.state.memory["routes"]["bridge"]["memory"] == {"visits": 1}
    # It is one source: no redirect of a route moves it, and its validators are those of the routes.
    assert (ours.state.move, ours.state.moved_to, ours.state.validators) == (None, None, Validators())


@pytest.mark.parametrize("failed", [DOWN, NotAFeed(detail="an HTML page"), ParseFailed(detail="died")])
def test_every_kind_of_failure_makes_room_for_the_next_route(failed):
    ours = world("api", "bridge")
    ours.failing = {"api": failed}
    assert ours.poll().via == f"by bridge; api: {failed.detail}"


def test_a_route_that_leads_elsewhere_now_begins_anew():
    ours = world("api", "bridge")
    moved = replace(ours.routes[0], url="https://other.example/")
    ours.source = replace(ours.source, options=GroupOptions(routes=(moved, ours.routes[1])))
    ours.poll()
    assert ours.state.memory["routes"]["api"]["memory"] == {"visits": 1}
    assert ours.told == []


def test_a_route_taken_out_is_forgotten():
    ours = world("api", "bridge")
    ours.source = replace(ours.source, options=GroupOptions(routes=ours.routes[1:]))
    ours.poll()
    assert list(ours.state.memory["routes"]) == ["bridge"]


# What is told


def test_switching_back_and_forth_tells_nothing_twice():
    ours = world("api", "bridge")
    for number in range(3, 12):
        ours.failing = {"api": DOWN} if number % 2 else {}
        ours.post(number)
        ours.poll(later=DAY / 2)
        assert ours.revised == []
    assert ours.told == [f"Post {number}" for number in range(3, 12)]


def test_a_route_that_reaches_further_back_tells_nothing_old():
    ours = World("api", "bridge", window=3)
    ours.post(*range(1, 9), at=START - DAY)
    ours.poll()
    ours.window, ours.failing = 20, {"api": DOWN}
    ours.post(9)
    ours.poll()
    assert ours.told == ["Post 9"]


def test_what_was_posted_elsewhere_before_the_switch_is_silent_and_after_it_is_told():
    """The same words on another platform cannot be recognised; what came by the time the other route served may be told."""
    ours = world("api", "bluesky")
    ours.post(3)
    ours.poll()
    ours.failing = {"api": DOWN}
    ours.post(4)
    ours.poll()
    assert ours.told == ["Post 3", "Post 4"]
    ours.post(5)
    ours.poll()
    ours.failing = {}
    ours.post(6)
    ours.poll(later=6 * HALF_HOUR)
    assert ours.told == ["Post 3", "Post 4", "Post 5", "Post 6"]
    assert ours.asked == ["api"]


def test_undated_items_of_a_page_are_silent_when_it_takes_over():
    ours = world("api", "page")
    ours.posts = [(number, None) for number in (5, 4, 3)]
    ours.failing = {"api": DOWN}
    ours.poll()
    assert ours.told == []
    ours.posts.insert(0, (6, None))
    ours.poll()
    assert ours.told == ["Post 6"]


def test_an_edit_by_the_same_route_is_an_edit_and_another_route_that_says_much_more_is_read():
    ours = world("api", "bridge")
    ours.post(3)
    ours.poll()

    def say(words, fingerprint):
        original = ours.visit

        async def visit(route, state, *, fetch):
            result = await original(route, replace(state, validators=Validators()), fetch=fetch)
            if not isinstance(result, Visited):
                return result
            items = tuple(
                replace(i, summary=words, fingerprint=fingerprint) if i.summary == "Post 3" else i
                for i in result.parsed.items
            )
            return replace(result, parsed=Parsed(items=items))

        return visit

    plain = ours.visit
    ours.visit = say("Post 3 corrected", "api 3b")
    ours.poll()
    assert ours.revised == ["Post 3 corrected"]
    ours.failing = {"api": DOWN}
    ours.visit = plain
    ours.poll()
    assert ours.revised == []
    ours.visit = say(
        "Post 3 in all its words, of which the other route had shown no more than next to none", "bridge 3b"
    )
    ours.poll()
    assert len(ours.revised) == 1
    ours.failing, ours.visit = {}, plain
    for _ in range(4):
        ours.poll(later=DAY)
        assert ours.revised == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens before a poll: posts, and which routes are down."""

    posts: int
    down: frozenset[str]
    waits: int = field(default=1)


NAMES = ("api", "bridge", "mirror")
steps = st.builds(
    Step, posts=st.integers(0, 3), down=st.sets(st.sampled_from(NAMES)).map(frozenset), waits=st.integers(1, 60)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=15), st.sampled_from([3, 40]))
@example(
    [Step(posts=1, down=frozenset({"api"})), Step(posts=0, down=frozenset()), Step(posts=1, down=frozenset(NAMES))], 40
)
def test_whatever_fails_each_post_is_told_once_and_none_is_lost(history, window):
    """Every post that the serving route showed after the first poll, and nothing that was there before it."""
    ours = world("api", "bridge", "mirror", window=window)
    real = ours.visit

    async def visit(route, state, *, fetch):
        # A second bridge, in the words of the first.
        return await real(
            replace(route, id="bridge") if route.id == "mirror" and "mirror" not in ours.failing else route,
            state,
            fetch=fetch,
        )

    ours.visit = visit
    expected, number, shown = [], 100, set()
    for step in [*history, Step(posts=0, down=frozenset(), waits=200)]:
        for _ in range(step.posts):
            number += 1
            ours.post(number)
            expected.append(f"Post {number}")
        ours.failing = dict.fromkeys(step.down, DOWN)
        result = ours.poll(later=step.waits * HALF_HOUR)
        if not isinstance(result, FetchFailed):
            shown |= {f"Post {known}" for known, at in ours.posts[: ours.window] if ours.now - at <= timedelta(7)}
    assert len(ours.told) == len(set(ours.told))
    assert set(ours.told) == {said for said in expected if said in shown}


# When none works


def test_without_any_route_the_group_fails_and_names_the_trouble_of_each():
    ours = world("api", "bridge")
    ours.failing = {
        "api": FetchFailed(reason=FetchFailure.SIGN_IN, detail="the token has expired"),
        "bridge": NotAFeed(detail="an HTML page"),
    }
    result = ours.poll()
    assert result.reason is FetchFailure.SIGN_IN
    assert result.detail == "no route can be read: api: the token has expired; bridge: an HTML page"
    assert ours.state.failures == 1
    ours.poll()
    assert ours.state.failures == 2
    assert ours.state.memory["routes"]["api"]["failures"] == 2
    ours.failing = {}
    ours.post(3)
    ours.poll(later=4 * HALF_HOUR)
    assert (ours.told, ours.state.failures) == (["Post 3"], 0)


def fails(reason, **fields):
    return FetchFailed(reason=reason, detail=str(reason), **fields)


LIMITED = fails(FetchFailure.RATE_LIMITED, retry_after=2 * HALF_HOUR)
SPENT = fails(FetchFailure.SPENDING, retry_after=4 * HALF_HOUR)
DEAD = fails(FetchFailure.UNREACHABLE)


@pytest.mark.parametrize(
    ("first", "second", "reason", "retry_after"),
    [
        (DEAD, DEAD, FetchFailure.UNREACHABLE, None),
        (DEAD, DOWN, FetchFailure.SERVER_ERROR, None),
        (DEAD, NotAFeed(detail=""), FetchFailure.BAD_BODY, None),
        (LIMITED, DEAD, FetchFailure.UNREACHABLE, None),
        (LIMITED, SPENT, FetchFailure.RATE_LIMITED, 2 * HALF_HOUR),
        (SPENT, SPENT, FetchFailure.SPENDING, 4 * HALF_HOUR),
    ],
)
def test_why_a_group_fails(first, second, reason, retry_after):
    ours = world("api", "bridge")
    ours.failing = {"api": first, "bridge": second}
    result = ours.poll()
    assert (result.reason, result.retry_after) == (reason, retry_after)


def test_while_every_route_wants_to_be_left_alone_nobody_is_asked():
    ours = world("api", "bridge")
    ours.failing = {"api": LIMITED, "bridge": LIMITED}
    ours.poll()
    result = ours.poll(later=HALF_HOUR)
    assert ours.asked == []
    assert (result.reason, result.retry_after) == (FetchFailure.RATE_LIMITED, HALF_HOUR)
    assert ours.state.failures == 0


def test_with_nothing_else_left_a_route_that_failed_lately_is_asked_again():
    ours = world("api", "bridge")
    ours.failing = {"api": DOWN}
    for _ in range(6):
        ours.poll()
    ours.failing = {"bridge": DOWN}
    ours.post(3)
    assert ours.poll(later=10 * MINUTE).via == "by api; bridge: HTTP 502"
    assert ours.asked == ["bridge", "api"]
    assert ours.told == ["Post 3"]


# Tokens


def test_the_first_token_to_run_out_is_that_of_the_group():
    ours = world("api", "bridge")
    soon = START + 3 * DAY
    real = ours.visit

    async def visit(route, state, *, fetch):
        result = await real(route, replace(state, validators=Validators()), fetch=fetch)
        return replace(result, credential_expires=soon) if isinstance(result, Visited) and route.id == "api" else result

    ours.visit = visit
    assert ours.poll().credential_expires == soon
    ours.failing = {"api": fails(FetchFailure.SIGN_IN)}
    result = ours.poll()
    # Another route serves, so nothing fails; the refused token is told all the same, as one that has run out.
    assert (result.credential_expires, result.via) == (ours.now, "by bridge; api: sign_in")
    ours.failing = {}
    assert ours.poll(later=DAY).credential_expires == soon
