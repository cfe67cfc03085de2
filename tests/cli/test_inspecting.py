"""`status`, `history` and `explain`, as typed, on a database that real rounds have filled."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from monitor.bootstrap import now
from monitor.core.holds import Hold, HoldKind
from monitor.core.incidents import Incident, IncidentKind
from monitor.core.report import Facts, Kind, Person, Subject
from monitor.records import FirstLook, Heartbeat
from tests.house import MONDAY, House, item, rss
from tests.store.conftest import opened
from tests.store.samples import announcement
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)
ESCAPE = "\x1b]0;owned\x07\x1b[31m\x9b31m\u202e"
RENEWED = item("Lantern Bay renewed for season 3 at Harbour TV", guid="a", at=MONDAY)
CANCELLED = item("‘The Glass Ferry’ cancelled after one season", guid="b", at=MONDAY)
GARDEN = item("How to forgive slugs", guid="c", at=MONDAY)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A house in which two pieces of news were told."""
    folder = tmp_path_factory.mktemp("house")
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        web.answer("/down", Answer(status=500))
        house = House(folder, sources=[("paper", web.url("/feed")), ("down", web.url("/down"))])
        house.round()
        web.answer("/feed", Answer(body=rss(GARDEN, CANCELLED, RENEWED)))
        house.round(later=HOUR, everything=True)
    assert house.bugs == []
    return house


