"""`coverage`, as typed, on a database that real rounds have filled."""

import csv
import io
import json
from datetime import timedelta

import pytest

from tests.house import MONDAY, House, item, rss
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)
RENEWED = item("Lantern Bay renewed for season 3 at Harbour TV", guid="a", at=MONDAY)
AGAIN = item("‘Lantern Bay’ gets a third season", guid="z", at=MONDAY)
KNOWN = item("‘The Glass Ferry’ cancelled after one season", guid="b", at=MONDAY)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A house in which the wire told first what the paper told an hour later; what the wire showed first is old."""
    with WebServer() as web:
        web.answer("/wire", Answer(body=rss(KNOWN)))
        web.answer("/paper", Answer(body=rss()))
        web.answer("/quiet", Answer(body=rss()))
        places = [("wire", web.url("/wire")), ("paper", web.url("/paper")), ("quiet", web.url("/quiet"))]
        house = House(tmp_path_factory.mktemp("house"), sources=places)
        house.round()
        web.answer("/wire", Answer(body=rss(RENEWED, KNOWN)))
        house.round(later=HOUR, everything=True)
        web.answer("/paper", Answer(body=rss(AGAIN, KNOWN)))
        house.round(later=HOUR, everything=True)
    assert house.bugs == []
    return house


@pytest.fixture
def house(filled, monkeypatch):
    monkeypatch.setenv("MONITOR_CONFIG", str(filled.settings.config))
    monkeypatch.setenv("MONITOR_DATA", str(filled.settings.data))
    return filled


@pytest.mark.usefixtures("house")
class TestCoverage:
    def test_says_who_was_first_who_late_and_who_brought_nothing(self, typed):
        lines = typed("coverage", "--since", "3650d")[1].splitlines()
        assert lines[0].startswith("1 announcement since ")
        assert [line.split() for line in lines[2:4]] == [
            ["wire", "1", "1", "0", "60", "min"],
            ["paper", "1", "0", "0", "60", "min", "2", "h"],
        ]
        assert lines[-1] == "brought nothing: quiet"

    def test_as_data(self, typed):
        found = json.loads(typed("coverage", "--since", "3650d", "--watch", "lantern-bay", "--json")[1])
        assert [(one["source_id"], one["reported"], one["behind"]) for one in found] == [
            ("wire", 1, None),
            ("paper", 1, 3600.0),
            ("quiet", 0, None),
        ]
        rows = list(csv.reader(io.StringIO(typed("coverage", "--since", "3650d", "--csv")[1])))
        assert rows[1:] == [
            ["wire", "1", "1", "0", "", "3600"],
            ["paper", "1", "0", "0", "3600", "7200"],
            ["quiet", "0", "0", "0", "", ""],
        ]

    def test_nothing_told_yet(self, typed):
        lines = typed("coverage", "--since", "1m")[1].splitlines()
        assert lines[0].startswith("0 announcements since ")
        assert lines[1:] == ["brought nothing: paper, quiet, wire"]

    def test_of_one_announcement(self, typed):
        (found,) = json.loads(typed("history", "lantern", "--json")[1])
        name = f"announcement-{found['id']}"
        lines = typed("coverage", name)[1].splitlines()
        assert lines[0] == "Lantern Bay has been renewed for season 3"
        assert [line.split()[0] for line in lines[2:]] == ["wire", "paper"]
        assert "first" in lines[2]
        assert "60 min" in lines[3]
        assert [one["source_id"] for one in json.loads(typed("coverage", name, "--json")[1])] == ["wire", "paper"]
        assert len(list(csv.reader(io.StringIO(typed("coverage", name, "--csv")[1])))) == 3

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("item-1",), 2, "item-1 is no announcement"),
            (("lantern",), 2, "lantern is neither an address nor like"),
            (("announcement-999",), 1, "there is no announcement-999"),
            (("--since", "soon"), 2, "soon is not a length of time"),
            (("--watch", "lantern-bey"), 2, 'did you mean "lantern-bay"?'),
            (("--watch", "qqqq"), 2, "there is no watch qqqq"),
        ],
    )
    def test_mistakes_are_answered(self, typed, words, code, said):
        ended, _, err = typed("coverage", *words)
        assert ended == code
        assert said in " ".join(err.replace("│", " ").split())
