"""A block page with status 200 is trouble, not silence."""

import pytest

from monitor.records import PollStatus
from tests.acceptance.newsstand import HOUR, newsstand
from tests.web_server import Answer

CHALLENGE = b"<html><title>Just a moment...</title><body>Checking your browser before you enter</body></html>"


@pytest.mark.parametrize("kind", ["text/html", "application/rss+xml"])
def test_told_once_closed_once_and_no_item_lost(tmp_path, kind):
    """One incident at the third time; when the feed is back one recovery, and what it published meanwhile is told."""
    with newsstand(tmp_path, outlets={"herald": "press", "courier": "press"}) as stand:
        stand.publish("herald", "Lantern Bay renewed for season 3")
        assert len(stand.read()) == 1
        blocked = Answer(body=CHALLENGE, headers=(("Content-Type", kind), ("ETag", '"challenge"')))
        told = []
        for _ in range(5):
            stand.web.answer("/herald", blocked)
            told.append(stand.read(later=6 * HOUR))
        assert [len(letters) for letters in told] == [0, 0, 1, 0, 0]
        (trouble,) = told[2]
        assert trouble.subject == "herald answers with something else than news"
        assert "It wants proof that a person reads it" in trouble.text
        polls = [poll.status for poll in stand.house.polled if poll.source_id == "herald"]
        assert polls == [PollStatus.OK, PollStatus.OK, *[PollStatus.NOT_A_FEED] * 5]
        stand.publish("herald", "The Glass Ferry cancelled by Harbour TV")
        recovery, news = sorted(stand.read(later=6 * HOUR), key=lambda letter: letter.subject, reverse=True)
        assert recovery.subject == "herald answers with news again"
        assert recovery.thread == trouble.thread
        assert news.subject == "The Glass Ferry has been cancelled"
        assert stand.read() == []
