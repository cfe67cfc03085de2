"""An article is corrected after it was told: the wrong season becomes the right one."""

from tests.acceptance.newsstand import DAY, newsstand, subjects


def test_a_corrected_season_is_one_update(tmp_path):
    with newsstand(tmp_path) as stand:
        stand.publish("herald", "Lantern Bay renewed for season 2", guid="a")
        (news,) = stand.read()
        assert news.subject == "Lantern Bay has been renewed for season 2"
        stand.publish(
            "herald", "Lantern Bay renewed for season 3", guid="a", summary="An earlier version said season 2."
        )
        (update,) = stand.read()
        assert update.subject == "Update: season 3, not 2: Lantern Bay has been renewed for season 3"
        assert update.thread == news.thread
        assert list(stand.on_file()) == ["Lantern Bay has been renewed for season 3"]
        assert stand.read(later=DAY) == []


def test_a_mended_typo_is_none(tmp_path):
    with newsstand(tmp_path) as stand:
        stand.publish("herald", "Latern Bay: Lantern Bay renewd and renewed for season 2", guid="a")
        assert subjects(stand.read()) == ["Lantern Bay has been renewed for season 2"]
        stand.publish("herald", "Lantern Bay renewed for season 2", guid="a")
        assert stand.read() == []
