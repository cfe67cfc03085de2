"""Other outlets tell the same story in their own words: it is listed, not told again."""

from tests.acceptance.newsstand import DAY, newsstand, subjects

OUTLETS = {"herald": "press", "courier": "press", "reel": "trade", "digest": "aggregator"}


def test_further_reports_are_listed_and_not_told(tmp_path):
    """Three more outlets within four days, each in other words; then a rerun of the first."""
    with newsstand(tmp_path, outlets=OUTLETS) as stand:
        stand.publish("herald", "‘The Glass Ferry’ cancelled after one season")
        assert subjects(stand.read()) == ["The Glass Ferry has been cancelled"]
        stand.publish("courier", "Harbour TV axes The Glass Ferry", link="https://courier.example/axed")
        assert stand.read() == []
        stand.publish("reel", "The Glass Ferry Will Not Return For Season 2 At Harbour TV")
        assert stand.read(later=DAY) == []
        stand.publish("digest", "It’s over: The Glass Ferry has been scrapped")
        assert stand.read(later=2 * DAY) == []
        stand.publish("herald", "Why The Glass Ferry was cancelled after one season")
        assert stand.read(later=DAY) == []
        (told,) = stand.on_file().values()
        assert set(told) == set(OUTLETS)
        told = stand.command("explain", "announcement-1")
        assert "courier" in told
        assert "https://courier.example/axed" in told


def test_several_outlets_in_one_round(tmp_path):
    """Who is read second in the same round is a further report too, and stands in the message if it came in time."""
    with newsstand(tmp_path, outlets=OUTLETS) as stand:
        stand.publish("herald", "‘The Glass Ferry’ cancelled after one season")
        stand.publish("courier", "Harbour TV axes The Glass Ferry")
        stand.publish("reel", "‘The Glass Ferry’ Canceled At Harbour TV")
        (letter,) = stand.read()
        assert letter.subject == "The Glass Ferry has been cancelled"
        (told,) = stand.on_file().values()
        assert sorted(told) == ["courier", "herald", "reel"]
        assert "Also reported by" in letter.text
        assert all(name in letter.text for name in told)
