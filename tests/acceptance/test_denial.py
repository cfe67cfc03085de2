"""Who was told of news hears that it is denied."""

from tests.acceptance.newsstand import DAY, newsstand

OUTLETS = {"herald": "press", "courier": "press", "reel": "trade"}


def test_a_denial_is_one_update(tmp_path):
    """The denial answers the first message; further denials, and outlets late with the old news, are not told."""
    with newsstand(tmp_path, outlets=OUTLETS) as stand:
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        (news,) = stand.read()
        stand.publish("reel", "‘The Glass Ferry’ has not been cancelled, Harbour TV says")
        (update,) = stand.read()
        assert update.subject == "Update: denied: The Glass Ferry has been cancelled"
        assert update.thread == news.thread
        assert "Denied, says reel" in update.text
        assert "“‘The Glass Ferry’ has not been cancelled, Harbour TV says” — reel" in update.text
        assert "Also reported by herald" in update.text
        stand.publish("courier", "No, The Glass Ferry has not been cancelled")
        assert stand.read() == []
        stand.publish("courier", "The Glass Ferry axed by Harbour TV")
        assert stand.read() == []


def test_a_cancellation_after_the_denial_is_news(tmp_path):
    """Who states it weeks after it was denied knows more."""
    with newsstand(tmp_path, outlets=OUTLETS) as stand:
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        stand.publish("reel", "‘The Glass Ferry’ has not been cancelled, Harbour TV says")
        stand.read()
        stand.wait(20 * DAY)
        stand.publish("courier", "The Glass Ferry cancelled by Harbour TV after all")
        (letter,) = stand.read()
        assert letter.subject == "The Glass Ferry has been cancelled"
        assert "Reported by courier (press)" in letter.text
