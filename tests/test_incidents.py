"""Telling of trouble: once when it begins, once when it ends."""

from dataclasses import replace
from datetime import time

import pytest

from monitor.core.alert import AlertState
from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.options import BlueskyOptions
from monitor.core.routing import Digest, QuietHours, Receiver, Route, Telling, WatchdogPolicy, Weekday
from monitor.incidents import forget_incidents, record_config, record_incidents
from tests.bench import HOUR, NOW, policy, source


def incident(kind=IncidentKind.FAILING, subject="gazette"):
    return Incident(id=0, kind=kind, subject=subject, detail="HTTP 500", opened_at=NOW)


def _record(bench, *, opened=(), closed=(), receivers=("me", "desk"), **more):
    change = IncidentChange(opened=tuple(opened), closed=tuple(closed))
    own = policy(
        incidents=receivers, receivers=tuple(Receiver(id=name, url="console://") for name in receivers), **more
    )
    bench.write(lambda transaction: record_incidents(transaction, change, policy=own, now=bench.time))


def _open(bench):
    return bench.read(lambda view: view.open_incidents())


def _told(bench):
    return [(alert.receiver, str(alert.purpose), alert.bundle) for alert in bench.alerts()]


def test_each_receiver_is_told_of_the_beginning_and_of_the_end(bench):
    """Each as a message of its own: trouble never shares a bundle with news."""
    _record(bench, opened=[incident()])
    _record(bench, opened=[incident()])
    assert _told(bench) == [("me", "incident", None), ("desk", "incident", None)]
    bench.time += HOUR
    _record(bench, closed=_open(bench))
    assert _open(bench) == []
    assert _told(bench)[2:] == [("me", "recovery", None), ("desk", "recovery", None)]


def test_the_end_of_an_id_change_is_not_told(bench):
    _record(bench, opened=[incident(IncidentKind.IDS_CHANGED)], receivers=("me",))
    _record(bench, closed=_open(bench), receivers=("me",))
    assert (_open(bench), _told(bench)) == ([], [("me", "incident", None)])


def test_a_receiver_in_trouble_is_not_told_of_its_own_trouble(bench):
    _record(bench, opened=[incident(IncidentKind.RECEIVER, "me")])
    assert _told(bench) == [("desk", "incident", None)]
    _record(bench, opened=[incident(IncidentKind.FAILING, "me")])
    assert _told(bench)[1:] == [("me", "incident", None), ("desk", "incident", None)]


NIGHT = QuietHours(start=time(11), end=time(20))  # it is noon
MORNING = NOW.replace(hour=20)


def _waiting(bench):
    return [(str(alert.purpose), alert.due_at) for alert in bench.alerts() if alert.state is AlertState.PENDING]


def test_trouble_waits_for_the_end_of_the_quiet_hours(bench):
    _record(bench, opened=[incident()], receivers=("me",), quiet=NIGHT)
    assert _waiting(bench) == [("incident", MORNING)]


def test_of_trouble_that_came_and_went_by_night_only_the_end_is_told(bench):
    _record(bench, opened=[incident()], receivers=("me",), quiet=NIGHT)
    bench.time += HOUR
    _record(bench, closed=_open(bench), receivers=("me",), quiet=NIGHT)
    assert _waiting(bench) == [("recovery", MORNING)]
    assert bench.told()[0] == ("incident", "discarded")


def test_trouble_that_was_told_before_the_night_ends_with_a_word(bench):
    _record(bench, opened=[incident()], receivers=("me",))
    bench.deliver()
    _record(bench, closed=_open(bench), receivers=("me",), quiet=NIGHT)
    assert [*bench.told()] == [("incident", "sent"), ("recovery", "pending")]


@pytest.mark.parametrize(
    ("kind", "subject", "known", "wakes"),
    [
        (IncidentKind.NETWORK, "", (), True),
        (IncidentKind.CONFIG, "", (), True),
        (IncidentKind.FAILING, "gazette", (), False),
        (IncidentKind.RECEIVER, "me", (), False),  # desk is still there
        (IncidentKind.RECEIVER, "me", ("desk",), True),
    ],
)
def test_what_cannot_wait_for_the_morning(bench, kind, subject, known, wakes):
    """No network, no receiver that works, and the answer to an edit are told at night as well."""
    for receiver in known:
        _record(bench, opened=[incident(IncidentKind.RECEIVER, receiver)], quiet=NIGHT)
    _record(bench, opened=[incident(kind, subject)], quiet=NIGHT)
    assert (bench.alerts()[-1].due_at == NOW) is wakes


