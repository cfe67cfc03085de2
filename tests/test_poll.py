"""One poll of one source: what is stored, what is told, and what is remembered for the next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.announcement import Standing
from monitor.core.fetching import (
    FetchFailed,
    FetchFailure,
    NotAFeed,
    NotModified,
    Page,
    Parsed,
    ParseFailed,
    Unchanged,
    Visited,
)
from monitor.core.options import RedditOptions
from monitor.core.report import Certainty, Facts
from monitor.core.routing import Mute, MuteScope
from monitor.core.source import Validators
from monitor.poll import poll
from monitor.records import PollStatus
from tests.bench import DAY, FERRY, HOUR, NOW, item, policy, report, source
from tests.fakes import fetched


def test_first_poll_tells_nothing_and_the_next_tells_what_is_new(bench):
    bench.says("Title a", report())
    bench.says("Title b", report(FERRY))
    bench.publish(item("a"))
    first = bench.poll()
    assert (first.status, first.items, first.new, first.reports, first.alerts) == (PollStatus.OK, 1, 0, 1, 0)
    assert first.detail == "first poll: 1 item read, none told"
    bench.publish(item("b"), item("a"))
    second = bench.poll(later=HOUR)
    assert (second.items, second.new, second.reports, second.alerts) == (2, 1, 1, 1)
    assert second.detail == "1 new, 1 seen"
    assert bench.told() == [("news", "pending")]


def test_the_same_news_elsewhere_is_known_from_the_first_poll(bench):
    """What a silent first poll has read is not news when another source repeats it a day later."""
    other = source("herald")
    bench.sources = (source(), other)
    bench.says("Title a", report())
    bench.publish(item("a"))
    bench.poll()
    bench.settle(other)
    bench.says("Title b", report())
    bench.tell(item("b"), at=other)
    assert bench.told() == []
    assert len(bench.announcements()) == 1


@pytest.mark.parametrize(
    ("published", "read"), [(NOW, True), (NOW - 7 * DAY, True), (NOW - 8 * DAY, False), (None, False)]
)
def test_a_first_poll_reads_only_what_is_certainly_fresh(bench, published, read):
    """An undated or old item of the baseline is no sign of today's news."""
    bench.says("Title a", report())
    bench.publish(item("a", published=published))
    bench.poll()
    assert len(bench.announcements()) == read
    assert bench.items()[0].note == (
        "" if read else "not read: it has no date, or is older than the max_age of its source"
    )


def test_an_item_published_too_long_ago_is_stored_and_not_read(bench):
    bench.settle()
    bench.says("Title a", report())
    outcome = bench.tell(item("a", published=NOW - 30 * DAY))
    assert (outcome.new, outcome.detail) == (0, "1 too old")
    assert bench.items()[0].note == "not read: it is older than the max_age of its source"
    assert bench.announcements() == []


def test_a_revision_of_words_is_stored_and_tells_nothing(bench):
    bench.settle()
    bench.says("Title a", report())
    bench.tell(item("a"))
    bench.says("Better title", report())
    outcome = bench.tell(item("a", title="Better title", text="longer"))
    assert (outcome.new, outcome.revised, outcome.alerts) == (0, 1, 0)
    assert [stored.item.title for stored in bench.items()] == ["Better title"]
    assert len(bench.alerts()) == 1


def test_a_revision_that_changes_a_fact_is_a_report(bench):
    """Even where the fact contradicts what the item said: the receiver was told wrongly and hears what is right."""
    bench.settle()
    bench.says("Title a", report(facts=Facts(seasons=(2,))))
    bench.says("Corrected", report(facts=Facts(seasons=(3,))))
    bench.tell(item("a"))
    assert bench.tell(item("a", title="Corrected")).alerts == 1
    assert [alert.change for alert in bench.alerts()] == ["", "season 3, not 2"]
    (announcement,) = bench.announcements()
    assert [stored.report.facts.seasons for stored in bench.read(lambda view: view.reports(announcement.id))] == [(3,)]


def test_a_revision_that_takes_the_news_back_is_a_denial(bench):
    bench.settle()
    bench.says("Title a", report())
    bench.says("Not so", report(certainty=Certainty.DENIED))
    bench.tell(item("a"))
    bench.tell(item("a", title="Not so"))
    assert [alert.change for alert in bench.alerts()] == ["", "denied"]


