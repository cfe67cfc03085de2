"""Quiet hours, digests, routes and mutes: the same news at another time, to somebody else, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.alert import AlertState
from tests.acceptance.running import monitor
from tests.house import MONDAY, House, item, rss
from tests.web_server import Answer, WebServer

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVENING = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)  # in London, as in winter


def cancelled(house: House, guid: str = "c") -> str:
    return item("The Glass Ferry cancelled by Harbour TV", guid=guid, at=house.time, link="")


def renewed(house: House, guid: str = "r") -> str:
    return item("Lantern Bay renewed for season 3", guid=guid, at=house.time, link="")


def extras_sought(house: House) -> str:
    return item("Casting call: Lantern Bay is looking for extras in Whitby", guid="x", at=house.time, link="")


def start(tmp_path, web: WebServer, alerts: str, *, at: datetime = MONDAY) -> House:
    """A house with one source after its silent first poll."""
    house = House(tmp_path, sources=[("paper", web.answer("/feed", Answer(body=rss())))], alerts=alerts)
    house.time = at
    house.round()
    return house


def test_quiet_hours_across_midnight(tmp_path):
    """What comes between 23:00 and 07:00 leaves at 07:00 in one message; a casting call leaves at once."""
    alerts = (
        'timezone: Europe/London\nreceivers: [{id: screen, url: "console://"}]\n'
        'quiet: {from: "23:00", to: "07:00", except: [casting_call]}\n'
    )
    with WebServer() as web:
        house = start(tmp_path, web, alerts, at=EVENING)
        entries: list[str] = []
        for tell, later in ((cancelled, 20 * MINUTE), (extras_sought, HOUR), (renewed, 2 * HOUR)):
            house.time += later
            entries.insert(0, tell(house))
            web.answer("/feed", Answer(body=rss(*entries)))
            house.round()
            assert ("looking for" in house.printed or "asting call" in house.printed) == (tell is extras_sought)
        house.round(later=datetime(2026, 3, 3, 6, 59, tzinfo=UTC) - house.time)
        assert house.printed == ""
        (sending,) = house.round(later=MINUTE).sendings
    assert (sending.subject, sending.alerts) == ("While it was quiet: 2 announcements", 2)
    assert "The Glass Ferry" in house.printed
    assert "Lantern Bay" in house.printed


def test_digest_collects_for_a_day(tmp_path):
    """One receiver gets each piece at once, the other all of the day in one message at eight in its own zone."""
    alerts = (
        "timezone: Europe/Berlin\n"
        'receivers: [{id: fast, url: "console://"}, {id: slow, url: "console://"}]\n'
        'routes: [{receivers: [fast]}, {receivers: [slow], digest: {at: "08:00"}}]\n'
    )
    with WebServer() as web:
        house = start(tmp_path, web, alerts)
        web.answer("/feed", Answer(body=rss(cancelled(house))))
        at_once = house.round(later=HOUR).sendings
        web.answer("/feed", Answer(body=rss(renewed(house), cancelled(house))))
        at_once += house.round(later=HOUR).sendings
        collected = house.round(later=datetime(2026, 3, 3, 7, 0, tzinfo=UTC) - house.time).sendings
        nothing = house.round(later=DAY).sendings
    assert [(sending.receiver, sending.alerts) for sending in at_once] == [("fast", 1), ("fast", 1)]
    assert [(sending.receiver, sending.alerts) for sending in collected] == [("slow", 2)]
    assert nothing == ()


def test_routes_choose(tmp_path):
    """Kinds, watches and standing decide who is told; a rumour does not reach who wants facts."""
    alerts = (
        'timezone: UTC\nreceivers: [{id: facts, url: "console://"}, {id: bay, url: "console://"}, {id: ends, url: "console://"}]\n'
        "routes:\n  - {receivers: [facts], standing: reported}\n  - {receivers: [bay], watches: [lantern-bay]}\n"
        "  - {receivers: [ends], kinds: [cancellation]}\n"
    )
    with WebServer() as web:
        house = start(tmp_path, web, alerts)
        rumour = item("Lantern Bay could be renewed for season 3, insiders claim", guid="i", at=house.time, link="")
        web.answer("/feed", Answer(body=rss(rumour, cancelled(house))))
        house.round(later=HOUR)
    assert sorted((receiver, about) for receiver, _, about in house.alerts()) == [
        ("bay", "Lantern Bay: renewal"),
        ("ends", "The Glass Ferry: cancellation"),
        ("facts", "The Glass Ferry: cancellation"),
    ]


@pytest.mark.parametrize(
    "muted", [("watch", "the-glass-ferry"), ("kind", "cancellation"), ("source", "paper")], ids=lambda muted: muted[0]
)
def test_a_mute_ends(tmp_path, muted):
    """What comes during a mute is never sent; what comes after its end is, and the command lifts one early."""
    with WebServer() as web:
        house = start(tmp_path, web, 'receivers: [{id: screen, url: "console://"}]\nflood: {limit: 2, per: 1h}\n')
        folders = ("--config", house.settings.config, "--data", house.settings.data)
        house.write(
            "alerts.yaml",
            'timezone: UTC\nreceivers: [{id: screen, url: "console://"}]\nflood: {limit: 2, per: 1d}\n'
            f"mutes: [{{{muted[0]}: {muted[1]}, until: 2026-03-04}}]\n",
        )
        entries = []
        for number, title in enumerate(
            ("The Glass Ferry cancelled", "The Glass Ferry axed, cast told", "The Glass Ferry scrapped")
        ):
            entries.insert(0, item(title, guid=f"m{number}", at=house.time, link=""))
            web.answer("/feed", Answer(body=rss(*entries)))
            house.round(later=HOUR)
        assert AlertState.SENT not in house.ask(lambda view: view.outbox())
        assert "2026-03-04" in monitor("mute", *folders, cwd=tmp_path).stdout
        house.time = datetime(2026, 3, 4, 9, tzinfo=UTC)
        entries.insert(0, renewed(house))
        web.answer("/feed", Answer(body=rss(*entries)))
        sendings = house.round().sendings
    assert [(sending.state, sending.subject) for sending in sendings] == [
        (AlertState.SENT, "Lantern Bay has been renewed for season 3")
    ]


def test_mute_by_command(tmp_path):
    """`mute watch` keeps quiet from the next poll on, `--lift` ends it."""
    with WebServer() as web:
        house = start(tmp_path, web, 'receivers: [{id: screen, url: "console://"}]\n')
        folders = ("--config", house.settings.config, "--data", house.settings.data)
        assert monitor("mute", "watch", "lantern-bay", *folders, cwd=tmp_path).returncode == 0
        web.answer("/feed", Answer(body=rss(renewed(house), cancelled(house))))
        done = house.round(later=HOUR)
        assert [sending.subject for sending in done.sendings] == ["The Glass Ferry has been cancelled"]
        assert monitor("mute", "watch", "lantern-bay", "--lift", *folders, cwd=tmp_path).returncode == 0
        trailer = item("First trailer for Lantern Bay season 3 released", guid="t", at=house.time, link="")
        web.answer("/feed", Answer(body=rss(trailer, renewed(house), cancelled(house))))
        assert [sending.state for sending in house.round(later=HOUR).sendings] == [AlertState.SENT]
