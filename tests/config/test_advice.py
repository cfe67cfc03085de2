"""What `check` warns of."""

from pathlib import Path

import pytest

from monitor.config import load
from monitor.config.advice import advice

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "watchlist": "shows: [{title: Heartstopper}]",
    "sources": "sources: [{id: a, type: feed, url: 'https://a.example/'}]",
    "alerts": "receivers: [{id: me, url: 'console://'}]",
}

CASES = [
    ({}, ()),
    (
        {
            "watchlist": "shows: [{title: Industry}, {title: From, require: [MGM+]}, {title: Suits, cast: [A B]}]\nfilms: [{title: Us}]"
        },
        (
            'watch industry: Industry is an everyday word; add names that stand near it as "require" or "cast"',
            'watch us: Us is an everyday word; add names that stand near it as "require" or "cast"',
        ),
    ),
    (
        {
            "watchlist": "shows: [{title: Heartstopper, kinds: [renewal]}, {title: Slow Horses}]",
            "alerts": "receivers: [{id: me, url: 'console://'}]\nroutes: [{receivers: [me], kinds: [casting]}]",
        },
        ("watch heartstopper: no route lets its kinds through, so it never alerts",),
    ),
    (
        {
            "alerts": "receivers: [{id: me, url: 'console://'}, {id: you, url: 'console://'}]\n"
            "routes: [{receivers: [me], watches: [heartstopper]}]\nincidents: []"
        },
        ("receiver you: no route leads to it", "incidents: nobody is told when a source is in trouble"),
    ),
    (
        {
            "alerts": "receivers: [{id: me, url: 'console://'}, {id: ops, url: 'console://'}]\n"
            "routes: [{receivers: [me]}]\nincidents: [ops]"
        },
        (),
    ),
    (
        {"sources": "sources: [{id: a, type: feed, url: 'https://a.example/', enabled: false}]"},
        ("every source is disabled, so nothing is polled",),
    ),
    (
        {
            "sources": "sources: [{id: a, type: feed, url: 'https://a.example/'},"
            " {id: b, type: feed, url: 'https://a.example/'}]"
        },
        ("source a: another source has the same address", "source b: another source has the same address"),
    ),
    ({"alert": ""}, ("FOLDER/alert.yaml: not read; the files are watchlist, sources, alerts and rules",)),
]


@pytest.mark.parametrize(("files", "sentences"), CASES)
def test_warns(files: dict[str, str], sentences: tuple[str, ...], tmp_path: Path) -> None:
    for name, text in {**FILES, **files}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    found = advice(load(tmp_path, environ={}), tmp_path)
    assert tuple(sentence.replace(str(tmp_path), "FOLDER") for sentence in found) == sentences


def test_nothing_is_wrong_with_the_configuration_of_the_repository() -> None:
    assert advice(load(ROOT / "config", environ={}), ROOT / "config") == ()
