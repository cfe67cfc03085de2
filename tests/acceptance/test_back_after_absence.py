"""The machine was off for some days: what happened meanwhile is told, unless it is old."""

from tests.acceptance.newsstand import DAY, HOUR, newsstand, subjects


def test_what_happened_while_we_were_away_is_told(tmp_path):
    """Ten days off: what is younger than `max_age` is told, oldest first; what is older is stored and not told."""
    with newsstand(tmp_path) as stand:
        left = stand.house.time
        stand.wait(10 * DAY)
        stand.publish("herald", "Lantern Bay begins filming on season 2", at=left + 2 * DAY)
        stand.publish("herald", "Lantern Bay renewed for season 3", at=left + 7 * DAY)
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV", at=left + 10 * DAY - HOUR)
        assert subjects(stand.read()) == [
            "Lantern Bay has been renewed for season 3",
            "The Glass Ferry has been cancelled",
        ]
        assert stand.house.ask(lambda view: view.count_items()) == 3
