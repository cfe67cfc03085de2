"""What the silent first polls kept back, summed up."""

from datetime import timedelta

import pytest

from monitor.core.alert import AlertPurpose
from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.report import Facts, Kind
from monitor.core.routing import Mute, MuteScope, Route
from monitor.firstlook import say_first_look, take_first_look
from monitor.records import FirstLook
from monitor.rounds import once
from tests.bench import DAY, FERRY, HOUR, NOW, item, policy, report, source

TOPIC = report(watches=())


def _look(bench, *, later=timedelta()):
    bench.time += later
    done = bench(once(bench.program, everything=True, told=lambda _outcome, _error: None))
    assert [alert for alert in bench.alerts() if alert.purpose is AlertPurpose.NEWS] == []
    return done.first_look


def test_what_would_have_alerted_is_counted_and_named_newest_first(bench):
    bench.says("Title a", report())
    bench.says("Title b", report(FERRY, Kind.CANCELLATION))
    bench.says("Title again", report())
    bench.says("Title unwatched", TOPIC)
    bench.publish(
        item("b", published=NOW - HOUR),
        item("again", published=NOW - DAY),
        item("a", published=NOW - 13 * DAY),
        item("unwatched"),
        item("plain"),
    )
    look = _look(bench)
    assert look == FirstLook(
        at=NOW,
        sources=1,
        failed=0,
        items=5,
        news=2,
        headlines=("The Glass Ferry has been cancelled", "Lantern Bay has been renewed"),
    )
    assert say_first_look(look) == "5 items of 1 source read, 2 in the last 14 days would have alerted"
    assert bench.alerts() == []
    assert bench.read(lambda view: view.first_look()) == look


@pytest.mark.parametrize("published", [NOW - 15 * DAY, None])
def test_what_is_old_or_has_no_date_is_not_counted(bench, published):
    bench.says("Title a", report())
    bench.publish(item("a", published=published))
    assert _look(bench).news == 0


@pytest.mark.parametrize(
    "alerts",
    [
        policy(routes=(Route(receivers=("me",), kinds=frozenset({Kind.TRAILER})),)),
        policy(mutes=(Mute(scope=MuteScope.WATCH, target="lantern-bay", until=None),)),
    ],
)
def test_what_no_route_lets_through_or_is_muted_is_not_counted(bench, alerts):
    bench.policy = alerts
    bench.says("Title a", report())
    bench.publish(item("a"))
    assert _look(bench).news == 0


def test_ten_headlines_are_listed(bench):
    names = [f"n{number}" for number in range(12)]
    for number, name in enumerate(names):
        bench.says(f"Title {name}", report(facts=Facts(seasons=(number + 1,))))
    bench.publish(*[item(name) for name in names])
    look = _look(bench)
    assert (look.news, len(look.headlines)) == (12, 10)


def test_a_later_round_has_nothing_to_sum_up(bench):
    bench.publish()
    assert _look(bench) is not None
    assert _look(bench, later=HOUR) is None


def test_a_source_added_later_is_summed_up_alone(bench):
    bench.says("Title a", report())
    bench.says("Title b", report(FERRY))
    bench.publish(item("a"))
    assert _look(bench).headlines == ("Lantern Bay has been renewed",)
    other = source("herald")
    bench.sources = (*bench.sources, other)
    bench.publish(item("b", published=NOW + HOUR), at=other)
    bench.publish(item("c"), item("a"))
    look = _look(bench, later=2 * HOUR)
    assert (look.sources, look.items, look.headlines) == (1, 1, ("The Glass Ferry has been renewed",))


def test_a_source_that_failed_is_summed_up_when_it_can_be_read(bench):
    failing, fine = source("herald"), source("courier")
    bench.sources = (failing, fine)
    bench.fetch.answer(failing.url, FetchFailed(reason=FetchFailure.TIMEOUT, detail="no answer"))
    bench.publish(at=fine)
    look = _look(bench)
    assert say_first_look(look).endswith("0 in the last 14 days would have alerted; 1 source could not be read")
    assert _look(bench, later=DAY) is None
    bench.publish(item("a"), at=failing)
    look = _look(bench, later=30 * DAY)
    assert (look.sources, look.failed, look.items) == (1, 0, 1)


def test_when_nothing_can_be_read_nothing_is_remembered(bench):
    assert _look(bench) is None
    failed = bench.read(lambda view: list(view.last_polls().values()))
    look = bench(take_first_look(failed, desk=bench.desk, scratch=bench.scratch))
    assert say_first_look(look) == "none of 1 source could be read"
    assert bench.read(lambda view: view.first_look()) is None
