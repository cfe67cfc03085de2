"""The watchdog's round: it learns, looks, and tells once, at a calm time of the day."""

from datetime import timedelta

from monitor.core.alert import AlertState
from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.report import Evidence, Kind
from monitor.core.source import Adaptive
from monitor.patrol import patrol
from monitor.rounds import enlist
from tests.bench import DAY, HOUR, NOW, item, report, source

SKEWED = dict.fromkeys(("a", "b", "c"), 9 * HOUR)


def go(bench, *, later=timedelta(), ahead=None, daemon=True):
    bench.time += later
    return bench(
        patrol(
            store=bench.store,
            sources=bench.sources,
            policy=bench.policy,
            ahead=ahead or {},
            daemon=daemon,
            tick=timedelta(),
            now=bench.time,
        )
    )


def said(change):
    return [f"+{i.kind} {i.subject}" for i in change.opened] + [f"-{i.kind} {i.subject}" for i in change.closed]


def live(bench, days, *, per_day=2):
    """The source brings so many items a day; the watchdog goes its rounds. Returns what it said."""
    found = []
    for number in range(days * per_day):
        bench.tell(item(f"i{number}", published=bench.time + DAY / per_day), later=DAY / per_day)
        found += said(go(bench))
    return found


def idle(bench, days):
    """The source answers and brings nothing new."""
    found = []
    for _ in range(days):
        bench.poll(later=DAY)
        found += said(go(bench))
    return found


def test_a_source_that_dies_is_told_once_and_its_return_once(bench):
    bench.settle()
    assert live(bench, 21) == []
    rhythm = bench.state().rhythm
    assert 1.5 < rhythm.working < 2.5
    assert idle(bench, 10) == ["+quiet gazette"]
    assert bench.state().rhythm.usual == rhythm.usual  # silence unlearns nothing
    bench.deliver(later=DAY)
    assert bench.notify.subjects == ["gazette has gone quiet"]
    note = " ".join(bench.notify.sent[0][1].note)
    assert "othing new for" in note
    assert "it usually brings something every" in note
    bench.tell(item("back", published=bench.time))
    assert said(go(bench)) == ["-quiet gazette"]
    bench.deliver(later=DAY)
    assert bench.notify.subjects[1:] == ["gazette brings news again"]


def test_rounds_are_an_hour_apart(bench):
    bench.settle()
    go(bench)
    at = bench.read(lambda view: view.patrol()).at
    go(bench, later=HOUR / 2)
    assert bench.read(lambda view: view.patrol()).at == at
    go(bench, later=HOUR / 2)
    assert bench.read(lambda view: view.patrol()).at == at + HOUR
    go(bench, later=-5 * HOUR)  # the clock was set back
    assert bench.read(lambda view: view.patrol()).at == at - 4 * HOUR


def test_a_rhythm_is_learned_anew_once_a_day_when_something_came(bench):
    bench.settle()
    bench.tell(item("a", published=NOW))
    bench.tell(item("b", published=NOW + HOUR))
    go(bench)
    first = bench.state().rhythm
    assert first.learned_at == bench.time
    bench.tell(item("c", published=bench.time))
    go(bench, later=2 * HOUR)
    assert bench.state().rhythm == first
    go(bench, later=DAY)
    assert bench.state().rhythm.learned_at == bench.time
    latest = bench.state().rhythm
    go(bench, later=2 * DAY)
    assert bench.state().rhythm == latest
    go(bench, later=-9 * DAY)  # learned while the clock was ahead
    assert bench.state().rhythm.learned_at == bench.time


def test_a_source_that_was_never_read_is_not_learned(bench):
    bench.fetch.answer(bench.sources[0].url, FetchFailed(reason=FetchFailure.TIMEOUT, detail="too slow"))
    bench.poll()
    assert said(go(bench)) == []
    assert bench.state().rhythm is None
    bench.sources = (*bench.sources, source("never-polled"))
    assert said(go(bench, later=HOUR)) == []


def test_late_polls_are_told_at_the_second_round_in_a_row(bench):
    bench.settle()
    assert said(go(bench, later=6 * HOUR)) == []
    assert said(go(bench, later=3 * HOUR)) == []  # too long ago to be in a row
    assert said(go(bench, later=HOUR)) == ["+lag "]
    assert said(go(bench, later=HOUR, daemon=False)) == []
    bench.poll(later=HOUR)
    assert said(go(bench)) == ["-lag "]


def test_what_is_over_before_it_was_told_is_not_told(bench):
    assert said(go(bench, ahead=SKEWED)) == ["+clock "]
    assert [alert.due_at.hour for alert in bench.alerts()] == [9]
    assert said(go(bench, ahead=dict.fromkeys(SKEWED, timedelta()), later=HOUR)) == ["-clock "]
    assert [alert.state for alert in bench.alerts()] == [AlertState.DISCARDED]


def test_the_sources_of_a_title_in_the_news_are_visited_sooner(bench):
    """Those that have reported on it, as soon as politeness allows; those that fail or are fixed stay as they are."""
    range_ = Adaptive(least=HOUR / 6, most=4 * HOUR)
    bench.sources = tuple(source(name, adaptive=range_) for name in ("gazette", "herald", "mirror", "stranger"))
    gazette, herald, mirror, stranger = bench.sources
    for number, one in enumerate(bench.sources):
        bench.settle(one)
        if one is not stranger:
            bench.says(f"Title {number}", report())
            bench.tell(item(str(number)), at=one, later=timedelta())
    bench.fetch.answer(mirror.url, FetchFailed(reason=FetchFailure.TIMEOUT, detail="too slow"))
    bench.poll(mirror)
    before = {one.id: bench.state(one) for one in bench.sources}
    bench.says("Title new", report(kind=Kind.TRAILER))
    bench.tell(item("new"), at=gazette, later=HOUR / 2)
    after = {one.id: bench.state(one) for one in bench.sources}
    assert after["herald"].next_due == bench.time
    assert after["herald"].boosted_until == bench.time + HOUR
    assert bench.time < after["gazette"].next_due < bench.time + HOUR / 5
    assert after["mirror"].next_due == before["mirror"].next_due
    assert after["stranger"].boosted_until is None
    bench.poll(herald)
    assert bench.state(herald).boosted_until == bench.time + HOUR


def test_what_only_a_database_knows_is_told_as_missed_until_another_source_tells_it(bench):
    """Three days are the others' time to tell it."""
    evidence = (Evidence(rule="tvmaze/season", part="title", start=0, end=4, quote="news"),)
    gazette, shows = source(), source("shows")
    bench.sources = (gazette, shows)
    bench.settle()
    bench.settle(shows)
    bench.says("Title a", report(evidence=evidence))
    bench.says("Title b", report())
    bench.tell(item("a"), at=shows)
    assert said(go(bench, later=2 * DAY, daemon=False)) == []
    (announcement,) = bench.announcements()
    name = f"announcement-{announcement.id}"
    assert said(go(bench, later=DAY, daemon=False)) == [f"+missed {name}"]
    assert said(go(bench, later=HOUR, daemon=False)) == []
    bench(enlist(bench.desk))
    bench.tell(item("b"), at=gazette)
    assert said(go(bench, later=HOUR, daemon=False)) == [f"-missed {name}"]
