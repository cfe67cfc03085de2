"""Where outlets contradict each other, and where they only differ in how much they say."""

import pytest

from monitor.core.disagreement import disagreements
from monitor.core.report import Facts, Kind, Person


def dates(*said):
    return [(str(place), Facts(dates=tuple(one.split()))) for place, one in enumerate(said)]


def people(*said):
    return [(str(place), Facts(people=(Person(name=name, role=role),))) for place, (name, role) in enumerate(said)]


@pytest.mark.parametrize(
    ("kind", "told", "said"),
    [
        (Kind.RELEASE_DATE, [], []),
        (Kind.RELEASE_DATE, dates("2027-05", "2027-05", "2027-06"), ["two outlets say May 2027, one says June 2027"]),
        (Kind.RELEASE_DATE, dates("2027-06", "2027-05"), ["one outlet says May 2027, one says June 2027"]),
        (Kind.DELAY, dates("2027", "2027-05", "2027-05-03"), []),
        (Kind.RELEASE_DATE, dates("2027-05-03 2027-05-10", "2027-05-10"), []),
        (Kind.FILMING_START, dates("2027", "2028"), ["one outlet says 2027, one says 2028"]),
        (Kind.CASTING, dates("2027", "2028"), []),
        (Kind.RELEASE_DATE, dates(*["2027"] * 10, "2028"), ["10 outlets say 2027, one says 2028"]),
        (
            Kind.RELEASE_DATE,
            [("a", Facts(dates=("2027-05",))), ("b", Facts(dates=("2027-06",))), ("a", Facts(dates=("2027-06",)))],
            [],
        ),
        (
            Kind.ORDER,
            [("a", Facts(network="Channel 9")), ("b", Facts(network="Nine+")), ("c", Facts(network="9"))],
            ["two outlets say Channel 9, one says Nine+"],
        ),
        (Kind.CASTING, [("a", Facts(network="Channel 9")), ("b", Facts(network="Nine+"))], []),
        (
            Kind.CASTING_CALL,
            [("a", Facts(deadline="2027-01-04")), ("b", Facts(deadline="2027-01-11"))],
            ["one outlet says apply by 4 January 2027, one says apply by 11 January 2027"],
        ),
        (
            Kind.CASTING,
            people(("Ada Connor", "Nell"), ("Ada Connor", "Dr Patel"), ("Ada Connor", None), ("Di Wu", "Nell")),
            ["Ada Connor: one outlet says Dr Patel, one says Nell"],
        ),
        (Kind.CASTING, people(("Ada Connor", "Nell"), ("Ada Connor", "Nell Price")), []),
    ],
)
def test_disagreements(kind, told, said):
    assert list(disagreements(kind, told)) == said
