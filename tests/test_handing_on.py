"""What a receiver does not take goes to the one that stands in for it."""

from datetime import time, timedelta

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.report import Certainty, Subject
from monitor.core.routing import Digest, QuietHours, Receiver, Route
from monitor.records import SendFailed, Sent
from tests.bench import HOUR, item, policy, report, source

WRONG = SendFailed(detail="no such address", retryable=False)
MINUTE = timedelta(minutes=1)
ME = Receiver(id="me", url="json://me.example", fallback="phone")
PHONE = Receiver(id="phone", url="json://phone.example")


@pytest.fixture(autouse=True)
def _with_a_fallback(bench):
    bench.settle()
    bench.policy = policy(receivers=(ME, PHONE), incidents=())


def _news(bench, *names):
    for name in names:
        bench.says(f"Title {name}", report(Subject(key=f"show:{name}", title=f"Show {name}")))
    bench.tell(*[item(name) for name in reversed(names)])


def _refused(bench, *, later=timedelta()):
    """Everything due is given up."""
    bench.notify.results = [WRONG] * 10
    bench.deliver(later=later)
    bench.notify.results = []
    bench.notify.sent.clear()


def test_what_is_given_up_goes_to_the_fallback_and_says_so(bench):
    _news(bench, "a")
    _refused(bench)
    assert bench.told() == [("news", "given_up"), ("news", "pending")]
    bench.deliver(later=MINUTE)
    ((receiver, message),) = bench.notify.sent
    assert receiver == "phone"
    assert message.subject == "Show a has been renewed"
    assert message.note == ("Meant for me, which did not take it.",)
    assert message.entries[0].why.endswith("meant for me, which did not take it")


def test_what_piled_up_leaves_as_one_message(bench):
    _news(bench, "a", "b")
    _refused(bench)
    bench.deliver(later=MINUTE)
    ((_, message),) = bench.notify.sent
    assert (message.subject, len(message.entries)) == ("Not delivered elsewhere: 2 announcements", 2)


def test_it_waits_for_the_end_of_the_quiet_hours(bench):
    _news(bench, "a")
    bench.policy = policy(receivers=(ME, PHONE), quiet=QuietHours(start=time(13), end=time(20)))
    _refused(bench, later=MINUTE)
    assert bench.alerts()[-1].due_at.hour == 20


def test_nobody_is_told_what_is_known_already(bench):
    """The fallback has a route of its own, and fails as well: that is the end of it."""
    bench.policy = policy(receivers=(ME, PHONE), routes=(Route(receivers=("me", "phone")),), incidents=())
    _news(bench, "a")
    _refused(bench)
    assert bench.told() == [("news", "given_up"), ("news", "given_up")]


def test_news_that_waits_for_the_fallback_in_a_digest_is_not_told_twice(bench):
    routes = (Route(receivers=("me",)), Route(receivers=("phone",), digest=Digest(at=time(8))))
    bench.policy = policy(receivers=(ME, PHONE), routes=routes, incidents=())
    _news(bench, "a")
    _refused(bench)
    assert bench.told() == [("news", "given_up"), ("news", "pending")]


def test_a_chain_is_followed_to_its_end(bench):
    """me to phone to desk, each once."""
    chain = (ME, Receiver(id="phone", url="json://phone.example", fallback="desk"), Receiver(id="desk", url="json://d"))
    bench.policy = policy(receivers=chain, incidents=())
    _news(bench, "a")
    for minutes in range(4):
        _refused(bench, later=minutes * MINUTE)
    assert [(alert.receiver, str(alert.state)) for alert in bench.alerts()] == [
        ("me", "given_up"),
        ("phone", "given_up"),
        ("desk", "given_up"),
    ]


def test_an_update_is_news_to_a_fallback_that_heard_nothing(bench):
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report())
    bench.tell(item("a"))
    bench.deliver()
    bench.tell(item("b"))
    _refused(bench)
    bench.deliver(later=MINUTE)
    ((_, message),) = bench.notify.sent
    assert (message.subject, message.entries[0].update) == ("Lantern Bay has been renewed", None)


def test_news_is_followed_by_its_update(bench):
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report())
    bench.tell(item("a"))
    _refused(bench)
    bench.deliver(later=MINUTE)
    bench.notify.results = [Sent()]
    bench.tell(item("b"))
    _refused(bench)
    bench.deliver(later=2 * HOUR)
    assert [message.subject for _, message in bench.notify.sent] == [
        "Update: now reported: Lantern Bay has been renewed"
    ]


def test_trouble_and_holds_are_handed_on_each_by_itself(bench):
    bench.policy = policy(receivers=(ME, PHONE), incidents=("me",))
    failing = source("herald")
    bench.sources = (*bench.sources, failing)
    for _ in range(4):
        bench.fetch.answer(failing.url, FetchFailed(reason=FetchFailure.FORBIDDEN, detail="HTTP 403"))
        bench.poll(failing, later=HOUR)
    _refused(bench)
    bench.deliver()
    ((receiver, message),) = bench.notify.sent
    assert (receiver, message.subject) == ("phone", "herald cannot be read")
    assert message.note[0] == "Meant for me, which did not take it."


def test_news_that_the_fallback_has_not_seen_yet_gives_way_to_what_was_meant_for_another(bench):
    """It waits for a digest, and would then be told after its own update."""
    digest = Route(receivers=("phone",), digest=Digest(at=time(8)))
    bench.policy = policy(receivers=(ME, PHONE), routes=(digest,), incidents=())
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.tell(item("a"))
    bench.policy = policy(receivers=(ME, PHONE), routes=(Route(receivers=("me",)),), incidents=())
    bench.says("Title b", report())
    bench.tell(item("b"), item("a"))
    _refused(bench)
    assert bench.told() == [("news", "discarded"), ("news", "given_up"), ("news", "pending")]
    bench.deliver(later=MINUTE)
    bench.deliver(later=24 * HOUR)
    assert bench.notify.subjects == ["Lantern Bay has been renewed"]
