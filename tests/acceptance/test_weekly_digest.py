"""One reader wants to hear once a week: what belongs together stands together, the surest first."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.newsstand import DAY, HOUR, MINUTE, newsstand

POLICY = """\
timezone: Europe/London
routes:
  - {receivers: [me], digest: {at: "08:00", on: monday}}
"""


@pytest.mark.parametrize(
    ("start", "monday"),
    [
        (datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 3, 16, 8, tzinfo=UTC)),
        (datetime(2026, 3, 24, 12, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (datetime(2026, 10, 20, 12, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)),
    ],
    ids=["winter", "the clock goes forward", "the clock goes back"],
)
def test_a_week(tmp_path, start, monday):
    outlets = {"fans": "community", "herald": "press", "network": "official"}
    with newsstand(tmp_path, outlets=outlets, policy=POLICY, start=start) as stand:
        stand.publish("fans", "Lantern Bay could be renewed for season 4, insiders claim")
        assert stand.read() == []
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        assert stand.read(later=DAY) == []
        stand.publish("network", "Lantern Bay: a third season begins filming")
        assert stand.read(later=DAY) == []
        assert stand.read(later=monday - MINUTE - stand.house.time) == []
        (letter,) = stand.read(later=MINUTE)
        assert letter.subject == "Your weekly digest: 3 announcements"
        assert "Lantern Bay (2) and The Glass Ferry: 1 official, 1 reported, 1 rumour." in letter.text
        order = [
            "LANTERN BAY",
            "Lantern Bay: filming has started (season 3)",
            "Rumour: Lantern Bay has been renewed for season 4",
            "THE GLASS FERRY",
            "The Glass Ferry has been cancelled",
        ]
        places = [letter.text.index(said) for said in order]
        assert places == sorted(places)
        assert stand.read(later=7 * DAY - HOUR) == []
