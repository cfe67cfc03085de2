"""Which reports are the same piece of news, and what of it is worth an update."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.announcement import Standing
from monitor.core.identity import reach
from monitor.core.merging import merge_facts
from monitor.core.report import Certainty, Evidence, Facts, Kind, Person, Recognition, Report, ScamSign, Subject
from monitor.core.settling import Wording, amend, changed_reports, gather_changes, settle, standing_of
from monitor.core.source import Tier
from monitor.core.stories import STORY_LASTS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHOW = Subject(key="show:quiet-orchard", title="The Quiet Orchard")
FILM = Subject(key="film:low-tide", title="Low Tide")
PERSON = Subject(key="person:ada-connor", title="Ada Connor")
TOPIC = Subject(key="topic:calls-wales", title="Casting calls in Wales")
WEIGHT = {Standing.RUMOURED: 0, Standing.REPORTED: 1, Standing.DENIED: 2, Standing.OFFICIAL: 3}


def who(*names):
    """People; "Ada Connor/Nell" plays Nell."""
    return tuple(Person(name=name.partition("/")[0], role=name.partition("/")[2] or None) for name in names)


def report(kind, subject=SHOW, *, certainty=Certainty.CONFIRMED, official=False, watches=("w",), people=(), **facts):
    return Report(
        subject=subject,
        kind=kind,
        certainty=certainty,
        facts=Facts(people=who(*people), **facts),
        watches=watches,
        evidence=(),
        official=official,
    )


class Newsroom:
    """Files reports one after another, as the store would."""

    def __init__(self):
        self.known = {}
        self.revisions = set()

    def file(self, told, *, day=0.0, tier=Tier.PRESS, headline=""):
        """What came of the report: the announcement's number and what is new of it."""
        now = NOW + timedelta(days=day)
        settled = settle(told, tier=tier, candidates=self.known.values(), wording=Wording(headline=headline), now=now)
        number = settled.announcement.id or len(self.known) + 1
        self.known[number] = replace(settled.announcement, id=number)
        assert settled.worth_telling == (settled.is_new or settled.widened or settled.change != "")
        assert settled.worth_telling == ((number, settled.announcement.revision) not in self.revisions)
        self.revisions.add((number, settled.announcement.revision))
        return number, settled.change

    def told(self):
        """Everything known, as sets of facts with a standing."""
        return sorted(
            (
                a.subject.key, a.kind, a.facts.seasons, sorted(a.facts.dates), a.facts.network or "",
                sorted((p.name, p.role or "") for p in a.facts.people), a.standing, sorted(a.watches),
                a.facts.place and a.facts.place.lower(), a.facts.deadline or "", a.facts.scam_signs,
            )
            for a in self.known.values()
        )  # fmt: skip


def filed(*steps):
    """The outcome of each step: (report, day), with the tier or the headline where it matters."""
    room = Newsroom()
    return [
        room.file(
            told,
            day=day,
            tier=next((one for one in more if isinstance(one, Tier)), Tier.PRESS),
            headline=next((one for one in more if not isinstance(one, Tier)), ""),
        )
        for told, day, *more in steps
    ]


def renewal(*seasons, **more):
    return report(Kind.RENEWAL, seasons=seasons, **more)


def casting(*people, **more):
    return report(Kind.CASTING, people=people, **more)


def release(*dates, subject=FILM, **more):
    return report(Kind.RELEASE_DATE, subject, dates=dates, **more)


def call(place=None, *, subject=SHOW, **more):
    return report(Kind.CASTING_CALL, subject, place=place, **more)


def listed(told, rule="tvmaze/season"):
    """The same as a database has it."""
    return replace(told, evidence=(Evidence(rule=rule, part="title", start=0, end=1, quote="x"),))


def trailer(**more):
    return report(Kind.TRAILER, FILM, **more)


RUMOUR, DENIED = {"certainty": Certainty.RUMOUR}, {"certainty": Certainty.DENIED}
SAME = (1, "")

