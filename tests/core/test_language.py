import pytest

from monitor.core.language import guess

HEADLINES = [
    ("en", "Netflix renews 'Dark Harbour' for a third season"),
    ("en", "Extras wanted for period drama in Cardiff"),
    ("en", "Cameras roll on fourth chapter of fantasy saga"),
    ("en", "Two newcomers round out ensemble"),
    ("en", "It's official: the farm show's back"),
    ("de", "Netflix verlängert „Dark Harbour“ um eine dritte Staffel"),
    ("de", "Anna Weber steigt bei „The Last of the Fens“ aus"),
    ("de", "Dreharbeiten in Görlitz abgeschlossen"),
    ("de", "Kultserie kehrt überraschend ins Programm zurück"),
    ("de", "Sender bestellt acht weitere Episoden"),
    ("nl", "Anna de Vries voegt zich bij de cast van 'Undertow'"),
    ("nl", "Opnames in Antwerpen afgerond"),
    ("nl", "'Fenland' krijgt tweede seizoen"),
    ("nl", "Zender bestelt acht extra afleveringen"),
    ("nl", "Kijkers woedend over abrupt einde"),
    ("fr", "Netflix renouvelle « Dark Harbour » pour une troisième saison"),
    ("fr", "L'actrice quitte « Fenland »"),
    ("fr", "Fin de tournage à Marseille"),
    ("fr", "Pourquoi le gardien du phare n'est jamais rentré"),
    ("es", "'Puerto Sal' cancelada tras una temporada"),
    ("es", "Arranca el rodaje de la segunda temporada de 'Fenland'"),
    ("es", "La cadena encarga ocho episodios más"),
    ("pt", "'Porto do Sal' é cancelada após uma temporada"),
    ("pt", "Começam as gravações da segunda temporada de 'Fenland'"),
    ("pt", "Canal encomenda mais oito episódios"),
    ("it", "'Porto Sale' cancellata dopo una sola stagione"),
    ("it", "Al via le riprese della seconda stagione di 'Fenland'"),
    ("it", "L'attore lascia 'Fenland'"),
    ("it", "Troupe blocca il centro della città"),
]
UNSURE = [
    "",
    "   ",
    "2027",
    "Fenland",
    "Netflix, Disney+",
    "Kyoto Animation",
    "Ana Winter",
    "„“",
    "Фильм снимают в Киеве",
]


@pytest.mark.parametrize(("lang", "text"), HEADLINES)
def test_short_headlines_are_told(lang: str, text: str) -> None:
    assert guess(text) == lang


@pytest.mark.parametrize("text", UNSURE)
def test_names_and_scraps_are_nobodys(text: str) -> None:
    assert guess(text) is None


def test_title_in_another_language_is_no_evidence() -> None:
    assert guess('"The House of the Dragon and the Crown" startet im Herbst') == "de"
    assert guess("«The One Who Was There» in arrivo questa sera") == "it"


def test_text_that_is_all_quotation_is_read_after_all() -> None:
    assert guess("„Wir sind alle sehr froh und nicht mehr allein“") == "de"


def test_case_and_missing_accents_do_not_matter() -> None:
    assert guess("DREHARBEITEN FUR DIE NEUE STAFFEL") == "de"
    assert guess("COMECAM AS GRAVACOES DA NOVA TEMPORADA") == "pt"


def test_only_the_opening_of_a_text_is_read() -> None:
    """Reading stops after some lines, so that a long article costs no more than a short one."""
    opening = "The cast of the show have said that they are back. " * 10
    assert guess(opening + "Die Serie und der Film und das Fernsehen. " * 100) == "en"
