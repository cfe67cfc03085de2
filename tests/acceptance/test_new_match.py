"""News of something that is watched is told, once, with what it rests on."""

from tests.acceptance.newsstand import newsstand


def test_a_new_match_is_told_once(tmp_path):
    with newsstand(tmp_path) as stand:
        stand.publish(
            "herald",
            "‘The Glass Ferry’ cancelled after one season",
            summary="Harbour TV has told the crew on Monday.",
            link=stand.web.url("/story"),
        )
        (letter,) = stand.read()
        assert letter.subject == "The Glass Ferry has been cancelled"
        assert "Reported by herald (press)" in letter.text
        assert "“‘The Glass Ferry’ cancelled after one season” — herald" in letter.text
        assert stand.web.url("/story") in letter.text
        assert "Why you hear of this: you watch The Glass Ferry; " in letter.text
        assert "Also reported by" not in letter.text
        assert stand.read() == []


def test_what_nobody_watches_is_not_told(tmp_path):
    """Neither the same news of another show, nor other talk of a watched one."""
    with newsstand(tmp_path) as stand:
        stand.publish("herald", "‘Marble Road’ cancelled after one season")
        stand.publish("herald", "‘The Glass Ferry’ review: a fine night on the water")
        stand.publish("herald", "Ida Holm of ‘Lantern Bay’ on her garden and her new dog")
        assert stand.read() == []
        assert stand.on_file() == {}
