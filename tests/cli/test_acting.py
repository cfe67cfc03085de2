"""`test-alert`, `approve`, `mute` and `submit`, as typed."""

import os
import re
from datetime import timedelta

import pytest

from monitor.bootstrap import now
from monitor.core.alert import AlertState
from monitor.core.routing import Mute, MuteScope
from monitor.records import HistoryQuery
from tests.house import ALERTS, MONDAY, House, item, rss
from tests.store.conftest import opened
from tests.web_server import Answer, WebServer

DAY = timedelta(days=1)
PAGE = b"""<!doctype html><html lang="en"><head><title>Lantern Bay renewed for season 3 | The Paper</title>
<meta property="og:site_name" content="The Paper"><meta property="og:title" content="Lantern Bay renewed for season 3">
</head><body><article><h1>Lantern Bay renewed for season 3</h1>
<p>Harbour TV has renewed Lantern Bay for a third season, the broadcaster said on Monday.</p></article></body></html>"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    house = House(tmp_path, sources=[("paper", "https://paper.example/feed")])
    monkeypatch.setenv("MONITOR_CONFIG", str(house.settings.config))
    monkeypatch.setenv("MONITOR_DATA", str(house.settings.data))
    return house


@pytest.fixture
def opened_house(house):
    """A house with a database."""
    with opened(house.settings.data / "monitor.db"):
        return house


def _plain(text):
    return re.sub(r"[│╭╮╰╯─\s]+", " ", text)


class TestTestAlert:
    @pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise's, not ours
    def test_every_receiver_gets_one_and_its_outcome_is_told(self, house, typed):
        house.write("alerts.yaml", ALERTS + '  - {id: desk, url: "json://127.0.0.1:9/hook"}\n')
        code, out, err = typed("test-alert")
        assert (code, err) == (1, "")
        assert "Test from Announcement Monitor" in out
        assert "screen: accepted\n" in out
        assert re.search(r"^desk: failed: .+$", out, re.MULTILINE)

    def test_one_receiver(self, house, typed):
        code, out, _ = typed("test-alert", "screen")
        assert code == 0
        assert out.endswith("screen: accepted\n")

    def test_an_unknown_receiver_is_a_usage_error_that_names_those_there_are(self, house, typed):
        code, out, err = typed("test-alert", "nobody")
        assert (code, out) == (2, "")
        assert "there is no receiver nobody; there are screen" in _plain(err)


class TestApprove:
    @pytest.fixture
    def flooded(self, house):
        """Two messages more than the limit, held."""
        house.write("alerts.yaml", ALERTS + "flood: {limit: 1, per: 1h}\n")
        with WebServer() as web:
            house.write_sources([("paper", web.url("/feed"))])
            web.answer("/feed", Answer(body=rss()))
            house.round()
            news = [
                item("Lantern Bay renewed for season 3", guid="a", at=MONDAY),
                item("‘The Glass Ferry’ cancelled after one season", guid="b", at=MONDAY),
                item("Lantern Bay season 3 release date set for 7 March 2027", guid="c", at=MONDAY),
            ]
            web.answer("/feed", Answer(body=rss(*reversed(news))))
            house.round(later=timedelta(hours=1))
        return house

    def test_what_is_held_is_let_go_once(self, flooded, typed):
        assert typed("approve", "hold-1") == (0, "hold-1: 2 on their way\n", "")
        assert flooded.ask(lambda view: view.outbox())[AlertState.PENDING] == 2
        assert typed("approve", "1") == (
            1,
            "",
            "error: there is no open hold 1; monitor status lists those there are\n",
        )

    def test_what_is_held_can_be_dropped(self, flooded, typed):
        assert typed("approve", "1", "--discard") == (0, "hold-1: 2 dropped\n", "")
        assert AlertState.PENDING not in flooded.ask(lambda view: view.outbox())

    @pytest.mark.parametrize("hold", ["x", "hold-", "alert-1", "²", "9" * 30])
    def test_what_is_no_number_is_a_usage_error(self, opened_house, typed, hold):
        code, _, err = typed("approve", hold)
        assert code == 2
        assert "is not the number of a hold; monitor status lists them" in _plain(err)


class TestMute:
    def _mutes(self, house):
        return {(m.scope, m.target): m.until for m in house.ask(lambda view: view.mutes())}

    def test_a_watch_is_muted_for_a_time_and_lifted(self, opened_house, typed):
        code, out, _ = typed("mute", "watch", "lantern-bay", "--for", "14d")
        assert code == 0
        assert re.fullmatch(r"muted: watch lantern-bay, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\n", out)
        (until,) = self._mutes(opened_house).values()
        assert timedelta(0) <= now() + 14 * DAY - until < timedelta(minutes=1)
        assert typed("mute")[1] == out
        assert typed("mute", "watch", "lantern-bay", "--lift") == (0, "lifted: watch lantern-bay\n", "")
        assert typed("mute") == (0, "nothing is muted\n", "")

    @pytest.mark.parametrize(("scope", "target"), [("source", "paper"), ("kind", "trailer")])
    def test_a_source_and_a_kind_are_muted_until_lifted(self, opened_house, typed, scope, target):
        assert typed("mute", scope, target) == (0, f"muted: {scope} {target}, until lifted\n", "")
        assert self._mutes(opened_house) == {(scope, target): None}

    def test_what_is_over_and_what_the_file_says_is_listed(self, opened_house, typed):
        opened_house.write("alerts.yaml", ALERTS + "mutes: [{kind: trailer}]\n")
        with opened(opened_house.settings.data / "monitor.db") as store:
            old = Mute(scope=MuteScope.WATCH, target="gone", until=MONDAY)
            store.write(lambda tx: tx.save_mute(old, at=MONDAY))
        assert typed("mute")[1].splitlines() == [
            "muted: kind trailer, until lifted",
            "muted: watch gone, until 2026-03-02 09:00 UTC, which is over",
        ]
        assert typed("mute", "watch", "gone", "--lift")[0] == 0

    @pytest.mark.parametrize("told", [("--lift",), ("kind", "trailer", "--for", "3d", "--lift")])
    def test_lifting_takes_what_to_lift_and_no_length(self, opened_house, typed, told):
        code, _, err = typed("mute", *told)
        assert (code, "--lift takes what to lift" in err) == (2, True)

    def test_lifting_what_is_not_muted_fails(self, opened_house, typed):
        code, out, err = typed("mute", "kind", "trailer", "--lift")
        assert (code, out) == (1, "")
        assert err == "kind trailer was not muted by a command; mutes of alerts.yaml are lifted there\n"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["watch", "lantern"], "there is no watch lantern; there are lantern-bay, the-glass-ferry"),
            (["source", "nobody"], "there is no source nobody; there are paper"),
            (["kind", "rumour"], "there is no kind rumour; there are development"),
            (["watch"], "name the watch to mute"),
            (["planet", "x"], "is not one of"),
            (["kind", "trailer", "--for", "soon"], "soon is not a length of time; write 90m, 12h or 14d"),
            (["kind", "trailer", "--for", "0d"], "0d is not a length of time"),
        ],
    )
    def test_mistakes_are_usage_errors(self, opened_house, typed, arguments, said):
        code, out, err = typed("mute", *arguments)
        assert (code, out) == (2, "")
        assert said in _plain(err)
        assert self._mutes(opened_house) == {}


class TestSubmit:
    def _known(self, house):
        return house.ask(lambda view: view.announcements(HistoryQuery()))

    def test_a_saved_page(self, house, typed, tmp_path):
        """Its facts are shown, an alert is made; the second time nothing happens."""
        saved = tmp_path / "page.html"
        saved.write_bytes(PAGE)
        code, out, err = typed("submit", saved, "--url", "https://paper.example/a", "--tier", "official")
        assert (code, err) == (0, "")
        assert out.startswith("Lantern Bay renewed for season 3\nread\n  kinds: renewal\n")
        assert "renewal: Lantern Bay\n  confirmed; watched as lantern-bay\n" in out
        assert "  seasons 3\n" in out
        assert out.endswith("Stored as item-1: 1 alert made, sent by the daemon at once or else by the next run\n")
        (announcement,) = self._known(house)
        assert (announcement.standing, announcement.facts.seasons) == ("official", (3,))
        (stored,) = house.ask(lambda view: view.items([1]))
        assert (stored.item.url, stored.item.publisher) == ("https://paper.example/a", "The Paper")
        code, out, _ = typed("submit", saved, "--url", "https://paper.example/a")
        assert code == 0
        assert out.endswith("It had been submitted before; nothing was changed.\n")
        assert house.ask(lambda view: view.outbox()) == {AlertState.PENDING: 1}

    def test_the_alert_leaves_with_the_next_round(self, house, typed, tmp_path):
        saved = tmp_path / "page.html"
        saved.write_bytes(PAGE)
        typed("submit", saved)
        house.time = now()
        house.write_sources([("paper", "http://127.0.0.1:9/feed")])
        house.round()
        assert "Lantern Bay has been renewed for season 3" in house.printed

    def test_a_live_page(self, house, typed):
        with WebServer() as web:
            web.answer("/a", Answer(body=PAGE, headers=(("Content-Type", "text/html"),)))
            code, out, _ = typed("submit", web.url("/a"))
            assert code == 0
            assert "Stored as item-1: 1 alert made" in out
            assert "It had been submitted before" in typed("submit", web.url("/a") + "?utm_source=mail")[1]
            code, out, err = typed("submit", web.url("/missing"))
        assert (code, out) == (1, "")
        assert re.fullmatch(r"error: .*404.*\n", err)
        assert [a.kind for a in self._known(house)] == ["renewal"]

    def test_a_page_without_news_is_stored_and_told_nobody(self, house, typed, tmp_path):
        saved = tmp_path / "page.html"
        saved.write_bytes(b"<html><title>Slugs</title><article><p>How to forgive them.</p></article></html>")
        code, out, _ = typed("submit", saved)
        assert (code, out.splitlines()[-1]) == (0, "Stored as item-1: no alert")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["nowhere.html"], "nowhere.html is neither a web address nor a file"),
            (["ftp://paper.example/a"], "is neither a web address nor a file"),
            (
                ["https://paper.example/a", "--url", "https://paper.example/b"],
                "--url is the web address, http or https",
            ),
            ([__file__, "--url", "file:///etc/passwd"], "--url is the web address, http or https"),
            (["https://paper.example/a", "--tier", "gossip"], "is not one of"),
        ],
    )
    def test_mistakes_are_usage_errors(self, house, typed, arguments, said):
        code, out, err = typed("submit", *arguments)
        assert (code, out) == (2, "")
        assert said in _plain(err)

    def test_a_file_too_large_is_refused(self, house, typed, tmp_path):
        huge = tmp_path / "huge.html"
        with huge.open("wb") as file:
            file.truncate(11 * 1024 * 1024)
        assert typed("submit", huge) == (1, "", f"error: {huge} is larger than 10,485,760 bytes\n")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read(self, house, typed, tmp_path):
        secret = tmp_path / "secret.html"
        secret.touch(mode=0o000)
        assert typed("submit", secret) == (1, "", f"error: {secret}: Permission denied\n")


@pytest.mark.parametrize("command", [["approve", "1"], ["mute"], ["mute", "kind", "trailer"]])
def test_without_a_database_it_is_said_how_to_get_one(house, typed, command):
    code, out, err = typed(*command)
    assert (code, out) == (1, "")
    assert err == f"error: {house.settings.data}/monitor.db: there is no database yet; start with: monitor run\n"
    assert not house.settings.data.exists()
