"""Emptying the outbox: every attempt leaves a row, and one trouble does not hold up the rest."""

from datetime import time, timedelta

import pytest

from monitor.core.alert import AlertPurpose, AlertState, NewAlert
from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.report import Subject
from monitor.core.routing import Digest, Receiver, Route, Weekday
from monitor.deliver import LEASE, all_of, bring_forward, deliver
from monitor.incidents import record_incidents
from monitor.records import SendFailed, Sent
from tests.bench import DAY, HOUR, item, policy, report

MINUTE = timedelta(minutes=1)
REFUSED = SendFailed(detail="connection refused", retryable=True)
WRONG = SendFailed(detail="no such address", retryable=False)


@pytest.fixture(autouse=True)
def _polled_before(bench):
    bench.settle()


def _news(bench, *names):
    for name in names:
        bench.says(f"Title {name}", report(Subject(key=f"show:{name}", title=f"Show {name}")))
    bench.tell(*[item(name) for name in reversed(names)])


def _states(bench):
    return [str(alert.state) for alert in bench.alerts()]


def test_what_is_accepted_is_sent_once(bench):
    _news(bench, "a")
    (sending,) = bench.deliver()
    assert (sending.receiver, sending.subject, sending.alerts, sending.state, sending.detail) == (
        "me",
        "Show a has been renewed",
        1,
        AlertState.SENT,
        "accepted",
    )
    assert bench.deliver(later=DAY) == ()
    (delivery,) = bench.read(lambda view: view.deliveries(1))
    assert (delivery.ok, delivery.state) == (True, AlertState.SENT)


def test_what_is_refused_is_tried_again_after_the_others(bench):
    """A message the receiver cannot stomach waits longer than those behind it."""
    _news(bench, "a", "b", "c")
    bench.notify.results = [REFUSED]
    bench.deliver()
    assert bench.notify.subjects == ["Show a has been renewed"]
    bench.deliver(later=MINUTE)
    bench.deliver(later=MINUTE)
    assert sorted(bench.notify.subjects[1:]) == [f"Show {name} has been renewed" for name in "abc"]
    assert _states(bench) == ["sent"] * 3


def test_a_receiver_says_when_to_come_back(bench):
    _news(bench, "a")
    bench.notify.results = [SendFailed(detail="slow down", retryable=True, retry_after=2 * HOUR)]
    bench.deliver()
    assert bench.deliver(later=HOUR) == ()
    assert len(bench.deliver(later=HOUR)) == 1


def test_giving_up_is_loud_once_and_success_ends_it(bench):
    """The other receivers hear that one takes nothing, and hear when it does again."""
    desk = Receiver(id="desk", url="console://")
    bench.policy = policy(receivers=(*bench.policy.receivers, desk), incidents=("me", "desk"))
    _news(bench, "a", "b", "c")
    bench.notify.results = [WRONG, WRONG]
    bench.deliver()
    bench.deliver()
    assert [(to, m.subject) for to, m in bench.notify.sent] == [
        ("me", "Show a has been renewed"),
        ("me", "Show b has been renewed"),
        ("me", "Show c has been renewed"),
        ("desk", "An alert for me could not be delivered"),
        ("desk", "me takes alerts again"),
    ]
    assert "“Show a has been renewed” was given up: no such address" in bench.notify.sent[3][1].note[0]
    assert bench.read(lambda view: view.open_incidents()) == []


def test_one_receivers_trouble_is_not_anothers(bench):
    desk = Receiver(id="desk", url="console://")
    bench.policy = policy(receivers=(*bench.policy.receivers, desk), routes=(Route(receivers=("me", "desk")),))
    _news(bench, "a", "b")

    class OneDown:
        async def __call__(self, receiver, message):
            return REFUSED if receiver.id == "me" else Sent()

    bench.notify = OneDown()
    bench.deliver()
    assert sorted((a.receiver, str(a.state)) for a in bench.alerts()) == [
        ("desk", "sent"),
        ("desk", "sent"),
        ("me", "pending"),
        ("me", "pending"),
    ]


def test_a_bug_about_one_message_is_seen_and_does_not_stop_the_others(bench):
    bug = ZeroDivisionError("ours")
    _news(bench, "a", "b")
    bench.notify.results = [bug]
    (sending,) = bench.deliver()
    assert (sending.bug, sending.detail) == (bug, "internal error: ZeroDivisionError")
    bench.deliver(later=2 * MINUTE)
    assert _states(bench) == ["sent", "sent"]


