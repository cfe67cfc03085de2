"""A source gives all its items new ids: what nobody can tell from old is held, and nothing floods."""

from datetime import datetime

import pytest

from tests.acceptance.newsstand import DAY, MINUTE, Newsstand, newsstand, subjects
from tests.house import MONDAY

TITLES = (
    "A quiet week at the harbour",
    "Letters to the editor",
    "What to see this weekend",
    "Festival opens its doors",
)
PRINTED = MONDAY - 3 * DAY


def print_all(stand: Newsstand, site: str, *more: str, at: datetime = PRINTED) -> None:
    """The whole feed with ids and addresses of the given site, so that only headlines tell what is known."""
    stand.clear("herald")
    for title in (*TITLES, *more):
        stand.publish("herald", title, guid=f"{site}-{title}", at=at, link=f"https://{site}.example/{len(title)}")


@pytest.mark.parametrize("option", [None, "--discard"])
def test_what_nobody_can_tell_from_old_is_held(tmp_path, option):
    """Told of once, with the way to let it go; approved, it is read and told; discarded, never."""
    with newsstand(tmp_path) as stand:
        print_all(stand, "old")
        assert stand.read() == []
        print_all(stand, "new", "The Glass Ferry cancelled by Harbour TV")
        hold, incident = sorted(stand.read(), key=lambda letter: letter.subject, reverse=True)
        assert incident.subject == "herald changed the id of every item"
        assert "4 of 5 items recognised by link or title, 1 held" in incident.text
        assert hold.subject == "herald changed the id of every item: 1 item held back"
        assert "• The Glass Ferry cancelled by Harbour TV" in hold.text
        assert "monitor approve 1." in hold.text
        print_all(stand, "newer", "The Glass Ferry cancelled by Harbour TV")
        assert stand.read() == [], "another change is not told again the same day"
        stand.command("approve", "1", *([option] if option else []))
        stand.house.time = stand.house.ask(lambda view: view.next_alert_due()) or stand.house.time
        told = [] if option else ["The Glass Ferry has been cancelled"]
        assert subjects(stand.read(later=MINUTE)) == told
        assert stand.house.ask(lambda view: view.open_holds()) == []
        assert stand.house.ask(lambda view: view.count_items()) == 5


def test_what_was_only_renamed_raises_nothing(tmp_path):
    """When every item is recognised there is nothing to hold: one word about the source, no more."""
    with newsstand(tmp_path) as stand:
        print_all(stand, "old")
        assert stand.read() == []
        print_all(stand, "new")
        assert subjects(stand.read()) == ["herald changed the id of every item"]
        assert stand.read() == []
        assert stand.house.ask(lambda view: view.count_items()) == 4
