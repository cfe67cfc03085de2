"""What comes during a mute is never sent; what comes after its end is."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.newsstand import DAY, HOUR, newsstand, subjects


@pytest.mark.parametrize("muted", ["watch: the-glass-ferry", "kind: cancellation", "source: herald"])
def test_a_mute_of_the_file_ends_by_itself(tmp_path, muted):
    policy = f"timezone: UTC\nmutes: [{{{muted}, until: 2026-03-04}}]\n"
    with newsstand(tmp_path, policy=policy) as stand:
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        assert stand.read() == []
        stand.publish("herald", "The Glass Ferry axed, cast told")
        assert stand.read(later=3 * HOUR) == []
        assert "2026-03-04" in stand.command("mute")
        stand.wait(2 * DAY)
        assert stand.house.time > datetime(2026, 3, 4, tzinfo=UTC)
        assert stand.read() == [], "what was kept quiet stays so"
        stand.publish("herald", "Lantern Bay cancelled after three seasons")
        assert subjects(stand.read()) == ["Lantern Bay has been cancelled"]


def test_a_mute_by_command_ends_when_lifted(tmp_path):
    """`mute watch` keeps quiet from the next poll on, and that watch only."""
    with newsstand(tmp_path, start=datetime.now(UTC)) as stand:
        assert "lantern-bay" in stand.command("mute", "watch", "lantern-bay")
        stand.publish("herald", "Lantern Bay renewed for season 3")
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        assert subjects(stand.read()) == ["The Glass Ferry has been cancelled"]
        stand.command("mute", "watch", "lantern-bay", "--lift")
        stand.publish("herald", "First trailer for Lantern Bay season 3 released")
        assert subjects(stand.read()) == ["Lantern Bay: a trailer is out (season 3)"]
