"""What a change in a database says, and of what it is news."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.core.recordnews import Change, Database, changes, tells_renewal
from monitor.core.records import Performer, Record, Season, Stage, differences, first_known
from monitor.core.report import Certainty, Kind, Person
from tests.core.recognising import show

TMDB = Database(id="tmdb", name="TMDB")
TODAY = date(2026, 11, 22)
SALTMARSH = show("Saltmarsh")
STAGES = {
    "Planned": Stage.PLANNED, "In Production": Stage.MAKING, "Returning Series": Stage.RUNNING, "Released": Stage.OUT,
    "Undecided": Stage.UNDECIDED, "Ended": Stage.ENDED, "Canceled": Stage.CANCELLED, "": None, "Odd": None,
}  # fmt: skip
RECORD = Record(
    id="12",
    title="Saltmarsh (2024)",
    url="https://shows.example/12",
    status="Returning Series",
    stage=Stage.RUNNING,
    seasons=(Season(number=1, date="2024-03-07"), Season(number=2, date="2025-03-07")),
    network="Channel 9",
)


def told(after: Record, before: Record = RECORD, **known) -> tuple[Change, ...]:
    """What follows from one becoming the other."""
    earlier = replace(first_known(before), **known)
    return changes(TMDB, SALTMARSH, earlier, after, differences(earlier, after), today=TODAY)


def with_status(status: str, record: Record = RECORD) -> Record:
    return replace(record, status=status, stage=STAGES[status])


def with_seasons(*seasons: Season, record: Record = RECORD) -> Record:
    return replace(record, seasons=(*record.seasons, *seasons))


def kinds(change: Change) -> list[Kind]:
    return [claim.kind for claim in change.claims]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Undecided", "Returning Series", (Kind.RENEWAL, Certainty.CONFIRMED)),
        ("Ended", "Returning Series", (Kind.RENEWAL, Certainty.RUMOUR)),
        ("Canceled", "Returning Series", (Kind.RENEWAL, Certainty.RUMOUR)),
        ("Returning Series", "Canceled", (Kind.CANCELLATION, Certainty.CONFIRMED)),
        ("In Production", "Canceled", (Kind.CANCELLATION, Certainty.CONFIRMED)),
        ("", "Canceled", (Kind.CANCELLATION, Certainty.CONFIRMED)),
        ("Returning Series", "Ended", (Kind.ENDING, Certainty.CONFIRMED)),
        ("Undecided", "Ended", (Kind.ENDING, Certainty.CONFIRMED)),
        # No news, or no proof of any
        ("Planned", "In Production", None),
        ("In Production", "Released", None),
        ("In Production", "Returning Series", None),
        ("Returning Series", "Undecided", None),
        ("Returning Series", "In Production", None),
        ("Planned", "Ended", None),
        ("Ended", "Canceled", None),
        ("Canceled", "Ended", None),
        ("Released", "Canceled", None),
        ("Returning Series", "Odd", None),
    ],
)
def test_what_a_change_of_status_is_news_of(before, after, expected):
    (change,) = told(with_status(after), with_status(before))
    assert [(claim.kind, claim.certainty) for claim in change.claims] == ([expected] if expected else [])


def test_a_status_is_told_in_the_words_of_the_database():
    (change,) = told(with_status("Canceled"))
    assert change.text == "TMDB: the status of Saltmarsh changed from Returning Series to Canceled"
    (claim,) = change.claims
    assert (claim.rule, claim.title, claim.watch) == ("tmdb/status", "Saltmarsh", "saltmarsh")
    assert told(with_status("Canceled"), with_status(""))[0].text == "TMDB: the status of Saltmarsh changed to Canceled"


def test_the_same_status_after_another_season_is_another_change():
    first, second = told(with_status("Ended"))[0], told(with_status("Ended", with_seasons(Season(number=3))))[0]
    assert first.key != second.key


def test_a_season_that_is_listed_is_a_renewal():
    (change,) = told(with_seasons(Season(number=3)))
    assert (change.key, change.text) == ("season:3", "TMDB: Saltmarsh has a season 3")
    (claim,) = change.claims
    assert (claim.kind, claim.facts.seasons, claim.facts.network) == (Kind.RENEWAL, (3,), "Channel 9")


def test_a_season_with_its_date_is_a_renewal_and_a_date():
    (change,) = told(with_seasons(Season(number=3, date="2027-10")))
    assert change.text == "TMDB: Saltmarsh has a season 3, from October 2027"
    assert [(claim.kind, claim.facts.seasons, claim.facts.dates) for claim in change.claims] == [
        (Kind.RENEWAL, (3,), ()), (Kind.RELEASE_DATE, (3,), ("2027-10",)),
    ]  # fmt: skip


def test_two_seasons_at_once_are_one_change():
    (change,) = told(with_seasons(Season(number=3), Season(number=4)))
    assert (change.text, change.claims[0].facts.seasons) == ("TMDB: Saltmarsh has seasons 3 and 4", (3, 4))


def test_a_status_that_its_season_explains_is_told_once():
    status, season = told(with_status("Returning Series", with_seasons(Season(number=3))), with_status("Undecided"))
    assert (kinds(status), kinds(season)) == ([], [Kind.RENEWAL])
    status, season = told(with_status("Ended", with_seasons(Season(number=3))))
    assert (kinds(status), kinds(season)) == ([Kind.ENDING], [Kind.RENEWAL])


@pytest.mark.parametrize(
    "seasons",
    [
        [Season(number=0)],
        [Season(number=3, date="2026-11-21")],
        [Season(number=number) for number in range(3, 7)],
    ],
    ids=["older than the last", "it has begun long since", "somebody tidies up"],
)
def test_seasons_that_are_filled_in_later_are_no_news(seasons):
    assert kinds(told(with_seasons(*seasons))[0]) == []


def test_the_first_season_is_no_renewal():
    new = replace(RECORD, seasons=())
    (change,) = told(with_seasons(Season(number=1, date="2027"), record=new), new)
    assert kinds(change) == [Kind.RELEASE_DATE]
    assert kinds(told(with_seasons(Season(number=1), record=new), new)[0]) == []


def test_the_season_of_a_renewal_that_the_status_told_is_none():
    status = told(with_status("Returning Series"), with_status("Undecided"))
    assert tells_renewal(status)
    assert not tells_renewal(told(with_seasons(Season(number=3))))
    assert not tells_renewal(told(with_status("Ended")))
    assert kinds(told(with_seasons(Season(number=3)), renewed=True)[0]) == []


def test_the_date_of_a_season_is_news_while_it_lies_ahead():
    waiting = with_seasons(Season(number=3))
    (change,) = told(with_seasons(Season(number=3, date="2027-10-07")), waiting)
    assert (change.key, change.text) == ("date:3=2027-10-07", "TMDB: season 3 of Saltmarsh starts on 7 October 2027")
    assert [(one.kind, one.facts.seasons, one.facts.dates) for one in change.claims] == [
        (Kind.RELEASE_DATE, (3,), ("2027-10-07",))
    ]
    for today in ("2026-11-22", "2026-11", "2026"):
        assert kinds(told(with_seasons(Season(number=3, date=today)), waiting)[0]) == [Kind.RELEASE_DATE]
    assert kinds(told(with_seasons(Season(number=3, date="2026-11-21")), waiting)[0]) == []


def test_the_date_of_a_film_is_news_while_it_lies_ahead():
    (change,) = told(replace(RECORD, released="2027"))
    assert (change.text, kinds(change)) == ("TMDB: Saltmarsh comes out in 2027", [Kind.RELEASE_DATE])
    assert kinds(told(replace(RECORD, released="2025"))[0]) == []


FACES = tuple(Performer(id=str(number), name=f"Face {number}") for number in range(9))
NELL = Performer(id="n", name="Ida Holm", role="Nell")


def test_faces_that_join_together_are_one_casting():
    (change,) = told(replace(RECORD, cast=(NELL, FACES[0])), cast=frozenset({"known"}))
    assert change.text == "TMDB: the main cast of Saltmarsh lists Ida Holm as Nell and Face 0"
    (claim,) = change.claims
    assert claim.facts.people == (Person(name="Ida Holm", role="Nell"), Person(name="Face 0"))


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, cast=FACES[:1]),
        replace(with_seasons(), cast=FACES, seasons=()),
        replace(with_status("Ended"), cast=FACES[:1]),
        replace(with_status("Canceled"), cast=FACES[:1]),
        replace(with_status("Released"), cast=FACES[:1]),
        replace(RECORD, cast=FACES[:1], released="2025"),
    ],
    ids=[
        "the first of a show that runs",
        "a whole list",
        "ended",
        "cancelled",
        "a film that is out",
        "out by its date",
    ],
)
def test_a_cast_that_is_filled_in_later_is_no_news(record):
    before = replace(record, cast=())
    (change,) = told(record, before)
    assert change.claims == ()


def test_the_first_names_of_what_is_to_come_are_news():
    new = replace(RECORD, seasons=(Season(number=1, date="2027"),))
    (change,) = told(replace(new, cast=(NELL,)), new)
    assert kinds(change) == [Kind.CASTING]


def test_a_long_list_is_cut_in_the_sentence():
    assert told(replace(RECORD, cast=FACES))[0].text.endswith("Face 6 and Face 7 and 1 more")


def test_those_who_are_not_in_the_main_cast_are_not_told():
    assert told(replace(RECORD, cast=(replace(NELL, main=False),))) == ()


def test_a_network_or_a_site_is_told_and_claims_nothing():
    network, site = told(replace(RECORD, network="Nine", site="https://saltmarsh.example"))
    assert (network.text, network.claims) == ("TMDB: the network of Saltmarsh is Nine", ())
    assert (site.text, site.claims) == ("TMDB: the official site of Saltmarsh is https://saltmarsh.example", ())
