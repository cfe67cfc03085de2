"""How what was told differs from what would have been told."""

from datetime import UTC, datetime

import pytest

from monitor.core.alert import AlertPurpose
from monitor.core.difference import Alerted, compare
from monitor.core.report import Certainty, Facts, Kind, Report, Subject

AT = datetime(2026, 5, 4, tzinfo=UTC)


def alerted(text):
    """From "receiver subject kind item[,item...]": the first item caused it."""
    receiver, subject, kind, items = text.split()
    ids = [int(number) for number in items.split(",")]
    return Alerted(
        receiver=receiver,
        at=AT,
        purpose=AlertPurpose.NEWS,
        headline=text,
        change="",
        item_id=ids[0],
        said="",
        publisher="",
        report=Report(
            subject=Subject(key=f"show:{subject}", title=subject),
            kind=Kind(kind),
            certainty=Certainty.CONFIRMED,
            facts=Facts(),
            watches=(subject,),
            evidence=(),
        ),
        items=frozenset(ids),
        reason="route 1",
    )


@pytest.mark.parametrize(
    ("before", "after", "gone", "added", "changed"),
    [
        ([], [], [], [], []),
        (["me bay renewal 1"], ["me bay renewal 1"], [], [], []),
        (["me bay renewal 1"], [], ["me bay renewal 1"], [], []),
        ([], ["me bay renewal 1"], [], ["me bay renewal 1"], []),
        (["me bay renewal 1"], ["you bay renewal 1"], ["me bay renewal 1"], ["you bay renewal 1"], []),
        # Told by another item of the same announcement.
        (["me bay renewal 1,2"], ["me bay renewal 2,1"], [], [], []),
        (["me bay renewal 1"], ["me bay renewal 2"], ["me bay renewal 1"], ["me bay renewal 2"], []),
        # News and update against one alert: the one of the same item stays.
        (["me bay renewal 1,2", "me bay renewal 2,1"], ["me bay renewal 2,1"], ["me bay renewal 1,2"], [], []),
        (
            ["me bay renewal 1,2,3", "me bay renewal 2,1,3"],
            ["me bay renewal 4,1,3", "me bay renewal 5,2,3"],
            [],
            [],
            [],
        ),
        (["me bay renewal 9,1", "me bay renewal 8,3"], ["me bay renewal 7,1,3", "me bay renewal 6,3"], [], [], []),
        # Another kind or another title, but not both.
        (["me bay renewal 1"], ["me bay ending 1"], [], [], [("me bay renewal 1", "me bay ending 1")]),
        (["me bay renewal 1"], ["me quay renewal 1"], [], [], [("me bay renewal 1", "me quay renewal 1")]),
        (["me bay renewal 1"], ["me quay ending 1"], ["me bay renewal 1"], ["me quay ending 1"], []),
        (
            ["me bay renewal 1", "me bay ending 1"],
            ["me bay order 1", "me quay renewal 1"],
            [],
            [],
            [("me bay renewal 1", "me quay renewal 1"), ("me bay ending 1", "me bay order 1")],
        ),
    ],
)
def test_each_alert_finds_its_like_once(before, after, gone, added, changed):
    found = compare([alerted(one) for one in before], [alerted(one) for one in after])
    assert [one.headline for one in found.gone] == gone
    assert [one.headline for one in found.added] == added
    assert [(one.headline, other.headline) for one, other in found.changed] == changed
