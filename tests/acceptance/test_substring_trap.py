"""A title inside another word or name is not that title."""

from tests.acceptance.newsstand import newsstand, subjects

WATCHLIST = "shows:\n  - title: Castle\n  - title: Orchard Row\n  - title: Renée Alm\n"


def test_whole_words_only(tmp_path):
    """*Castle* is neither "Newcastle" nor "Castlewood"; any case and any accent of the word itself is."""
    with newsstand(tmp_path, watchlist=WATCHLIST) as stand:
        stand.publish("herald", "Newcastle drama cancelled after one season")
        stand.publish("herald", "‘Newcastle’ renewed for season 2")
        stand.publish("herald", "‘Castlewood’ cancelled after one season")
        stand.publish("herald", "‘The Orchard Rowers’ renewed for season 2")
        assert stand.read() == []
        stand.publish("herald", "‘CASTLE’ renewed for season 9")
        stand.publish("herald", "‘orchard row’ cancelled after two seasons")
        stand.publish("herald", "‘Renee Alm’ renewed for season 2")
        assert sorted(subjects(stand.read())) == [
            "Castle has been renewed for season 9",
            "Orchard Row has been cancelled",
            "Renée Alm has been renewed for season 2",
        ]
