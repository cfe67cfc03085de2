"""What German and Dutch ask of the machinery that English does not: ordinals with a stop, capitals of nouns, titles in small letters."""

import pytest

from tests.core.recognising import document, passage, recogniser, show

SEASONS = [
    ("de", "Die 2. und 3. Staffel kommt", [(2, 3)]),
    ("de", "eine dritte Staffel", [(3,)]),
    ("de", "Staffel 2. Staffel 3 folgt", [(2,), (3,)]),
    ("de", "die fünfte und letzte Staffel", [(5,)]),
    ("de", "zwei weitere Staffeln", [()]),
    ("de", "nach zwei Staffeln", []),
    ("de", "die Bundesliga-Saison 2027", []),
    ("nl", "het 2e seizoen", [(2,)]),
    ("nl", "seizoen 3 en 4", [(3, 4)]),
    ("nl", "de derde reeks", [(3,)]),
    ("nl", "nog een seizoen", [()]),
    ("nl", "na twee seizoenen", []),
]
# Published on Wednesday, 12 May 2027.
DATES = [
    ("de", "ab dem 7. September 2027", ["2027-09-07"]),
    ("de", "am 7. März", ["2028-03-07"]),
    ("de", "im Herbst 2028", ["2028-Q4"]),
    ("de", "Anfang 2028", ["2028"]),
    ("de", "nächstes Jahr", ["2028"]),
    ("de", "am 07.09.2027", ["2027-09-07"]),
    ("de", "ab Freitag", ["2027-05-14"]),
    ("de", "im Jahr 2028", ["2028"]),
    ("nl", "vanaf 7 september", ["2027-09-07"]),
    ("nl", "in het najaar van 2028", ["2028-Q4"]),
    ("nl", "eind 2028", ["2028"]),
    ("nl", "volgend jaar", ["2028"]),
    ("nl", "in maart", ["2028-03"]),
]
TITLES = [
    ("de", "„Das Leben der anderen“ und »Kalt«", ["Das Leben der anderen", "Kalt"]),
    ("de", "„Wir freuen uns sehr darauf“, sagt sie", []),
    ("de", "Der Sender nimmt Die Fährfrau aus dem Programm", ["Die Fährfrau"]),
    ("de", "Wann geht Das letzte Haus der Insel endlich weiter", ["Das letzte Haus der Insel"]),
    ("de", "So endet Die Insel der vielen Rätsel", ["Die Insel"]),
    ("de", "So fing es an: Die will keiner mehr, und Die gehen nun", []),
    ("nl", "Nieuwe afleveringen van De Veerman te zien", ["De Veerman"]),
    ("nl", "'Goede raad is duur' en \"Stille wateren\"", ["Goede raad is duur", "Stille wateren"]),
    ("nl", "'We zijn heel blij met dit nieuws' zegt ze", []),
]


@pytest.mark.parametrize(("lang", "text", "numbers"), SEASONS)
def test_seasons(lang: str, text: str, numbers: list[tuple[int, ...]]) -> None:
    assert [span.numbers for span in passage(text, lang=lang).seasons] == numbers


@pytest.mark.parametrize(("lang", "text", "dates"), DATES)
def test_dates(lang: str, text: str, dates: list[str]) -> None:
    assert [span.iso for span in passage(text, lang=lang).dates] == dates


@pytest.mark.parametrize(("lang", "text", "titles"), TITLES)
def test_titles_in_small_letters(lang: str, text: str, titles: list[str]) -> None:
    assert [title.shown for title in passage(text, lang=lang).quoted] == titles


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Die Polizei sucht am Tatort nach Spuren", False),
        ("Neuer „Tatort“: Dreharbeiten in Dresden haben begonnen", True),
        ("Tatort-Kommissarin Jana Holm hört nach Staffel 3 auf", True),
    ],
)
def test_capital_of_a_noun_is_no_evidence(text: str, *, meant: bool) -> None:
    """Every German noun has one, so that "Tatort" amid small letters may be any scene of a crime."""
    found = recogniser(show("Tatort"), lang="de")(document(text, lang="de"))
    assert ("Tatort" in found.titles) is meant, found.notes


def test_language_shown_by_the_words_decides_the_rules() -> None:
    found = recogniser(listed=False, lang="de")(document("„Nordmoor“ bekommt eine zweite Staffel"))
    assert [kind.value for kind in found.kinds] == ["renewal"]
    assert found.notes[0] == "no language is told; read as de, as its words show"


@pytest.mark.parametrize(
    ("lang", "text", "role"),
    [
        ("de", "Jana Holm wird in „Nordmoor“ die Lehrerin Mia Tann spielen", "Lehrerin Mia Tann"),
        ("de", "Jana Holm wird in „Nordmoor“ die Hauptrolle übernehmen", None),
        ("de", "Jana Holm wird im „Nordmoor“-Film nun doch mitspielen", None),
        ("de", "Jana Holm soll in Das Boot spielen", None),
        ("nl", "Anna de Vries zal in 'Noorderveen' de rol van Bram vertolken", "Bram"),
        ("nl", "Anna de Vries gaat in 'Noorderveen' een jonge arts spelen", "jonge arts"),
    ],
)
def test_role_before_the_verb_at_the_end(lang: str, text: str, role: str | None) -> None:
    found = recogniser(listed=False, lang=lang)(document(text, lang=lang))
    assert [person.role for person in found.people] == [role]
