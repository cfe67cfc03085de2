"""`sources list` and `sources pack`, as typed."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import load
from tests.house import House, item, rss
from tests.web_server import Answer, WebServer

ENTRIES = (
    '{id: paper, type: feed, url: "http://127.0.0.1:PORT/feed", name: The Paper, every: 1h}',
    '{id: radio-times, type: feed, url: "http://www.radiotimes.com/feed", tier: press}',
    '{id: members, type: feed, url: "https://members.example/feed?key=${KEY}", enabled: false, tier: trade}',
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, sources=[line.replace("PORT", "9") for line in ENTRIES])


def test_list(typed, house, monkeypatch):
    """Also what is not enabled; a secret stays a reference; without a database nothing was polled."""
    monkeypatch.setenv("KEY", "secret-key")
    code, out, err = typed("sources", "list", "--config", house.settings.config, "--data", house.settings.data)
    assert (code, err) == (0, "")
    assert [line.rstrip().split(maxsplit=4) for line in out.splitlines()[1:]] == [
        ["paper", "feed", "press", "1h", "not polled yet  127.0.0.1:9/feed"],
        ["radio-times", "feed", "press", "15m", "not polled yet  radiotimes.com/feed"],
        ["members", "feed", "trade", "-", "not enabled     members.example/feed?key=${KEY}"],
    ]
    assert not house.settings.data.exists()


def test_list_says_how_the_last_poll_went(typed, tmp_path):
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss(item("Lantern Bay renewed", guid="a"))))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        house.round()
    folders = ("--config", house.settings.config, "--data", house.settings.data)
    (one,) = json.loads(typed("sources", "list", "--json", *folders)[1])
    assert (one["id"], one["state"], one["every"]) == ("paper", "ok", timedelta(minutes=15).total_seconds())
    assert one["last_poll"] == house.time.isoformat()
    assert one["detail"] == "first poll: 1 item read, none told"
    assert "ok, " in typed("sources", "list", *folders)[1]


def test_pack_list(typed):
    code, out, _ = typed("sources", "pack", "list")
    assert code == 0
    assert "uk-press" in out
    (pack,) = [one for one in json.loads(typed("sources", "pack", "list", "--json")[1]) if one["id"] == "pt-br-press"]
    assert (pack["languages"], pack["countries"]) == (["pt-BR", "pt-PT"], ["BR", "PT"])
    assert len(pack["sources"]) > pack["verified"] == 0


def test_pack_add(typed, house):
    """What is there stays as it is; what is read already, under whatever id, is not written again."""
    before = (house.settings.config / "sources.yaml").read_text()
    code, out, err = typed("sources", "pack", "add", "uk-press", "uk-broadcasters", "--config", house.settings.config)
    assert (code, err) == (0, "")
    assert "skipped radio-times: is configured already\n" in out
    assert "added digital-spy\n" in out
    after = (house.settings.config / "sources.yaml").read_text()
    assert after.startswith(before)
    assert after.count("  # United Kingdom: press\n") == 1
    ids = [source.id for source in load(house.settings.config, environ={"KEY": "k"}).sources]
    assert len(ids) == len(set(ids)) > 15
    again = typed("sources", "pack", "add", "uk-press", "--config", house.settings.config)[1]
    assert again.endswith("nothing to add\n")
    assert (house.settings.config / "sources.yaml").read_text() == after


def test_pack_add_where_an_id_or_an_address_is_taken(typed, tmp_path):
    lines = (
        '{id: digital-spy, type: feed, url: "https://elsewhere.example/"}',
        '{id: mine, type: feed, url: "https://www.radiotimes.com/feed/"}',
    )
    house = House(tmp_path, sources=lines)
    out = typed("sources", "pack", "add", "uk-press", "--config", house.settings.config)[1]
    assert "skipped radio-times: is read already, by mine\n" in out
    assert "added digital-spy-2\n" in out


def test_a_pack_that_does_not_exist(typed, house):
    code, _, err = typed("sources", "pack", "add", "uk-pres", "--config", house.settings.config)
    assert code == 2
    assert 'there is no starter pack "uk-pres"; did you mean "uk-press"?' in err