SEQUENCES = {
    # Seasons
    "six more outlets write it up": ([(renewal(2), 0), (renewal(2, network="Channel 9"), 0.1), (renewal(), 5)], [SAME] * 3),
    "the next season is other news": ([(renewal(2), 0), (renewal(3), 1)], [SAME, (2, "")]),
    "the number follows an hour later": ([(renewal(), 0), (renewal(2), 0.04)], [SAME, SAME]),
    "two seasons after one": ([(renewal(2), 0), (renewal(2, 3), 0.1)], [SAME, (1, "also season 3")]),
    "two seasons, then each": ([(renewal(2, 3), 0), (renewal(2), 1), (renewal(3), 1)], [SAME] * 3),
    "a number recalled is no news": ([(renewal(2), 0), (renewal(1, 2), 1)], [SAME, SAME]),
    "a sum of two known renewals": ([(renewal(2), 0), (renewal(3), 90), (renewal(2, 3), 100)], [SAME, (2, ""), (2, "")]),
    "a passing mention after months": ([(renewal(2), 0), (renewal(2), 170)], [SAME, SAME]),
    "the same words years later": ([(renewal(2), 0), (renewal(2), 200)], [SAME, (2, "")]),
    "next year's renewal without its number": ([(renewal(2), 0), (renewal(network="Channel 9"), 150)], [SAME, (2, "")]),
    "mentions do not swallow the next season": (
        [(renewal(), 0), (renewal(), 100), (renewal(), 250), (renewal(4), 300)],
        [SAME, SAME, SAME, (2, "")],
    ),
    "a film has no season to tell": (
        [(report(Kind.FILMING_START, FILM), 0), (report(Kind.FILMING_START, FILM), 12)],
        [SAME, SAME],
    ),
    "two trailers a month apart": ([(report(Kind.TRAILER, FILM), 0), (report(Kind.TRAILER, FILM), 30)], [SAME, (2, "")]),
    # People
    "vague, then by name": ([(casting(), 0), (casting("Ada Connor"), 0.1)], [SAME, (1, "also Ada Connor")]),
    "by name, then vague": ([(casting("Ada Connor"), 0), (casting(), 1)], [SAME, SAME]),
    "vague again when the next may be meant": ([(casting("Ada Connor"), 0), (casting(), 9)], [SAME, (2, "")]),
    "vague with a season is still vague": ([(casting("Ada Connor", seasons=(2,)), 0), (casting(seasons=(2,)), 9)], [SAME, (2, "")]),
    "another person": ([(casting("Ada Connor"), 0), (casting("Joe Marsh"), 0)], [SAME, (2, "")]),
    "one more beside the known": (
        [(casting("Ada Connor"), 0), (casting("Ada Connor", "Joe Marsh"), 1)],
        [SAME, (1, "also Joe Marsh")],
    ),
    "a round-up of two known castings": (
        [(casting("Ada Connor"), 0), (casting("Joe Marsh"), 0), (casting("Ada Connor", "Joe Marsh", "Di Wu"), 1)],
        [SAME, (2, ""), (2, "also Di Wu")],
    ),
    "with a second surname": ([(casting("Ada Connor"), 0), (casting("Ada Connor Reed"), 1)], [SAME, SAME]),
    "by surname": ([(casting("Ada Connor"), 0), (casting("Connor"), 1)], [SAME, SAME]),
    "by surname first": ([(casting("Connor"), 0), (casting("Ada Connor"), 0)], [SAME, SAME]),
    "by a surname of two words": ([(casting("Di van Dyke"), 0), (casting("Van Dyke"), 1)], [SAME, SAME]),
    "spelt another way": ([(casting("J.R. Núñez-Hall Jr."), 0), (casting("JR Nunez Hall"), 1)], [SAME, SAME]),
    "brothers": ([(casting("Ada Connor"), 0), (casting("Jed Connor"), 0)], [SAME, (2, "")]),
    "a brother beside the surname": (
        [(casting("Connor"), 0), (casting("Ada Connor", "Jed Connor"), 0)],
        [SAME, (1, "also Jed Connor")],
    ),
    "another of that surname, in another role": ([(casting("Ada Connor/Nell"), 0), (casting("Connor/Dr Patel"), 1)], [SAME, (2, "")]),
    "the role in full": ([(casting("Ada Connor/Nell"), 0), (casting("Connor/Nell Price"), 1)], [SAME, SAME]),
    "a rumour with another person": ([(casting("Ada Connor", **RUMOUR), 0), (casting("Joe Marsh", **RUMOUR), 0)], [SAME, (2, "")]),
    # Dates
    "ever more exact": (
        [(release("2027"), 0), (release("2027-03"), 1), (release("2027-03-07"), 2), (release("2027"), 3)],
        [SAME, (1, "date: March 2027"), (1, "date: 7 March 2027"), SAME],
    ),
    "a year, a month, another month": (
        [(release("2027"), 0), (release("2027-03"), 1), (release("2027-04"), 2)],
        [SAME, (1, "date: March 2027"), (1, "date: April 2027")],
    ),
    "spring, then a day in March": (
        [(release("2027-Q2"), 0), (release("2027-03-20"), 1), (release("2027-Q2"), 2)],
        [SAME, (1, "date: 20 March 2027"), SAME],
    ),
    "moved": ([(release("2027-03-07"), 0), (release("2027-05-01"), 20), (release("2027-05-01"), 21)], [SAME, (1, "date: 1 May 2027"), SAME]),
    "no date, then one": ([(release(), 0), (release("2027"), 1)], [SAME, (1, "date: 2027")]),
    "another season's date": (
        [(release("2027", subject=SHOW, seasons=(2,)), 0), (release("2028", subject=SHOW, seasons=(3,)), 0)],
        [SAME, (2, "")],
    ),
    "the day of a shoot is a detail": (
        [(report(Kind.FILMING_START, FILM), 0), (report(Kind.FILMING_START, FILM, dates=("2027",)), 1)],
        [SAME, SAME],
    ),
    # Places
    "two calls": ([(call("Leeds"), 0), (call("Cardiff"), 0), (call("LEEDS"), 20)], [SAME, (2, ""), SAME]),
    "a call, then where": ([(call(), 0), (call("Leeds"), 0)], [SAME, (1, "place: Leeds")]),
    "a call, then until when": (
        [(call("Leeds"), 0), (call("Leeds", deadline="2026-12-01"), 1), (call("Leeds"), 2)],
        [SAME, (1, "apply by 1 December 2026"), SAME],
    ),
    "a call prolonged": (
        [(call("Leeds", deadline="2026-12-09"), 0), (call("Leeds", deadline="2026-12-01"), 1), (call("Leeds", deadline="2026-12-20"), 1)],
        [SAME, SAME, (1, "apply by 20 December 2026")],
    ),
    "the next call at one place": (
        [(call("Leeds", deadline="2026-11-24"), 0), (call("Leeds", deadline="2026-12-20"), 4), (call("Leeds", deadline="2026-12-20"), 5)],
        [SAME, (1, "apply by 20 December 2026"), SAME],
    ),
    "the next call at one place, after the first has ended": (
        [(call("Leeds", deadline="2026-11-24"), 0), (call("Leeds", deadline="2026-12-20"), 5), (call("Leeds", deadline="2026-11-24"), 6)],
        [SAME, (2, ""), SAME],
    ),
    "a call known by its deadline": (
        [(call("Leeds", deadline="2026-12-20"), 0), (call(deadline="2026-12-20"), 9), (call(deadline="2026-12-21"), 18)],
        [SAME, SAME, (2, "")],
    ),
    "a call that turns out shady": (
        [(call("Leeds"), 0), (call("Leeds", scam_signs=(ScamSign.IDENTITY,)), 1), (call("Leeds", scam_signs=(ScamSign.FEE,)), 2)],
        [SAME, (1, "careful: signs of a scam"), SAME],
    ),
    "a call long after, nowhere named": ([(call("Leeds"), 0), (call(), 9)], [SAME, (2, "")]),
    # Watched people and topics have many titles
    "a part in something unnamed": (
        [
            (casting("Ada Connor", subject=PERSON), 0, "Ada Connor to play a ferrywoman for the BBC"),
            (casting("Ada Connor", subject=PERSON, title="Low Tide"), 1, "BBC casts Ada Connor as ferrywoman in Low Tide"),
        ],
        [SAME, (1, "title: Low Tide")],
    ),
    "two parts in things unnamed on one day": (
        [
            (casting("Ada Connor", subject=PERSON), 0, "Ada Connor to play a ferrywoman for the BBC"),
            (casting("Ada Connor", subject=PERSON), 0, "Ada Connor joins Netflix heist film"),
        ],
        [SAME, (2, "")],
    ),
    "a part with the same partner": (
        [(casting("Ada Connor", "Joe Marsh", subject=PERSON), 0), (casting("Joe Marsh", "Ada Connor", subject=PERSON), 1)],
        [SAME, SAME],
    ),
    "one part under two readings of its title": (
        [
            (casting("Ada Connor/Nell Price", subject=PERSON, title="Nell Price in ITV Drama"), 0),
            (casting("Ada Connor/Nell", subject=PERSON, title="Low Tide"), 1),
            (casting("Ada Connor", subject=PERSON, title="Night Bus"), 1),
        ],
        [SAME, SAME, (2, "")],
    ),
    "a title and a longer reading of it": (
        [
            (casting("Ada Connor", subject=PERSON, title="The Glass Ferry"), 0),
            (casting("Ada Connor", subject=PERSON, title="Glass Ferry Drama"), 1),
            (casting("Ada Connor", subject=PERSON, title="Glass Ferry Part 2"), 1),
        ],
        [SAME, SAME, (2, "")],
    ),
    "a part in something unnamed, another much later": (
        [(casting("Ada Connor", subject=PERSON), 0), (casting("Ada Connor", subject=PERSON), 30)],
        [SAME, (2, "")],
    ),
    "two parts, then one of them again": (
        [
            (casting("Ada Connor", subject=PERSON, title="Low Tide"), 0),
            (casting("Ada Connor", subject=PERSON, title="Night Bus"), 0),
            (casting("Ada Connor", subject=PERSON, title="LOW TIDE"), 30),
            (casting("Ada Connor", subject=PERSON), 31),
        ],
        [SAME, (2, ""), SAME, (3, "")],
    ),
    "a topic without any fact": ([(call(subject=TOPIC), 0), (call(subject=TOPIC), 0)], [SAME, (2, "")]),
    "a topic, one untitled story in two wordings": (
        [
            (call(subject=TOPIC), 0, "Extras wanted in Barry for a drama about lifeboat crews"),
            (call(subject=TOPIC), 1, "Lifeboat drama shooting in Barry seeks extras"),
            (call(subject=TOPIC), 1, "Children sought for a Christmas advert"),
            (call(subject=TOPIC), 9, "Lifeboat drama shooting in Barry seeks extras"),
        ],
        [SAME, SAME, (2, ""), (3, "")],
    ),
    "a topic, one place": ([(call("Barry", subject=TOPIC), 0), (call("Barry", subject=TOPIC), 1)], [SAME, SAME]),
    "a topic, one place, weeks later": ([(call("Barry", subject=TOPIC), 0), (call("Barry", subject=TOPIC), 9)], [SAME, (2, "")]),
    "a topic, one title": (
        [(call(subject=TOPIC, title="Low Tide"), 0), (call("Barry", subject=TOPIC, title="Low Tide"), 20)],
        [SAME, (1, "place: Barry")],
    ),
    "a topic, the title later": ([(call("Barry", subject=TOPIC), 0), (call("Barry", subject=TOPIC, title="Low Tide"), 1)], [SAME, SAME]),
    "a topic, two titles": ([(call(subject=TOPIC, title="Low Tide"), 0), (call(subject=TOPIC, title="Night Bus"), 0)], [SAME, (2, "")]),
    # Trailers: what is out in two days is one, what comes then under another name is the next
    "a teaser, a trailer and a poster of one day": (
        [(trailer(), 0, "Low Tide: first teaser"), (trailer(), 0.2, "Low Tide trailer is here"), (trailer(), 1, "See the poster of Low Tide")],
        [SAME] * 3,
    ),
    "a teaser, and the trailer days later": (
        [(trailer(), 0, "Low Tide: first teaser"), (trailer(), 4, "Low Tide trailer is here"), (trailer(), 5, "Low Tide lures us in")],
        [SAME, (2, ""), (2, "")],
    ),
    "a trailer still written about": (
        [(trailer(), 0, "Low Tide: first trailer"), (trailer(), 4, "The Low Tide trailer hides a clue"), (trailer(), 6, "Low Tide lures us in")],
        [SAME] * 3,
    ),
    # Standing
    "rumour, trade, official": (
        [(renewal(2, **RUMOUR), 0), (renewal(2), 1, Tier.TRADE), (renewal(2, official=True), 2), (renewal(2), 3, Tier.TRADE)],
        [SAME, (1, "now reported"), (1, "now official"), SAME],
    ),
    "rumour, then denied, then rumour": ([(renewal(2, **RUMOUR), 0), (renewal(2, **DENIED), 1), (renewal(2, **RUMOUR), 9)], [SAME, (1, "denied"), SAME]),
    "official, then somebody denies it": ([(renewal(2), 0, Tier.OFFICIAL), (renewal(2, **DENIED), 1)], [SAME, SAME]),
    "others still print what was denied": ([(renewal(2), 0), (renewal(2, **DENIED), 1), (renewal(2), 2)], [SAME, (1, "denied"), SAME]),
    "stated as fact long after a denial": ([(renewal(2, **DENIED), 0), (renewal(2), 30), (renewal(2), 31)], [SAME, (2, ""), (2, "")]),
    "stated as fact day after day since a denial": (
        [(renewal(2, **DENIED), 0), (renewal(2), 1), (renewal(2), 2), (renewal(2), 2.5), (renewal(2), 3)],
        [SAME, SAME, SAME, (2, ""), (2, "")],
    ),
    "denied day after day": ([(renewal(2, **DENIED), 0), (renewal(2, **DENIED), 2), (renewal(2), 4)], [SAME] * 3),
    "denied once more": (
        [(renewal(2, **DENIED), 0), (renewal(2), 30), (renewal(2, **DENIED), 31)],
        [SAME, (2, ""), (2, "denied")],
    ),
    "official after a denial": ([(renewal(2, **DENIED), 0), (renewal(2, official=True), 30)], [SAME, (1, "now official")]),
    "more exact and surer at once": (
        [(release("2027", **RUMOUR), 0), (release("2027-03"), 1, Tier.OFFICIAL)],
        [SAME, (1, "now official; date: March 2027")],
    ),
    # What databases write down late
    "a season listed months after its renewal": ([(renewal(3), 0), (listed(renewal(3)), 300)], [SAME, SAME]),
    "a season listed months after another": ([(renewal(2), 0), (listed(renewal(3)), 300)], [SAME, (2, "")]),
    "a renewal listed without its season": ([(renewal(3), 0), (listed(renewal()), 100)], [SAME, SAME]),
    "the next one without its season": ([(renewal(3), 0), (listed(renewal()), 300)], [SAME, (2, "")]),
    "the press after the database": ([(listed(renewal(3)), 0), (renewal(3), 20)], [SAME, SAME]),
    "a face listed after a year": ([(casting("Ada Connor"), 0), (listed(casting("Ada Connor/Nell")), 365)], [SAME, SAME]),
    "a face listed that was not named": ([(casting(), 0), (listed(casting("Ada Connor")), 9)], [SAME, (2, "")]),
    "the day of a year told before": (
        [(release("2027"), 0), (listed(release("2027-10-07")), 200)],
        [SAME, (1, "date: 7 October 2027")],
    ),
    "the year of a day told before": ([(release("2027-10-07"), 0), (listed(release("2027")), 200)], [SAME, SAME]),
    "a date that moved long after": ([(release("2027-10-07"), 0), (listed(release("2027-11-01")), 200)], [SAME, (2, "")]),
    "the day before, where the network is": ([(release("2027-10-08"), 0), (listed(release("2027-10-07")), 90)], [SAME, SAME]),
    "two days before": (
        [(release("2027-10-08"), 0), (listed(release("2027-10-06")), 9)],
        [SAME, (1, "date: 6 October 2027")],
    ),
    "an end listed after a year": (
        [(report(Kind.ENDING), 0), (listed(report(Kind.ENDING), "tmdb/status"), 400)],
        [SAME, SAME],
    ),
    "a database makes nothing official": (
        [(renewal(3), 0), (listed(renewal(3)), 1, Tier.AGGREGATOR)],
        [SAME, SAME],
    ),
    "a database does not outweigh a denial": (
        [(renewal(3, **DENIED), 0), (listed(renewal(3)), 1, Tier.AGGREGATOR)],
        [SAME, SAME],
    ),
    # What never meets
    "another kind": ([(renewal(2), 0), (report(Kind.CANCELLATION, seasons=(2,)), 0)], [SAME, (2, "")]),
    "another subject": ([(release("2027"), 0), (release("2027", subject=SHOW), 0)], [SAME, (2, "")]),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), SEQUENCES.values(), ids=SEQUENCES)
