"""Whose turn it is among many searches, and what is not told of one that is new."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Parsed, Unchanged, Visited
from monitor.core.item import Item
from monitor.core.searching import Wanted
from monitor.core.source import SourceState
from monitor.sources.searches import Question, days_away, visit_searches
from tests.sources.live import NOW

STAMP = int(NOW.timestamp() * 1000)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
A, B, C, D = (Wanted(key=key, names=(key,)) for key in "abcd")
STATE = SourceState(source_id="s", url="https://search.example/", next_due=NOW)


def article(key, *, minutes_ago=5, title="", publisher=None):
    published = None if minutes_ago is None else NOW - minutes_ago * MINUTE
    return Item(
        key=key,
        fingerprint=key,
        guid=None,
        url=f"https://post.example/{key}",
        title=title or key,
        summary="",
        text="",
        published=published,
        publisher=publisher,
    )


def put(found):
    return [Question(text=one.key, keys=frozenset({one.key})) for one in found]


def visit(found, answers, *, state=STATE, most=2, now=NOW, put=put):
    """`answers` by question: a failure, or the items; a question without an answer finds nothing."""
    asked = []

    async def ask(question):
        asked.append(question.text)
        answer = answers.get(question.text, ())
        return Parsed(items=tuple(answer)) if isinstance(answer, tuple) else answer

    return asyncio.run(visit_searches(found, state, put=put, ask=ask, most=most, now=now)), asked


def after(result, state=STATE, now=NOW):
    return replace(state, memory=result.memory, baseline_at=state.baseline_at or now, last_success_at=now)


def visited(found, when):
    """The state after a visit then."""
    return after(visit(found, {}, now=when)[0], now=when)


def test_every_search_has_its_turn():
    state, asked = STATE, []
    for minute in range(4):
        now = NOW + minute * MINUTE
        result, texts = visit([A, B, C], {}, state=state, now=now)
        state = after(result, state, now)
        asked.append(texts)
    assert asked == [["a", "b"], ["c", "a"], ["b", "c"], ["a", "b"]]


def test_a_search_that_fails_does_not_hold_up_the_others():
    failed = NotAFeed(detail="a bot check")
    state, asked = STATE, []
    for minute in range(3):
        now = NOW + minute * MINUTE
        result, texts = visit([A, B, C], {"a": failed}, state=state, now=now)
        state = after(result, state, now)
        asked.append(texts)
    assert asked == [["a", "b"], ["c", "a"], ["b", "c"]]
    assert result.trouble == ""


def test_one_failure_among_answers_is_told_beside_them():
    result, _ = visit([A, B], {"a": NotAFeed(detail="a bot check"), "b": (article("1"),)})
    assert isinstance(result, Visited)
    assert (result.trouble, len(result.parsed.items)) == ("1 of 2 searches failed: a bot check", 1)


def test_when_all_fail_the_visit_fails_and_remembers_who_was_tried():
    failed = FetchFailed(reason=FetchFailure.TIMEOUT, detail="took too long")
    result, asked = visit([A, B], {"a": failed, "b": failed})
    assert (result.detail, asked) == ("took too long", ["a", "b"])
    assert result.memory == {"turns": {"a": [STAMP, 0], "b": [STAMP + 1, 0]}}


def test_pages_in_place_of_feeds_do_not_hold_up_the_turns():
    check = NotAFeed(detail="a bot check")
    first, _ = visit([A, B, C, D], dict.fromkeys("abcd", check))
    assert (first.detail, first.memory["turns"]["b"]) == ("a bot check", [STAMP + 1, 0])
    assert visit([A, B, C, D], {}, state=replace(STATE, memory=first.memory))[1] == ["c", "d"]


def test_a_server_that_asks_for_a_pause_gets_it():
    busy = FetchFailed(reason=FetchFailure.RATE_LIMITED, detail="HTTP 429", retry_after=MINUTE)
    result, asked = visit([A, B], {"a": busy})
    assert (result.reason, result.retry_after, asked) == (FetchFailure.RATE_LIMITED, MINUTE, ["a"])


def test_a_new_search_keeps_silent_about_what_was_there_before():
    """And only the new one: what the others bring is told, and so is what came since the last visit."""
    state = visited([A], NOW - 30 * MINUTE)
    answers = {
        "a": (article("old-a", minutes_ago=300), article("both", minutes_ago=200)),
        "b": (
            article("old", minutes_ago=300),
            article("undated", minutes_ago=None),
            article("both", minutes_ago=200),
            article("since", minutes_ago=10),
        ),
    }
    result, asked = visit([A, B], answers, state=state)
    assert sorted(asked) == ["a", "b"]
    assert result.silent == {"old", "undated"}
    assert len(result.parsed.items) == 5
    result, _ = visit([A, B], answers, state=after(result, state, NOW), now=NOW + HOUR)
    assert result.silent == frozenset()


def test_what_may_be_the_news_of_a_title_whose_turn_is_to_come_is_told():
    state = visited([A], NOW - 200 * MINUTE)
    result, asked = visit(
        [A, B], {"b": (article("old", minutes_ago=300), article("since", minutes_ago=100))}, state=state, most=1
    )
    assert (asked, result.silent) == (["b"], {"old"})


def test_after_an_absence_a_new_search_tells_the_last_hours_only():
    state = visited([A], NOW - 60 * HOUR)
    result, _ = visit([A, B], {"b": (article("old", minutes_ago=400), article("since", minutes_ago=300))}, state=state)
    assert result.silent == {"old"}


def test_a_search_that_is_gone_is_forgotten():
    state = after(visit([A, B], {})[0])
    result, _ = visit([B, C], {}, state=state)
    assert set(result.memory["turns"]) == {"b", "c"}


def test_one_article_is_one_item():
    """By its key, and by outlet and headline where it has several addresses."""
    answers = {
        "a": (article("1", title="Harbour Nine renewed", publisher="Post"), article("2")),
        "b": (article("2"), article("3", title="Harbour nine renewed", publisher="post"), article("4", title="x")),
    }
    result, _ = visit([A, B], answers)
    assert [item.key for item in result.parsed.items] == ["1", "2", "4"]
    assert result.parsed.dropped == 2


def test_an_empty_watchlist_has_nothing_to_search_for():
    assert isinstance(visit([], {})[0], Unchanged)
    assert isinstance(visit([A], {}, put=lambda found: [])[0], Unchanged)


def test_a_question_for_several_is_everybodys_turn():
    def together(found):
        return [Question(text="all", keys=frozenset(one.key for one in found))] if found else []

    result, _ = visit([A, B], {}, put=together)
    assert result.memory == {"turns": {"a": [STAMP, STAMP], "b": [STAMP, STAMP]}}


def test_how_far_back_to_search():
    away = [None, HOUR, 19 * HOUR, 30 * HOUR, 400 * HOUR]
    states = [STATE if lasts is None else replace(STATE, last_success_at=NOW - lasts) for lasts in away]
    assert [days_away(state, now=NOW) for state in states] == [1, 1, 1, 2, 7]


def test_a_damaged_memory_is_none():
    result, asked = visit([A], {}, state=replace(STATE, memory={"turns": []}))
    assert isinstance(result, Visited)
    assert asked == ["a"]
