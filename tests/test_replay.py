"""What a configuration would have alerted on stored items, against what was alerted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.approve import approve, discard
from monitor.core.announcement import Standing
from monitor.core.fetching import Page
from monitor.core.report import Certainty, Facts, Kind, Subject
from monitor.core.routing import Flood, Mute, MuteScope, Route
from monitor.core.source import Tier
from monitor.replay import Difference, replay
from monitor.retell import retell
from monitor.submit import submit
from tests.bench import DAY, FERRY, HOUR, LANTERN, NOW, item, policy, report, source

TRAILERS = (Route(receivers=("me",), kinds=frozenset({Kind.TRAILER})),)


def _replay(bench, *, since=90 * DAY) -> Difference:
    async def run():
        async with bench.scratch() as scratch:
            return await replay(
                store=bench.store,
                scratch=scratch,
                setup=bench.setup,
                recognise=bench.recognise,
                since=bench.time - since,
                until=bench.time + HOUR,
                told=lambda _items: None,
            )

    return bench(run())


def _briefly(found: Difference):
    """Each difference as a line, added first."""
    return [
        *[
            f"added {one.alert.purpose} {one.alert.headline} by item-{one.alert.item_id}: {one.why}"
            for one in found.added
        ],
        *[
            f"gone {one.alert.purpose} {one.alert.headline} by item-{one.alert.item_id}: {one.why}"
            for one in found.gone
        ],
        *[f"changed {one.before.headline} to {one.after.headline}: {one.why}" for one in found.changed],
    ]


def _retell(bench, found: Difference):
    sources = {one.id: one for one in bench.sources}
    return [
        bench.write(lambda tx, one=one: retell(tx, one.alert, sources=sources, now=bench.time)) for one in found.added
    ]


@pytest.fixture(autouse=True)
def _polled_before(bench):
    bench.settle()


@pytest.fixture
def told(bench):
    """A bench on which a rumour became news, elsewhere too, and another show was cancelled."""
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report())
    bench.says("Title c", report(), report(FERRY, Kind.CANCELLATION))
    bench.tell(item("a"))
    bench.deliver()
    bench.tell(item("b"), item("a"))
    bench.tell(item("plain"), item("c"), item("b"), item("a"))
    return bench


def test_the_same_configuration_makes_the_same_alerts(told):
    found = _replay(told)
    assert (_briefly(found), found.items, found.before, found.after) == ([], 4, 3, 3)
    assert _replay(told) == found
    assert [alert.purpose for alert in told.alerts()] == ["news", "update", "news"]


def test_a_rule_that_fires_no_more_takes_its_alert_away(told):
    told.says("Title c", report())
    told.recognise.notes["Title c"] = (
        "en/cancellation/axed on “axed” is taken back by its `unless`",
        "en/order/new on “new” does not count in the body",
    )
    assert _briefly(_replay(told)) == [
        (
            "gone news The Glass Ferry has been cancelled by item-3: not read as cancellation but as renewal; "
            "en/cancellation/axed on “axed” is taken back by its `unless`"
        )
    ]


def test_the_rule_that_is_missing_is_named(told):
    told.says("Title c")
    (line,) = _briefly(_replay(told))
    assert line.endswith("by item-3: not read as cancellation; rule en/test does not fire")


def test_a_watch_that_asks_no_more_takes_its_alert_away(told):
    told.says("Title c", report(), report(FERRY, Kind.CANCELLATION, watches=()))
    (line,) = _briefly(_replay(told))
    assert line.endswith("by item-3: read as cancellation of The Glass Ferry, which no watch asks for")


def test_another_rule_or_watch_adds_an_alert_and_says_why_there_was_none(bench):
    bench.says("Title b", report(watches=()))
    bench.says("Title c", report(FERRY, Kind.TRAILER))
    bench.tell(item("c"), item("b"), item("a"))
    bench.says("Title a", report(FERRY))
    bench.says("Title b", report())
    bench.says("Title c", report(FERRY, Kind.TRAILER), report(LANTERN, Kind.TRAILER))
    bench.says("Title d", report())
    assert _briefly(_replay(bench)) == [
        "added news The Glass Ferry has been renewed by item-1: not read as renewal",
        "added news Lantern Bay has been renewed by item-2: read as renewal of Lantern Bay, which no watch asks for",
        "added news Lantern Bay: a trailer is out by item-3: read as trailer of The Glass Ferry",
    ]


def test_a_title_without_a_name_is_said_so(bench):
    bench.says("Title a", report(Subject(key="title:", title=""), watches=()))
    bench.tell(item("a"))
    bench.says("Title a", report())
    (line,) = _briefly(_replay(bench))
    assert line.endswith("read as renewal of no title, which no watch asks for")


def test_what_is_read_as_something_else_is_changed(told):
    told.says("Title c", report(), report(FERRY, Kind.ENDING))
    assert _briefly(_replay(told)) == [
        (
            "changed The Glass Ferry has been cancelled to The Glass Ferry is coming to an end: "
            "cancellation then, ending now"
        )
    ]
    other = Subject(key="show:the-ferry", title="The Ferry")
    told.says("Title c", report(), report(other, Kind.CANCELLATION))
    (line,) = _briefly(_replay(told))
    assert line.endswith("The Ferry has been cancelled: news of The Glass Ferry then, of The Ferry now")


def test_the_same_news_told_by_another_item_is_no_difference(bench):
    bench.says("Title b", report())
    bench.says("Title c", report())
    bench.tell(item("c"), item("b"), item("a"))
    bench.says("Title a", report())
    assert _briefly(_replay(bench)) == []


def test_other_routes_are_other_alerts(told):
    told.policy = policy(routes=(*TRAILERS, Route(receivers=("desk",), kinds=frozenset({Kind.CANCELLATION}))))
    assert _briefly(_replay(told)) == [
        "added news The Glass Ferry has been cancelled by item-3: no route lets it through to desk",
        "gone news Lantern Bay has been renewed by item-1: no route lets it through to me",
        "gone update Lantern Bay has been renewed by item-2: no route lets it through to me",
        "gone news The Glass Ferry has been cancelled by item-3: no route lets it through to me",
    ]


def test_an_update_that_would_be_none_is_gone(told):
    told.says("Title a", report())
    assert _briefly(_replay(told)) == [
        "gone update Lantern Bay has been renewed by item-2: a further report of what item-1 told"
    ]


def test_an_update_that_an_edit_made_is_left_out(bench):
    """What the item said before is not kept: it would be taken to have said it all from the beginning."""
    bench.says("Title a", report())
    bench.tell(item("a"))
    bench.deliver()
    bench.says("Title edited", report(certainty=Certainty.CONFIRMED, official=True))
    bench.tell(item("a", title="Title edited"))
    assert [alert.purpose for alert in bench.alerts()] == ["news", "update"]
    found = _replay(bench)
    assert (_briefly(found), found.before, found.after) == ([], 1, 1)


def test_a_mute_counts_from_when_it_was_made(told):
    mute = Mute(scope=MuteScope.WATCH, target="the-glass-ferry", until=None)
    told.write(lambda tx: tx.save_mute(mute, at=told.time - timedelta(minutes=1)))
    assert _briefly(_replay(told)) == [
        "gone news The Glass Ferry has been cancelled by item-3: muted: watch the-glass-ferry"
    ]
    told.write(lambda tx: tx.save_mute(mute, at=told.time + DAY))
    assert _briefly(_replay(told)) == []


def test_what_was_muted_is_added_when_the_mute_is_lifted(bench):
    bench.policy = policy(mutes=(Mute(scope=MuteScope.KIND, target="renewal", until=None),))
    bench.says("Title a", report())
    bench.tell(item("a"))
    bench.policy = policy()
    found = _replay(bench)
    assert _briefly(found) == ["added news Lantern Bay has been renewed by item-1: muted: kind renewal"]
    assert _retell(bench, found) == [True]
    assert _retell(bench, found) == [False]
    assert [(alert.state, alert.revision) for alert in bench.alerts()] == [("discarded", 1), ("pending", 2)]


def test_what_a_muted_source_said_is_added_when_it_is_lifted(bench):
    bench.policy = policy(mutes=(Mute(scope=MuteScope.SOURCE, target="gazette", until=None),))
    bench.says("Title a", report())
    bench.tell(item("a"))
    bench.policy = policy()
    assert _briefly(_replay(bench)) == ["added news Lantern Bay has been renewed by item-1: its source was muted"]


def test_a_baseline_stays_silent_and_what_repeats_it_does_too(bench):
    other = source("herald")
    bench.sources = (*bench.sources, other)
    bench.says("Title a", report())
    bench.says("Title b", report())
    bench.publish(item("a"), item("undated", published=None), at=other)
    bench.poll(other)
    bench.tell(item("b"))
    found = _replay(bench)
    assert (_briefly(found), found.after) == ([], 0)


def test_what_no_poll_would_read_is_not_read(bench):
    """Too old for its source, which counts again when the source is given another max_age."""
    bench.says("Title a", report())
    bench.tell(item("a", published=NOW - 30 * DAY))
    assert _briefly(_replay(bench)) == []
    bench.sources = (source(max_age=60 * DAY),)
    (line,) = _briefly(_replay(bench))
    assert line == "added news Lantern Bay has been renewed by item-1: not read as renewal"
    bench.sources = (source(max_age=DAY),)
    bench.says("Title b", report(FERRY))
    bench.tell(item("b", published=NOW))
    assert _briefly(_replay(bench)) == []


def test_a_source_that_is_no_longer_configured_or_too_strict_takes_its_alerts_away(told):
    told.sources = (source("herald"),)
    lines = _briefly(_replay(told))
    assert len(lines) == 3
    assert all(line.endswith("its source gazette is not configured") for line in lines)
    told.sources = (source(max_age=timedelta(minutes=1)),)
    assert all(line.endswith("older than the max_age of its source") for line in _briefly(_replay(told)))


@pytest.mark.parametrize("end", [None, "approve", "discard"])
def test_held_items_stay_held_unless_they_were_approved(bench, end):
    bench.tell(*[item(f"old-{n}") for n in range(3)])
    bench.time += 2 * DAY
    known = [item(f"new-{n}", title=f"Title old-{n}", url=item(f"old-{n}").url, published=None) for n in range(3)]
    bench.says("Title x", report())
    bench.tell(*known, item("x", published=None))
    if end == "approve":
        bench.write(lambda tx: approve(tx, 1, setup=bench.setup, recognise=bench.recognise, now=bench.time))
    elif end == "discard":
        bench.write(lambda tx: discard(tx, 1, now=bench.time))
    found = _replay(bench)
    assert _briefly(found) == []
    assert found.after == (1 if end == "approve" else 0)


def test_a_flood_is_held_then_and_now(bench):
    bench.policy = policy(flood=Flood(limit=1, per=HOUR))
    for number in range(3):
        bench.says(f"Title {number}", report(facts=Facts(seasons=(number + 1,))))
    bench.tell(*[item(str(number)) for number in range(3)])
    found = _replay(bench)
    assert (_briefly(found), found.before) == ([], 3)


def test_news_from_before_the_time_is_joined_and_not_told_again(bench):
    bench.says("Title a", report())
    bench.says("Title b", report(FERRY))
    bench.says("Title c", report())
    bench.tell(item("a"))
    bench.tell(*[item(name, published=NOW + 10 * DAY) for name in ("c", "b")], later=10 * DAY)
    found = _replay(bench, since=DAY)
    assert (_briefly(found), found.items, found.before) == ([], 3, 1)


def test_a_submitted_page_keeps_the_weight_it_was_given(bench):
    page = Page(url="http://10.0.0.7/a", title="Title a", summary="", text="All of it.")
    bench.says("Title a", report())
    bench.policy = policy(routes=(Route(receivers=("me",), standing=Standing.OFFICIAL),))
    bench(
        submit(
            page,
            tier=Tier.OFFICIAL,
            recognise=bench.recognise,
            store=bench.store,
            policy=bench.policy,
            now=bench.time,
        )
    )
    found = _replay(bench)
    assert (_briefly(found), found.before) == ([], 1)


class TestRetelling:
    """What was found goes into the outbox once, and says so."""

    @pytest.fixture
    def found(self, bench):
        bench.tell(item("c"), item("b"), item("a"))
        bench.says("Title a", report())
        bench.says("Title b", report(FERRY))
        return _replay(bench)

    def test_it_is_one_message_marked_as_found_by_replay(self, bench, found):
        assert _retell(bench, found) == [True, True]
        bench.deliver()
        assert bench.notify.subjects == ["Found by replay: 2 announcements"]
        ((_, message),) = bench.notify.sent
        assert (
            message.entries[0].why
            == "you watch Lantern Bay; “news” (rule en/test); found by replay: route 1 of alerts.yaml"
        )

    def test_it_is_found_no_more(self, bench, found):
        bench.time += 20 * DAY
        _retell(bench, found)
        assert _retell(bench, found) == [False, False]
        assert _briefly(_replay(bench)) == []
        assert _briefly(_replay(bench, since=DAY)) == []

    def test_who_heard_of_it_meanwhile_hears_nothing(self, bench, found):
        bench.says("Title d", report())
        bench.tell(item("d"))
        assert _retell(bench, found) == [False, True]

    def test_who_heard_less_hears_an_update(self, bench, found):
        bench.says("Title d", report(certainty=Certainty.RUMOUR))
        bench.tell(item("d"))
        assert _retell(bench, found)[0] is True
        assert bench.alerts()[-2].purpose == "update"

    def test_an_item_without_its_source_is_left_alone(self, bench, found):
        bench.sources = ()
        assert _retell(bench, found) == [False, False]

    def test_an_item_that_was_forgotten_is_left_alone(self, bench, found):
        lost = replace(found.added[0].alert, item_id=99)
        assert bench.write(lambda tx: retell(tx, lost, sources={}, now=bench.time)) is False

    def test_an_announcement_that_is_stored_is_told_as_it_is(self, bench):
        bench.says("Title a", report(FERRY), report())
        bench.policy = policy(routes=TRAILERS)
        bench.tell(item("a"))
        bench.policy = policy()
        found = _replay(bench)
        assert _retell(bench, found) == [True, True]
        assert [alert.announcement_id for alert in bench.alerts()] == [1, 2]
