import pytest

from tests.core.recognising import passage

CASES = [
    ("Fenland season 2 begins", [(2,)]),
    ("Fenland Season Two begins", [(2,)]),
    ("Fenland series two begins", [(2,)]),
    ("seasons two and three ordered", [(2, 3)]),
    ("seasons 2, 3 and 4", [(2, 3, 4)]),
    ("seasons 1-3 streaming", [(1, 2, 3)]),
    ("seasons 2 to 5", [(2, 3, 4, 5)]),
    ("seasons 5 to 2", [(5, 2)]),
    ("a third season", [(3,)]),
    ("the 21st season", [(21,)]),
    ("second and third seasons", [(2, 3)]),
    ("sixth and final season", [(6,)]),
    ("a second run", [(2,)]),
    ("Fenland S02 and S3", [(2,), (3,)]),
    ("Fenland S02E01 is here", []),
    ("T2 and B7", []),
    ("two more seasons", [()]),
    ("another season", [()]),
    ("a new season", [()]),
    ("its final series", [()]),
    ("a new series", []),
    ("cancelled after two seasons", []),
    ("run 2 of the race", []),
    ("season 2023 and S00", []),
    ("season 0", []),
    ("football season", []),
    ("season 2 and beyond", [(2,)]),
    ("the 120th season", []),
]


@pytest.mark.parametrize(("text", "numbers"), CASES)
def test_numbers_of_seasons(text: str, numbers: list[tuple[int, ...]]) -> None:
    assert [span.numbers for span in passage(text).seasons] == numbers


@pytest.mark.parametrize("text", ["Salinas: la T3 ya tiene fecha", "Salinas regressa com a T3"])
def test_letters_of_seasons_are_those_of_the_language(text: str) -> None:
    lang = "es" if "ya" in text else "pt"
    assert [span.numbers for span in passage(text, lang=lang).seasons] == [(3,)]


def test_slot_reaches_the_article() -> None:
    """A phrase may say "for {season}" of "for a third season"."""
    assert set(passage("for a third season").slot("season")) == {(1, 4), (2, 4)}