def test_a_revision_that_makes_an_item_news_is_news(bench):
    bench.settle()
    bench.says("Now news", report())
    bench.tell(item("a"))
    bench.tell(item("a", title="Now news"))
    assert bench.told() == [("news", "pending")]


def test_a_revision_by_a_muted_source_changes_nothing(bench):
    bench.settle()
    bench.says("Title a", report())
    bench.says("Not so", report(certainty=Certainty.DENIED))
    bench.tell(item("a"))
    bench.policy = policy(mutes=(Mute(scope=MuteScope.SOURCE, target="gazette", until=None),))
    bench.tell(item("a", title="Not so"))
    (announcement,) = bench.announcements()
    (kept,) = bench.read(lambda view: view.reports(announcement.id))
    assert (announcement.standing, kept.report.certainty) == (Standing.REPORTED, Certainty.CONFIRMED)


def test_what_the_page_told_counts_for_a_revision_too(bench):
    """The page is visited once; its text is read with both versions, so that it is news of neither."""
    bench.settle()
    bench.says("Title a", report())
    bench.says("whole article", report(facts=Facts(seasons=(2,))))
    bench.fetch.answer("https://gazette.example/a", fetched(b"page", "https://gazette.example/a"))
    bench.read_page.pages["https://gazette.example/a"] = Page(
        url="https://gazette.example/a", title="", summary="", text="whole article"
    )
    bench.tell(item("a"))
    asked = len(bench.fetch.asked)
    assert bench.tell(item("a", title="Better title")).alerts == 0
    assert len(bench.fetch.asked) == asked + 1  # the feed
    assert bench.items()[0].item.text == "whole article"


@pytest.mark.parametrize(
    ("first", "revised", "later", "told"),
    [
        ({"published": None}, {"published": None}, DAY, 1),
        ({"published": None}, {"published": None}, 9 * DAY, 0),
        ({}, {}, 9 * DAY, 0),
    ],
)
def test_revisions_of_what_is_old_are_not_read(bench, first, revised, later, told):
    bench.settle()
    bench.says("Now news", report())
    bench.tell(item("a", **first))
    bench.tell(item("a", title="Now news", **revised), later=later)
    assert len(bench.alerts()) == told


def test_revisions_of_an_undated_baseline_and_of_what_is_held_are_not_read(bench):
    bench.says("Now news", report())
    bench.tell(item("a", published=None))
    bench.tell(item("a", title="Now news", published=None))
    assert bench.alerts() == []
    others = [item(f"old-{n}") for n in range(3)]
    bench.tell(*others)
    strange = [item(f"x-{n}", title=f"X {n}", url=f"https://gazette.example/x-{n}", published=None) for n in range(3)]
    bench.tell(*strange, later=2 * DAY)
    bench.tell(replace(strange[0], title="Now news", fingerprint="new"), *strange[1:])
    assert bench.announcements() == []


def test_a_body_read_before_is_not_read_again(bench):
    bench.publish(item("a"))
    bench.poll()
    outcome = bench.poll(later=HOUR)
    assert (outcome.status, outcome.detail, outcome.bytes) == (PollStatus.UNCHANGED, "same body", len(b"body 1"))
    assert bench.adapter.read_bodies == [b"body 1"]


def test_a_reader_that_changed_reads_the_same_body_again(bench):
    bench.publish(item("a"))
    bench.poll()
    bench.adapter.version = "fake-2"
    assert bench.poll(later=HOUR).status is PollStatus.OK


def test_304_renews_the_validators(bench):
    bench.publish(item("a"))
    bench.poll()
    bench.fetch.answer(bench.sources[0].url, NotModified(validators=Validators(etag="renewed")))
    outcome = bench.poll(later=HOUR)
    assert (outcome.status, outcome.detail) == (PollStatus.UNCHANGED, "304 not modified")
    assert bench.state().validators == Validators(etag="renewed")


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(NotAFeed(detail="HTML"), PollStatus.NOT_A_FEED), (ParseFailed(detail="too slow"), PollStatus.UNREADABLE)],
)
def test_validators_stay_when_the_body_was_not_read(bench, trouble, status):
    """Otherwise the next answer would be 304, and what was not read is lost for good."""
    body = bench.publish(item("a"))
    bench.poll()
    before = bench.state().validators
    bench.adapter.readings[b"block page"] = trouble
    bench.fetch.answer(bench.sources[0].url, fetched(b"block page"))
    outcome = bench.poll(later=HOUR)
    assert (outcome.status, outcome.detail) == (status, trouble.detail)
    assert (bench.state().validators, bench.state().failures) == (before, 1)
    assert before.etag == f"etag of {body.decode()}"


