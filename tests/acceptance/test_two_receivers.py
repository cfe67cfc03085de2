"""Two readers with routes of their own: the fan's phone gets facts about one show, the newsroom's hook all of it."""

from monitor.core.alert import AlertState
from tests.acceptance.newsstand import DAY, HOUR, MINUTE, newsstand

POLICY = """\
timezone: UTC
incidents: [newsroom]
routes:
  - {receivers: [fan], watches: [lantern-bay], kinds: [renewal, cancellation], standing: reported}
  - {receivers: [newsroom]}
  - {receivers: [desk], tiers: [trade, official]}
"""
OUTLETS = {"fans": "community", "herald": "press", "reel": "trade"}


def test_each_gets_what_its_route_lets_through(tmp_path):
    """By watch, kind, standing and tier; who hears of news late gets it as news, who knows it as an update."""
    with newsstand(tmp_path, outlets=OUTLETS, readers=("fan", "desk"), hooks=("newsroom",), policy=POLICY) as stand:

        def told() -> list[tuple[str, str]]:
            return sorted((letter.to, letter.subject) for letter in stand.read())

        renewed = "Lantern Bay has been renewed for season 3"
        stand.publish("fans", "Lantern Bay could be renewed for season 3, insiders claim")
        stand.publish("herald", "First trailer for Lantern Bay released")
        assert told() == [("newsroom", "Lantern Bay: a trailer is out"), ("newsroom", f"Rumour: {renewed}")]
        stand.publish("herald", "Lantern Bay renewed for season 3")
        assert told() == [("fan", renewed), ("newsroom", f"Update: now reported: {renewed}")]
        stand.publish("reel", "‘Lantern Bay’ Renewed For Season 3 At Harbour TV")
        assert told() == [("desk", renewed)]
        stand.publish("reel", "‘The Glass Ferry’ Canceled At Harbour TV")
        assert told() == [
            ("desk", "The Glass Ferry has been cancelled"),
            ("newsroom", "The Glass Ferry has been cancelled"),
        ]
        assert stand.read(later=DAY) == []


def test_the_hook_fails_while_the_mail_arrives(tmp_path):
    """503 for an hour at the webhook: its message comes once it takes it, nobody else waits, nothing comes twice."""
    with newsstand(tmp_path, readers=("fan",), hooks=("newsroom",)) as stand:
        stand.sink.status = 503
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        first = stand.read()
        assert [letter.to for letter in first].count("fan") == 1
        for _ in range(6):
            assert {letter.to for letter in stand.read(later=10 * MINUTE)} <= {"newsroom"}, (
                "tried again, and only there"
            )
        stand.sink.status = 200
        assert [letter.to for letter in stand.read(later=HOUR)] == ["newsroom"]
        assert stand.read(later=DAY) == []
        assert stand.house.ask(lambda view: view.outbox()) == {AlertState.SENT: 2}