def test_a_mistake_in_the_configuration_is_told_until_it_is_mended(bench):
    def record(mistake):
        bench.write(lambda transaction: record_config(transaction, mistake, policy(), now=bench.time))

    record("alerts.yaml:3: no such receiver")
    record("alerts.yaml:4: another mistake")
    assert [(i.kind, i.detail) for i in _open(bench)] == [(IncidentKind.CONFIG, "alerts.yaml:3: no such receiver")]
    record("")
    record("")
    assert _open(bench) == []
    assert [purpose for _, purpose, _ in _told(bench)] == ["incident", "recovery"]


def test_the_trouble_of_what_is_no_longer_configured_ends_without_a_word(bench):
    kept = [incident(), incident(IncidentKind.RECEIVER, "me"), incident(IncidentKind.NETWORK, "")]
    gone = [incident(subject="herald"), incident(IncidentKind.RECEIVER, "desk"), incident(subject="me")]
    _record(bench, opened=[*kept, *gone], receivers=())
    own = policy(receivers=(Receiver(id="me", url="console://"),))
    bench.write(lambda transaction: forget_incidents(transaction, [source()], own, now=bench.time))
    assert {(i.kind, i.subject) for i in _open(bench)} == {(i.kind, i.subject) for i in kept}
    assert bench.alerts() == []


QUIET = incident(IncidentKind.QUIET)
DIGEST = (Route(receivers=("me",)), Route(receivers=("me",), digest=Digest(at=time(18))))


@pytest.mark.parametrize(
    ("more", "due", "bundle"),
    [
        ({}, (5, 9), "sources-me-20260505T0900"),  # it is noon: tomorrow at nine
        ({"watchdog": WatchdogPolicy(at=time(15))}, (4, 15), "sources-me-20260504T1500"),
        ({"watchdog": WatchdogPolicy(at=time(15)), "quiet": NIGHT}, (4, 20), "sources-me-20260504T2000"),
        ({"routes": DIGEST}, (4, 18), "digest-me-20260504T1800"),
        ({"routes": (Route(receivers=("me",), digest=Digest(at=time(18), on=Weekday.MONDAY)),)}, (5, 9), None),
        ({"watchdog": WatchdogPolicy(tell=Telling.AT_ONCE)}, (4, 12), None),
        ({"watchdog": WatchdogPolicy(tell=Telling.AT_ONCE), "quiet": NIGHT}, (4, 20), None),
    ],
)
def test_what_the_watchdog_finds_waits_for_a_calm_moment(bench, more, due, bundle):
    _record(bench, opened=[QUIET], receivers=("me",), **more)
    (alert,) = bench.alerts()
    assert (alert.due_at.day, alert.due_at.hour) == due
    assert alert.bundle == bundle or bundle is None


def test_what_nobody_wants_to_hear_is_only_remembered(bench):
    never = WatchdogPolicy(tell=Telling.NEVER)
    _record(bench, opened=[QUIET, incident()], receivers=("me",), watchdog=never)
    assert [str(i.kind) for i in _open(bench)] == ["failing", "quiet"]
    _record(bench, closed=_open(bench), receivers=("me",), watchdog=never)
    assert [bench.read(lambda view, a=a: view.incident(a.incident_id)).kind for a in bench.alerts()] == [
        IncidentKind.FAILING,
        IncidentKind.FAILING,
    ]


def test_what_is_over_before_it_was_told_is_told_to_nobody(bench):
    _record(bench, opened=[QUIET])
    bench.time += HOUR
    _record(bench, closed=_open(bench))
    assert [state for _, state in bench.told()] == ["discarded", "discarded"]


def test_what_gives_way_to_another_incident_ends_without_a_word(bench):
    _record(bench, opened=[QUIET], receivers=("me",))
    told = _open(bench)
    change = IncidentChange(opened=(incident(IncidentKind.TOKEN),), dropped=tuple(told))
    bench.write(lambda transaction: record_incidents(transaction, change, policy=policy(), now=bench.time))
    assert [str(i.kind) for i in _open(bench)] == ["token"]
    assert bench.told() == [("incident", "discarded"), ("incident", "pending")]


@pytest.mark.parametrize(("jetstream", "known"), [("wss://stream.example", True), ("wss://other.example", False)])
def test_trouble_with_a_stream_lasts_as_long_as_a_source_names_it(bench, jetstream, known):
    opened = Incident(id=0, kind=IncidentKind.STREAM, subject="stream.example", detail="lost", opened_at=bench.time)
    bench.write(lambda transaction: transaction.open_incident(opened))
    named = replace(source(), options=BlueskyOptions(account="a", base="b", jetstream=jetstream))
    bench.write(lambda transaction: forget_incidents(transaction, [named], policy(), now=bench.time))
    assert bool(bench.read(lambda view: view.open_incidents())) is known
