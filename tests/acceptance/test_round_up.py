"""A round-up that names three watched shows among others is one message with three announcements."""

from tests.acceptance.newsstand import newsstand, subjects

WATCHLIST = "shows:\n  - title: Lantern Bay\n  - title: The Glass Ferry\n  - title: Orchard Row\n"
HEADLINE = "Harbour TV renews ‘Lantern Bay’ and ‘Orchard Row’, cancels ‘The Glass Ferry’ and ‘Marble Road’"


def test_three_watched_shows_in_one_headline(tmp_path):
    with newsstand(tmp_path, outlets={"herald": "press", "courier": "press"}, watchlist=WATCHLIST) as stand:
        stand.publish("herald", HEADLINE)
        (letter,) = stand.read()
        assert letter.subject.endswith(", and 2 more")
        assert list(stand.on_file()) == [
            "Lantern Bay has been renewed",
            "Orchard Row has been renewed",
            "The Glass Ferry has been cancelled",
        ]
        assert all(headline in letter.text for headline in stand.on_file())
        assert "Marble Road has been" not in letter.text
        stand.publish("courier", "‘The Glass Ferry’ axed after one season")
        assert stand.read() == [], "one of the three, told again alone"


def test_each_show_has_seasons_of_its_own(tmp_path):
    with newsstand(tmp_path, watchlist=WATCHLIST) as stand:
        stand.publish("herald", "Harbour TV renews ‘Lantern Bay’ for a third season and ‘Orchard Row’ for a fifth")
        (letter,) = stand.read()
        assert "Lantern Bay has been renewed for season 3" in letter.text
        assert "Orchard Row has been renewed for season 5" in letter.text
        stand.publish("herald", "‘Orchard Row’ renewed for season 6")
        assert subjects(stand.read()) == ["Orchard Row has been renewed for season 6"]
