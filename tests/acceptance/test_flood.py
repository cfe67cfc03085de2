"""More news than anybody wants to read one by one."""

import pytest

from tests.acceptance.newsstand import DAY, HOUR, MINUTE, Newsstand, newsstand, subjects

TITLES = [
    f"{first} {second}"
    for first in ("Amber", "Copper", "Distant", "Hollow")
    for second in ("Anvil", "Beacon", "Dagger")
]
WATCHLIST = "shows:\n" + "".join(f"  - title: {title}\n" for title in TITLES)
POLICY = "timezone: UTC\nflood: {limit: 3, per: 1h}\n"


def bury(stand: Newsstand, titles: list[str]) -> None:
    for title in titles:
        stand.publish("herald", f"{title} cancelled after one season")


@pytest.mark.parametrize("option", [None, "--discard"])
def test_a_burst_is_held_and_summed_up(tmp_path, option):
    """Twelve at once with a limit of three: three are sent, then one summary; `approve` sends all others as one message."""
    with newsstand(tmp_path, watchlist=WATCHLIST, policy=POLICY) as stand:
        bury(stand, TITLES)
        assert subjects(stand.read(later=MINUTE)) == [f"{title} has been cancelled" for title in TITLES[:3]]
        assert stand.read(later=4 * MINUTE) == []
        (summary,) = stand.read(later=MINUTE)
        assert summary.subject == "9 alerts held back"
        assert all(f"{title} has been cancelled" in summary.text for title in TITLES[3:])
        (hold,) = stand.house.ask(lambda view: view.open_holds())
        assert f"monitor approve {hold.id}" in summary.text
        assert stand.read() == []
        said = stand.command("approve", f"hold-{hold.id}", *([option] if option else []))
        assert said == f"hold-{hold.id}: 9 {'dropped' if option else 'on their way'}\n"
        stand.house.time = stand.house.ask(lambda view: view.next_alert_due()) or stand.house.time
        released = stand.read(later=MINUTE)
        if option:
            assert released == []
        else:
            (letter,) = released
            assert letter.subject == "Released: 9 announcements"
            assert all(title in letter.text for title in TITLES[3:])
        assert stand.read(later=2 * DAY) == []


def test_after_the_hour_news_comes_again(tmp_path):
    """A hold that nobody released does not keep back what comes later at an ordinary pace."""
    with newsstand(tmp_path, watchlist=WATCHLIST, policy=POLICY) as stand:
        bury(stand, TITLES[:8])
        assert len(stand.read(later=MINUTE)) == 3
        assert subjects(stand.read(later=2 * HOUR)) == ["5 alerts held back"]
        bury(stand, TITLES[8:9])
        assert subjects(stand.read()) == [f"{TITLES[8]} has been cancelled"]
