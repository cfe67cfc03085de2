"""Why something was told, or was not."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.core.announcement import Standing
from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.report import Certainty, Facts, Kind, Person, Recognition, ScamSign
from monitor.core.routing import Digest, Flood, Mute, MuteScope, Route, Weekday
from monitor.core.source import Tier
from monitor.explain import (
    explain_absence,
    explain_alert,
    explain_announcement,
    explain_item,
    explain_reading,
    explain_text,
)
from monitor.incidents import record_incidents
from monitor.records import SendFailed
from tests.bench import DAY, FERRY, HOUR, item, policy, report, source


def _said(sections):
    return "\n".join(line for section in sections for line in (section.heading, *section.lines))


def _item(bench, item_id=1):
    (stored,) = bench.read(lambda view: view.items([item_id]))
    return _said(
        bench.read(
            lambda view: explain_item(stored, view, setup=bench.setup, recognise=bench.recognise, now=bench.time)
        )
    )


def _announcement(bench, number=1):
    return _said(bench.read(lambda view: explain_announcement(number, view, policy=bench.policy, now=bench.time)))


def _alert(bench, number=1):
    return _said(bench.read(lambda view: explain_alert(number, view, policy=bench.policy, now=bench.time)))


@pytest.fixture(autouse=True)
def _polled_before(bench):
    bench.settle()


def test_a_post_is_named_on_one_line_by_its_words_else_by_its_address(bench):
    bench.says("We are back!\n\u21aa Season two films.", report())
    words = "We are back!\n\u21aa Season two films."
    bench.tell(item("a", title="", summary=words, text=words), item("b", title=""), item("c", title="", url=None))
    assert _item(bench, 1).startswith("item-1: c\n")
    assert _item(bench, 2).startswith("item-2: https://gazette.example/b\n")
    said = _item(bench, 3)
    assert said.startswith("item-3: We are back! \u21aa Season two films.\n")
    assert "): We are back! \u21aa Season two films. https://gazette.example/a [item-3]" in said


def test_an_item_that_was_told_is_followed_to_its_alerts(bench):
    facts = Facts(
        seasons=(2,),
        people=(Person(name="Ida Holm", role="Gull"),),
        dates=("2027",),
        deadline="2027-03-03",
        scam_signs=(ScamSign.FEE,),
    )
    bench.says("Title a", report(facts=facts, official=True), report(FERRY, Kind.TRAILER, watches=()))
    bench.tell(item("a"))
    bench.notify.results = [SendFailed(detail="connection refused", retryable=True)]
    bench.deliver()
    bench.deliver(later=HOUR)
    assert _item(bench).splitlines() == [
        "item-1: Title a",
        "from source gazette, fetched and parsed 2026-05-04 13:00 UTC",
        "published 2026-05-04 12:00 UTC",
        "https://gazette.example/a",
        "page not read: nobody is there",
        "report-1: renewal about Lantern Bay",
        "confirmed; watched as lantern-bay",
        "rule en/test on “news” in the title",
        "seasons 2",
        "names Ida Holm as Gull",
        "dates 2027",
        "apply by 2027-03-03",
        "careful: asks for a fee",
        "shows a post of an official account",
        "the first to tell announcement-1",
        "report-2: trailer about The Glass Ferry",
        "confirmed; watched as nothing",
        "rule en/test on “news” in the title",
        "no watch asks for it",
        "announcement-1: Lantern Bay has been renewed for season 2",
        "renewal, official, subject show:lantern-bay, revision 1",
        "watched as lantern-bay",
        "2026-05-04 13:00 UTC gazette (press, official): Title a https://gazette.example/a [item-1]",
        "routes of today's alerts.yaml",
        "route 1 to me: yes",
        "alert-1 for me: news, sent",
        "made 2026-05-04 13:00 UTC: route 1 of alerts.yaml",
        "2026-05-04 13:00 UTC failed: connection refused",
        "2026-05-04 14:00 UTC accepted",
    ]


def test_an_item_that_said_nothing_is_read_once_more_to_show_why(bench):
    bench.tell(item("a", title="", summary="Only words", url=None, published=None))
    said = _item(bench)
    assert "item-1: Only words" in said
    assert "without a date of its own" in said
    assert "no report\nno rule found production news in it\nread by today's rules\nkinds: none" in said


def test_an_item_nobody_can_name_is_named_by_its_key(bench):
    bench.tell(item("abcdef0123456789", title="", url=None))
    assert _item(bench).startswith("item-1: abcdef012345\n")


def test_an_item_that_was_not_read_says_why(bench):
    bench.says("Title a", report())
    bench.tell(item("a", published=bench.time - 30 * DAY))
    said = _item(bench)
    assert "not read: it is older than the max_age of its source" in said
    assert "no report\nit was not read" in said
    assert "renewal: Lantern Bay" in said


def test_a_baseline_item_says_that_it_came_silently(bench):
    other = source("herald")
    bench.sources = (*bench.sources, other)
    bench.says("Title a", report())
    bench.publish(item("a"), at=other)
    bench.poll(other)
    said = _item(bench)
    assert "came with the silent first poll of its source" in said
    assert (
        "no alert\nit came with the silent first poll of herald; nothing that a route lets through was added since"
        in said
    )


def test_a_held_item_says_how_to_let_it_go(bench):
    bench.tell(*[item(f"old-{n}") for n in range(3)])
    bench.time += 2 * DAY
    known = [item(f"new-{n}", title=f"Title old-{n}", url=item(f"old-{n}").url, published=None) for n in range(3)]
    bench.tell(*known, item("x", published=None))
    said = _item(bench, 4)
    assert "held under hold-1: the source changed all its ids; monitor approve 1" in said
    assert "it was not read, because it is held" in said


def test_a_muted_source_is_named_as_the_reason(bench):
    bench.policy = policy(mutes=(Mute(scope=MuteScope.SOURCE, target="gazette", until=None),))
    bench.says("Title a", report())
    bench.tell(item("a"))
    assert "its source was muted, and it would have been the first to tell this" in _item(bench)


def test_an_announcement_that_no_route_lets_through_says_so(bench):
    bench.policy = policy(routes=(Route(receivers=("me",), kinds=frozenset({Kind.TRAILER})),))
    bench.says("Title a", report())
    bench.tell(item("a"))
    assert _announcement(bench).endswith("no alert\nno route of alerts.yaml lets it through")


def test_a_report_that_joins_says_whom_and_what_they_agree_on(bench):
    person = Person(name="Ida Holm")
    facts = Facts(seasons=(2, 3), people=(person,), dates=("2027",), place="Cardiff")
    bench.says("Title a", report(facts=facts))
    bench.says("Title b", report(facts=facts))
    bench.says("Title c", report())
    for name in "abc":
        bench.tell(item(name))
    joined = "joins announcement-1, first told by gazette 2026-05-04 13:00 UTC"
    assert "the first to tell announcement-1" in _item(bench, 1)
    assert f"{joined}: agrees on season 2, season 3, Ida Holm, 2027, Cardiff\n" in _item(bench, 2)
    assert f"{joined}: nothing in it contradicts what was told\n" in _item(bench, 3)


def test_news_of_the_same_kind_that_was_kept_apart_is_named(bench):
    bench.says("Title a", report(facts=Facts(seasons=(2,))))
    bench.says("Title b", report(facts=Facts(seasons=(3,))))
    bench.tell(item("b"), item("a"))
    assert (
        "kept apart from announcement-2, 2026-05-04 13:00 UTC: Lantern Bay has been renewed for season 3"
        in _announcement(bench, 1)
    )
    likely = replace(bench.announcements()[0], possibly=2)
    bench.write(lambda tx: tx.update_announcement(likely))
    said = _announcement(bench, 1)
    assert "possibly the same as announcement-2; too little agrees to be sure" in said
    assert "kept apart from announcement-2" not in said


def test_another_source_with_the_same_address_is_named(bench):
    other = source("herald")
    bench.sources = (*bench.sources, other)
    bench.settle(other)
    bench.tell(item("a"))
    bench.tell(item("a", guid="x"), at=other)
    assert "the same address was brought by herald 2026-05-04 14:00 UTC [item-2]" in _item(bench, 1)


def test_what_was_left_out_is_said_of_an_item_that_was_told_too(bench):
    bench.says("Title a", report())
    bench.recognise.notes["Title a"] = ("en/casting/joins on “joins” is denied",)
    bench.tell(item("a"))
    assert "left out by today's rules\nen/casting/joins on “joins” is denied\n" in _item(bench)


def test_of_many_reports_the_first_the_official_ones_and_the_latest_are_shown(bench):
    other = source("herald")
    bench.sources = (*bench.sources, other)
    bench.settle(other)
    names = [f"n{number:03}" for number in range(200)]
    for name in names:
        bench.says(f"Title {name}", report(official=name == "n100"))
    bench.tell(*reversed([item(name) for name in names]))
    said = _announcement(bench)
    assert "200 reports by 1 publishers, among them\n" in said
    assert [line.partition("Title ")[2][:4] for line in said.splitlines() if "[item-" in line] == [
        *names[:3],
        "n100",
        *names[-3:],
    ]


class TestRoutes:
    """Each route says why it lets an announcement through or not."""

    @pytest.mark.parametrize(
        ("route", "verdict"),
        [
            (Route(receivers=("me",)), "yes"),
            (Route(receivers=("me", "desk"), digest=Digest(at=time(8))), "yes, in the digest of 08:00"),
            (
                Route(receivers=("me",), digest=Digest(at=time(8), on=Weekday.MONDAY)),
                "yes, in the digest of Monday, 08:00",
            ),
            (Route(receivers=("me",), languages=frozenset({"de"})), "no, it listens to sources in de only"),
            (Route(receivers=("me",), watches=frozenset({"b", "a"})), "no, it is for a and b only"),
            (Route(receivers=("me",), kinds=frozenset({Kind.TRAILER})), "no, it is for trailer only"),
            (Route(receivers=("me",), tiers=frozenset({Tier.TRADE})), "no, it listens to sources of tier trade only"),
            (Route(receivers=("me",), standing=Standing.OFFICIAL), "no, it waits until the news is official"),
        ],
    )
    def test_verdicts(self, bench, route, verdict):
        bench.policy = policy(routes=(route,))
        bench.says("Title a", report())
        bench.tell(item("a"))
        receivers = " and ".join(route.receivers)
        assert f"routes of today's alerts.yaml\nroute 1 to {receivers}: {verdict}\n" in _announcement(bench)

    def test_what_is_muted_now_is_said(self, bench):
        bench.says("Title a", report())
        bench.tell(item("a"))
        bench.policy = policy(mutes=(Mute(scope=MuteScope.KIND, target="renewal", until=None),))
        assert "route 1 to me: yes\nmuted now: kind renewal\n" in _announcement(bench)

    def test_news_that_no_watch_asks_for_any_more(self, bench):
        bench.says("Title a", report())
        bench.tell(item("a"))
        unwatched = replace(bench.announcements()[0], watches=())
        bench.write(lambda tx: tx.update_announcement(unwatched))
        assert "route 1 to me: no, no watch asks for it" in _announcement(bench)

    def test_a_pasted_text_is_told_where_it_would_go(self, bench):
        recognition = Recognition(kinds=(Kind.RENEWAL,), reports=(report(), report(FERRY, watches=())))
        said = _said(explain_text(recognition, policy=bench.policy, now=bench.time))
        assert said.endswith("if the press told it: Lantern Bay has been renewed\nroute 1 to me: yes")


def test_alerts_stand_in_the_order_they_were_made(bench):
    bench.says("Title a", report(certainty=Certainty.RUMOUR))
    bench.says("Title b", report())
    bench.tell(item("a", url=None))
    bench.deliver()
    bench.tell(item("b"))
    said = _announcement(bench)
    assert said.index("alert-1 for me: news, sent") < said.index("alert-2 for me: update (now reported), pending")
    assert "due 2026-05-04 14:00 UTC" in said
    assert _alert(bench) == _alert(bench, 2) == said


def test_a_held_alert_says_how_to_let_it_go(bench):
    bench.policy = policy(flood=Flood(limit=0, per=HOUR))
    bench.says("Title a", report())
    bench.tell(item("a"))
    assert "held under hold-1; monitor approve 1" in _announcement(bench)


@pytest.mark.parametrize(
    ("subject", "about"), [("gazette", "incident-1: gazette failing: HTTP 500"), ("", "incident-1: failing: HTTP 500")]
)
def test_an_alert_about_trouble_says_what_trouble(bench, subject, about):
    incident = Incident(id=0, kind=IncidentKind.FAILING, subject=subject, detail="HTTP 500", opened_at=bench.time)
    change = IncidentChange(opened=(incident,))
    bench.write(lambda tx: record_incidents(tx, change, policy=policy(), now=bench.time))
    assert _alert(bench).splitlines() == [
        "alert-1 for me: incident, pending",
        "made 2026-05-04 12:00 UTC: failing incident",
        about,
        "due 2026-05-04 12:00 UTC",
    ]


def test_there_is_nothing_to_say_of_what_is_not_there(bench):
    assert (_announcement(bench, 7), _alert(bench, 7)) == ("", "")


def test_a_text_is_explained_with_what_was_refused():
    person = Person(name="Ida Holm")
    recognition = Recognition(
        kinds=(Kind.RENEWAL,),
        background=(Kind.CASTING,),
        titles=("Lantern Bay",),
        people=(person,),
        reports=(report(certainty=Certainty.RUMOUR),),
        notes=("“You” was refused: nothing near it speaks of a show",),
    )
    assert _said(explain_reading(recognition)).splitlines() == [
        "read",
        "kinds: renewal",
        "background: casting",
        "titles: Lantern Bay",
        "people: Ida Holm",
        "“You” was refused: nothing near it speaks of a show",
        "renewal: Lantern Bay",
        "rumour; watched as lantern-bay",
        "rule en/test on “news” in the title",
    ]


class TestAbsence:
    """An address that nobody brought: who should have, and how they are."""

    def _absent(self, bench, url):
        return _said(bench.read(lambda view: explain_absence(url, view, sources=bench.sources)))

    def test_the_sources_of_the_same_site_are_named_with_their_health(self, bench):
        failing = source("feeds.paper", url="https://feeds.paper.example/rss")
        silent = source("www.paper", url="https://www.paper.example/feed")
        never = source("news.paper", url="https://news.paper.example/feed")
        bench.sources = (source(), failing, silent, never)
        trouble = FetchFailed(reason=FetchFailure.GONE, detail="HTTP 410")
        for one, answer in ((failing, trouble), (silent, None)):
            if answer:
                bench.fetch.answer(one.url, answer)
                bench.poll(one)
                bench.poll(one, later=timedelta(days=3))
            else:
                bench.settle(one)
        assert self._absent(bench, "https://paper.example/a").splitlines() == [
            "https://paper.example/a",
            "no source has brought it",
            "source feeds.paper",
            "its last poll, 2026-05-07 12:00 UTC: failed, 2 times in a row, HTTP 410",
            "it could never be read",
            "it is disabled: it said that it is gone for good",
            "source www.paper",
            "its last poll, 2026-05-07 12:00 UTC: ok, first poll: 0 items read, none told",
            "it was last read 2026-05-07 12:00 UTC",
            f"it is asked again {bench.state(silent).next_due:%Y-%m-%d %H:%M} UTC",
            "source news.paper",
            "it was never polled",
        ]

    def test_the_address_a_source_moved_to_counts(self, bench):
        moved = replace(bench.state(), moved_to="https://new.example/feed")
        bench.write(lambda transaction: transaction.save_source(moved))
        assert "source gazette" in self._absent(bench, "https://new.example/a")

    @pytest.mark.parametrize(("url", "site"), [("https://else.example/a", "else.example"), ("x://", "that site")])
    def test_without_such_a_source_it_is_said_what_can_be_done(self, bench, url, site):
        said = self._absent(bench, url)
        assert f"no source lies on {site}; only another site’s feed could have brought it" in said
        assert "monitor submit URL" in said


def test_what_outlets_tell_differently_and_what_an_announcement_may_be_is_explained(bench):
    other = source("herald")
    bench.sources = (*bench.sources, other)
    bench.settle()
    bench.settle(other)
    for name, facts in (("a", Facts(dates=("2027-05",))), ("b", Facts(dates=("2027-06",)))):
        bench.says(f"Title {name}", report(kind=Kind.RELEASE_DATE, facts=facts))
    bench.says("Title c", report(kind=Kind.CASTING, facts=Facts(people=(Person(name="Ida Holm"),))))
    bench.says("Title d", report(kind=Kind.CASTING))
    bench.tell(item("a"))
    bench.tell(item("b"), at=other)
    bench.tell(item("c"))
    bench.tell(item("d", published=None), later=9 * DAY)
    release, _, vague = (
        bench.read(lambda view, a=a: explain_announcement(a.id, view, policy=bench.policy, now=bench.time))
        for a in bench.announcements()
    )
    assert "outlets differ: one outlet says May 2027, one says June 2027" in release[0].lines
    assert "possibly the same as announcement-2; too little agrees to be sure" in vague[0].lines
