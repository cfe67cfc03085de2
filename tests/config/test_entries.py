"""Entries of `sources.yaml`: which are new, and how they are written."""

from pathlib import Path

import pytest

from monitor.config.entries import choose, entry_text, unique_id, written_sources

LISTED = """\
sources:
  - {id: paper, type: feed, url: "https://www.paper.example/feed/?key=${KEY}&utm_source=x"}
  - {id: off, type: feed, url: "http://off.example/feed", enabled: false}
  - {id: bay, type: reddit, subreddits: [LanternBay, television], every: 1h}
  - {id: ida, type: bluesky, account: "@Ida.example"}
"""


@pytest.mark.parametrize(
    ("entry", "reader"),
    [
        ({"type": "feed", "url": "http://paper.example/feed?key=word"}, "paper"),
        ({"type": "feed", "url": "https://paper.example/feed?key=other"}, None),
        ({"type": "feed", "url": "https://off.example/feed", "name": "Off"}, "off"),
        ({"type": "reddit", "subreddits": "lanternbay+television"}, "bay"),
        ({"type": "reddit", "subreddits": "lanternbay"}, None),
        ({"type": "bluesky", "account": "ida.example", "tier": "official"}, "ida"),
        ({"type": "telegram", "account": "ida.example"}, None),
    ],
)
def test_what_is_read_already(tmp_path: Path, entry: dict[str, str], reader: str | None) -> None:
    """By the place that is read, whatever it is called; secrets are filled in to compare, and what is off counts."""
    (tmp_path / "sources.yaml").write_text(LISTED)
    written = written_sources(tmp_path, environ={"KEY": "word"})
    assert "word" not in repr(written)
    choice = choose([{"id": "paper", **entry}], written)
    assert [known for _, known in choice.known] == ([reader] if reader else [])
    assert [new["id"] for new in choice.new] == ([] if reader else ["paper-2"])


def test_the_same_place_twice_among_the_new() -> None:
    entry = {"id": "a", "type": "feed", "url": "https://a.example/"}
    choice = choose([entry, {**entry, "id": "b"}, {**entry, "url": "https://b.example/"}], ())
    assert [new["id"] for new in choice.new] == ["a", "a-2"]
    assert choice.known == (({**entry, "id": "b"}, "a"),)


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        ("The Paper & Co", "the-paper-and-co"),
        ("", "source"),
        ("Лампа", "source"),
        ("a" * 90, "a" * 60),
        ("taken", "taken-3"),
    ],
)
def test_ids(wanted: str, made: str) -> None:
    assert unique_id(wanted, ["taken", "taken-2"]) == made


def test_entries_in_words() -> None:
    """Nothing that YAML or we would read into a value gets through."""
    entry = {
        "id": "a",
        "type": "reddit",
        "subreddits": "LanternBay+television",
        "lang": "no",
        "every": "15m",
        "enabled": "false",
        "name": 'A "b": ${c} # d',
    }
    assert entry_text(entry) == (
        '{id: a, type: reddit, subreddits: ["LanternBay", "television"], lang: "no", every: 15m, enabled: false, '
        'name: "A \\"b\\": $ {c} # d"}'
    )
