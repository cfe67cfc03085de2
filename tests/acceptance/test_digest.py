"""One reader gets each piece at once, the other all of the day in one message."""

from datetime import UTC, datetime

from tests.acceptance.newsstand import DAY, HOUR, newsstand, subjects

POLICY = """\
timezone: Europe/Berlin
routes:
  - {receivers: [fast]}
  - {receivers: [slow], digest: {at: "08:00"}}
"""


def test_a_digest_collects_for_a_day(tmp_path):
    """What rose while it waited is told once, as it stands in the morning."""
    outlets = {"fans": "community", "herald": "press"}
    with newsstand(tmp_path, outlets=outlets, readers=("fast", "slow"), policy=POLICY) as stand:
        stand.publish("fans", "Lantern Bay could be renewed for season 3, insiders claim")
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        first = stand.read()
        stand.publish("herald", "Lantern Bay renewed for season 3")
        second = stand.read(later=2 * HOUR)
        assert {letter.to for letter in (*first, *second)} == {"fast"}
        assert sorted(subjects(first)) == [
            "Rumour: Lantern Bay has been renewed for season 3",
            "The Glass Ferry has been cancelled",
        ]
        assert subjects(second) == ["Update: now reported: Lantern Bay has been renewed for season 3"]
        assert stand.read(later=datetime(2026, 3, 3, 6, 59, tzinfo=UTC) - stand.house.time) == []
        (digest,) = stand.read(later=datetime(2026, 3, 3, 7, 0, tzinfo=UTC) - stand.house.time)
        assert (digest.to, digest.subject) == ("slow", "Your digest: 2 announcements")
        assert "The Glass Ferry has been cancelled" in digest.text
        assert "Lantern Bay has been renewed for season 3" in digest.text
        assert "Rumour" not in digest.text
        assert "Reported by herald (press)" in digest.text
        assert stand.read(later=DAY) == []
