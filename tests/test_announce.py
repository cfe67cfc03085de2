"""From reports to alerts: who is told what, once, and what is kept quiet, held or put together."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.core.announcement import Standing
from monitor.core.report import Certainty, Evidence, Facts, Kind, Person, Subject
from monitor.core.routing import Digest, Flood, Mute, MuteScope, QuietHours, Receiver, Route
from monitor.core.source import Tier
from tests.bench import DAY, FERRY, HOUR, LANTERN, NOW, item, policy, report, source


@pytest.fixture(autouse=True)
def _polled_before(bench):
    bench.settle()


def _purposes(bench):
    return [(a.receiver, str(a.purpose), a.change, str(a.state)) for a in bench.alerts()]


def test_news_is_told_once_however_often_it_is_reported(bench):
    other = source("herald")
    bench.sources = (*bench.sources, other)
    bench.settle(other)
    bench.says("Title a", report())
    bench.tell(item("a"))
    bench.says("Title b", report())
    bench.tell(item("b"), at=other)
    assert bench.told() == [("news", "pending")]
    (announcement,) = bench.announcements()
    reports = bench.read(lambda view: view.reports(announcement.id))
    assert [(r.source_id, r.publisher) for r in reports] == [("gazette", "gazette"), ("herald", "herald")]


def test_the_publisher_an_aggregator_names_is_the_one_who_said_it(bench):
    bench.says("Title a", report())
    bench.tell(item("a", publisher="The Real Paper"))
    assert bench.read(lambda view: view.reports(1))[0].publisher == "The Real Paper"


def test_a_higher_standing_is_an_update(bench):
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report())
    bench.tell(item("a"))
    bench.tell(item("b"))
    assert _purposes(bench) == [("me", "news", "", "pending"), ("me", "update", "now reported", "pending")]


def test_what_nobody_asked_for_is_kept_without_an_announcement(bench):
    bench.says("Title a", report(watches=()))
    outcome = bench.tell(item("a"))
    assert (outcome.reports, outcome.alerts) == (1, 0)
    assert bench.announcements() == []
    assert bench.read(lambda view: view.reports_of_item(1))[0].announcement_id is None


def test_two_castings_of_one_person_in_one_item_are_two_announcements(bench):
    """Subject and kind are the same, the title is not; each announcement keeps its report, so each can be told."""
    ida = Subject(key="person:ida-holm", title="Ida Holm")
    bench.says(
        "Title a",
        *[report(ida, Kind.CASTING, facts=Facts(people=(Person(name="Ida Holm"),), title=t)) for t in ("Gull", "Tern")],
    )
    outcome = bench.tell(item("a"))
    assert (outcome.reports, outcome.alerts) == (2, 2)
    assert [len(bench.read(lambda view, a=a: view.reports(a.id))) for a in bench.announcements()] == [1, 1]
    bench.deliver()
    assert bench.notify.subjects == ["Ida Holm joins Gull, and 1 more"]


def test_several_kinds_in_one_item_leave_as_one_message(bench):
    bench.says("Title a", report(), report(kind=Kind.TRAILER), report(FERRY))
    assert bench.tell(item("a")).alerts == 3
    assert len({alert.bundle for alert in bench.alerts()}) == 1
    (sending,) = bench.deliver()
    assert sending.alerts == 3
    assert len(bench.notify.sent[0][1].entries) == 3


@pytest.mark.parametrize(("first", "second"), [(Kind.CANCELLATION, Kind.ENDING), (Kind.ENDING, Kind.CANCELLATION)])
def test_a_database_that_knows_but_one_word_for_the_end_repeats_what_was_told(bench, first, second):
    """Its report stays what it says; it is filed under what was told. Of an end that nobody told, it tells itself."""
    ended = (Evidence(rule="tvmaze/status", part="title", start=0, end=7, quote="Title b"),)
    bench.says("Title a", report(kind=first))
    bench.says("Title b", report(kind=second, evidence=ended))
    bench.says("Title c", report(FERRY, kind=second, evidence=ended))
    bench.tell(item("a"))
    bench.tell(item("b", published=None), later=200 * DAY)
    (announcement,) = bench.announcements()
    reports = bench.read(lambda view: view.reports(announcement.id))
    assert [one.report.kind for one in reports] == [first, second]
    bench.tell(item("c", published=None))
    assert [(one.subject, one.kind) for one in bench.announcements()] == [(LANTERN, first), (FERRY, second)]


class TestMutes:
    def _mute(self, bench, scope, target, until=None):
        mute = Mute(scope=scope, target=target, until=until)
        bench.write(lambda transaction: transaction.save_mute(mute, at=bench.time))

    def test_a_muted_watch_is_recorded_and_not_sent(self, bench):
        self._mute(bench, MuteScope.WATCH, "lantern-bay", until=NOW + DAY)
        bench.says("Title a", report())
        assert bench.tell(item("a")).alerts == 0
        (alert,) = bench.alerts()
        assert (alert.state, alert.reason) == ("discarded", "muted: watch lantern-bay until 2026-05-05 12:00 UTC")

    def test_the_first_heard_after_a_mute_is_news_not_an_update(self, bench):
        self._mute(bench, MuteScope.WATCH, "lantern-bay", until=NOW + DAY)
        bench.says("Title a", report(certainty=Certainty.RUMOUR))
        bench.says("Title b", report())
        bench.tell(item("a"))
        bench.tell(item("b"), later=2 * DAY)
        assert bench.told() == [("news", "discarded"), ("news", "pending")]

    def test_a_muted_source_starts_nothing(self, bench):
        """Its word is kept; the next source that says the same is the first to tell it."""
        other = source("herald")
        bench.sources = (*bench.sources, other)
        bench.settle(other)
        self._mute(bench, MuteScope.SOURCE, "gazette")
        bench.says("Title a", report())
        assert bench.tell(item("a")).reports == 1
        assert bench.announcements() == []
        bench.says("Title b", report())
        assert bench.tell(item("b"), at=other).alerts == 1

    def test_a_muted_source_updates_nothing_but_may_agree(self, bench):
        """What only a muted source says must not pass for told when a source that is not muted says it."""
        muted = source("herald", tier=Tier.OFFICIAL)
        bench.sources = (*bench.sources, muted)
        bench.settle(muted)
        bench.says("Title a", report())
        bench.tell(item("a"))
        bench.policy = policy(mutes=(Mute(scope=MuteScope.SOURCE, target="herald", until=None),))
        bench.says("Title b", report())
        bench.tell(item("b"), at=muted)
        (announcement,) = bench.announcements()
        assert announcement.standing is Standing.REPORTED
        assert bench.told() == [("news", "pending")]
        bench.says("Title c", report(certainty=Certainty.RUMOUR))
        bench.tell(item("c"), item("b"), at=muted)
        assert len(bench.read(lambda view: view.reports(announcement.id))) == 2


class TestFloods:
    @pytest.fixture(autouse=True)
    def _limit(self, bench):
        bench.policy = policy(flood=Flood(limit=2, per=HOUR))

    def _burst(self, bench, *names, later=timedelta()):
        for name in names:
            bench.says(f"Title {name}", report(Subject(key=f"show:{name}", title=f"Show {name}")))
        return bench.tell(*[item(name, published=bench.time + later) for name in reversed(names)], later=later)

    def _summaries(self, bench):
        return [(a.revision, a.due_at - NOW) for a in bench.alerts() if a.purpose == "hold"]

    def test_more_than_the_limit_is_held_and_summarised_in_one_message(self, bench):
        outcome = self._burst(bench, "a", "b", "c", "d")
        assert outcome.alerts == 2
        assert bench.told() == [
            ("news", "pending"),
            ("news", "pending"),
            ("hold", "pending"),
            ("news", "held"),
            ("news", "held"),
        ]
        bench.deliver(later=timedelta(minutes=5))
        assert bench.notify.subjects[2:] == ["2 alerts held back"]
        note = bench.notify.sent[2][1].note
        assert "more than 2 messages within 1 hour" in note[0]
        assert note[1:3] == ("• Show d has been renewed", "• Show c has been renewed")

    def test_what_one_item_tells_is_one_message_and_not_split_by_the_limit(self, bench):
        self._burst(bench, "a")
        bench.says("Title b", report(), report(kind=Kind.TRAILER), report(FERRY))
        assert bench.tell(item("b"), later=timedelta()).alerts == 3
        assert "held" not in dict(bench.told()).values()

    def test_a_receiver_has_room_again_after_the_period(self, bench):
        self._burst(bench, "a", "b")
        assert self._burst(bench, "c", later=HOUR + timedelta(seconds=1)).alerts == 1

    def test_each_receiver_has_a_limit_of_its_own(self, bench):
        desk = Receiver(id="desk", url="console://")
        routes = (
            Route(receivers=("me",)),
            Route(receivers=("desk",), watches=frozenset({"lantern-bay"})),
        )
        bench.policy = policy(receivers=(*bench.policy.receivers, desk), routes=routes, flood=Flood(limit=2, per=HOUR))
        self._burst(bench, "a", "b")
        bench.says("Title l", report())
        bench.tell(item("l"), later=timedelta())
        assert [(a.receiver, a.state) for a in bench.alerts() if a.purpose == "news"][-2:] == [
            ("me", "held"),
            ("desk", "pending"),
        ]

    def test_a_later_flood_under_an_open_hold_is_summarised_again(self, bench):
        """Nobody approved the first for a month; the second must not vanish into it."""
        self._burst(bench, "a", "b", "c")
        self._burst(bench, "d", later=timedelta(minutes=10))
        self._burst(bench, "e", later=timedelta(minutes=10))
        self._burst(bench, "f", "g", "h", "i", later=30 * DAY)
        assert self._summaries(bench) == [
            (0, timedelta(minutes=5)),
            (1, HOUR),
            (721, 30 * DAY + HOUR),
        ]
        assert len(bench.read(lambda view: view.open_holds())) == 1
        bench.deliver(later=2 * HOUR)
        assert bench.notify.subjects[-1] == "5 alerts held back"

    def test_digests_and_quiet_hours_are_no_flood(self, bench):
        """However many they collect, each is one message."""
        bench.policy = policy(
            flood=Flood(limit=1, per=HOUR), routes=(Route(receivers=("me",), digest=Digest(at=time(8))),)
        )
        assert self._burst(bench, "a", "b", "c").alerts == 3
        bench.policy = policy(flood=Flood(limit=1, per=HOUR), quiet=QuietHours(start=time(11), end=time(14)))
        assert self._burst(bench, "d", "e", "f").alerts == 3
        bench.deliver(later=2 * HOUR)
        bench.deliver(later=DAY)
        assert bench.notify.subjects == ["While it was quiet: 3 announcements", "Your digest: 3 announcements"]


def test_a_report_that_widens_the_circle_tells_the_receiver_it_concerns_for_the_first_time(bench):
    """The routes of another watch hear of an announcement when it turns out to concern that watch."""
    desk = Receiver(id="desk", url="console://")
    routes = (
        Route(receivers=("me",), watches=frozenset({"lantern-bay"})),
        Route(receivers=("desk",), watches=frozenset({"ida-holm"})),
    )
    bench.policy = policy(receivers=(*bench.policy.receivers, desk), routes=routes)
    first = report(LANTERN)
    bench.says("Title a", first)
    bench.says("Title b", replace(first, watches=("lantern-bay", "ida-holm")))
    bench.tell(item("a"))
    bench.tell(item("b"))
    assert _purposes(bench) == [("me", "news", "", "pending"), ("desk", "news", "", "pending")]


class TestWaiting:
    """What still waits for a digest, a morning or an approval is told as it then is, once."""

    def test_news_in_a_digest_gives_way_to_what_may_leave_at_once(self, bench):
        bench.policy = policy(
            routes=(
                Route(receivers=("me",), digest=Digest(at=time(8))),
                Route(receivers=("me",), standing=Standing.REPORTED),
            )
        )
        bench.says("Title a", report(certainty=Certainty.RUMOUR))
        bench.says("Title b", report())
        bench.tell(item("a"))
        bench.tell(item("b"))
        assert bench.told() == [("news", "discarded"), ("news", "pending")]
        bench.deliver()
        bench.deliver(later=DAY)
        assert bench.notify.subjects == ["Lantern Bay has been renewed"]

    def test_what_is_being_sent_is_not_taken_back(self, bench):
        """The poll looked at the clock just before the digest was due, and files just after."""
        bench.policy = policy(routes=(Route(receivers=("me",), digest=Digest(at=time(8))),))
        bench.says("Title a", report(certainty=Certainty.RUMOUR))
        bench.says("Title b", report())
        bench.tell(item("a"))
        due = bench.alerts()[0].due_at
        bench.write(lambda transaction: transaction.claim_alerts(now=due, lease_until=due + HOUR, limit=9))
        bench.tell(item("b"), later=due - bench.time - timedelta(seconds=30))
        assert bench.told() == [("news", "pending"), ("update", "pending")]

    def test_news_in_a_hold_is_said_once_when_it_is_approved(self, bench):
        bench.policy = policy(flood=Flood(limit=1, per=HOUR))
        bench.says("Title a", report(FERRY))
        bench.says("Title b", report(certainty=Certainty.RUMOUR))
        bench.says("Title c", report())
        bench.tell(item("c"), item("b"), item("a"))
        assert bench.told() == [("news", "pending"), ("hold", "pending"), ("news", "discarded"), ("news", "held")]


def test_a_silent_baseline_raises_nothing_that_was_told(bench):
    """The official word in the first poll of a new source must not keep the next one from being an update."""
    new, other = source("bureau", tier=Tier.OFFICIAL), source("office", tier=Tier.OFFICIAL)
    bench.sources = (*bench.sources, new, other)
    bench.settle(other)
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report())
    bench.tell(item("a"))
    bench.tell(item("b"), at=new)
    (announcement,) = bench.announcements()
    assert announcement.standing is Standing.RUMOURED
    assert len(bench.read(lambda view: view.reports(announcement.id))) == 2
    bench.tell(item("b"), at=other)
    assert bench.told() == [("news", "pending"), ("update", "pending")]


def test_a_route_for_one_tier_hears_news_that_others_had_first(bench):
    trade = source("callboard", tier=Tier.TRADE)
    bench.sources = (*bench.sources, trade)
    bench.settle(trade)
    bench.policy = policy(routes=(Route(receivers=("me",), tiers=frozenset({Tier.TRADE})),))
    bench.says("Title a", report())
    bench.tell(item("a"))
    assert bench.told() == []
    bench.tell(item("a"), at=trade)
    bench.says("Title b", report())
    bench.tell(item("b"), item("a"), at=trade)
    assert bench.told() == [("news", "pending")]


def test_a_route_for_one_language_hears_news_that_others_had_first(bench):
    bench.policy = policy(routes=(Route(receivers=("me",), languages=frozenset({"de"})),))
    bench.says("Title a", report())
    bench.tell(item("a"))
    assert bench.told() == []
    german = (Evidence(rule="de/renewal/verlaengert", part="title", start=0, end=4, quote="Titl"),)
    for name in ("b", "c"):
        bench.says(f"Title {name}", report(evidence=german))
        bench.tell(item(name), item("a"))
    assert bench.told() == [("news", "pending")]


class TestUpdates:
    """At most one an hour about an announcement, so that nobody is told the same story in slices."""

    SEASON = Facts(seasons=(2,))

    def _tell(self, bench, name, minutes, **fields):
        bench.says(f"Title {name}", report(**fields))
        return bench.tell(item(name), later=timedelta(minutes=minutes))

    def _changes(self, bench):
        return [(alert.change, str(alert.state), alert.due_at - NOW) for alert in bench.alerts() if alert.change]

    def test_what_comes_within_the_hour_is_gathered_and_told_at_its_end(self, bench):
        self._tell(bench, "a", 0, certainty=Certainty.RUMOUR, facts=self.SEASON)
        self._tell(bench, "b", 10, facts=self.SEASON)
        bench.deliver()
        self._tell(bench, "c", 10, facts=Facts(seasons=(2, 3)))
        self._tell(bench, "d", 10, facts=Facts(seasons=(2, 4)))
        after = timedelta(minutes=70)
        assert self._changes(bench) == [
            ("now reported", "sent", timedelta(minutes=10)),
            ("also season 3", "discarded", after),
            ("also season 4; also season 3", "pending", after),
        ]
        bench.deliver()
        bench.deliver(later=HOUR)
        bench.deliver(later=HOUR)
        assert bench.notify.subjects[1:] == [
            "Update: now reported: Lantern Bay has been renewed for season 2",
            "Update: also season 4; also season 3: Lantern Bay has been renewed for seasons 2, 3 and 4",
        ]

    def test_an_official_word_does_not_wait_and_takes_along_what_waits(self, bench):
        self._tell(bench, "a", 0, certainty=Certainty.RUMOUR, facts=self.SEASON)
        self._tell(bench, "b", 10, facts=self.SEASON)
        self._tell(bench, "c", 10, facts=Facts(seasons=(2, 3)))
        self._tell(bench, "d", 10, facts=self.SEASON, official=True)
        assert self._changes(bench)[-1] == ("now official; also season 3", "pending", timedelta(minutes=30))
        assert [state for _, state, _ in self._changes(bench)] == ["pending", "discarded", "pending"]

    def test_an_hour_later_the_next_update_leaves_at_once(self, bench):
        self._tell(bench, "a", 0, certainty=Certainty.RUMOUR, facts=self.SEASON)
        self._tell(bench, "b", 10, facts=self.SEASON)
        self._tell(bench, "c", 60, facts=Facts(seasons=(2, 3)))
        assert self._changes(bench)[-1] == ("also season 3", "pending", timedelta(minutes=70))


def test_two_wordings_of_one_untitled_story_are_one_announcement(bench):
    """Nothing but its words tells that the second outlet's call is the first one's; the third shares none."""
    topic = Subject(key="topic:extras", title="extras")
    call = report(topic, Kind.CASTING_CALL)
    for headline in (
        "Extras wanted in Barry for a drama about lifeboat crews",
        "Lifeboat drama shooting in Barry seeks extras",
        "Children sought for a Christmas advert",
    ):
        bench.says(headline, call)
        bench.tell(item(headline, title=headline, url=None))
    assert bench.told() == [("news", "pending"), ("news", "pending")]
    assert [len(bench.read(lambda view, a=a: view.reports(a.id))) for a in bench.announcements()] == [2, 1]


def test_the_same_page_told_by_two_sources_is_one_announcement(bench):
    """An aggregator lists, under a headline of its own, the page that another source brought nine days ago."""
    other = source("collector", tier=Tier.AGGREGATOR)
    bench.sources = (*bench.sources, other)
    bench.settle(other)
    bench.says("Title a", report(kind=Kind.CASTING))
    bench.says("Title b", report(kind=Kind.CASTING))
    bench.tell(item("a"))
    bench.tell(item("b", url=item("a").url, published=None), at=other, later=9 * DAY)
    assert len(bench.announcements()) == 1


class TestARouteThatHearsOneTier:
    """Another route brings the same receiver everything in a digest."""

    @pytest.fixture(autouse=True)
    def _routes(self, bench):
        self.trade = source("wire", tier=Tier.TRADE)
        bench.sources = (*bench.sources, self.trade)
        bench.settle(self.trade)
        routes = (
            Route(receivers=("me",), tiers=frozenset({Tier.TRADE})),
            Route(receivers=("me",), digest=Digest(at=time(8))),
        )
        bench.policy = policy(routes=routes)
        bench.says("Title a", report())
        bench.says("Title b", report())

    def test_takes_news_out_of_the_digest(self, bench):
        bench.tell(item("a"))
        bench.tell(item("b"), at=self.trade)
        assert bench.told() == [("news", "discarded"), ("news", "pending")]
        bench.deliver()
        assert len(bench.notify.sent) == 1

    def test_tells_what_the_receiver_was_spared_by_a_mute(self, bench):
        mute = Mute(scope=MuteScope.WATCH, target="lantern-bay", until=NOW + HOUR)
        bench.write(lambda transaction: transaction.save_mute(mute, at=bench.time))
        bench.tell(item("a"))
        bench.tell(item("b"), at=self.trade, later=2 * HOUR)
        assert bench.told() == [("news", "discarded"), ("news", "pending")]

    def test_leaves_the_first_word_to_another_source_while_one_is_muted(self, bench):
        other = source("herald", tier=Tier.TRADE)
        bench.sources = (*bench.sources, other)
        bench.settle(other)
        mute = Mute(scope=MuteScope.SOURCE, target="wire", until=None)
        bench.write(lambda transaction: transaction.save_mute(mute, at=bench.time))
        bench.tell(item("a"))
        bench.tell(item("b"), at=self.trade)
        assert [alert.bundle.partition("-")[0] for alert in bench.alerts()] == ["digest"]
        bench.tell(item("b"), at=other)
        assert bench.told() == [("news", "discarded"), ("news", "pending")]
