"""A source answers 500 for a day: told once, asked less and less, and told once when it is over."""

from tests.acceptance.newsstand import DAY, HOUR, MINUTE, newsstand
from tests.web_server import Answer


def test_one_incident_and_one_recovery(tmp_path):
    """What was published meanwhile is told once, and the other source is not disturbed."""
    with newsstand(tmp_path, outlets={"herald": "press", "courier": "press"}) as stand:
        broke = stand.house.time
        stand.web.answer("/herald", Answer(status=500))
        letters = []
        while stand.house.time - broke < DAY:
            letters += stand.read_due(later=15 * MINUTE)
        (trouble,) = letters
        assert trouble.subject == "herald cannot be read"
        assert "500" in trouble.text
        assert "tried again by itself, less and less often" in trouble.text
        asked = sum(seen.path == "/herald" for seen in stand.web.seen) - 1
        assert 3 < asked < 12, "asked less and less, but not given up"
        assert sum(seen.path == "/courier" for seen in stand.web.seen) > 40
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV", at=broke + HOUR)
        letters = []
        while stand.house.time - broke < 3 * DAY:
            letters += stand.read_due(later=HOUR)
        news, recovery = sorted(letters, key=lambda letter: letter.subject)
        assert news.subject == "The Glass Ferry has been cancelled"
        assert recovery.subject == "herald can be read again"
        assert recovery.thread == trouble.thread
        assert "It lasted 1 day" in recovery.text
