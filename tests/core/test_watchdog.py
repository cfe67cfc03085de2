"""What the watchdog opens and closes, and what it leaves alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.incidents import Incident, IncidentKind
from monitor.core.pulse import Pulse
from monitor.core.rhythm import Rhythm
from monitor.core.silence import say_rhythm
from monitor.core.source import Source, SourceState, Tier
from monitor.core.watchdog import Ourselves, look

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)  # a Thursday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RHYTHM = Rhythm(learned_at=NOW - DAY, pauses=60, span=40 * DAY, working=3.0, weekend=0.5, usual=8 * HOUR)
SINCE = NOW - 100 * DAY


def source(name="gazette", **fields):
    values = {"type": "feed", "tier": Tier.PRESS, "every": 15 * MINUTE, "max_age": 7 * DAY, "name": name.title()}
    return Source(id=name, url=f"https://{name}.example/feed", **{**values, **fields})


def state(name="gazette", *, arrived=HOUR, pulse=None, **fields):
    """A source that is polled, and brought something so long ago; None: nothing since its first poll."""
    came = None if arrived is None else NOW - arrived
    values = {
        "next_due": NOW + MINUTE,
        "baseline_at": SINCE,
        "last_poll_at": NOW - MINUTE,
        "last_success_at": NOW - MINUTE,
        "rhythm": RHYTHM,
        "pulse": Pulse(
            **{"items": 30, "filled": 50, "newest": came, "advances": 9, "arrived_at": came, **(pulse or {})}
        ),
    }
    return SourceState(source_id=name, url=f"https://{name}.example/feed", **{**values, **fields})


US = Ourselves(ahead={}, daemon=True)


class Dog:
    """Looks at sources as they are, and remembers what it has open."""

    def __init__(self, *opened):
        self.open = [
            Incident(id=number, kind=kind, subject=subject, detail="", opened_at=NOW - 2 * DAY)
            for number, (kind, subject) in enumerate(opened, start=1)
        ]

    def look(self, *pairs, us=US, now=NOW):
        sources = [one for one, _ in pairs]
        states = {one.id: known for one, known in pairs if known is not None}
        change = look(sources, states, self.open, us, now=now)
        over = {incident.id for incident in (*change.closed, *change.dropped)}
        self.open = [incident for incident in self.open if incident.id not in over]
        self.open += [replace(one, id=100 + number) for number, one in enumerate(change.opened)]
        said = [f"+{i.kind} {i.subject}".strip() for i in change.opened]
        said += [f"-{i.kind} {i.subject}".strip() for i in change.closed]
        return said + [f"({i.kind} {i.subject}".strip() + ")" for i in change.dropped]

    @property
    def detail(self):
        return self.open[-1].detail


def one(of=None, **fields):
    """What is said of a single source."""
    return Dog().look((of or source(), state(**fields)))


def test_a_source_that_brings_something_is_left_alone():
    assert one() == []


def test_quiet_for_three_times_as_long_as_usual():
    """It is told in numbers: how long, and what is usual."""
    dog = Dog()
    assert dog.look((source(), state(arrived=25 * HOUR))) == ["+quiet gazette"]
    assert dog.detail == (
        "nothing new for 25 hours; it usually brings something every 8 hours on working days, every 2 days at weekends"
    )
    assert dog.look((source(), state(arrived=30 * HOUR))) == []
    assert dog.look((source(), state(arrived=MINUTE))) == ["-quiet gazette"]


def test_a_weekend_is_no_silence():
    friday, monday = NOW + 30 * HOUR, NOW + 93 * HOUR
    assert Dog().look((source(), state(arrived=NOW - friday, next_due=monday)), now=monday) == []
    wednesday = NOW - 19 * HOUR - DAY
    assert one(arrived=NOW - wednesday) == ["+quiet gazette"]


@pytest.mark.parametrize(
    "fields",
    [
        {"rhythm": None},
        {"rhythm": replace(RHYTHM, pauses=9)},
        {"rhythm": replace(RHYTHM, span=13 * DAY)},
        {"baseline_at": NOW - 13 * DAY},  # added, or taken up again, not long ago
        {"baseline_at": None},
        {"next_due": NOW - HOUR},  # the machine was off: nobody looked
        {"failures": 2},
        {"disabled": True},
        {"arrived": None, "baseline_at": NOW - 20 * HOUR},
    ],
)
def test_what_cannot_be_judged_is_not(fields):
    assert one(**{"arrived": 10 * DAY, **fields}) == []


def test_a_source_nobody_has_polled_is_no_trouble():
    assert Dog().look((source(), None)) == []


def test_a_clock_set_back_makes_no_silence():
    assert one(arrived=-30 * DAY) == []


def test_nothing_is_judged_without_a_network_or_by_a_wrong_clock():
    dog = Dog((IncidentKind.NETWORK, ""), (IncidentKind.QUIET, "herald"))
    assert dog.look((source(), state(arrived=9 * DAY)), (source("herald"), state("herald"))) == []
    wrong = Ourselves(ahead=dict.fromkeys("abc", 9 * DAY), daemon=True)
    assert Dog().look((source(), state(arrived=9 * DAY)), us=wrong) == ["+clock"]


def test_what_the_user_says_about_silence_holds():
    assert one(source(watchdog=False), arrived=50 * DAY) == []
    patient = source(quiet_after=14 * DAY)
    assert one(patient, arrived=13 * DAY, rhythm=None) == []
    dog = Dog()
    assert dog.look((patient, state(arrived=15 * DAY, rhythm=None))) == ["+quiet gazette"]
    assert dog.detail == "nothing new for 15 days; you asked to be told after 14 days"
    assert dog.look((source(watchdog=False), state(arrived=15 * DAY))) == ["(quiet gazette)"]
    assert one(patient, arrived=9 * DAY, pulse={"advanced_at": NOW - 9 * DAY, "rewritten": 9}, rhythm=None) == []


def test_a_document_that_is_rewritten_without_newer_items_stands_still():
    dog = Dog()
    assert dog.look((source(), state(arrived=5 * DAY, pulse={"rewritten": 40}))) == ["+stale gazette"]
    assert dog.detail.endswith("its document was written anew 40 times since, the newest item is still of 09 May 2026")


def test_items_that_come_with_old_dates_are_told_too():
    """Older than max_age, they would never alert."""
    stuck = {"advanced_at": NOW - 5 * DAY, "newest": NOW - 5 * DAY, "rewritten": 5}
    dog = Dog()
    assert dog.look((source(), state(pulse=stuck))) == ["+stale gazette"]
    assert dog.detail.startswith("items still come, but none dated later than 09 May 2026, for 5 days; ")
    assert one(pulse={**stuck, "advanced_at": NOW - HOUR}) == []
    assert one(pulse={**stuck, "rewritten": 2}) == []


def test_a_document_that_lost_its_items_three_times():
    assert one(pulse={"empty": 2}) == []
    dog = Dog()
    new = {"rhythm": None, "baseline_at": NOW - DAY}
    assert dog.look((source(), state(pulse={"empty": 3}, **new))) == ["+empty gazette"]
    assert dog.detail == "the last 3 readings showed no item; the one before them showed 30"
    assert dog.look((source(), state(**new))) == ["-empty gazette"]
    assert one(pulse={"empty": 9, "items": 2}) == []  # a search that ran dry
    assert one(pulse={"empty": 9, "filled": 9}) == []  # one that is often empty


def test_a_source_that_puts_us_off_for_ever():
    busy = {"refused": 30, "refused_since": NOW - 2 * DAY - MINUTE}
    dog = Dog()
    assert dog.look((source(), state(pulse={**busy, "refused": 4}))) == []
    assert dog.look((source(every=6 * HOUR), state(pulse=busy))) == []
    assert dog.look((source(), state(pulse=busy, baseline_at=None))) == ["+limited gazette"]
    assert dog.detail == "put off 30 times in 2 days, and not read once in between"
    assert dog.look((source(), state())) == ["-limited gazette"]


def test_one_incident_a_source_whatever_form_it_takes():
    dog = Dog((IncidentKind.QUIET, "gazette"))
    assert dog.look((source(), state(pulse={"empty": 3}))) == []
    failing = Dog((IncidentKind.FAILING, "gazette"), (IncidentKind.QUIET, "gazette"))
    assert failing.look((source(), state(arrived=9 * DAY, failures=4))) == ["(quiet gazette)"]
    assert failing.look((source(), state(arrived=9 * DAY))) == []


def test_under_another_address_it_is_another_source():
    dog = Dog((IncidentKind.QUIET, "gazette"))
    assert dog.look((source(), state(baseline_at=NOW - DAY))) == ["(quiet gazette)"]


def test_what_many_sources_do_at_once_is_one_incident():
    """A holiday, or the bridge they share: told once, whoever falls silent first."""
    names = [f"s{number}" for number in range(12)]
    resting = [(source(name), state(name, arrived=20 * HOUR)) for name in names]
    silent = [(source("a"), state("a", arrived=30 * HOUR))]
    lively = [(source("b"), state("b"))]
    dog = Dog()
    assert dog.look(*silent, *lively, *resting[:1]) == ["+quiet a"]
    dog = Dog()
    assert dog.look(*silent, *lively, *resting) == ["+quiet"]
    assert dog.detail == (
        "13 of 14 sources have brought less than usual or nothing: A, S0, S1, S2, S3, S4, S5, S6 and 5 more"
    )
    assert dog.look(*silent, *lively) == ["+quiet a", "-quiet"]
    assert dog.look(*lively, (source("a"), state("a"))) == ["-quiet a"]


def test_when_nobody_is_silent_those_that_rest_are_nothing_to_tell():
    assert Dog().look(*[(source(n), state(n, arrived=20 * HOUR)) for n in "abcdef"]) == []


def test_a_token_is_told_a_week_ahead_and_a_day_ahead_until_it_is_renewed():
    dog = Dog()
    expires = NOW + 6 * DAY
    assert dog.look((source(), state(credential_expires=NOW + 8 * DAY))) == []
    assert dog.look((source(), state(credential_expires=expires))) == ["+token gazette"]
    assert dog.detail == "its token runs out on 20 May 2026 at 12:00 UTC"
    later = [NOW + 5 * DAY + HOUR, NOW + 5 * DAY + 2 * HOUR, NOW + 7 * DAY]
    seen = [dog.look((source(), state(credential_expires=expires, arrived=HOUR - (at - NOW))), now=at) for at in later]
    assert seen == [["+token gazette", "(token gazette)"], [], []]
    assert dog.look((source(), state(credential_expires=expires + 60 * DAY)), now=NOW + 7 * DAY) == ["-token gazette"]
    gone = Dog()
    gone.look((source(), state(credential_expires=NOW - DAY)))
    assert gone.detail == "its token has run out"


@pytest.mark.parametrize(("minutes", "words"), [(5, "5 minutes ahead of"), (-180, "3 hours behind")])
def test_our_clock_against_that_of_most_servers(minutes, words):
    ahead = {"a": minutes * MINUTE, "b": minutes * MINUTE + MINUTE / 60, "c": timedelta(days=400)}
    dog = Dog()
    assert dog.look(us=Ourselves(ahead=ahead, daemon=False)) == ["+clock"]
    assert dog.detail == f"our clock is {words} those of most servers"
    assert dog.look(us=Ourselves(ahead={"a": MINUTE}, daemon=False)) == []  # nobody to ask
    assert dog.look(us=Ourselves(ahead=dict.fromkeys("abc", MINUTE), daemon=False)) == ["-clock"]


def late(**fields):
    return Ourselves(**{"ahead": {}, "daemon": True, "late_before": True, **fields})


def test_polls_that_run_late_are_told_at_the_second_look():
    """A machine that wakes up is late at the first."""
    pairs = [(source(n), state(n, next_due=NOW - 2 * HOUR)) for n in "abc"]
    dog = Dog()
    assert dog.look(*pairs, us=late(late_before=False)) == []
    assert dog.look(*pairs, us=late(daemon=False)) == []
    assert dog.look(*pairs, us=late(tick=2 * MINUTE)) == ["+lag"]
    assert dog.detail == "3 of 3 polls are late, by 2 hours at worst; the loop ran 2 minutes late"
    assert dog.look((source(), state()), us=late()) == ["-lag"]
    assert dog.look(us=late(tick=3 * HOUR)) == ["+lag"]
    assert dog.detail == "the loop ran 3 hours late"


def test_one_slow_host_is_not_our_lateness():
    pairs = [(source(f"s{n}"), state(f"s{n}")) for n in range(20)]
    slow = (source("slow"), state("slow", next_due=NOW - 2 * HOUR))
    gone = (source("gone"), state("gone", next_due=NOW - 2 * HOUR, disabled=True))
    assert Dog().look(*pairs, slow, gone, us=late()) == []


@pytest.mark.parametrize(
    ("working", "weekend", "words"),
    [
        (24, 24, "every 60 minutes"),
        (0.5, 0.01, "every 2 days on working days, next to nothing at weekends"),
        (2, 4, "every 12 hours on working days, every 6 hours at weekends"),
    ],
)
def test_a_rhythm_in_words(working, weekend, words):
    assert say_rhythm(replace(RHYTHM, working=float(working), weekend=float(weekend))) == words
