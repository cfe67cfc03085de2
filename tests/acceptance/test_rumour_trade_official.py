"""A rumour, then the trade press, then the maker: one announcement that grows, told as it rises."""

from tests.acceptance.newsstand import DAY, HOUR, MINUTE, newsstand

OUTLETS = {"fans": "community", "herald": "press", "reel": "trade", "harbour": "official"}


def test_each_rise_is_an_update_of_one_thread(tmp_path):
    with newsstand(tmp_path, outlets=OUTLETS) as stand:
        stand.publish("fans", "Lantern Bay could be renewed for season 3, insiders claim")
        (rumour,) = stand.read()
        assert rumour.subject == "Rumour: Lantern Bay has been renewed for season 3"
        assert "Rumour, per fans; nobody has confirmed it" in rumour.text
        stand.publish("reel", "‘Lantern Bay’ Renewed For Season 3 At Harbour TV")
        (reported,) = stand.read(later=DAY)
        assert reported.subject == "Update: now reported: Lantern Bay has been renewed for season 3"
        assert "Reported by reel (trade press)" in reported.text
        assert "Also reported by fans" in reported.text
        stand.publish("harbour", "Lantern Bay is renewed for a third season")
        (official,) = stand.read(later=DAY)
        assert official.subject == "Update: now official: Lantern Bay has been renewed for season 3"
        assert "Official: announced by harbour" in official.text
        assert "Also reported by fans reel" in official.text
        assert {reported.thread, official.thread} == {rumour.thread}
        stand.publish("herald", "Lantern Bay has been renewed for season 3")
        assert stand.read(later=DAY) == []


def test_official_word_does_not_wait_for_the_hour(tmp_path):
    """Updates come an hour apart; that the maker has said it comes at once."""
    with newsstand(tmp_path, outlets=OUTLETS) as stand:
        stand.publish("fans", "Lantern Bay could be renewed for season 3, insiders claim")
        stand.read()
        stand.publish("herald", "Lantern Bay renewed for season 3")
        (reported,) = stand.read(later=20 * MINUTE)
        assert reported.subject.startswith("Update: now reported: ")
        stand.publish("harbour", "Lantern Bay is renewed for a third season")
        (official,) = stand.read(later=20 * MINUTE)
        assert official.subject.startswith("Update: now official: ")


def test_new_facts_within_the_hour_are_gathered(tmp_path):
    """Three outlets add something within minutes of an update: one more message, at the end of the hour, says all of it."""
    outlets = OUTLETS | {"courier": "press"}
    with newsstand(tmp_path, outlets=outlets) as stand:
        stand.publish("herald", "Lantern Bay adds Nora Pell as Captain Reeve")
        (news,) = stand.read()
        assert news.subject == "Nora Pell joins Lantern Bay as Captain Reeve"
        stand.publish("courier", "Nora Pell and Tom Brandt join Lantern Bay")
        (first,) = stand.read(later=20 * MINUTE)
        assert "Tom Brandt" in first.subject
        stand.publish("reel", "Nora Pell, Tom Brandt and Ulla Frick join ‘Lantern Bay’")
        assert stand.read(later=5 * MINUTE) == []
        stand.publish("fans", "Nora Pell, Tom Brandt, Ulla Frick and Per Storm join Lantern Bay")
        assert stand.read(later=5 * MINUTE) == []
        (second,) = stand.read(later=HOUR)
        assert "Ulla Frick" in second.subject
        assert "Per Storm" in second.subject
        assert {first.thread, second.thread} == {news.thread}
        assert stand.read(later=2 * HOUR) == []
