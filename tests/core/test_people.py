import pytest

from monitor.core import people
from monitor.core.report import Person
from tests.core.recognising import lexicon, passage

NAMES = [
    ("Ana Winter joins the show", ["Ana Winter"]),
    ("Ana Winter, Bo Field & Cal Reed Jr. join", ["Ana Winter", "Bo Field", "Cal Reed Jr"]),
    ("Dirk van der Meer to star", ["Dirk van der Meer"]),
    ("J. K. Reed writes", ["J. K. Reed"]),
    ("Ana joins", []),
    ("Will Arden and Ana Black join", ["Will Arden", "Ana Black"]),
    ("Undertow Star Will Arden Joins", ["Will Arden"]),
    ("Bo Field Will Swim", ["Bo Field"]),
    ("Will Arden Return?", []),
    ("Will", []),
    ("Snow White joins", []),
    ("Ana Winter's 'Bo Field' on Apple TV+ on May 7", ["Ana Winter"]),
    ("Starring Ana Winter as Mary Dane", ["Ana Winter"]),
    ("Storm at sea as Ana Winter sails", ["Ana Winter"]),
    ("One Two Three Abra Bebra Cedra Dora Edda Fedra", []),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_names(text: str, names: list[str]) -> None:
    one = passage(text)
    assert [one.sentence.quote(name.first, name.last) for name in one.people] == names


ROLES = [
    ("Ana Winter as Mira Dane, a student", "Mira Dane"),
    ("Ana Winter, who plays Mira Dane", "Mira Dane"),
    ("Ana Winter to play the villain in Undertow", "villain"),
    ("Ana Winter as Mr. Pine", "Mr. Pine"),
    ("Ana Winter as the nurse @everyone", "nurse"),
    ("Ana Winter as #nurse", None),
    ("Ana Winter as, well, herself", None),
    ("Ana Winter as the", None),
    ("Ana Winter sings", None),
    ("Ana Winter,", None),
]


@pytest.mark.parametrize(("text", "role"), ROLES)
def test_role_after_a_name(text: str, role: str | None) -> None:
    one = passage(text)
    assert people.with_role(one.sentence, one.people[0], lexicon()) == Person(name="Ana Winter", role=role)


def test_role_that_stands_apart() -> None:
    one = passage("Ana Winter joins the show as Mira Dane")
    assert people.role_in(one.sentence, 2, len(one.sentence.words), lexicon()) == "Mira Dane"
    assert people.role_in(one.sentence, 2, 4, lexicon()) is None


def test_list_around_a_name() -> None:
    one = passage("Ana Winter, Bo Field, and Cal Reed join while Dee Marsh leaves")
    found = people.listed_with(one.sentence, one.people, 3, 5, lexicon())
    assert [one.sentence.quote(name.first, name.last) for name in found] == ["Ana Winter", "Bo Field", "Cal Reed"]
    assert people.listed_with(one.sentence, one.people, 0, 1, lexicon()) == ()


def test_list_goes_on_behind_a_role() -> None:
    one = passage("Ana Winter as the nurse and Bo Field as the pilot join while Dee Marsh leaves")
    found = people.listed_with(one.sentence, one.people, 0, 2, lexicon())
    assert [one.sentence.quote(name.first, name.last) for name in found] == ["Ana Winter", "Bo Field"]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Zia cast in drama", [1]),
        ("News: Zia joins", [3]),
        ("House of Cards joins", []),
        ("Zia", []),
        ("Zia to play", [1]),
        ("Ode to Zia", []),
        ("Zia to", []),
        ("and Zia joins", []),
        ("Ana Winter and Bo Field join", [2, 5]),
    ],
)
def test_person_slot(text: str, ends: list[int]) -> None:
    """Single names count only where they open a clause before a word of news."""
    one = passage(text)
    assert [last for first, last in people.slot(one.sentence, lexicon(), ()) if first in {0, 2}] == ends


def test_role_slot_holds_every_short_run() -> None:
    one = passage("as Mira Dane, then")
    spans = set(people.role_slot(one.sentence, lexicon()))
    assert {(1, 2), (1, 3)} <= spans
    assert all(last <= 3 or first > 3 for first, last in spans)
