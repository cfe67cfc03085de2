"""The same kind of news of another season is other news."""

from tests.acceptance.newsstand import DAY, newsstand, subjects


def test_the_next_season_is_told(tmp_path):
    with newsstand(tmp_path) as stand:
        stand.publish("herald", "Lantern Bay renewed for season 3 at Harbour TV")
        assert subjects(stand.read()) == ["Lantern Bay has been renewed for season 3"]
        stand.wait(40 * DAY)
        stand.publish("herald", "Lantern Bay renewed for season 4 at Harbour TV")
        (letter,) = stand.read()
        assert letter.subject == "Lantern Bay has been renewed for season 4"
        assert "New:" not in letter.text
        stand.publish("herald", "Why Lantern Bay got its third season")
        assert stand.read(later=DAY) == []
        assert list(stand.on_file()) == [
            "Lantern Bay has been renewed for season 3",
            "Lantern Bay has been renewed for season 4",
        ]


def test_two_seasons_at_once_then_summed_up(tmp_path):
    """A headline that sums up two renewals, both known, tells nothing."""
    with newsstand(tmp_path, outlets={"herald": "press", "courier": "press"}) as stand:
        stand.publish("herald", "Lantern Bay renewed for season 3 at Harbour TV")
        stand.publish("herald", "Lantern Bay renewed for season 4 at Harbour TV")
        assert len(stand.read()) == 2
        stand.publish("courier", "Lantern Bay renewed for seasons 3 and 4")
        assert stand.read() == []
