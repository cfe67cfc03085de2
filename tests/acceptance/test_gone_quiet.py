"""A source that answers as before and brings nothing any more is told once, in numbers, at a calm time of the day."""

from tests.acceptance.newsstand import DAY, HOUR, newsstand

HALF_DAYS = 30


def test_a_feed_that_dies_is_told_once_and_its_return_once(tmp_path):
    """Two outlets bring something every twelve hours for a fortnight; then one of them falls silent, with status 200."""
    with newsstand(tmp_path, outlets={"herald": "press", "courier": "press"}) as stand:
        for number in range(HALF_DAYS):
            for outlet in ("herald", "courier"):
                stand.publish(outlet, f"Council meets for the {number}th time, says the {outlet}")
            assert stand.read(later=DAY / 2) == []
        letters = []
        for number in range(20):
            stand.publish("courier", f"The weather of day {number}")
            letters += stand.read(later=DAY / 2)
        (trouble,) = letters
        assert trouble.subject == "herald has gone quiet"
        assert "nothing new for 2 days; it usually brings something every 12 hours" in trouble.text
        assert "it usually brings something every 12 hours" in stand.command("status")
        stand.publish("herald", "We are back")
        stand.read(later=HOUR)
        (over,) = stand.read(later=DAY)
        assert over.subject == "herald brings news again"
        assert stand.house.bugs == []