def test_a_failed_fetch_changes_nothing_but_the_record(bench):
    bench.publish(item("a"))
    bench.poll()
    before = bench.state()
    bench.fetch.answer(bench.sources[0].url, FetchFailed(reason=FetchFailure.TIMEOUT, detail="too slow"))
    outcome = bench.poll(later=HOUR)
    assert (outcome.status, outcome.reason, outcome.detail) == (PollStatus.FAILED, "timeout", "too slow")
    after = bench.state()
    assert (after.validators, after.body_hash, after.failures) == (before.validators, before.body_hash, 1)
    assert len(bench.items()) == 1


def test_a_poll_that_breaks_off_leaves_nothing(bench):
    """Items, announcements, alerts and validators are stored together or not at all; the next poll finds it all again."""
    bench.settle()
    before = bench.state()
    bench.says("Title a", report())
    bench.says("Title b", report(FERRY, facts=Facts(network=object())))  # what the database cannot take
    bench.publish(item("b"), item("a"))
    with pytest.raises(TypeError):
        bench.poll(later=HOUR)
    assert (bench.items(), bench.announcements(), bench.alerts()) == ([], [], [])
    assert bench.state() == before
    bench.says("Title b", report(FERRY))
    assert bench.poll().alerts == 2


def test_polling_takes_as_long_as_the_clock_says_and_never_less_than_nothing(bench):
    bench.publish(item("a"))
    for last, took in ((NOW + timedelta(seconds=5), timedelta(seconds=5)), (NOW - HOUR, timedelta())):
        times = iter([NOW, NOW, last])
        desk = replace(bench.desk, clock=lambda times=times: next(times))
        assert bench(poll(bench.sources[0], bench.state(), desk=desk)).took == took


class Letterbox:
    """A source type that reads what was brought to it; `during` happens while it does."""

    version = "1"

    def __init__(self, bench, during=()):
        self.bench = bench
        self.during = list(during)

    async def visit(self, source, state, *, fetch):
        waiting = await self.bench.store.read(lambda view: view.pushes(source.id, 10))
        for body in self.during:
            await self.bench.store.write(
                lambda tx, body=body: tx.add_push(source.id, body, content_type=None, at=self.bench.time)
            )
        self.during.clear()
        ids = tuple(push.id for push in waiting)
        if not waiting:
            return Unchanged(detail="nothing brought", pushes=ids)
        items = tuple(item(push.body.decode()) for push in waiting)
        return Visited(parsed=Parsed(items=items), pushes=ids, trouble="one could not be read")


def test_what_is_brought_is_read_once_also_when_it_comes_during_a_poll(bench):
    def bring(name):
        bench.write(lambda tx: tx.add_push("gazette", name, content_type=None, at=bench.time))

    bench.settle()
    box = Letterbox(bench)
    desk = replace(bench.desk, adapters={"feed": box})

    def visit():
        return bench(poll(bench.sources[0], bench.state(), desk=desk))

    assert visit().status is PollStatus.UNCHANGED
    assert bench.state().next_due > bench.time
    bring(b"a")
    assert bench.state().next_due == bench.time
    box.during.append(b"b")
    outcome = visit()
    assert (outcome.new, outcome.detail) == (1, "1 new; one could not be read")
    assert bench.state().next_due == bench.time
    assert visit().new == 1
    assert bench.state().next_due > bench.time
    assert sorted(stored.item.key for stored in bench.items()) == ["a", "b"]


def test_a_token_that_a_server_quotes_is_neither_stored_nor_told(bench):
    options = RedditOptions(path="/r/television/new", feed_token="0123456789invented")
    bench.sources = (source(options=options),)
    quoted = NotAFeed(detail="not a feed; it begins \u201cno feed=0123456789invented\u201d")
    bench.adapter.readings[b"quoted"] = quoted
    bench.fetch.answer("https://gazette.example/feed", fetched(b"quoted", "https://gazette.example/feed"))
    outcome = bench.poll()
    assert outcome.detail == "not a feed; it begins \u201cno feed=***\u201d"
