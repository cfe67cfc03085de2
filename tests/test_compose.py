"""Stored alerts become the message that is sent."""

from datetime import time, timedelta

import pytest

from monitor.compose import compose
from monitor.core.alert import Alert, AlertPurpose, AlertState
from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.report import Certainty, Kind
from monitor.core.routing import Digest, QuietHours, Route
from monitor.incidents import record_incidents
from tests.bench import DAY, FERRY, HOUR, NOW, item, policy, report, source


@pytest.fixture(autouse=True)
def _polled_before(bench):
    bench.settle()


def _message(bench):
    """The one message that everything due comes to."""
    bench.deliver()
    ((_, message),) = bench.notify.sent
    bench.notify.sent.clear()
    return message


def test_news_and_its_update_share_a_thread(bench):
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report())
    bench.tell(item("a"))
    first = _message(bench)
    bench.tell(item("b"))
    second = _message(bench)
    assert (first.subject, first.reply) == ("Rumour: Lantern Bay has been renewed", False)
    assert (second.subject, second.reply) == ("Update: now reported: Lantern Bay has been renewed", True)
    assert first.thread == second.thread
    assert second.entries[0].reports == ()  # nobody else has said it


def test_news_denied_before_it_left_is_told_as_denied(bench):
    """The message says how things stand when it is sent."""
    bench.policy = policy(quiet=QuietHours(start=time(11), end=time(20)))
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report(certainty=Certainty.DENIED))
    bench.tell(item("a"))
    bench.tell(item("b"))
    bench.time += DAY / 2
    message = _message(bench)
    assert [(entry.title, entry.standing, entry.update) for entry in message.entries] == [
        ("Denied: Lantern Bay has been renewed", "Denied, says gazette", None)
    ]
    assert message.subject == "Denied: Lantern Bay has been renewed"


def test_updates_that_waited_together_are_told_as_one(bench):
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.tell(item("a"))
    _message(bench)
    bench.policy = policy(quiet=QuietHours(start=time(11), end=time(20)))
    bench.says("Title b", report())
    bench.says("Title c", report(official=True))
    bench.tell(item("b"))
    bench.tell(item("c"))
    bench.time += DAY / 2
    assert [entry.update for entry in _message(bench).entries] == ["now official"]


def test_a_digest_is_one_message(bench):
    bench.policy = policy(routes=(Route(receivers=("me",), digest=Digest(at=time(18))),))
    bench.says("Title a", report())
    bench.says("Title b", report(FERRY))
    bench.tell(item("b"), item("a"))
    bench.deliver()
    assert bench.notify.sent == []
    bench.time += DAY / 2
    assert _message(bench).subject == "Your digest: 2 announcements"


def test_a_round_up_is_named_after_its_first_news(bench):
    bench.says("Title a", report(), report(kind=Kind.TRAILER))
    bench.tell(item("a"))
    assert _message(bench).subject == "Lantern Bay has been renewed, and 1 more"


def test_a_bundle_that_holds_one_piece_of_news_twice_says_it_once(bench):
    """Two reports of one item may come to one announcement: news and an update of it in one message."""
    bench.says("Title a", report(certainty=Certainty.RUMOUR), report(kind=Kind.RENEWAL, watches=("lantern-bay", "ida")))
    bench.tell(item("a"))
    alerts = [
        Alert(
            id=number,
            receiver="me",
            purpose=purpose,
            state=AlertState.PENDING,
            created_at=NOW,
            due_at=NOW,
            attempts=0,
            reason="route 1",
            announcement_id=1,
            bundle="item-1",
            change="now reported",
        )
        for number, purpose in enumerate([AlertPurpose.NEWS, AlertPurpose.UPDATE])
    ]
    message = bench.read(lambda view: compose(alerts, view, bench.setup))
    assert (message.subject, len(message.entries)) == ("Lantern Bay has been renewed", 1)


def test_trouble_and_its_end_name_the_source_as_the_reader_knows_it(bench):
    bench.sources = (source(name="The Gazette"),)
    incident = Incident(id=0, kind=IncidentKind.FAILING, subject="gazette", detail="HTTP 500", opened_at=bench.time)

    def record(change):
        bench.write(lambda tx: record_incidents(tx, change, policy=policy(), now=bench.time))

    record(IncidentChange(opened=(incident,)))
    trouble = _message(bench)
    assert (trouble.subject, trouble.note[0]) == ("The Gazette cannot be read", "HTTP 500")
    bench.time += 3 * HOUR
    record(IncidentChange(closed=tuple(bench.read(lambda view: view.open_incidents()))))
    bench.sources = ()
    end = _message(bench)
    assert (end.subject, end.thread) == ("gazette can be read again", trouble.thread)
    assert "3 hours" in end.note[0]


def test_trouble_waits_for_no_bundle(bench):
    """Incidents due together with news are messages of their own."""
    bench.says("Title a", report(), report(FERRY))
    bench.tell(item("a"))
    incident = Incident(id=0, kind=IncidentKind.NETWORK, subject="", detail="nothing", opened_at=bench.time)
    change = IncidentChange(opened=(incident,))
    bench.write(lambda tx: record_incidents(tx, change, policy=policy(), now=bench.time))
    bench.deliver(later=timedelta(minutes=1))
    assert sorted(bench.notify.subjects) == ["Lantern Bay has been renewed, and 1 more", "Nothing can be reached"]


def test_an_alert_about_nothing_is_a_bug_and_says_so(bench):
    alert = Alert(
        id=1,
        receiver="me",
        purpose=AlertPurpose.INCIDENT,
        state=AlertState.PENDING,
        created_at=NOW,
        due_at=NOW,
        attempts=0,
        reason="",
    )
    with pytest.raises(LookupError):
        bench.read(lambda view: compose([alert], view, bench.setup))


def _find(bench, *kinds):
    """The watchdog finds these, each of a source of its own."""
    found = [
        Incident(id=0, kind=kind, subject=f"s{n}", detail="four days", opened_at=NOW) for n, kind in enumerate(kinds)
    ]
    change = IncidentChange(opened=tuple(found))
    bench.write(lambda transaction: record_incidents(transaction, change, policy=bench.policy, now=bench.time))


def test_what_the_watchdog_finds_leaves_as_one_message(bench):
    _find(bench, IncidentKind.QUIET, IncidentKind.TOKEN)
    bench.time += DAY
    message = _message(bench)
    assert message.subject == "About your sources: s0 has gone quiet, and 1 more"
    assert message.note[0].startswith("s0 has gone quiet. Four days. It answers, but brings nothing new.")
    assert message.note[1].startswith("The token for s1 runs out. Four days. Renew it")
    assert message.entries == ()


def test_what_the_watchdog_finds_comes_with_the_digest(bench):
    bench.policy = policy(routes=(Route(receivers=("me",), digest=Digest(at=time(18))),))
    bench.says("Title a", report())
    bench.tell(item("a"))
    _find(bench, IncidentKind.EMPTY)
    bench.time += DAY / 2
    message = _message(bench)
    assert message.subject == "Your digest: 1 announcement"
    assert [entry.title for entry in message.entries] == ["Lantern Bay has been renewed"]
    assert message.note[-1].startswith("s0 holds no items any more. Four days.")


def test_a_single_finding_is_told_as_an_incident(bench):
    _find(bench, IncidentKind.STALE)
    bench.time += DAY
    message = _message(bench)
    assert (message.subject, message.note[0]) == ("s0 stands still", "four days")
