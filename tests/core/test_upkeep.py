"""What is remembered of a source after each way a poll can end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.fetching import NO_END, FetchFailed, FetchFailure, Parsed, Unchanged, Visited
from monitor.core.source import BasicAuth, Move, PollHints, Source, SourceState, Tier, Validators
from monitor.core.upkeep import (
    address_of,
    after_failure,
    after_nothing_new,
    after_trouble,
    after_visit,
    current_state,
    first_state,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OLD, NEW, NEWER = "https://old.example/feed", "https://new.example/feed", "https://newer.example/feed"
TAGS = Validators(etag='"2"', last_modified="Fri, 20 Nov 2026 11:00:00 GMT")


def source(url=OLD):
    return Source(id="s", type="feed", url=url, tier=Tier.PRESS, every=15 * MINUTE, max_age=7 * DAY)


def state(**fields):
    return SourceState(**{"source_id": "s", "url": OLD, "next_due": NOW} | fields)


def read(before, *, now=NOW, moved_to=None, hints=PollHints(), fresh_for=None, **remembered):  # noqa: B008  # frozen
    visit = Visited(
        parsed=Parsed(items=(), hints=hints),
        validators=TAGS,
        body_hash="h",
        fresh_for=fresh_for,
        moved_to=moved_to,
        **remembered,
    )
    return after_visit(source(), before, visit, parser="p2", now=now)


def unchanged(before, *, now=NOW, moved_to=None, validators=TAGS, **remembered):
    visit = Unchanged(detail="", validators=validators, moved_to=moved_to, **remembered)
    return after_nothing_new(source(), before, visit, now=now)


def fail(before, reason=FetchFailure.TIMEOUT, *, now=NOW, retry_after=None, memory=None):
    return after_failure(
        source(), before, FetchFailed(reason=reason, detail="", retry_after=retry_after, memory=memory), now=now
    )


def trouble(before, *, now=NOW, memory=None):
    return after_trouble(source(), before, now=now, memory=memory)


IN_TROUBLE = state(
    failures=4,
    failing_since=NOW - DAY,
    last_poll_at=NOW - HOUR,
    last_success_at=NOW - 2 * DAY,
    retry_after=NOW - MINUTE,
    gone_at=NOW - 8 * HOUR,
    disabled=True,
    baseline_at=NOW - 9 * DAY,
    validators=Validators(etag='"1"'),
    body_hash="before",
    parser="p1",
)


def test_a_source_never_polled_is_due_at_once_and_its_first_poll_is_silent():
    first = first_state(source(), now=NOW, position=0)
    assert first == state(next_due=NOW)
    assert first.baseline_at is None
    assert first_state(source(), now=NOW, position=500).next_due > NOW


def test_what_is_brought_is_news_from_the_first():
    assert first_state(source(), now=NOW, position=0).baseline_at is None
    assert first_state(replace(source(), pushed=True), now=NOW, position=0).baseline_at == NOW


def test_another_url_is_another_feed():
    current = current_state(source(NEW), replace(IN_TROUBLE, moved_to=NEWER, move=Move(target=OLD, days=())), now=NOW)
    assert current == state(url=NEW)


def test_the_same_url_keeps_what_was_learned():
    assert current_state(source(), IN_TROUBLE, now=NOW) == IN_TROUBLE


@pytest.mark.parametrize(
    ("due", "last_poll", "expected"),
    [
        (NOW + 15 * MINUTE, NOW, NOW + 15 * MINUTE),
        (NOW - DAY, NOW - 2 * DAY, NOW - DAY),
        (NOW + 900 * DAY + 15 * MINUTE, NOW + 900 * DAY, NOW + 15 * MINUTE),
        (NOW + 900 * DAY, None, NOW + 26.4 * HOUR),
    ],
)
def test_a_clock_set_back_does_not_stall_a_source(due, last_poll, expected):
    assert current_state(source(), state(next_due=due, last_poll_at=last_poll), now=NOW).next_due == expected


@pytest.mark.parametrize("succeed", [read, unchanged])
def test_a_success_ends_all_trouble(succeed):
    after = succeed(IN_TROUBLE)
    assert (after.failures, after.failing_since, after.gone_at, after.disabled) == (0, None, None, False)
    assert after.retry_after is None
    assert (after.last_poll_at, after.last_success_at) == (NOW, NOW)
    assert (after.validators, after.baseline_at) == (TAGS, NOW - 9 * DAY)
    assert NOW + 15 * MINUTE <= after.next_due <= NOW + 17 * MINUTE


def test_a_body_advances_what_is_known_of_it():
    hints = PollHints(interval=HOUR)
    after = read(state(), hints=hints, fresh_for=2 * HOUR)
    assert (after.body_hash, after.parser, after.hints) == ("h", "p2", hints)
    assert after.baseline_at == NOW
    assert after.next_due >= NOW + 2 * HOUR


@pytest.mark.parametrize("succeed", [read, unchanged])
def test_what_an_adapter_remembers_stays_until_it_says_otherwise(succeed):
    before = state(memory={"did": "did:plc:abc"})
    assert succeed(before).memory == {"did": "did:plc:abc"}
    assert succeed(before, memory={}).memory == {}
    assert fail(before).memory == before.memory
    assert fail(before, memory={"spent": "0.10"}).memory == {"spent": "0.10"}


def test_a_304_keeps_the_body_known_and_renews_the_validators():
    after = unchanged(state(body_hash="h", parser="p", hints=PollHints(interval=HOUR)))
    assert (after.body_hash, after.parser, after.validators) == ("h", "p", TAGS)
    assert after.next_due >= NOW + HOUR


@pytest.mark.parametrize("end", [trouble, fail])
def test_what_could_not_be_read_changes_nothing_learned(end):
    """Or the server would say 304 to content that was never seen."""
    after = end(IN_TROUBLE)
    for kept in ("validators", "body_hash", "parser", "hints", "baseline_at", "last_success_at", "failing_since"):
        assert getattr(after, kept) == getattr(IN_TROUBLE, kept)
    assert (after.failures, after.last_poll_at) == (5, NOW)
    assert after.next_due >= NOW + 4 * HOUR
    assert end(state()).failing_since == NOW


# Redirects


def move_to(*targets, succeed=read, start=None):
    """The state after answers on successive days."""
    now, after = NOW, start or state()
    for target in targets:
        after = succeed(after, now=now, moved_to=target)
        now += DAY
    return after


@pytest.mark.parametrize("succeed", [read, unchanged])
def test_a_move_is_adopted_after_three_days(succeed):
    assert move_to(NEW, NEW, succeed=succeed).moved_to is None
    after = move_to(NEW, NEW, NEW, succeed=succeed)
    assert (after.moved_to, after.move) == (NEW, None)


@pytest.mark.parametrize(
    ("targets", "moved_to", "days"),
    [
        ((None, None), NEW, None),  # asked at its new address, it redirects no further
        ((NEW, NEW, NEW, NEW), NEW, None),  # asked at the old one, it still says where it went
        ((NEWER, NEWER), NEW, 2),
        ((NEWER, NEWER, None, NEWER), NEW, 1),
        ((NEWER, NEWER, NEW, NEWER), NEW, 1),
        ((NEWER, NEWER, NEWER), NEWER, None),
        ((OLD, OLD, OLD), OLD, None),  # it came home
    ],
)
def test_answers_after_a_move_was_adopted(targets, moved_to, days):
    after = move_to(NEW, NEW, NEW, *targets)
    assert after.moved_to == moved_to
    assert (len(after.move.days) if after.move else None) == days


def test_a_redirect_to_the_same_address_is_no_move():
    assert move_to(OLD, OLD, OLD).moved_to is None


@pytest.mark.parametrize("end", [fail, trouble])
def test_days_of_a_move_are_counted_over_failures(end):
    assert read(end(move_to(NEW, NEW)), now=NOW + 3 * DAY, moved_to=NEW).moved_to == NEW


# Gone

GONE = FetchFailure.GONE


@pytest.mark.parametrize(
    ("answers", "disabled"),
    [
        ([(GONE, 0)], False),
        ([(GONE, 0), (GONE, 1)], False),
        ([(GONE, 0), (GONE, 1), (GONE, 7)], True),
        ([(GONE, 0), (GONE, 7)], True),
        ([(GONE, 0), ("ok", 1), (GONE, 7)], False),
        ([(GONE, 0), ("304", 1), (GONE, 7)], False),
        ([(GONE, 0), ("page", 1), (GONE, 7)], False),
        ([(GONE, 0), (FetchFailure.TIMEOUT, 1), (GONE, 7)], False),
        ([(GONE, 0), (FetchFailure.TIMEOUT, 1), (GONE, 7), (GONE, 14)], True),
        # Asked again by hand
        ([(GONE, 0), (GONE, 7), (FetchFailure.TIMEOUT, 8)], True),
        ([(GONE, 0), (GONE, 7), ("page", 8)], True),
        ([(GONE, 0), (GONE, 7), (GONE, 8)], True),
        ([(GONE, 0), (GONE, 7), ("ok", 8)], False),
        ([(GONE, 0), (GONE, 7), ("304", 8)], False),
    ],
)
def test_a_second_410_hours_later_is_final_until_news_is_read(answers, disabled):
    ends = {"ok": read, "304": unchanged, "page": trouble}
    after = state()
    for answer, hours in answers:
        now = NOW + hours * HOUR
        after = ends[answer](after, now=now) if answer in ends else fail(after, answer, now=now)
    assert after.disabled is disabled


# Busy


@pytest.mark.parametrize(
    ("reason", "retry_after", "failures"),
    [
        (FetchFailure.RATE_LIMITED, HOUR, 2),
        (FetchFailure.UNAVAILABLE, HOUR, 2),
        (FetchFailure.RATE_LIMITED, None, 3),
        (FetchFailure.UNAVAILABLE, None, 3),
        (FetchFailure.SERVER_ERROR, HOUR, 3),
    ],
)
def test_who_says_when_to_come_back_is_busy_and_not_broken(reason, retry_after, failures):
    after = fail(state(failures=2, failing_since=NOW - HOUR), reason, retry_after=retry_after)
    assert (after.failures, after.failing_since) == (failures, NOW - HOUR)
    assert after.retry_after == (NOW + retry_after if retry_after else None)
    assert after.next_due >= NOW + (retry_after or HOUR)


def test_a_busy_server_is_no_trouble_at_all():
    after = fail(state(), FetchFailure.RATE_LIMITED, retry_after=HOUR)
    assert (after.failures, after.failing_since) == (0, None)


@pytest.mark.parametrize("end", [read, unchanged, fail, trouble])
def test_a_wait_that_was_asked_for_is_over_with_the_next_answer(end):
    asked = fail(state(), FetchFailure.RATE_LIMITED, retry_after=HOUR)
    assert end(asked, now=NOW + HOUR).retry_after is None


reasons = st.sampled_from(FetchFailure)
waits = st.none() | st.timedeltas(timedelta(seconds=1), DAY)
ends = st.one_of(
    st.tuples(st.just(fail), reasons, waits),
    st.sampled_from([(read,), (unchanged,), (trouble,)]),
)


@given(st.lists(st.tuples(ends, st.timedeltas(MINUTE, 2 * DAY)), max_size=20))
def test_whatever_happens_to_a_source(history):
    """The next visit is ahead, no wait is undercut, and failures are counted as long as they last."""
    now, after = NOW, state()
    for (end, *how), pause in history:
        now += pause
        before = after
        after = end(after, how[0], now=now, retry_after=how[1]) if how else end(after, now=now)
        assert now + 15 * MINUTE <= after.next_due <= now + 1.1 * DAY
        assert after.last_poll_at == now
        assert after.retry_after is None or now < after.retry_after <= after.next_due
        assert (after.failures > 0) == (after.failing_since is not None)
        assert after.failures in {0, before.failures, before.failures + 1}
        assert not after.disabled or after.failures
        assert current_state(source(), after, now=now) == after


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({}, OLD),
        ({"moved_to": NEW}, NEW),
        ({"moved_to": NEW, "url": NEWER}, OLD),
        *[({"moved_to": NEW, "failures": failures}, NEW) for failures in (1, 2, 4, 6)],
        *[({"moved_to": NEW, "failures": failures}, OLD) for failures in (3, 5, 7)],
    ],
)
def test_an_adopted_address_that_fails_takes_turns_with_the_configured_one(fields, address):
    """A move may have been a mistake; and the configured address may be gone for good."""
    assert address_of(source(), state(**fields)) == address


@pytest.mark.parametrize(("answer", "moved_to"), [(None, None), (NEW, NEW), (NEWER, None)])
@pytest.mark.parametrize("succeed", [read, unchanged])
def test_the_configured_address_confirms_a_doubted_move_or_undoes_it(succeed, answer, moved_to):
    assert succeed(state(moved_to=NEW, failures=3), moved_to=answer).moved_to == moved_to


SECRET = ({"headers": (("X-Key", "secret"),)}, {"auth": BasicAuth(user="u", password="p")})


@pytest.mark.parametrize("secret", SECRET)
def test_secrets_are_not_taken_to_another_host(secret):
    """A redirect is followed without them each time; it is never adopted, nor is one adopted before they were set."""
    guarded = replace(source(), **secret)
    after = state()
    for day in range(5):
        visit = Visited(parsed=Parsed(items=()), validators=TAGS, moved_to=NEW)
        after = after_visit(guarded, after, visit, parser="p", now=NOW + day * DAY)
    assert (after.moved_to, after.move) == (None, None)
    assert address_of(guarded, state(moved_to=NEW)) == OLD


@pytest.mark.parametrize("secret", SECRET)
def test_secrets_go_to_another_path_of_the_same_host(secret):
    assert address_of(replace(source(), **secret), state(moved_to=f"{OLD}/2")) == f"{OLD}/2"


@pytest.mark.parametrize("succeed", [read, unchanged])
@pytest.mark.parametrize(("said", "kept"), [(None, NOW), (NO_END, None), (NOW + DAY, NOW + DAY)])
def test_the_end_of_a_token_stands_until_another_word_is_said_of_it(succeed, said, kept):
    assert succeed(state(credential_expires=NOW), credential_expires=said).credential_expires == kept


def test_what_an_adapter_learned_from_trouble_is_kept():
    assert trouble(state(memory={"a": 1})).memory == {"a": 1}
    assert trouble(state(memory={"a": 1}), memory={"a": 2}).memory == {"a": 2}


@pytest.mark.parametrize("succeed", [read, unchanged])
def test_a_visit_that_was_too_much_for_one_goes_on_soon(succeed):
    assert NOW + 5 * MINUTE <= succeed(state(), more=True).next_due < NOW + 6 * MINUTE
    assert succeed(state(), more=False).next_due >= NOW + 15 * MINUTE
