import pytest

from monitor.core import titles
from tests.core.recognising import lexicon, passage

QUOTED = [
    ("'Undertow' renewed", ["Undertow"]),
    ("“The Glass Quay,” a drama", ["The Glass Quay"]),
    ('‘That ’90s Show’ and "3 Kin"', ["That ’90s Show", "3 Kin"]),
    ("Ana's view of the actors' strike", []),
    ("he said 'we are very happy to be here'", []),
    ("'We’re so glad it’s back' says star", []),
    ('"The cast is really happy with this ending" said Ana', []),
    ("'I’m Not Sure We’ve Won' says Ana", []),
    ("'Undertow.'", ["Undertow"]),
    ("« Undertow » et «\u00a0The Glass Quay\u00a0»", ["Undertow", "The Glass Quay"]),
    ("»Undertow«, ›The Glass Quay‹ und ‚Eins‘", ["Undertow", "The Glass Quay", "Eins"]),
    ('"!"', []),
    ("“Variety” and “The Hollywood Reporter” report", []),
    # Titles that everybody knows: with typographic marks, their number, their second title, and every capital.
    ("Grey’s Anatomy and Toy Story 5 return", ["Grey’s Anatomy", "Toy Story 5"]),
    ("Lord of the Rings: The Rings of Power gets posters", ["Lord of the Rings: The Rings of Power"]),
    ("Toy Story 5: the trailer", ["Toy Story 5"]),
    ("Toy Story 12: the trailer", ["Toy Story"]),
    ("Shrek 7 returns", ["Shrek 7"]),
    ("Sex education at schools", []),
    ("NBC axes Suits L.A. after a season", ["Suits L.A"]),
    ("'Eins Zwei Drei Vier Fünf Sechs Sieben Acht Neun Zehn Elf'", []),
]


@pytest.mark.parametrize(("text", "found"), QUOTED)
def test_quoted_titles_are_not_speech(text: str, found: list[str]) -> None:
    assert [title.shown for title in passage(text).quoted] == found


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The Glass Quay: two join", "The Glass Quay"),
        ("Two join: The Glass Quay", None),
        ("No colon here", None),
        ("this one: not a title", None),
    ],
)
def test_headline_may_open_with_its_title(text: str, title: str | None) -> None:
    found = titles.prefix(passage(text).sentence, lexicon(), set())
    assert (found.shown if found else None) == title


def test_runs_of_capitals_bridge_small_words_only_inside() -> None:
    one = passage("renews Harbour of the Lost for more")
    assert set(titles.runs(one.sentence, lexicon(), set())) == {(1, 2), (1, 5), (4, 5)}


def test_runs_stop_at_what_is_taken() -> None:
    one = passage("Harbour Lost")
    assert set(titles.runs(one.sentence, lexicon(), {1})) == {(0, 1)}
