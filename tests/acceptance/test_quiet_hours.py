"""Quiet hours: what comes at night leaves in the morning as one message, also in the nights when the clock is changed."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.newsstand import HOUR, MINUTE, newsstand, subjects

POLICY = """\
timezone: Europe/London
quiet: {from: "23:00", to: "07:00", except: [casting_call]}
"""


@pytest.mark.parametrize(
    ("evening", "morning", "hours"),
    [
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), datetime(2026, 3, 3, 7, 0, tzinfo=UTC), 8),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC), 7),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC), 9),
    ],
    ids=["winter", "the clock goes forward", "the clock goes back"],
)
def test_a_night(tmp_path, evening, morning, hours):
    """From 23:00 to 07:00 in London nothing leaves but what is urgent; at 07:00 all of it, and not a minute before."""
    assert morning - evening == hours * HOUR
    with newsstand(tmp_path, policy=POLICY, start=evening - 20 * MINUTE) as stand:
        stand.publish("herald", "Lantern Bay: a third season begins filming")
        stand.house.time = evening - 2 * MINUTE
        assert subjects(stand.read(later=MINUTE)) == ["Lantern Bay: filming has started (season 3)"]
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        assert stand.read(later=MINUTE) == [], "the quiet hours begin on the minute"
        stand.house.time = evening + 3 * HOUR
        stand.publish("herald", "Lantern Bay renewed for season 4")
        stand.publish("herald", "Casting call: Lantern Bay is looking for extras in Whitby")
        (urgent,) = stand.read()
        assert urgent.subject == "Casting call for Lantern Bay in Whitby"
        stand.publish("herald", "First trailer for The Glass Ferry released")
        assert stand.read(later=morning - MINUTE - stand.house.time) == []
        (letter,) = stand.read(later=MINUTE)
        assert letter.subject == "While it was quiet: 3 announcements"
        assert [
            said in letter.text
            for said in (
                "The Glass Ferry has been cancelled",
                "Lantern Bay has been renewed for season 4",
                "The Glass Ferry: a trailer is out",
                "Casting call",
            )
        ] == [True, True, True, False]
        stand.publish("herald", "Lantern Bay delayed to 2027")
        assert len(stand.read(later=timedelta(minutes=20))) == 1


def test_the_hour_that_comes_twice(tmp_path):
    """Quiet from half past one: when that comes a second time, the night does not begin again."""
    policy = 'timezone: Europe/London\nquiet: {from: "01:30", to: "01:50"}\n'
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30 in summer time; 01:30 comes again at 01:30 UTC
    with newsstand(tmp_path, policy=policy, start=first - 20 * MINUTE) as stand:
        stand.house.time = first
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        assert stand.read(later=MINUTE) == []
        assert subjects(stand.read(later=19 * MINUTE)) == ["The Glass Ferry has been cancelled"]
        stand.house.time = first + HOUR
        stand.publish("herald", "Lantern Bay renewed for season 3")
        assert subjects(stand.read(later=MINUTE)) == ["Lantern Bay has been renewed for season 3"]
