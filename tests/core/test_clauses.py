import pytest

from monitor.core.clauses import BARRIERS, is_mark, sentences


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One ends. Two begins! Three?", ["One ends.", "Two begins!", "Three?"]),
        ("Mr. Pine met J. Doe at 3.5 miles.", ["Mr. Pine met J. Doe at 3.5 miles."]),
        ("He said so. then went", ["He said so. then went"]),
        ("“It is back.” She smiled.", ["It is back.", "She smiled."]),
        ("A line\nAnother line", ["A line", "Another line"]),
        ("A line that\nwraps here", ["A line that\nwraps here"]),
        ("visit example.org now", ["visit example.org now"]),
        (". Full stop first", [".", "Full stop first"]),
        ("wait!no", ["wait!no"]),
        ("", []),
        ("  \n \n", []),
        ("• — •", ["—"]),
    ],
)
def test_sentences(text: str, cut: list[str]) -> None:
    assert [one.quote(0, len(one.words)) for one in sentences("text", text)] == cut


def test_headline_is_one_sentence_of_clauses() -> None:
    (one,) = sentences("title", "Stop! Fenland is back: more - now. Really", whole=True)
    assert one.clauses[0] < one.clauses[2] < one.clauses[-1]


def test_hyphens_join_dashes_part() -> None:
    (one,) = sentences("title", "first-look at Fenland—now 1–3 - so", whole=True)
    assert one.words == ("first", "look", "at", "fenland", "-", "now", "1", "3", "-", "so")


def test_possessives_part_and_contractions_stay() -> None:
    (one,) = sentences("title", "Netflix’s show won't end", whole=True)
    assert one.words == ("netflix", "'s", "show", "won't", "end")
    assert one.form(1) == "’s"


def test_elisions_part() -> None:
    (one,) = sentences("title", "L’attore dell'«Isola» e d'une pall'mall rock'n'roll Dell's l'", whole=True)
    assert one.words == (
        "l'",
        "attore",
        "dell'",
        "isola",
        "e",
        "d'",
        "une",
        "pall'mall",
        "rock'n'roll",
        "dell",
        "'s",
        "l'",
    )
    assert one.form(0) == "L’"


def test_stops_of_ordinals_end_nothing() -> None:
    """ "2." before a counted noun or a small letter is one word; elsewhere, or without counted nouns, it ends a sentence."""
    text = "Die 2. und 3. Staffel kam am 7. Mai. Staffel 4. Dann 2027. Mai 100. Mai 5."
    cut = [one.words for one in sentences("text", text, counted=frozenset({"staffel", "mai"}))]
    assert cut == [
        ("die", "2.", "und", "3.", "staffel", "kam", "am", "7.", "mai", "."),
        ("staffel", "4", "."),
        ("dann", "2027", "."),
        ("mai", "100", "."),
        ("mai", "5", "."),
    ]
    assert len(sentences("text", text)) == 7


def test_endless_sentences_are_cut() -> None:
    assert len(sentences("text", "word " * 900)) == 3


def test_marks_and_barriers() -> None:
    assert is_mark(",")
    assert not is_mark("&")
    assert ";" in BARRIERS
    assert "," not in BARRIERS
