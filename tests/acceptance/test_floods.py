"""More news than anybody wants to read one by one."""

from datetime import timedelta

import pytest

from monitor.core.alert import AlertState
from tests.acceptance.running import monitor
from tests.house import MONDAY, House, item, rss
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TITLES = [
    f"{first} {second}"
    for first in ("Amber", "Copper", "Distant", "Hollow")
    for second in ("Anvil", "Beacon", "Dagger")
]
WATCHLIST = "shows:\n" + "".join(f"  - title: {title}\n" for title in TITLES)
ALERTS = 'timezone: UTC\nreceivers: [{id: screen, url: "console://"}]\nflood: {limit: 3, per: 1h}\n'


def burst(titles: list[str]) -> bytes:
    return rss(
        *[item(f"{title} cancelled after one season", guid=title, at=MONDAY + HOUR, link="") for title in titles]
    )


@pytest.mark.parametrize("option", [None, "--discard"])
def test_a_burst_is_held_and_summed_up(tmp_path, option):
    """Twelve at once with a limit of three: three are sent, then one summary; `approve` sends one message with all others."""
    with WebServer() as web:
        house = House(
            tmp_path, sources=[("paper", web.answer("/feed", Answer(body=rss())))], watchlist=WATCHLIST, alerts=ALERTS
        )
        house.round()
        web.answer("/feed", Answer(body=burst(TITLES)))
        done = house.round(later=HOUR)
        assert [sending.state for sending in done.sendings] == [AlertState.SENT] * 3
        house.round(later=4 * MINUTE)
        assert house.printed == ""
        house.round(later=2 * MINUTE)
        summary = house.printed
        (hold,) = house.ask(lambda view: view.open_holds())
        assert "9" in summary
        assert f"monitor approve {hold.id}" in " ".join(summary.split())
        assert all(title in summary for title in TITLES[:-3])
        house.round(later=HOUR)
        assert house.printed == ""
        options = [option] if option else []
        folders = ("--config", house.settings.config, "--data", house.settings.data)
        ended = monitor("approve", f"hold-{hold.id}", *options, *folders, cwd=tmp_path)
        assert ended.returncode == 0, ended.stderr
        house.time = house.ask(lambda view: view.next_alert_due()) or house.time
        sendings = house.round().sendings
    if option:
        assert sendings == ()
        assert house.ask(lambda view: view.outbox()) == {AlertState.SENT: 4, AlertState.DISCARDED: 9}
    else:
        (sending,) = sendings
        assert (sending.state, sending.alerts) == (AlertState.SENT, 9)
        assert all(title in house.printed for title in TITLES[:-3])


def test_after_the_hour_news_comes_again(tmp_path):
    """A hold that nobody released does not keep back what comes later at an ordinary pace."""
    with WebServer() as web:
        house = House(
            tmp_path, sources=[("paper", web.answer("/feed", Answer(body=rss())))], watchlist=WATCHLIST, alerts=ALERTS
        )
        house.round()
        web.answer("/feed", Answer(body=burst(TITLES[:8])))
        house.round(later=HOUR)
        web.answer("/feed", Answer(body=burst(TITLES[:9])))
        done = house.round(later=2 * HOUR)
        news = [sending for sending in done.sendings if TITLES[8] in sending.subject]
        assert [sending.state for sending in news] == [AlertState.SENT]