def test_a_sequence_of_reports(steps, expected):
    assert filed(*steps) == expected


@pytest.mark.parametrize(
    ("certainty", "tier", "official", "expected"),
    [
        (Certainty.CONFIRMED, Tier.OFFICIAL, False, Standing.OFFICIAL),
        (Certainty.CONFIRMED, Tier.TRADE, False, Standing.REPORTED),
        (Certainty.CONFIRMED, Tier.PRESS, False, Standing.REPORTED),
        (Certainty.CONFIRMED, Tier.AGGREGATOR, False, Standing.REPORTED),
        (Certainty.CONFIRMED, Tier.COMMUNITY, False, Standing.RUMOURED),
        (Certainty.CONFIRMED, Tier.COMMUNITY, True, Standing.OFFICIAL),
        (Certainty.RUMOUR, Tier.OFFICIAL, True, Standing.RUMOURED),
        (Certainty.DENIED, Tier.OFFICIAL, True, Standing.DENIED),
        (Certainty.DENIED, Tier.COMMUNITY, False, Standing.DENIED),
    ],
)
def test_the_standing_of_one_report(certainty, tier, official, expected):
    assert standing_of(renewal(certainty=certainty, official=official), tier) is expected


def test_another_watch_is_told_although_nothing_changed():
    room = Newsroom()
    room.file(renewal(2, watches=("show",)))
    settled = settle(
        renewal(2, watches=("show", "person")),
        tier=Tier.PRESS,
        candidates=room.known.values(),
        wording=Wording(),
        now=NOW,
    )
    assert settled.widened
    assert settled.worth_telling
    assert (settled.change, settled.announcement.revision) == ("", 2)
    assert settled.announcement.watches == ("show", "person")


