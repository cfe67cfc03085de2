"""What databases know and nobody else has told."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.announcement import Announcement, Standing
from monitor.core.crosscheck import Telling, file_holes, holes
from monitor.core.incidents import Incident, IncidentKind
from monitor.core.report import Facts, Kind, Subject

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TVMAZE = Telling(publisher="TVmaze", database="tvmaze")
TMDB = Telling(publisher="TMDB", database="tmdb")
GAZETTE = Telling(publisher="Gazette", database=None)


def announcement(number=1, *, days=3.0, **fields) -> Announcement:
    seen = NOW - timedelta(days=days)
    values = {
        "id": number, "subject": Subject(key="show:saltmarsh", title="Saltmarsh"), "kind": Kind.RENEWAL,
        "facts": Facts(seasons=(3,)), "standing": Standing.REPORTED, "watches": ("saltmarsh",), "revision": 1,
        "first_seen": seen, "last_report_at": seen,
    }  # fmt: skip
    return Announcement(**{**values, **fields})


def test_a_renewal_that_only_a_database_has_told_is_a_hole():
    (hole,) = holes([announcement()], {1: [TVMAZE]}, now=NOW)
    assert hole.text == "renewal of Saltmarsh stands at TVmaze since 2026-11-19, and no other source has told it"


def test_two_databases_are_no_second_source():
    """They copy from each other."""
    (hole,) = holes([announcement(kind=Kind.RELEASE_DATE)], {1: [TVMAZE, TMDB, TVMAZE]}, now=NOW)
    assert hole.text.startswith("release date of Saltmarsh stands at TVmaze and TMDB since")


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (announcement(days=2.9), [TVMAZE]),
        (announcement(days=14.1), [TVMAZE]),
        (announcement(), [TVMAZE, GAZETTE]),
        (announcement(), [GAZETTE, TVMAZE]),
        (announcement(), []),
        (announcement(kind=Kind.CASTING), [TVMAZE]),
        (announcement(standing=Standing.DENIED), [TVMAZE]),
    ],
    ids=["others still have time", "forgotten", "told later", "told first", "untold", "often left out", "denied"],
)
def test_what_is_no_hole(one, told):
    assert holes([one], {one.id: told}, now=NOW) == ()


def test_the_oldest_hole_comes_first():
    found = holes([announcement(2), announcement(1, days=5)], {1: [TVMAZE], 2: [TMDB]}, now=NOW)
    assert [hole.announcement_id for hole in found] == [1, 2]


def missed(*, days):
    opened = NOW - timedelta(days=days)
    return Incident(id=7, kind=IncidentKind.MISSED, subject="announcement-1", detail="", opened_at=opened)


def test_a_hole_is_an_incident_until_another_source_fills_it():
    found = holes([announcement()], {1: [TVMAZE]}, now=NOW)
    (opened,) = file_holes(found, [], now=NOW).opened
    assert (opened.kind, opened.subject, opened.detail) == (IncidentKind.MISSED, "announcement-1", found[0].text)
    assert file_holes(found, [missed(days=1)], now=NOW).opened == ()
    other = Incident(id=8, kind=IncidentKind.FAILING, subject="gazette", detail="", opened_at=NOW)
    assert file_holes([], [missed(days=1), other], now=NOW).closed == (missed(days=1),)
    assert file_holes([], [missed(days=11)], now=NOW).dropped == (missed(days=11),)
