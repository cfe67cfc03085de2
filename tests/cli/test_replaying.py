"""`replay`, as typed, on a database that real rounds have filled."""

import json
import re
import shutil
from datetime import timedelta

import pytest

from monitor.bootstrap import now
from tests.house import WATCHLIST, House, item, rss
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A house in which, an hour ago, one of two pieces of news was told: nobody watched the other show."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss()))
        house = House(tmp_path_factory.mktemp("house"), sources=[("paper", web.url("/feed"))])
        house.write("watchlist.yaml", "shows: [{title: Lantern Bay}]\n")
        house.time = now() - 2 * HOUR
        house.round()
        renewed = item("Lantern Bay renewed for season 3 at Harbour TV", guid="a", at=house.time)
        cancelled = item("‘The Glass Ferry’ cancelled after one season", guid="b", at=house.time)
        web.answer("/feed", Answer(body=rss(cancelled, renewed)))
        house.round(later=HOUR)
    assert house.bugs == []
    return house


@pytest.fixture
def house(filled, tmp_path, monkeypatch):
    """A copy of it, to be changed."""
    for name in ("config", "data"):
        shutil.copytree(filled.settings.config.parent / name, tmp_path / name)
        monkeypatch.setenv(f"MONITOR_{name.upper()}", str(tmp_path / name))
    house = House.__new__(House)
    house.settings = filled.settings.model_copy(update={"config": tmp_path / "config", "data": tmp_path / "data"})
    return house


@pytest.fixture
def new(house, tmp_path):
    """Another configuration, which watches the other show instead."""
    shutil.copytree(house.settings.config, tmp_path / "new")
    (tmp_path / "new" / "watchlist.yaml").write_text("shows: [{title: The Glass Ferry}]\n", encoding="utf-8")
    return tmp_path / "new"


def _plain(text):
    return re.sub(r"[│╭╮╰╯─\s]+", " ", text)


def _outbox(house):
    return house.ask(lambda view: view.outbox())


def test_the_present_configuration_makes_no_difference(house, typed):
    code, out, err = typed("replay")
    assert (code, err) == (0, "")
    heading, counts = out.splitlines()
    assert heading.endswith(" UTC: no difference")
    assert counts == "  2 items read again; 1 alerts were made, 1 would have been made"


def test_another_configuration_is_told_by_what_it_adds_and_takes_away(house, new, typed):
    code, out, _ = typed("replay", "--since", "3h", "--config", new)
    lines = [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "then", line) for line in out.splitlines()]
    assert code == 0
    assert lines[0] == "then to then UTC: 1 added and 1 gone"
    added, gone = lines.index(""), len(lines) - 1 - lines[::-1].index("")
    assert lines[added + 1] == "added: The Glass Ferry has been cancelled for screen, then UTC [item-2]"
    assert lines[added + 2] == "  paper: ‘The Glass Ferry’ cancelled after one season"
    assert lines[added + 3].startswith("  rule en/cancellation/")
    assert lines[gone - 2 : gone] == [
        "  watched as the-glass-ferry; route 1 of alerts.yaml",
        "  then: read as cancellation of The Glass Ferry, which no watch asks for",
    ]
    assert lines[gone + 1].startswith("gone: Lantern Bay has been renewed for season 3 for screen, ")
    assert lines[-1] == "  now: read as renewal of Lantern Bay, which no watch asks for"
    assert _outbox(house) == {"sent": 1}


def test_what_is_read_as_something_else_is_told_once(house, new, typed):
    (new / "watchlist.yaml").write_text(WATCHLIST, encoding="utf-8")
    (new / "rules.yaml").write_text(
        'disable: [en/renewal/renewed]\nrules: [{id: more-bay, kind: order, phrases: ["{title} renewed"]}]\n',
        encoding="utf-8",
    )
    _, out, _ = typed("replay", "--config", new, "--watch", "lantern-bay")
    assert "changed: Lantern Bay has been renewed for season 3 for screen" in out
    assert "  now: Lantern Bay has been ordered (season 3): renewal then, order now\n" in out


def test_one_watch(house, new, typed):
    _, out, _ = typed("replay", "--config", new, "--watch", "the-glass-ferry")
    assert "UTC: 1 added\n" in out
    code, _, err = typed("replay", "--config", new, "--watch", "the-grass-ferry")
    assert code == 2
    assert "there is no watch the-grass-ferry; there are lantern-bay, the-glass-ferry" in _plain(err)


def test_json(house, new, typed):
    _, out, _ = typed("replay", "--config", new, "--json")
    found = json.loads(out)
    assert set(found) == {"since", "until", "items", "before", "after", "added", "gone", "changed"}
    (added,) = found["added"]
    assert (added["alert"]["item_id"], added["alert"]["report"]["kind"]) == (2, "cancellation")
    assert added["why"] == "read as cancellation of The Glass Ferry, which no watch asks for"


class TestSend:
    @pytest.mark.parametrize("answer", ["all", "item-2", "2"])
    def test_what_is_chosen_is_on_its_way_once(self, house, new, typed, answer):
        code, _, err = typed("replay", "--config", new, "--send", stdin=f"{answer}\n")
        assert code == 0
        assert "Send which? all, none, or some of: item-2" in err
        assert err.endswith("1 on their way, sent by the daemon at once or else by the next run\n")
        assert _outbox(house) == {"sent": 1, "pending": 1}
        assert typed("replay", "--config", new, "--send")[2] == "nothing to send: no alert is added\n"

    def test_nothing_is_sent_when_nothing_is_chosen(self, house, new, typed):
        code, _, err = typed("replay", "--config", new, "--send", stdin="\n")
        assert (code, err.splitlines()[-1]) == (0, " [none]:nothing was sent")
        assert _outbox(house) == {"sent": 1}

    def test_the_choice_on_the_command_line_is_not_asked_for(self, house, new, typed):
        code, _, err = typed("replay", "--config", new, "--send", "--only", "item-2")
        assert (code, err) == (0, "1 on their way, sent by the daemon at once or else by the next run\n")
        alert = house.ask(lambda view: view.alert(2))
        assert (alert.receiver, alert.reason) == ("screen", "found by replay: route 1 of alerts.yaml")

    @pytest.mark.parametrize(("arguments", "stdin"), [(["--only", "item-1"], ""), ([], "item-1\n")])
    def test_what_is_not_added_cannot_be_sent(self, house, new, typed, arguments, stdin):
        code, _, err = typed("replay", "--config", new, "--send", *arguments, stdin=stdin)
        assert code == 1
        assert err.endswith("error: no alert is added by item-1; nothing was sent\n")
        assert _outbox(house) == {"sent": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "soon"], "soon is not a length of time; write 90m, 12h or 14d"),
        (["--since", "4000d"], "4000d is too long; the longest is 3650d"),
        (["--only", "item-1"], "--only says what to --send"),
        (["--send", "--only", "alert-x"], "alert-x is not the number of an item; write item-12"),
    ],
)
def test_mistakes_are_usage_errors(house, typed, arguments, said):
    code, out, err = typed("replay", *arguments)
    assert (code, out) == (2, "")
    assert said in _plain(err)


def test_without_a_database_it_is_said_how_to_get_one(house, typed, tmp_path):
    path = tmp_path / "elsewhere"
    assert typed("replay", "--data", path) == (
        1,
        "",
        f"error: {path}/monitor.db: there is no database yet; start with: monitor run\n",
    )