def test_a_report_joins_the_announcement_that_shares_most():
    room = Newsroom()
    room.file(casting("Ada Connor", "Joe Marsh"))
    room.file(casting("Di Wu"))
    assert room.file(casting("Di Wu", "Ada Connor", "Joe Marsh"), day=1) == (1, "")


def test_a_surname_that_two_share_adds_nobody_and_no_role():
    known = Facts(people=who("Ada Connor/Nell", "Jed Connor"))
    assert merge_facts(known, Facts(people=who("Connor"))).people == known.people


@pytest.mark.parametrize(
    ("known", "told", "merged"),
    [
        (("2027",), ("2027-03",), ("2027-03",)),
        (("2027-03-07",), ("2027", "2027-Q2"), ("2027-03-07",)),
        (("2027-Q4",), ("2027-10",), ("2027-10",)),
        (("2027-Q1",), ("2027-01-15",), ("2027-01-15",)),
        (("2027-Q1",), ("2027-Q1",), ("2027-Q1",)),
        (("2027-Q1",), ("2028-Q1",), ("2028-Q1", "2027-Q1")),
        (("2027-Q1",), ("2027-Q2",), ("2027-Q2", "2027-Q1")),
        (("2027-03-07",), ("2027-05-01",), ("2027-05-01", "2027-03-07")),
        (("2027-05-01", "2027-03-07"), ("2027-03-07",), ("2027-05-01", "2027-03-07")),
        (("2027-03-07",), ("2027-03-07", "2027-03-14"), ("2027-03-07", "2027-03-14")),
    ],
)
def test_dates_are_kept_as_exact_as_told_and_a_moved_one_comes_first(known, told, merged):
    assert merge_facts(Facts(dates=known), Facts(dates=told)).dates == merged


