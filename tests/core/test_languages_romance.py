"""What Spanish, Portuguese, Italian and French write otherwise than English: seasons, dates, titles, names."""

import pytest

from tests.core.recognising import passage

SEASONS = [
    ("es", "temporada 3", [(3,)]),
    ("es", "la 3ª temporada y la 4ª", [(3,), (4,)]),
    ("es", "la segunda y tercera temporadas", [(2, 3)]),
    ("es", "su cuarta y última temporada", [(4,)]),
    ("es", "temporadas 2 a 4", [(2, 3, 4)]),
    ("es", "dos temporadas más", [()]),
    ("es", "la temporada final", [()]),
    ("es", "la temporada 2026 de liga", []),
    ("pt", "mais duas temporadas", [()]),
    ("pt", "2ª temporada", [(2,)]),
    ("pt", "segunda e terceira temporadas", [(2, 3)]),
    ("it", "l'ultima stagione", [()]),
    ("it", "altre due stagioni", [()]),
    ("it", "Stagione 2", [(2,)]),
    ("it", "la terza e ultima stagione", [(3,)]),
    ("fr", "d'une saison 3", [(3,)]),
    ("fr", "la 2e saison et la 3ème saison", [(2,), (3,)]),
    ("fr", "deux saisons supplémentaires", [()]),
    ("fr", "saisons deux et trois", [(2, 3)]),
]

# Published on Wednesday, 12 May 2027.
DATES = [
    ("es", "el 15 de septiembre de 2028", ["2028-09-15"]),
    ("es", "el 3 de junio", ["2027-06-03"]),
    ("es", "en marzo de 2028", ["2028-03"]),
    ("es", "en otoño", ["2027-Q4"]),
    ("es", "este viernes", ["2027-05-14"]),
    ("es", "el próximo año", ["2028"]),
    ("es", "confirmó el 3 de junio", []),
    ("pt", "1º de março de 2028", ["2028-03-01"]),
    ("pt", "em junho", ["2027-06"]),
    ("pt", "no próximo mês", ["2027-06"]),
    ("it", "dall'8 marzo 2028", ["2028-03-08"]),
    ("it", "nell'autunno 2028", ["2028-Q4"]),
    ("it", "quest'anno", ["2027"]),
    ("fr", "le 1er mars 2028", ["2028-03-01"]),
    ("fr", "à l'automne", ["2027-Q4"]),
    ("fr", "en août", ["2027-08"]),
    ("fr", "cette année", ["2027"]),
]

TITLES = [
    ("es", "Netflix renueva «La casa del viento»", ["La casa del viento"]),
    ("es", "«Estoy muy contenta de volver», dice", []),
    ("es", "'Nunca te olvides de lo que pasó aquella noche de abril'", []),
    ("pt", "“Os vizinhos de cima” volta", ["Os vizinhos de cima"]),
    ("it", "nel cast dell'«Isola muta»", ["Isola muta"]),
    ("fr", "la saison 2 d'« Eaux mortes »", ["Eaux mortes"]),
    ("fr", "l'acteur et l'actrice d'hier", []),
    # An article with a capital amid small letters.
    ("es", "Ya se rueda la segunda parte de La orilla del norte en Vigo", ["La orilla del norte"]),
    ("es", "La actriz deja Los Olmedo tras ocho años", ["Los Olmedo"]),
    ("es", "Un actor de La Garza habla de su salida", ["La Garza"]),
    ("es", "El rodaje se traslada a La Rioja", []),
    ("es", "La modelo Paz de La Torre no acudió", []),
    ("es", "Qué dijo La , según ella", []),
    ("es", "Una escena de La", []),
    ("fr", "Le tournage de L'Été des loups a débuté", ["L'Été des loups"]),
    ("fr", "Il réalisera la suite de Le Grand Phare de la", ["Le Grand Phare"]),
    ("it", "La fiction lascia Le ragazze di Ostia", ["Le ragazze di Ostia"]),
    ("pt", "A atriz será a vilã de A menina do rio na SIC", ["A menina do rio"]),
    ("es", "Netflix Renueva La Orilla", []),
]

PEOPLE = [
    ("es", "La actriz Ana de la Vega y Hugo Sanz se unen al reparto", ["Ana de la Vega", "Hugo Sanz"]),
    ("es", "La escritora de Madrid", []),
    ("es", "J.A. Ferrer y B. Lara en el rodaje", ["J.A. Ferrer", "B. Lara"]),
    ("pt", "Ator Leo Prado e Nara Vidal", ["Leo Prado", "Nara Vidal"]),
    ("it", "L'attrice Nora D'Amico", ["Nora D'Amico"]),
    ("fr", "le retour d'Adèle Morand", ["Adèle Morand"]),
    ("fr", "L'Odyssée commence", []),
]


@pytest.mark.parametrize(("lang", "text", "numbers"), SEASONS)
def test_seasons(lang: str, text: str, numbers: list[tuple[int, ...]]) -> None:
    assert [span.numbers for span in passage(text, lang=lang).seasons] == numbers


@pytest.mark.parametrize(("lang", "text", "iso"), DATES)
def test_months_are_written_small(lang: str, text: str, iso: list[str]) -> None:
    assert [span.iso for span in passage(text, lang=lang).dates] == iso


@pytest.mark.parametrize(("lang", "text", "found"), TITLES)
def test_titles_are_written_like_sentences(lang: str, text: str, found: list[str]) -> None:
    assert [title.shown for title in passage(text, lang=lang).quoted] == found


@pytest.mark.parametrize(("lang", "text", "names"), PEOPLE)
def test_names_are_parted_from_what_is_elided(lang: str, text: str, names: list[str]) -> None:
    one = passage(text, lang=lang)
    assert [one.sentence.quote(name.first, name.last) for name in one.people] == names
