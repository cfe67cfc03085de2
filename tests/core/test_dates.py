from datetime import UTC, datetime

import pytest

from monitor.config.shipped import shipped_rules
from monitor.core.reading import read
from monitor.core.rulefile import compile_rules
from tests.core.recognising import document, passage

# Published on Wednesday, 12 May 2027.
CASES = [
    ("premieres March 7, 2028", ["2028-03-07"]),
    ("premieres on 7 March 2028", ["2028-03-07"]),
    ("the 7th of March 2028", ["2028-03-07"]),
    ("premieres June 3", ["2027-06-03"]),
    ("premieres May 1", ["2027-05-01"]),
    ("premieres January 3", ["2028-01-03"]),
    ("on 2027-06-03 at last", ["2027-06-03"]),
    ("on 2027-13-03 at last", ["2027"]),
    ("on 7.3.2028 and 07.03.2028", ["2028-03-07", "2028-03-07"]),
    ("on 31.02.2028", []),
    ("on 7.3", []),
    ("on 25/12/2027 and 12/25/2027", ["2027-12-25", "2027-12-25"]),
    ("on 4/4/2028 but hardly on 3/4/2028", ["2028-04-04"]),
    ("on 31/02/2028", []),
    ("in March 2028", ["2028-03"]),
    ("in September", ["2027-09"]),
    ("in March", ["2028-03"]),
    ("next May", ["2028-05"]),
    ("this autumn", ["2027-Q4"]),
    ("this spring", ["2027-Q2"]),
    ("next spring", ["2028-Q2"]),
    ("in winter", ["2028-Q1"]),
    ("Autumn 2028", ["2028-Q4"]),
    ("Q1 2028", ["2028-Q1"]),
    ("Q1 results", []),
    ("summer holidays", []),
    ("out tomorrow", ["2027-05-13"]),
    ("on Friday", ["2027-05-14"]),
    ("next month", ["2027-06"]),
    ("this month", ["2027-05"]),
    ("next year", ["2028"]),
    ("later this year", ["2027"]),
    ("every year", []),
    ("in 2028", ["2028"]),
    ("early 2028", ["2028"]),
    ("2028 people", []),
    ("it may come in march order", []),
    ("May the best show win", []),
    ("May 45", []),
    ("February 30", []),
    ("February 29", ["2028-02-29"]),
    ("the BBC confirmed on Friday", []),
    ("12 angry men", []),
    ("31 June", []),
    ("May 07", []),
]


IN_LANGUAGES = [
    ("fr", "sortie l'année prochaine", ["2028"]),
    ("fr", "dès l'automne prochain", ["2027-Q4"]),
    ("fr", "le mois prochain", ["2027-06"]),
    ("es", "la primavera que viene", ["2028-Q2"]),
    ("es", "el año que viene", ["2028"]),
    ("it", "in arrivo l'anno prossimo", ["2028"]),
    ("pt", "no ano que vem", ["2028"]),
    ("de", "im Herbst nächsten Jahres", ["2027-Q4", "2028"]),
    ("es", "llega el 03/04/2028", ["2028-04-03"]),
]


@pytest.mark.parametrize(("lang", "text", "iso"), IN_LANGUAGES)
def test_dates_as_other_languages_write_them(lang: str, text: str, iso: list[str]) -> None:
    assert [span.iso for span in passage(text, lang=lang).dates] == iso


def test_month_first_where_the_language_writes_so() -> None:
    american = {**shipped_rules("en"), "lexicon": {**shipped_rules("en")["lexicon"], "date_order": ["month"]}}
    one = read(document("on 3/4/2028"), compile_rules(american).lexicon, None).passages[0]
    assert [span.iso for span in one.dates] == ["2028-03-04"]


@pytest.mark.parametrize(("text", "iso"), CASES)
def test_dates_are_resolved_against_publication(text: str, iso: list[str]) -> None:
    assert [span.iso for span in passage(text).dates] == iso


@pytest.mark.parametrize(
    "text", ["June 3", "in June", "this autumn", "tomorrow", "on Friday", "next month", "next year"]
)
def test_without_a_day_of_publication_nothing_is_invented(text: str) -> None:
    (span,) = passage(text, published=None).dates
    assert span.iso is None


def test_full_dates_need_no_day_of_publication() -> None:
    assert [span.iso for span in passage("June 3, 2028", published=None).dates] == ["2028-06-03"]


def test_month_turns_the_year() -> None:
    one = passage("next month", published=datetime(2027, 12, 3, tzinfo=UTC))
    assert [span.iso for span in one.dates] == ["2028-01"]