def test_the_fuller_name_role_network_and_title_are_kept():
    signs = {"scam_signs": (ScamSign.IDENTITY,)}, {"scam_signs": (ScamSign.FEE, ScamSign.IDENTITY)}
    assert merge_facts(Facts(**signs[0]), Facts(**signs[1])) == Facts(**signs[1])
    one = Facts(people=who("Connor/Nell Price"), network="HBO", title="Low Tide")
    other = Facts(people=who("Ada Connor/Nell"), network="HBO Max", title="LOW TIDE")
    merged = merge_facts(one, other)
    assert (merged.people, merged.network) == (who("Ada Connor/Nell Price"), "HBO Max")
    assert merged == merge_facts(other, one)


LIKELY = {
    "vague when the next may be meant": [(casting("Ada Connor"), 0), (casting(), 9)],
    "months later, without the season": [(renewal(2), 0), (renewal(), 100)],
    "one person, one of two in things unnamed": [
        (casting("Ada Connor", subject=PERSON), 0, "Ada Connor to play a ferrywoman for the BBC"),
        (casting("Ada Connor", subject=PERSON), 0, "Ada Connor joins Netflix heist film"),
    ],
}


@pytest.mark.parametrize("steps", LIKELY.values(), ids=LIKELY)
def test_what_is_only_likely_stays_apart_and_says_so(steps):
    room = Newsroom()
    numbers = [room.file(told, day=day, headline="".join(more))[0] for told, day, *more in steps]
    assert numbers == [1, 2]
    assert [known.possibly for known in room.known.values()] == [None, 1]


