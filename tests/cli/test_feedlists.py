"""`sources import` and `sources export`, as typed."""

from pathlib import Path

import pytest

from monitor.config import load
from tests.house import House

HERE = '{id: paper, type: feed, url: "https://paper.example/feed/", name: "The “Paper” & Co", tier: trade, lang: en-GB}'
MORE = (
    HERE,
    '{id: plain, type: feed, url: "http://plain.example/?service=rss", every: 30m, max_age: 14d}',
    '{id: rests, type: feed, url: "https://rests.example/feed", country: DE, enabled: false}',
)
LIST = """<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Trade papers"><outline text="The Lantern Herald" xmlUrl="https://lantern.example/feed"/>
<outline text="The Lantern Herald" xmlUrl="https://lantern.example/tv/feed"/></outline>
<outline text="Paper" xmlUrl="http://www.paper.example/feed"/>
<outline text="Лампа" xmlUrl="https://www.lampa.example/rss"/>
<outline text="Private" xmlUrl="https://me:word@private.example/rss"/><outline text="a note"/>
</body></opml>"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, sources=[HERE])


def test_import(typed, house, tmp_path):
    """Ids are made unique, folders become comments, what is read already is not read twice."""
    (tmp_path / "my.opml").write_text(LIST, encoding="utf-8")
    before = (house.settings.config / "sources.yaml").read_text()
    code, out, err = typed("sources", "import", tmp_path / "my.opml", "--config", house.settings.config)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "skipped paper: is configured already",
        "added the-lantern-herald",
        "added the-lantern-herald-2",
        "added lampa-example",
        f"3 sources written to {house.settings.config / 'sources.yaml'}; try them: monitor check --online",
        "left out Private: its address is none to visit, or holds a password; write it by hand, with auth:",
        "left out 1 outline without a feed",
    ]
    name = '"The Lantern Herald"'
    assert (house.settings.config / "sources.yaml").read_text() == (
        f"{before}"
        "  # Trade papers\n"
        f'  - {{id: the-lantern-herald, type: feed, url: "https://lantern.example/feed", name: {name}, tier: press}}\n'
        f'  - {{id: the-lantern-herald-2, type: feed, url: "https://lantern.example/tv/feed", name: {name}, tier: press}}\n'
        "  # from my.opml\n"
        '  - {id: lampa-example, type: feed, url: "https://www.lampa.example/rss", name: "Лампа", tier: press}\n'
    )
    again = typed("sources", "import", tmp_path / "my.opml", "--config", house.settings.config)
    assert again[0] == 0
    assert "skipped the-lantern-herald-2: is configured already\nskipped" not in again[1]
    assert "nothing to add\n" in again[1]


def test_import_of_something_else(typed, house, tmp_path):
    before = (house.settings.config / "sources.yaml").read_text()
    (tmp_path / "page.opml").write_text("<html/>")
    code, _, err = typed("sources", "import", tmp_path / "page.opml", "--config", house.settings.config)
    assert (code, err) == (1, f"error: {tmp_path / 'page.opml'}: not OPML: it is <html>\n")
    code, _, err = typed("sources", "import", tmp_path / "none.opml", "--config", house.settings.config)
    assert code == 2
    assert "No such file or directory" in " ".join(err.split())
    assert (house.settings.config / "sources.yaml").read_text() == before


def test_what_a_list_says_wrongly_is_left_out(typed, house, tmp_path):
    """The tier asked for stands in; a made-up interval is none."""
    outline = '<outline text="Alder" xmlUrl="https://a.example/" monitor:tier="best" monitor:every="now" language="?"/>'
    (tmp_path / "my.opml").write_text(f"<opml>{outline}</opml>")
    options = ("--tier", "community", "--config", house.settings.config)
    assert typed("sources", "import", tmp_path / "my.opml", *options)[0] == 0
    text = (house.settings.config / "sources.yaml").read_text()
    assert '{id: alder, type: feed, url: "https://a.example/", name: "Alder", tier: community}' in text


def test_what_is_exported_is_imported_again(typed, tmp_path):
    """import(export(x)) = x: ids, names, tiers, languages, intervals and what is not enabled."""
    house = House(tmp_path / "old", sources=MORE)
    file = tmp_path / "all.opml"
    code, out, err = typed("sources", "export", "--output", file, "--config", house.settings.config)
    assert (code, out, err) == (0, f"3 sources written to {file}\n", "")
    other = House(tmp_path / "new", sources=[])
    assert typed("sources", "import", file, "--config", other.settings.config)[0] == 0
    assert load(other.settings.config, environ={}).sources == load(house.settings.config, environ={}).sources
    assert typed("sources", "export", "--config", other.settings.config)[1] == file.read_text()


def test_secrets_stay_at_home(typed, tmp_path, monkeypatch):
    """Unless they are asked for; what OPML cannot carry is said."""
    monkeypatch.setenv("KEY", "k-1-2-3")
    lines = (
        '{id: named, type: feed, url: "https://a.example/feed?x=${KEY}"}',
        '{id: unset, type: feed, url: "https://a.example/feed?x=${UNSET}", enabled: false}',
        '{id: plain, type: feed, url: "https://b.example/feed?token=word"}',
        '{id: path, type: feed, url: "https://c.example/feed/0f2b7c1e5a9d4c3b8e7f6a5d.rss"}',
        '{id: signed-in, type: feed, url: "https://d.example/feed", auth: {user: me, password: "${KEY}"}}',
    )
    config = House(tmp_path, sources=lines).settings.config
    code, out, err = typed("sources", "export", "--config", config)
    assert code == 0
    assert err.splitlines() == [
        "left out named: its address looks private; --with-secrets exports it",
        "left out unset: the secret in its address is not at hand",
        "left out plain: its address looks private; --with-secrets exports it",
        "left out path: its address looks private; --with-secrets exports it",
        "signed-in: auth is not exported",
    ]
    assert out.count("<outline") == 1
    code, out, _ = typed("sources", "export", "--with-secrets", "--config", config)
    assert "x=k-1-2-3" in out
    assert out.count("<outline") == 4