@pytest.fixture
def house(filled, monkeypatch):
    monkeypatch.setenv("MONITOR_CONFIG", str(filled.settings.config))
    monkeypatch.setenv("MONITOR_DATA", str(filled.settings.data))
    return filled


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A house in which nothing ever ran."""
    house = House(tmp_path, sources=[("paper", "https://paper.example/feed")])
    monkeypatch.setenv("MONITOR_CONFIG", str(house.settings.config))
    monkeypatch.setenv("MONITOR_DATA", str(house.settings.data))
    return house


def _fill(house, work):
    house.settings.data.mkdir(exist_ok=True)
    with opened(house.settings.data / "monitor.db") as store:
        store.write(work)


class TestStatus:
    def test_it_shows_sources_and_outbox(self, house, typed):
        code, out, err = typed("status")
        assert (code, err) == (0, "")
        lines = [re.sub(r"  +", " | ", line.strip()) for line in out.splitlines()]
        assert lines[:3] == ["The daemon has never run on this database.", "Outbox: 2 sent", ""]
        assert lines[3] == "source | last poll | last success | next | every | detail"
        assert lines[4].startswith("paper | ok | ")
        assert lines[4].endswith("| due | 15 min | 3 new")
        assert re.fullmatch(r"down \| failed, 2 times \| never \| due \| 15 min \| .*500.*", lines[5])

    def test_json(self, house, typed):
        code, out, _ = typed("status", "--json")
        found = json.loads(out)
        assert code == 0
        assert set(found) == {"heartbeat", "sources", "incidents", "holds", "outbox", "first_look", "streams"}
        assert found["outbox"] == {"sent": 2}
        assert [line["id"] for line in found["sources"]] == ["paper", "down"]
        assert found["sources"][0]["last_success"] == "2026-03-02T10:00:00+00:00"
        assert found["sources"][0]["interval"] == 900
        assert found["sources"][0]["interval_why"] == "how lively it is is not known yet"

    def test_everything_that_is_open_is_shown_with_what_to_do(self, empty, typed):
        moment = now()

        def fill(tx):
            tx.beat(Heartbeat(at=moment, started_at=moment - timedelta(days=3), lag=timedelta(seconds=5)))
            opened_at = moment - 3 * HOUR
            incident = Incident(id=0, kind=IncidentKind.NETWORK, subject="", detail="unreachable", opened_at=opened_at)
            tx.open_incident(incident)
            tx.open_incident(
                Incident(id=0, kind=IncidentKind.NOT_A_FEED, subject="paper", detail="HTML", opened_at=opened_at)
            )
            tx.open_hold(Hold(id=0, kind=HoldKind.FLOOD, subject="screen", detail="more than 10", opened_at=opened_at))

        _fill(empty, fill)
        _, out, _ = typed("status")
        lines = out.splitlines()
        assert lines[0].startswith("Daemon: last sign of life 0 s ago, started 3 d ago, at worst 5 s late")
        assert lines[1] == "Outbox: empty"
        assert [lines[2:4], lines[4:6]] == [
            [
                "Incident-2: paper not a feed for 3 h: HTML",
                "  It may have moved, changed its form, or block us: open its address in a browser.",
            ],
            [
                "Incident-1: network for 3 h: unreachable",
                "  Every source fails at once, so this is the network. It is tried again by itself.",
            ],
        ]
        assert lines[6] == "Hold-1: screen, more than 10; let go with: monitor approve 1"
        assert re.sub(r"  +", " | ", lines[-1].strip()) == "paper | not polled yet | never | - | 15 min"

    @pytest.mark.parametrize(("days", "shown"), [(13, True), (15, False)])
    def test_the_first_look_is_shown_for_two_weeks(self, empty, typed, days, shown):
        at = now() - timedelta(days=days)
        look = FirstLook(at=at, sources=2, failed=1, items=212, news=12, headlines=("Lantern Bay has been renewed",))
        _fill(empty, lambda tx: tx.save_first_look(look))
        said = (
            "First look: 212 items of 2 sources read, 12 in the last 14 days would have alerted; "
            "1 source could not be read\n  Lantern Bay has been renewed\n  and 11 more\n"
        )
        assert (said in typed("status")[1]) is shown

    @pytest.mark.parametrize(
        ("age", "code", "said"),
        [(timedelta(), 0, "last sign of life 0 s ago"), (timedelta(minutes=5), 1, "last sign of life 5 min ago")],
    )
    def test_health_is_the_exit_code(self, empty, typed, age, code, said):
        beat = Heartbeat(at=now() - age, started_at=MONDAY, lag=timedelta())
        _fill(empty, lambda tx: tx.beat(beat))
        assert typed("status", "--health") == (code, f"{said}\n", "")

    def test_health_of_a_daemon_that_never_ran(self, house, typed):
        assert typed("status", "--health") == (1, "the daemon has never run here\n", "")

    def test_it_fits_a_terminal_of_80_columns(self, house, typed, monkeypatch):
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "80")
        _, out, _ = typed("status")
        plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
        assert max(map(len, plain.splitlines())) <= 80
        assert "paper" in plain


class TestHistory:
    def test_the_newest_stands_first(self, house, typed):
        code, out, err = typed("history")
        assert (code, err) == (0, "")
        header, *lines = [re.sub(r"  +", " | ", line.strip()) for line in out.splitlines()]
        assert header == "id | first seen (UTC) | standing | announcement"
        assert lines == [
            "announcement-2 | 2026-03-02 10:00 | reported | The Glass Ferry has been cancelled",
            "announcement-1 | 2026-03-02 10:00 | reported | Lantern Bay has been renewed for season 3",
        ]

    @pytest.mark.parametrize(
        ("arguments", "found"),
        [
            (["lantern"], ["announcement-1"]),
            (["Häbour"], []),
            (["--watch", "the-glass-ferry"], ["announcement-2"]),
            (["--watch", "the-glass-ferry", "--watch", "lantern-bay"], ["announcement-2", "announcement-1"]),
            (["--kind", "renewal"], ["announcement-1"]),
            (["--kind", "trailer"], []),
            (["--since", "2026-03-02"], ["announcement-2", "announcement-1"]),
            (["--since", "2026-03-03"], []),
            (["--until", "2026-03-02"], []),
            (["--limit", "1"], ["announcement-2"]),
        ],
    )
    def test_filters(self, house, typed, arguments, found):
        code, out, _ = typed("history", *arguments)
        assert code == 0
        assert re.findall(r"announcement-\d+", out) == found
        if not found:
            assert out == "nothing found\n"

    def test_json(self, house, typed):
        _, out, _ = typed("history", "--json")
        newest, oldest = json.loads(out)
        assert (newest["kind"], oldest["kind"]) == ("cancellation", "renewal")
        assert oldest["subject"] == {"key": "show:lantern-bay", "title": "Lantern Bay"}
        assert oldest["facts"]["seasons"] == [3]
        assert oldest["first_seen"] == "2026-03-02T10:00:00+00:00"
        assert typed("history", "nothing-like-it", "--json")[1] == "[]\n"

    def test_csv(self, house, typed):
        _, out, _ = typed("history", "--csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        assert [row["id"] for row in rows] == ["2", "1"]
        assert rows[1] == {
            "id": "1",
            "first_seen": "2026-03-02T10:00:00+00:00",
            "last_report_at": "2026-03-02T10:00:00+00:00",
            "kind": "renewal",
            "standing": "reported",
            "title": "Lantern Bay",
            "seasons": "3",
            "people": "",
            "dates": "",
            "watches": "lantern-bay",
            "headline": "Lantern Bay has been renewed for season 3",
            "doubts": "",
        }

    def test_what_an_announcement_may_be_is_listed(self, empty, typed):
        _fill(empty, lambda tx: tx.add_announcement(announcement(possibly=7)))
        said = "possibly the same as announcement-7; too little agrees to be sure"
        assert said in typed("history")[1]
        assert json.loads(typed("history", "--json")[1])[0]["doubts"] == [said]
        (row,) = csv.DictReader(io.StringIO(typed("history", "--csv")[1]))
        assert row["doubts"] == said

    def test_a_spreadsheet_takes_no_text_for_a_formula(self, empty, typed):
        facts = Facts(people=(Person(name='=HYPERLINK("http://x")', role="Gull"),), seasons=(1, 2))
        _fill(empty, lambda tx: tx.add_announcement(announcement(facts=facts)))
        (row,) = csv.DictReader(io.StringIO(typed("history", "--csv")[1]))
        assert row["people"] == '\'=HYPERLINK("http://x") as Gull'
        assert row["seasons"] == "1 2"

    @pytest.mark.parametrize(
        "arguments", [["--kind", "rumour"], ["--since", "yesterday"], ["--limit", "0"], ["--limit", "9" * 20]]
    )
    def test_wrong_filters_are_usage_errors(self, house, typed, arguments):
        assert typed("history", *arguments)[0] == 2


class TestExplain:
    def test_an_announcement(self, house, typed):
        code, out, err = typed("explain", "announcement-1")
        assert (code, err) == (0, "")
        assert out.startswith("announcement-1: Lantern Bay has been renewed for season 3\n  renewal, reported, ")
        assert "\n\nalert-1 for screen: news, sent\n  made 2026-03-02 10:00 UTC: route 1 of alerts.yaml\n" in out
        assert typed("explain", "1")[1] == typed("explain", "alert-1")[1] == out

    def test_an_item_by_id_and_by_address(self, house, typed):
        code, out, _ = typed("explain", "item-1")
        assert (code, out.splitlines()[0]) == (0, "item-1: Lantern Bay renewed for season 3 at Harbour TV")
        assert "  page not read: " in out
        assert "  rule en/renewal/" in out
        assert typed("explain", "https://paper.example/a?utm_source=x")[1] == out

    def test_an_item_that_came_to_nothing(self, house, typed):
        _, out, _ = typed("explain", "item-3")
        assert "no report\n  no rule found production news in it\n\nread by today's rules\n  kinds: none\n" in out

    def test_an_address_nobody_brought(self, house, typed):
        """The sources that should have, and how they are: an answer, not a failure."""
        code, out, err = typed("explain", "http://127.0.0.1/news")
        assert (code, err) == (0, "")
        assert "no source has brought it\n\nsource paper\n  its last poll, 2026-03-02 10:00 UTC: ok, 3 new\n" in out
        assert "source down\n" in out
        assert "it could never be read" in out
        code, out, _ = typed("explain", "https://else.example/news")
        assert code == 0
        assert "no source lies on else.example" in out

    def test_pasted_text(self, house, typed):
        text = "Lantern Bay renewed for season 4\n\nHarbour TV has picked up the drama again."
        code, out, _ = typed("explain", "-", stdin=text)
        assert code == 0
        assert out.startswith("read\n  kinds: renewal\n")
        assert "renewal: Lantern Bay\n  confirmed; watched as lantern-bay\n" in out

    def test_no_text_is_no_news(self, house, typed):
        assert typed("explain", "-")[1].startswith("read\n  kinds: none\n")

    def test_json(self, house, typed):
        _, out, _ = typed("explain", "announcement-2", "--json")
        assert [section["heading"].partition(":")[0] for section in json.loads(out)] == [
            "announcement-2",
            "routes of today's alerts.yaml",
            "alert-2 for screen",
        ]

    @pytest.mark.parametrize("what", ["announcement-99", "item-99", "alert-99", "99"])
    def test_what_is_not_there(self, house, typed, what):
        assert typed("explain", what) == (
            1,
            "",
            f"there is no {what}; monitor history lists the announcements there are\n",
        )

    @pytest.mark.parametrize("what", ["report-1", "item-", "item-x", "", "1" * 30])
    def test_what_cannot_be(self, house, typed, what):
        code, out, err = typed("explain", what)
        assert (code, out) == (2, "")
        assert "item-3, announcement-12" in re.sub(r"[│\s]+", " ", err)


@pytest.mark.parametrize(
    "command", [["status"], ["status", "--health"], ["history"], ["explain", "1"], ["explain", "https://x.example/"]]
)
def test_without_a_database_it_is_said_how_to_get_one(empty, typed, command):
    """And none is made by asking."""
    path = empty.settings.data / "monitor.db"
    assert typed(*command) == (1, "", f"error: {path}: there is no database yet; start with: monitor run\n")
    assert not empty.settings.data.exists()


@pytest.mark.parametrize("options", [[], ["--json"], ["--csv"]])
def test_text_from_outside_gives_the_terminal_no_orders(empty, typed, options):
    """Names and titles are cleaned when they are read; what got in all the same does not get out."""
    subject = Subject(key="show:x", title=f"Lantern{ESCAPE} Bay")
    _fill(empty, lambda tx: tx.add_announcement(announcement(subject=subject, kind=Kind.RENEWAL)))
    code, out, _ = typed("history", *options)
    assert code == 0
    assert "Bay" in out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    if options == ["--json"]:
        assert json.loads(out)[0]["subject"]["title"] == subject.title


def test_a_pasted_text_gives_the_terminal_no_orders(house, typed):
    _, out, _ = typed("explain", "-", stdin=f"Lantern Bay renewed {ESCAPE}for season 4")
    assert "\x1b" not in out
    assert "\x9b" not in out