def test_how_far_back_a_report_may_belong():
    """What nothing but words identifies is over after three days."""
    assert reach(call(subject=TOPIC)) == STORY_LASTS
    assert reach(listed(renewal(2))) == timedelta(days=730)
    assert reach(call(subject=TOPIC, title="Low Tide")) == reach(call()) == timedelta(days=30)


def test_what_contradicts_is_not_even_likely():
    room = Newsroom()
    for told in (renewal(2), renewal(3)):
        room.file(told)
    assert [known.possibly for known in room.known.values()] == [None, None]


def test_the_same_page_is_the_same_news_however_late():
    room = Newsroom()
    room.file(casting("Ada Connor"))
    told = {"tier": Tier.PRESS, "candidates": room.known.values(), "now": NOW + timedelta(days=9)}
    assert not settle(casting(), wording=Wording(same_page={1}), **told).is_new
    assert settle(casting(), wording=Wording(), **told).is_new


def test_updates_gathered_are_said_as_one():
    assert gather_changes(["now reported; date: 2027", "place: Leeds"], "now official; date: March 2027") == (
        "now official; date: March 2027; place: Leeds; date: 2027"
    )
    assert gather_changes(["place: Leeds"], "") == "place: Leeds"
    assert gather_changes([], "denied") == "denied"


