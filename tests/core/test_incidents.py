"""Which incidents a poll opens and closes: sources in trouble, or the network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.incidents import Health, IncidentKind, after_poll

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


class House:
    """Sources polled one after another; keeps their health and the open incidents as the store would."""

    def __init__(self, *names):
        self.health = {name: self.fresh(name) for name in names}
        self.open = []
        self.told = []  # "+failing a", "-failing a"
        self.minute = 0

    @staticmethod
    def fresh(name):
        return Health(
            source_id=name,
            failures=0,
            failing_since=None,
            last_success_at=None,
            network=False,
            not_a_feed=False,
            gone=False,
            detail="",
        )

    def poll(self, name, outcome, *, minute=None):
        """`outcome`: ok, ids, dead (unreachable), error (an answer, but a bad one), page (no feed), token (refused), gone."""
        self.minute = self.minute + 1 if minute is None else minute
        now = START + timedelta(minutes=self.minute)
        before = self.health[name]
        if outcome in {"ok", "ids"}:
            health = replace(self.fresh(name), last_success_at=now)
        else:
            health = replace(
                before,
                failures=before.failures + 1,
                failing_since=before.failing_since or now,
                network=outcome == "dead",
                not_a_feed=outcome == "page",
                gone=outcome == "gone",
                detail=f"{name} {outcome}",
                sign_in=outcome == "token",
            )
        self.health[name] = health
        asked = [one for one in self.health.values() if not one.gone]
        change = after_poll(health, asked, self.open, ids_changed="all new" if outcome == "ids" else "", now=now)
        for incident in change.opened:
            assert (incident.id, incident.opened_at, incident.closed_at) == (0, now, None)
            assert (incident.kind, incident.subject) not in [(one.kind, one.subject) for one in self.open]
            self.open.append(replace(incident, id=len(self.told) + 1))
            self.told.append(f"+{incident.kind} {incident.subject}".rstrip())
        for incident in change.closed:
            self.open.remove(incident)
            self.told.append(f"-{incident.kind} {incident.subject}".rstrip())

    def play(self, *rounds):
        """Each round is "name outcome, name outcome"; a quarter of an hour lies between two rounds."""
        for number, polls in enumerate(rounds):
            self.minute = max(self.minute, 15 * number)
            for poll in polls.split(", "):
                self.poll(*poll.split())
        return self.told


def house(*names):
    """A house in which everything was fine a moment ago."""
    one = House(*names)
    for name in names:
        one.poll(name, "ok")
    return one


DEAD = "a dead, b dead, c dead"

STORIES = {
    "a hiccup": (["a dead, b ok, c ok", "a dead, b ok, c ok", "a ok, b ok, c ok"], []),
    "one is down while the network is fine": (
        ["a dead, b ok, c ok"] * 4 + ["a ok, b ok, c ok"],
        ["+failing a", "-failing a"],
    ),
    "all at once": ([DEAD, DEAD, DEAD, "c ok, a ok, b ok"], ["+network", "-network"]),
    "all at once, and one stays down": (
        [DEAD, DEAD, DEAD, "b ok, c ok, a dead", "b ok, c ok, a ok"],
        ["+network", "-network", "+failing a", "-failing a"],
    ),
    "one after another, days apart": (
        ["a dead, b ok, c ok"] * 3 + ["a dead, b dead, c ok"] * 3 + [DEAD] * 3,
        ["+failing a", "+failing b", "+network"],
    ),
    "one hiccup while another is long down": (
        ["a dead, b ok, c error"] * 3 + ["a dead, b dead, c error", "a dead, b ok, c error"],
        ["+failing a", "+failing c"],
    ),
    "each answers with an error of its own": (
        ["a error, b error, c error"] * 3,
        ["+failing a", "+failing b", "+failing c"],
    ),
    "an error is an answer": (["a error, b dead, c dead"] * 3, ["+failing a"]),
    "down, then a block page": (
        ["a dead, b ok"] * 3 + ["a page, b ok", "a page, b ok", "a ok, b ok"],
        ["+failing a", "-failing a"],
    ),
    "a block page": (["a page, b ok"] * 4 + ["a ok, b ok"], ["+not_a_feed a", "-not_a_feed a"]),
    "gone": (
        ["a error, b ok", "a gone, b ok", "a gone, b ok", "a ok, b ok"],
        ["+gone a", "-gone a"],
    ),
    "down, then gone": (
        ["a error, b ok"] * 3 + ["a gone, b ok", "a ok, b ok"],
        ["+failing a", "+gone a", "-failing a", "-gone a"],
    ),
    "ids changed": (["a ids, b ok", "a ok, b ok"], ["+ids_changed a", "-ids_changed a"]),
    "ids that change every time": (
        ["a ids"] * 4 + ["a ok", "a ids"],
        ["+ids_changed a", "-ids_changed a", "+ids_changed a"],
    ),
    "ids changed, then down": (
        ["a ids, b ok", *["a dead, b ok"] * 4, "a ok, b ok"],
        ["+ids_changed a", "+failing a", "-ids_changed a", "-failing a"],
    ),
    "ids changed while it was down": (
        ["a error, b ok"] * 3 + ["a ids, b ok"],
        ["+failing a", "+ids_changed a", "-failing a"],
    ),
    "the trouble of one does not end with the success of another": (
        ["a page, b ok"] * 3 + ["b ok"],
        ["+not_a_feed a"],
    ),
}


@pytest.mark.parametrize(("rounds", "told"), STORIES.values(), ids=STORIES)
def test_what_is_told(rounds, told):
    assert house("a", "b", "c").play(*rounds) == told


@pytest.mark.parametrize("number", [1, 2, 3, 10, 40])
@pytest.mark.parametrize("start", [House, house])
def test_a_dead_network_is_one_incident(number, start):
    """However many sources there are, and whether or not anything was ever reached."""
    names = [f"s{n}" for n in range(number)]
    ours = start(*names)
    for _ in range(5):
        for name in names:
            ours.poll(name, "dead")
    assert ours.told == ["+network"]
    (incident,) = ours.open
    assert incident.subject == ""
    assert incident.detail.startswith("the only source cannot be" if number == 1 else f"none of {number} sources can")
    for name in names:
        ours.poll(name, "ok")
    assert ours.told == ["+network", "-network"]


def test_a_single_source_that_answers_badly_is_blamed():
    assert house("a").play(*["a error"] * 4) == ["+failing a"]


def test_a_refused_token_is_told_at_once():
    assert house("a", "b").play("a token", "b ok", "a token", "a ok") == ["+failing a", "-failing a"]


def test_a_captive_portal_is_one_incident():
    """Whatever answers in the place of forty sources, they are not all broken."""
    names = [f"s{n}" for n in range(40)]
    assert house(*names).play(*[", ".join(f"{name} page" for name in names)] * 4) == ["+network"]


def test_sources_asked_rarely_do_not_hide_a_dead_network():
    """The daily one was fine this morning: that says nothing of now."""
    ours = house("daily", "a", "b", "c")
    assert ours.play(DEAD, DEAD, DEAD) == ["+network"]


def test_a_source_that_has_been_broken_for_long_does_not_hide_a_dead_network():
    broken = ["x error, a ok, b ok, c ok"] * 3
    assert house("a", "b", "c", "x").play(*broken, DEAD, DEAD) == ["+failing x", "+network"]


def test_a_source_that_is_gone_does_not_hide_a_dead_network():
    ours = house("a", "b", "x")
    assert ours.play("x gone, a ok, b ok", "a dead, b dead", "a dead, b dead") == ["+gone x", "+network"]


@pytest.mark.parametrize(("minutes", "told"), [((5, 20, 50, 110), []), ((5, 20, 50, 110, 130), ["+failing a"])])
def test_nobody_is_blamed_in_doubt_until_the_doubt_has_lasted(minutes, told):
    """Nothing else has been asked since: for two hours it may be the network, then the silence is explained."""
    ours = house("a", "b", "c")
    for minute in minutes:
        ours.poll("a", "dead", minute=minute)
    assert ours.told == told


def test_a_bad_answer_leaves_no_doubt():
    ours = house("a", "b", "c")
    for minute in (5, 20, 50):
        ours.poll("a", "error", minute=minute)
    assert ours.told == ["+failing a"]


outcomes = st.sampled_from(["ok", "ok", "dead", "error", "page", "ids"])


@given(st.lists(st.tuples(st.sampled_from("abcd"), outcomes), max_size=60))
def test_what_opens_closes(polls):
    """Nothing is opened twice, and when every source has answered nothing is left open."""
    ours = House(*"abcd")
    for name, outcome in polls:
        ours.poll(name, outcome)
    for name in "abcd":
        ours.poll(name, "ok")
    assert ours.open == []
    assert len(ours.told) % 2 == 0
    kinds = {told.lstrip("+-").partition(" ")[0] for told in ours.told}
    assert kinds <= {kind.value for kind in IncidentKind}


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["ok", "dead"])), max_size=60))
def test_no_source_is_blamed_that_nobody_outlived(polls):
    """Within the hour, only a source that another one outlived is blamed for being unreachable."""
    ours = House(*"abcd")
    for name, outcome in polls:
        before = len(ours.told)
        ours.poll(name, outcome)
        if any(told.startswith("+failing") for told in ours.told[before:]):
            since = ours.health[name].failing_since
            assert any(one.last_success_at and one.last_success_at >= since for one in ours.health.values())
