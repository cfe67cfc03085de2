"""The demo's bookkeeping: when it polls, what it expects, how it judges. The newsroom itself is tested with the seeds."""

from datetime import UTC, datetime, time, timedelta

from monitor.core.report import Certainty, Facts, Kind, Person
from monitor.core.routing import Digest, Flood, Route
from monitor.demo import STARTS, SimulatedClock, Telling, count_items, judge, moments, play, read_expected
from tests.bench import FERRY, item, policy, report

DAY = timedelta(days=1)


def test_the_clock_stands_still_until_it_is_set():
    clock = SimulatedClock(STARTS)
    assert clock() == clock() == STARTS
    clock.time += DAY
    assert clock() == STARTS + DAY


def test_it_polls_at_every_hour_of_every_day():
    assert moments({"days": 2, "rounds": ["06:00", "18:30"]}) == [
        datetime(2026, 3, 2, 6, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 18, 30, tzinfo=UTC),
        datetime(2026, 3, 3, 6, 0, tzinfo=UTC),
        datetime(2026, 3, 3, 18, 30, tzinfo=UTC),
    ]


def _telling(**fields):
    values = {"day": 1, "time": "06:00", "purpose": "news", "kind": "renewal", "title": "Lantern Bay"}
    return Telling(**{**values, **fields})


def test_what_is_expected_is_read_with_its_reason():
    entry = {"day": 1, "time": "06:00", "purpose": "news", "kind": "renewal", "title": "Lantern Bay", "reason": "so"}
    full = {
        **entry,
        "standing": "official",
        "seasons": [2],
        "people": [{"name": "Ida Holm", "role": "Gull"}, {"name": "X"}],
    }
    people = frozenset({("Ida Holm", "Gull"), ("X", None)})
    assert read_expected({"alerts": [entry, full]}) == (
        (_telling(), "so"),
        (_telling(standing="official", seasons=(2,), people=people), "so"),
    )
    assert str(read_expected({"alerts": [full]})[0][0]) == (
        "day 1 06:00 · news · Lantern Bay · renewal · official · season 2 · Ida Holm as Gull, X"
    )
    assert str(_telling(title="")) == "day 1 06:00 · news · renewal"


def test_what_came_is_compared_with_what_had_to_come():
    """As often as it had to: the same thing told twice is one too much."""
    one, two, three = _telling(), _telling(title="B"), _telling(title="C")
    verdict = judge([one, one, two], [one, two, three])
    assert (verdict.missing, verdict.surplus, verdict.as_expected) == ((three,), (one,), False)
    assert judge([two, one], [one, two]).as_expected


def test_a_round_is_shown_with_what_it_told(bench):
    bench.time = STARTS
    bench.publish()
    assert bench(play(bench.program, moment=bench.time)).tellings == ()
    bench.time += DAY + timedelta(hours=6)
    people = (Person(name="Ida Holm", role="Gull"),)
    bench.says("Title a", report(kind=Kind.CASTING, facts=Facts(people=people)))
    bench.publish(item("a", published=bench.time))
    shown = bench(play(bench.program, moment=bench.time))
    assert (shown.day, shown.time, len(shown.round.polls)) == (2, "06:00", 1)
    assert shown.tellings == (
        _telling(day=2, kind="casting", standing="reported", people=frozenset({("Ida Holm", "Gull")})),
    )
    # An update is known by the people it adds.
    more = (*people, Person(name="Marek Voss"))
    bench.says("Title b", report(kind=Kind.CASTING, facts=Facts(people=more)))
    bench.time += DAY
    bench.publish(item("b", published=bench.time))
    (update,) = bench(play(bench.program, moment=bench.time)).tellings
    assert (update.purpose, update.people) == ("update", frozenset({("Marek Voss", None)}))
    assert bench(count_items(bench.store)) == 2


def test_trouble_and_holds_are_shown_too(bench):
    bench.policy = policy(
        flood=Flood(limit=1, per=DAY),
        routes=(Route(receivers=("me",)), Route(receivers=("x",), digest=Digest(at=time(8)))),
    )
    bench.time = STARTS
    bench.publish()
    bench(play(bench.program, moment=bench.time))
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report(FERRY))
    bench.time += DAY
    bench.publish(item("b", published=bench.time), item("a", published=bench.time))
    tellings = bench(play(bench.program, moment=bench.time)).tellings
    assert sorted(t.purpose for t in tellings) == ["hold", "news", "news", "news", "news"]
    bench.fetch.answers.clear()
    for _ in range(4):
        bench.time += DAY
        tellings = bench(play(bench.program, moment=bench.time)).tellings
        if tellings:
            assert [(t.purpose, t.kind, t.title) for t in tellings] == [("incident", "network", "")]
            break
    assert tellings