def test_a_revision_is_a_report_where_it_says_something_else():
    before = Recognition(reports=(renewal(2), report(Kind.TRAILER)))
    assert changed_reports(before, before) == ()
    assert changed_reports(before, Recognition(reports=(report(Kind.TRAILER), renewal(3)))) == (renewal(3),)
    assert changed_reports(before, Recognition(reports=(renewal(2, **DENIED),))) == (renewal(2, **DENIED),)


@pytest.mark.parametrize(
    ("only_source", "told", "seasons", "change"),
    [
        (True, renewal(3), (3,), "season 3, not 2"),
        (True, renewal(1), (1,), "season 1, not 2"),
        (True, renewal(2, 3), (2, 3), "also season 3"),
        (True, renewal(), (2,), ""),
        (False, renewal(3), (2, 3), "also season 3"),
    ],
    ids=["later", "earlier", "one more", "none", "others told it too"],
)
def test_a_revision_corrects_what_only_it_has_told_and_else_adds(only_source, told, seasons, change):
    room = Newsroom()
    room.file(renewal(2))
    settled = amend(room.known[1], told, tier=Tier.PRESS, headline="", only_source=only_source, now=NOW)
    assert (settled.announcement.id, settled.announcement.facts.seasons, settled.change) == (1, seasons, change)


certainties = st.sampled_from(Certainty)
tiers = st.sampled_from(Tier)
days = st.sampled_from([None, "2027-01-04", "2027-01-11"])
networks = st.sampled_from([None, "Channel 9", "Nine", "Channel 9+"])
watches = st.sampled_from([("a",), ("b",), ("a", "b")])
dates = st.lists(st.sampled_from(["2027", "2027-03", "2027-03-07", "2027-04", "2027-Q2", "2028-Q1"]), max_size=3)

