"""Watched titles that are everyday words: when they are meant, and why not."""

from pathlib import Path
from typing import Any

import pytest

from monitor.config.shipped import read_yaml
from monitor.core.report import Document, Recognition
from monitor.core.watchlist import Watch, WatchType
from tests.core.recognising import recogniser

AMBIGUOUS = Path(__file__).resolve().parents[1] / "data" / "ambiguous.yaml"
SENTENCES = [
    pytest.param(case, sentence, side == "for", id=f"{case['title']}: {sentence}")
    for case in read_yaml(AMBIGUOUS)
    for side in ("for", "against")
    for sentence in case[side]
]


def read_with(case: dict[str, Any], sentence: str | list[str]) -> Recognition:
    title, summary = (sentence, "") if isinstance(sentence, str) else sentence
    watch = Watch(
        id="watched",
        type=WatchType(case.get("type", "show")),
        title=case["title"],
        cast=tuple(case.get("cast", ())),
        require=tuple(case.get("require", ())),
    )
    return recogniser(watch)(Document(title=title, summary=summary, lang="en"))


@pytest.mark.parametrize(("case", "sentence", "meant"), SENTENCES)
def test_everyday_title_is_taken_where_it_is_meant(
    case: dict[str, Any], sentence: str | list[str], *, meant: bool
) -> None:
    found = read_with(case, sentence)
    assert (found.titles == (case["title"],)) is meant, found.notes


@pytest.mark.parametrize(("publisher", "meant"), [("TV Weekly", True), ("Morning Post", False)])
def test_an_outlet_of_film_and_television_is_evidence(publisher: str, *, meant: bool) -> None:
    watch = Watch(id="fallout", type=WatchType.SHOW, title="Fallout")
    document = Document(title="Fallout is returning this autumn", publisher=publisher, lang="en")
    assert (recogniser(watch)(document).titles == ("Fallout",)) is meant