def test_alerts_for_a_receiver_no_longer_configured_are_discarded(bench):
    _news(bench, "a")
    bench.policy = policy(receivers=(Receiver(id="desk", url="console://"),))
    assert bench.deliver() == ()
    assert _states(bench) == ["discarded"]


def test_a_slow_receiver_gives_back_what_it_cannot_take_in_time(bench):
    """Nobody else may send what is leased, so nothing is sent on a lease that has run out."""
    _news(bench, "a", "b", "c")

    class Slow:
        def __init__(self):
            self.sent = 0

        async def __call__(self, receiver, message):
            self.sent += 1
            bench.time += LEASE / 2
            return Sent()

    bench.notify = Slow()
    assert len(bench.deliver()) == 1
    assert _states(bench) == ["sent", "pending", "pending"]
    assert len(bench.deliver()) == 1
    assert bench.notify.sent == 2


def test_two_that_deliver_at_the_same_time_send_nothing_twice(bench):
    _news(bench, "a", "b")

    async def both():
        work = [
            deliver(store=bench.store, notify=bench.notify, setup=bench.setup, clock=lambda: bench.time)
            for _ in range(2)
        ]
        return await all_of(work)

    bench(both())
    assert len(bench.notify.sent) == 2


def test_all_is_finished_before_a_failure_comes_out(bench):
    done = []

    async def fail():
        raise LookupError

    async def finish():
        done.append(True)

    with pytest.raises(LookupError):
        bench(all_of([fail(), finish()]))
    assert done == [True]


class TestClockSetBack:
    """Waits reckoned from a clock that was ahead would last for ever."""

    def _bring_forward(self, bench, back):
        bench.time -= back
        bench.write(lambda transaction: bring_forward(transaction, now=bench.time))

    def test_what_waits_because_of_the_wrong_time_is_due(self, bench):
        _news(bench, "a")
        bench.notify.results = [REFUSED]
        bench.deliver()
        self._bring_forward(bench, 30 * DAY)
        assert len(bench.deliver()) == 1

    def test_what_was_never_tried_is_due(self, bench):
        _news(bench, "a")
        self._bring_forward(bench, 30 * DAY)
        assert len(bench.deliver()) == 1

    def test_what_waits_rightly_goes_on_waiting(self, bench):
        _news(bench, "a")
        bench.notify.results = [REFUSED]
        bench.deliver()
        self._bring_forward(bench, timedelta())
        assert bench.deliver() == ()

    def test_what_was_sent_stays_sent(self, bench):
        _news(bench, "a")
        bench.deliver()
        self._bring_forward(bench, 30 * DAY)
        assert bench.deliver() == ()

    @pytest.mark.parametrize("day", [None, Weekday.SUNDAY])
    def test_a_digest_keeps_its_hour(self, bench, day):
        bench.policy = policy(routes=(Route(receivers=("me",), digest=Digest(at=time(18), on=day)),))
        _news(bench, "a")
        self._bring_forward(bench, 2 * HOUR)
        assert bench.deliver() == ()
        self._bring_forward(bench, 30 * DAY)
        assert len(bench.deliver()) == 1


def test_a_recovery_is_told_after_the_trouble(bench):
    incident = Incident(id=0, kind=IncidentKind.NETWORK, subject="", detail="nothing", opened_at=bench.time)

    def change(**fields):
        made = IncidentChange(**fields)
        bench.write(lambda tx: record_incidents(tx, made, policy=policy(), now=bench.time))

    change(opened=(incident,))
    change(closed=tuple(bench.read(lambda view: view.open_incidents())))
    bench.deliver()
    assert bench.notify.subjects == ["Nothing can be reached", "The network is back"]


def test_an_alert_that_points_nowhere_is_our_bug_and_is_recorded(bench):
    made = NewAlert(receiver="me", purpose=AlertPurpose.INCIDENT, due_at=bench.time, reason="")
    bench.write(lambda transaction: transaction.add_alert(made, at=bench.time))
    (sending,) = bench.deliver()
    assert (sending.state, sending.detail, sending.subject) == (
        AlertState.PENDING,
        "internal error: LookupError",
        "",
    )


def test_a_wall_clock_that_jumps_before_the_first_sending_loses_nothing(bench):
    """The lease seems to have run out at once; what was claimed is put back and sent the next time."""
    bench.says("Title a", report())
    bench.tell(item("a"))
    readings = iter([bench.time, bench.time, bench.time + DAY, bench.time + DAY])
    sendings = bench(deliver(store=bench.store, notify=bench.notify, setup=bench.setup, clock=lambda: next(readings)))
    assert (sendings, bench.notify.sent) == ((), [])
    assert len(bench.deliver()) == 1