FRIENDS = {"Ada Connor": ["Bo Lark", "Cy Reed"], "Di Wu": ["El Moss/Nurse", "Fi Nye"]}


@st.composite
def stories(draw):
    """Reports that name what tells their news apart: of several seasons' release, several castings, several calls; and of one film."""
    told = []
    for _ in range(draw(st.integers(1, 7))):
        said = {"certainty": draw(certainties), "official": draw(st.booleans()), "watches": draw(watches)}
        sort = draw(st.sampled_from(["release", "casting", "call", "film"]))
        if sort == "call":
            facts = {"deadline": draw(days), "scam_signs": tuple(draw(st.sets(st.sampled_from(ScamSign), max_size=2)))}
            one = report(Kind.CASTING_CALL, place=draw(st.sampled_from(["Leeds", "LEEDS", "Cardiff"])), **said, **facts)
        elif sort == "film":
            one = report(Kind.ORDER, FILM, dates=tuple(draw(dates)), network=draw(networks), **said)
        elif sort == "release":
            facts = {"seasons": (draw(st.integers(1, 2)),), "dates": tuple(draw(dates)), "network": draw(networks)}
            one = report(Kind.RELEASE_DATE, **said, **facts)
        else:
            family = draw(st.sampled_from(sorted(FRIENDS)))
            role = draw(st.sampled_from(["", "/Nell", "/Nell Price"]))
            friends = draw(st.lists(st.sampled_from(FRIENDS[family]), unique=True))
            one = report(Kind.CASTING, **said, people=(family + role, *friends))
        told.append((one, draw(tiers)))
    return told


@given(stories(), st.data())
def test_the_order_of_arrival_does_not_matter(told, data):
    outcomes = []
    for order in (told, data.draw(st.permutations(told))):
        room = Newsroom()
        for one, tier in order:
            room.file(one, tier=tier)
        outcomes.append(room.told())
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_surname_between_two_of_that_name_in_any_order(order):
    """Nobody can tell whom it means; both are known in the end, and nobody else."""
    facts = [Facts(people=who(name)) for name in ("Ada Connor", "Connor", "Jed Connor")]
    merged = Facts()
    for number in order:
        merged = merge_facts(merged, facts[number])
    assert sorted(person.name for person in merged.people) == ["Ada Connor", "Jed Connor"]


anything = st.builds(
    lambda kind, subject, certainty, official, seasons, people, days, place, title: report(
        kind, subject, certainty=certainty, official=official, seasons=tuple(seasons), people=tuple(people),
        dates=tuple(days), place=place, title=title,
    ),
    st.sampled_from(Kind),
    st.sampled_from([SHOW, FILM, PERSON, TOPIC]),
    certainties,
    st.booleans(),
    st.lists(st.integers(1, 3), max_size=2, unique=True),
    st.lists(st.sampled_from(["Ada Connor", "Jed Connor", "Connor", "Di Wu/Nell"]), max_size=3, unique=True),
    dates,
    st.sampled_from([None, "Leeds", "Barry"]),
    st.sampled_from([None, "Low Tide", "Night Bus"]),
)  # fmt: skip


@given(st.lists(st.tuples(anything, tiers, st.floats(0, 40)), max_size=12))
def test_standing_never_sinks_and_no_fact_is_lost(told):
    """Whatever is filed is in the announcement it went to, and said again at once it tells nobody anything."""
    room = Newsroom()
    day = 0.0
    for place, (one, tier, pause) in enumerate(told):
        day += pause
        before = dict(room.known)
        said = {"tier": tier, "day": day, "headline": f"Headline{place} in its{place} own{place} words{place}"}
        number, _ = room.file(one, **said)
        now = room.known[number]
        if number in before:
            assert WEIGHT[now.standing] >= WEIGHT[before[number].standing]
            assert now.revision >= before[number].revision
            assert now.last_report_at >= before[number].last_report_at
        assert WEIGHT[now.standing] >= WEIGHT[standing_of(one, tier)]
        assert set(one.facts.seasons) <= set(now.facts.seasons)
        if one.subject is not TOPIC:
            again, change = room.file(one, **said)
            assert change == ""
            assert again in before or again == number
