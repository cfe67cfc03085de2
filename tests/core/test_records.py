"""What changed in a database's entry, and when it is believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.records import (
    Known,
    Part,
    Performer,
    Record,
    Season,
    Stage,
    advance,
    differences,
    first_known,
    ripen,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NELL = Performer(id="7", name="Ida Holm", role="Nell")
RECORD = Record(
    id="12",
    title="Saltmarsh",
    url="https://shows.example/12",
    status="To Be Determined",
    stage=Stage.UNDECIDED,
    seasons=(Season(number=1, date="2024-03-07"), Season(number=2)),
    cast=(NELL,),
    released="2024",
    network="Channel 9",
    site="https://saltmarsh.example",
)
KNOWN = first_known(RECORD)


def keys(known: Known, **changes) -> list[str]:
    return [one.key for one in differences(known, replace(RECORD, **changes))]


def test_nothing_differs_from_what_was_just_learned():
    assert differences(KNOWN, RECORD) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "Running"}, ["status:=Running"]),
        ({"seasons": (*RECORD.seasons, Season(number=3, date="2027-01-02"))}, ["season:3=2027-01-02"]),
        ({"seasons": (*RECORD.seasons, Season(number=3))}, ["season:3="]),
        ({"seasons": (Season(number=2, date="2027"),)}, ["date:2=2027"]),
        ({"seasons": (Season(number=1, date="2024-04-01"),)}, ["date:1=2024-04-01"]),
        ({"released": "2024-03-07"}, ["release:=2024-03-07"]),
        ({"cast": (NELL, Performer(id="8", name="Bo Field"))}, ["cast:8="]),
        ({"cast": (replace(NELL, name="Ida Holm-Reed"),)}, []),
        ({"network": "Channel 10"}, ["network:=Channel 10"]),
        ({"site": "https://salt.example"}, ["site:=https://salt.example"]),
    ],
)
def test_what_is_said_anew_is_a_difference(changes, expected):
    assert keys(KNOWN, **changes) == expected


def test_what_is_no_longer_said_is_none():
    """An entry that is emptied by a prankster and restored tells nothing twice over."""
    empty = replace(RECORD, status="", stage=None, seasons=(), cast=(), released=None, network=None, site=None)
    assert differences(KNOWN, empty) == ()
    assert differences(advance(KNOWN, empty, differences(KNOWN, empty), renewed=False), RECORD) == ()


def test_a_date_that_became_less_exact_is_none():
    known = replace(KNOWN, seasons={1: "2024-03-07"}, released="2027-10-07")
    assert keys(known, seasons=(Season(number=1, date="2024-03"),), released="2027") == []


def test_a_change_is_believed_once_it_has_stood_for_six_hours():
    found = differences(KNOWN, replace(RECORD, status="Running"))
    ripe, waiting = ripen(found, {}, now=NOW)
    assert (ripe, waiting) == ((), {"status:=Running": NOW})
    assert ripen(found, waiting, now=NOW + 5 * HOUR) == ((), waiting)
    assert ripen(found, waiting, now=NOW + 6 * HOUR) == (found, {})


def test_a_change_that_was_undone_begins_anew():
    found = differences(KNOWN, replace(RECORD, status="Ended"))
    _, waiting = ripen(found, {}, now=NOW)
    _, undone = ripen((), waiting, now=NOW + HOUR)
    assert undone == {}
    assert ripen(found, undone, now=NOW + 7 * HOUR) == ((), {"status:=Ended": NOW + 7 * HOUR})


def test_a_change_seen_by_a_clock_that_was_set_back_counts_from_now():
    found = differences(KNOWN, replace(RECORD, status="Ended"))
    assert ripen(found, {"status:=Ended": NOW + 100 * HOUR}, now=NOW) == ((), {"status:=Ended": NOW})


def test_only_what_is_believed_is_kept():
    record = replace(
        RECORD, status="Running", stage=Stage.RUNNING, seasons=(*RECORD.seasons, Season(number=3)), network="Nine",
        cast=(Performer(id="8", name="Bo Field"),), released="2025", site="https://salt.example",
    )  # fmt: skip
    found = differences(KNOWN, record)
    assert advance(KNOWN, record, (), renewed=False) == KNOWN
    believed = advance(KNOWN, record, found, renewed=False)
    assert believed.cast == {"7", "8"}
    assert differences(believed, record) == ()
    assert (believed.status, believed.stage, believed.last_season) == ("Running", Stage.RUNNING, 3)
    assert (believed.network, believed.site, believed.released) == ("Nine", "https://salt.example", "2025")


def test_a_renewal_is_remembered_until_its_season_is_listed():
    record = replace(RECORD, seasons=(*RECORD.seasons, Season(number=3)))
    renewed = advance(KNOWN, RECORD, (), renewed=True)
    assert renewed.renewed
    assert advance(renewed, RECORD, (), renewed=False).renewed
    assert not advance(renewed, record, differences(renewed, record), renewed=False).renewed


def test_the_year_is_that_of_the_first_season_or_of_the_release():
    assert replace(RECORD, released=None).year == "2024"
    assert replace(RECORD, released="1999-12").year == "1999"
    assert replace(RECORD, released=None, seasons=()).year == ""
    assert Known().last_season == 0
    assert [part.value for part in Part][:2] == ["status", "season"]
