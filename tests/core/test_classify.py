from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.config.shipped import read_yaml, rule_languages, shipped_rules
from monitor.core.classify import Recogniser
from monitor.core.report import Certainty, Document, Kind, Person, Recognition
from monitor.core.rulefile import compile_rules
from monitor.core.watchlist import Watch, WatchType
from tests.core.recognising import document, english, person, post, recogniser, show
from tests.corpus import CORPUS, needs_corpus

DATA = Path(__file__).resolve().parents[1] / "data" / "classify"
CASES = [(file.stem, case) for file in sorted(DATA.glob("*.yaml")) for case in read_yaml(file)]


def lang_of(stem: str) -> str:
    """The language the name of a file of cases begins with: "de-casting"; English where it names none."""
    lang = stem.partition("-")[0]
    return lang if lang in rule_languages() else "en"


def read_case(case: dict[str, Any], lang: str) -> Document:
    published = case.get("published")
    return Document(
        title=case.get("title", ""),
        summary=case.get("summary", ""),
        text=case.get("text", ""),
        lang=lang,
        published=datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None,
    )


@pytest.mark.parametrize(
    ("stem", "case"),
    [pytest.param(stem, case, id=f"{stem}: {case['title'] or case['summary']}") for stem, case in CASES],
)
def test_sentences_report_what_their_authors_say(stem: str, case: dict[str, Any]) -> None:
    lang = lang_of(stem)
    found = recogniser(listed=False, lang=lang)(read_case(case, lang))
    assert set(found.kinds) == set(case["kinds"]), found.notes
    facts = {
        "certainty": found.certainty,
        "seasons": list(found.seasons),
        "titles": list(found.titles),
        "dates": list(found.dates),
        "people": [one.name for one in found.people],
        "seasons_of": {report.subject.title: list(report.facts.seasons) for report in found.reports},
        "roles": {one.name: one.role for one in found.people},
        "network": found.reports[0].facts.network if found.reports else None,
        "place": found.reports[0].facts.place if found.reports else None,
        "deadline": found.reports[0].facts.deadline if found.reports else None,
        "scam_signs": [str(sign) for sign in found.reports[0].facts.scam_signs] if found.reports else [],
        "background": sorted(found.background),
    }
    told = {key: value for key, value in case.items() if key in facts}
    told |= {"background": sorted(told["background"])} if "background" in told else {}
    assert {key: facts[key] for key in told} == told


MODEL = document(
    "Saltmarsh cast confirm season two has entered production: 'We missed you'",
    text="""Words: A. Writer; pictures: B. Lens

The cast of Saltmarsh have confirmed that filming for season two has begun production.

Unsurprisingly, it was announced only a few weeks after it launched that seasons two and three had been greenlit.

View this post on Instagram

A post shared by Saltmarsh (@saltmarshtv)

Also seen are newcomers Ana Winter as Mira Dane, a student at the school; Bo Field as Tom Hale, Sam's older brother; Cal Reed as Ned Fox, a Lowtown student; and Dan Moss as Mr. Pine, a Lowtown teacher.

Ana Winter was offered the role of Mira after a nationwide casting call.

Speaking before the announcement that the show had been renewed for two more seasons Eve Lock, who plays Sam, was glad.""",
    embeds=(post("saltmarshtv"),),
)
NEWCOMERS = (
    Person(name="Ana Winter", role="Mira Dane"),
    Person(name="Bo Field", role="Tom Hale"),
    Person(name="Cal Reed", role="Ned Fox"),
    Person(name="Dan Moss", role="Mr. Pine"),
)


def test_model_case_is_one_report() -> None:
    """Filming has started, official, with four newcomers; renewals and the casting call are background."""
    watch = show("Saltmarsh", accounts=(("instagram", "saltmarshtv"),))
    found = recogniser(watch)(MODEL)
    (report,) = found.reports
    assert (report.kind, report.certainty, report.official) == (Kind.FILMING_START, Certainty.CONFIRMED, True)
    assert report.facts.seasons == (2,)
    assert report.facts.people == NEWCOMERS
    assert (report.subject.key, report.watches, report.lang) == ("show:saltmarsh", ("saltmarsh",), "en")
    assert {Kind.RENEWAL, Kind.CASTING_CALL} <= set(found.background)


def test_spans_quote_the_document() -> None:
    found = recogniser(show("Saltmarsh"))(MODEL)
    for evidence in found.reports[0].evidence:
        assert getattr(MODEL, evidence.part)[evidence.start : evidence.end] == evidence.quote


def test_watched_person_and_title_share_one_report() -> None:
    found = recogniser(show("Saltmarsh"), person("Ana Winter"))(MODEL)
    (report,) = found.reports
    assert (report.subject.key, report.watches) == ("show:saltmarsh", ("saltmarsh", "ana-winter"))


def test_watched_person_alone_is_the_subject_and_the_title_a_fact() -> None:
    found = recogniser(person("Ana Winter"))(document("Ana Winter joins 'The Glass Quay' season 2"))
    (report,) = found.reports
    assert (report.subject.key, report.subject.title, report.facts.title) == (
        "person:ana-winter",
        "Ana Winter",
        "The Glass Quay",
    )
    assert found.titles == ()  # of the watchlist, which names only the person


def test_watched_person_merely_named_is_not_the_subject() -> None:
    (report,) = recogniser(person("Ana Winter"))(document("Ana Winter drama 'Undertow' renewed for season 2")).reports
    assert (report.subject.key, report.watches) == ("title:undertow", ())


def test_headline_about_a_watched_person_without_title_concerns_them() -> None:
    (report,) = recogniser(person("Zia"))(document("Zia signs on to star in new Netflix film")).reports
    assert report.subject.key == "person:zia"


def test_kinds_of_a_watch_decide_whether_it_is_concerned() -> None:
    watch = show("Fenland", kinds=frozenset({Kind.CASTING}))
    (report,) = recogniser(watch)(document("Fenland renewed for season 2 by BBC")).reports
    assert (report.subject.key, report.watches) == ("show:fenland", ())


TOPIC = Watch(
    id="wales", type=WatchType.TOPIC, title="wales", kinds=frozenset({Kind.CASTING_CALL}), any=("Cardiff", "Wales")
)


def test_topic_is_the_subject_when_nothing_else_is_watched() -> None:
    (report,) = recogniser(TOPIC)(document("Open casting call for new Netflix series in Cardiff")).reports
    assert (report.subject.key, report.watches) == ("topic:wales", ("wales",))


def test_topic_does_not_take_other_kinds() -> None:
    (report,) = recogniser(TOPIC)(document("'Undertow' renewed for season 2, to film in Cardiff")).reports[:1]
    assert report.watches == ()


def test_round_up_ties_each_kind_to_its_title() -> None:
    watches = (show("Tidewater"), show("Low Country"))
    found = recogniser(*watches)(document("Tidewater renewed for season 2; Low Country cancelled by CBS"))
    assert {(r.subject.key, r.kind) for r in found.reports} == {
        ("show:tidewater", Kind.RENEWAL),
        ("show:low-country", Kind.CANCELLATION),
    }


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "Netflix renews ‘One Tide’, cancels ‘Red Gull’"),
        ("en", "NBC renews ‘One Tide’ and cancels ‘Red Gull’"),
        ("en", "Harbour TV renews ‘One Tide’ but cancels ‘Red Gull’"),
        ("en", "Harbour TV renews ‘One Tide’, scraps ‘Red Gull’"),
        ("en", "NBC cancels ‘Red Gull’, renews ‘One Tide’"),
        ("en", "Netflix renewed ‘One Tide’, cancelled ‘Red Gull’"),
        ("es", "Netflix renueva ‘One Tide’ y cancela ‘Red Gull’"),
        ("fr", "Netflix renouvelle « One Tide » et annule « Red Gull »"),
        ("it", "Netflix rinnova ‘One Tide’ e cancella ‘Red Gull’"),
        ("pt", "Netflix renova ‘One Tide’ e cancela ‘Red Gull’"),
    ],
)
def test_what_a_network_does_it_does_to_the_title_behind_the_verb(lang: str, title: str) -> None:
    reports = recogniser(lang=lang)(document(title, lang=lang)).reports
    assert sorted((report.subject.title, report.kind) for report in reports) == [
        ("One Tide", Kind.RENEWAL),
        ("Red Gull", Kind.CANCELLATION),
    ]


def test_list_of_titles_gives_one_report_each() -> None:
    found = recogniser(listed=False)(document("ABC cancels 'Low Country,' 'Fenland' and 'The Glass Quay'"))
    assert [r.subject.title for r in found.reports] == ["Low Country", "Fenland", "The Glass Quay"]


def test_unknown_language_is_read_as_english_and_said_so() -> None:
    found = recogniser()(document("Fenland renewed for season 2", lang="fi"))
    assert found.kinds == (Kind.RENEWAL,)
    assert "there are no rules for language 'fi'; read as en" in found.notes


@pytest.mark.parametrize("lang", ["en", "en-GB", "en_US"])
def test_english_of_any_country_is_english(lang: str) -> None:
    assert recogniser()(document("Storm over Fenland", lang=lang)) == Recognition()


@pytest.mark.parametrize(
    ("title", "notes"),
    [
        ("", ()),
        ("The cast is back for more", ()),
        ("Storm Fenland", ("no language is told and the words show none; read as en",)),
        ("Der Sturm und die See", ("there are no rules for language 'de'; read as en",)),
    ],
)
def test_language_that_is_not_told_is_guessed(title: str, notes: tuple[str, ...]) -> None:
    assert recogniser()(document(title)).notes == notes


def test_text_without_news_still_names_the_watched_title() -> None:
    found = recogniser(show("Saltmarsh"))(document("A walk through the village of Saltmarsh"))
    assert (found.kinds, found.certainty, found.titles) == ((), None, ("Saltmarsh",))


def test_news_without_any_title_has_an_empty_subject() -> None:
    (report,) = recogniser(listed=False)(document("extras wanted for a new drama series")).reports
    assert report.subject.key == "title:"


def test_refused_everyday_title_is_noted() -> None:
    found = recogniser(show("Industry"))(document("Steel industry renews call for season of talks"))
    assert any("Industry" in note and "points" in note for note in found.notes)
    assert found.titles == ()


def test_same_document_gives_the_same_recognition() -> None:
    read: Recogniser = recogniser(show("Saltmarsh"))
    assert read(MODEL) == read(MODEL)


@pytest.mark.parametrize(
    "text",
    [
        "a " * 10_000,
        "renewed for " * 2_000,
        "'" * 20_000,
        "Ana Winter to star in " * 1_000,
        "season 1 and 2 and 3 " * 1_000,
        "\n".join(["Season 2"] * 3_000),
    ],
    ids=["words", "anchors", "quotes", "names", "seasons", "lines"],
)
def test_hostile_text_is_read_in_bounded_work(text: str) -> None:
    """No reading explodes: twenty thousand characters come back, whatever they hold."""
    assert isinstance(recogniser(show("Winter"))(document("Show renewed", text=text, summary=text)), Recognition)


@needs_corpus
def test_seed_article_of_the_corpus() -> None:
    assert CORPUS is not None
    head, _, body = (CORPUS / "seed-article.txt").read_text(encoding="utf-8").partition("\n")
    watch = show("Heartstopper", accounts=(("instagram", "netflixuk"),))
    found = recogniser(watch)(Document(title=head, text=body, embeds=(post("netflixuk"),)))
    (report,) = found.reports
    assert (report.kind, report.facts.seasons, report.official) == (Kind.FILMING_START, (2,), True)
    assert len(report.facts.people) == 4


def test_every_shipped_rule_has_an_id_of_its_kind() -> None:
    for rule in english().rules:
        assert rule.id.startswith(f"en/{rule.kind}/")


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Saltmarsh star Ana Winter joins 'Undertow' season 2", "title:undertow"),
        ("'Undertow' renewed for season 2, from the creator of Saltmarsh", "title:undertow"),
        ("Saltmarsh's creator to direct 'Undertow' movie", "title:undertow"),
        ("'Undertow' axed as Saltmarsh gets renewed for season 2", "show:saltmarsh"),
        ("Harbour Lights season 2 renewed at Hulu", "title:harbour lights"),
        ("Season 2 of Harbour Lights ordered at Hulu", "title:harbour lights"),
        ("Harbour Lights' rival: Harbour Nights's season 2 renewed", "title:harbour nights"),
        ("Bo Field quits Harbour Lights after Netflix drama", "title:"),
        ("Netflix renews Harbour Lights", "title:harbour lights"),
        ("Netflix renews Harbour Lights's spinoff series", "title:harbour lights"),
        ("Harbour Lights: drama renewed", "title:harbour lights"),
        ("Hulu orders two new comedies from 'Low Country' and 'Fenland' makers", "title:"),
        ("'Low Country', the 'Fenland' spin-off, returns for season two", "title:low country"),
        ("'Fenland' prequel series 'Low Country' ordered at Hulu", "title:low country"),
        ("Bo Field cast to play Aquaman in 'Low Country'", "title:low country"),
        ("Filming starts on BBC's Harbour as more cast is named", "title:harbour"),
    ],
)
def test_news_belongs_to_the_right_title(title: str, subject: str) -> None:
    """A watched title that only says who somebody is is not what the news is about."""
    reports = recogniser(show("Saltmarsh"))(document(title)).reports
    assert subject in {report.subject.key for report in reports if report.kind is not Kind.CANCELLATION}


def test_title_only_the_body_names_is_not_the_subject() -> None:
    text = "The drama got a third season. The streamer said so. It is filmed near the set of Saltmarsh."
    (report,) = recogniser(show("Saltmarsh"))(document("Drama series renewed for season 3", text=text)).reports
    assert report.watches == ()


def test_post_without_title_is_read_by_its_first_sentence() -> None:
    found = recogniser(show("Saltmarsh"))(document("", text="Saltmarsh is renewed for season 4! See you soon. Bye."))
    assert [(report.kind, report.watches) for report in found.reports] == [(Kind.RENEWAL, ("saltmarsh",))]


def test_headline_repeated_by_the_text_is_read_once() -> None:
    headline = "Saltmarsh renewed for season 4"
    (report,) = recogniser(show("Saltmarsh"))(document(headline, text=f"{headline}\nThe BBC said so.")).reports
    assert {evidence.part for evidence in report.evidence} == {"title"}


def test_people_behind_the_news_are_found_too() -> None:
    found = recogniser(listed=False)(document("'Undertow' cast revealed: Ana Winter and Bo Field"))
    assert [one.name for one in found.people] == ["Ana Winter", "Bo Field"]


@pytest.mark.parametrize(
    ("title", "certainty"),
    [
        ("'Undertow' renewed for season 2?", Certainty.RUMOUR),
        ("'Undertow' reportedly renewed for season 2", Certainty.RUMOUR),
        ("'Undertow' has not been renewed for season 2", Certainty.DENIED),
        ("'Undertow' renewed for season 2, not that you asked", Certainty.CONFIRMED),
        ("Studio denies 'Undertow' sequel is in the works", Certainty.DENIED),
        ("Nothing is sure, but 'Undertow' is renewed for season 2", Certainty.CONFIRMED),
    ],
)
def test_certainty_follows_the_cues_of_the_clause(title: str, certainty: Certainty) -> None:
    found = recogniser(listed=False)(document(title))
    assert found.certainty is certainty, found.notes


def test_wishes_are_no_news() -> None:
    found = recogniser(listed=False)(document("Fans wish 'Undertow' would be renewed for season 2"))
    assert found.kinds == ()
    assert any("is no news after" in note for note in found.notes)


def test_lead_alone_needs_more_evidence_than_a_headline() -> None:
    found = recogniser(listed=False)(
        document("A word on the harbour", summary="An anthology will be axed by the owners.")
    )
    assert found.kinds == ()
    assert any("of 1.2" in note for note in found.notes)


def test_lead_adds_kinds_only_as_background_of_a_headline_that_has_one() -> None:
    found = recogniser(listed=False)(
        document("'Undertow' renewed for season 2", summary="Filming begins on 'Undertow' at Netflix.")
    )
    assert (found.kinds, found.background) == ((Kind.RENEWAL,), (Kind.FILMING_START,))


def test_rule_may_be_kept_out_of_a_place() -> None:
    data = {
        **shipped_rules("en"),
        "rules": [{"id": "x", "kind": "order", "phrases": ["commissioned"], "where": "body"}],
    }
    found = Recogniser({"en": compile_rules(data)}, None)(document("Drama series commissioned"))
    assert found.kinds == ()
    assert "does not count in the headline" in found.notes[0]


def test_list_is_found_from_its_last_title() -> None:
    found = recogniser(listed=False)(document("'Low Country' and 'Fenland' cancelled by ABC"))
    assert [report.subject.title for report in found.reports] == ["Low Country", "Fenland"]


def test_role_once_told_is_kept() -> None:
    found = recogniser(listed=False)(
        document("'Undertow' casts Ana Winter as Mira Dane; Ana Winter joins cast of drama")
    )
    assert found.people == (Person(name="Ana Winter", role="Mira Dane"),)


@pytest.mark.parametrize(
    ("publisher", "url", "kinds"),
    [
        (None, None, ()),
        ("Harbour Gazette", "https://news.example/business/ana-winter-joins-paper-lions/", ()),
        ("TV Weekly", None, (Kind.CASTING,)),
        (None, "https://news.example/tv-and-radio/2027/ana-winter-joins-paper-lions/", (Kind.CASTING,)),
        (None, "https://tvline.com/ana-winter-joins-paper-lions/", (Kind.CASTING,)),
        (None, "https://news.example/paper-lions-the-new-movie-gets-ana-winter/1", ()),
        (None, "https://news.example/story?section=/tv/", ()),
    ],
)
def test_outlet_of_film_and_television_is_evidence(
    publisher: str | None, url: str | None, kinds: tuple[Kind, ...]
) -> None:
    """The words of the address that repeat the headline, and its query, are none."""
    found = recogniser(listed=False)(document("Ana Winter joins Paper Lions", publisher=publisher, url=url))
    assert found.kinds == kinds


@pytest.mark.parametrize(
    ("title", "titles"),
    [
        ("Ana Winter has quit Coronation Street after rows", ("Coronation Street",)),
        ("Ana Winter leaves Law & Order: SVU after ten years", ("Law & Order: SVU",)),
        ("Ana Winter quits “Coronation Street” after nine years", ("Coronation Street",)),
        ("Cameras go quiet on The Iron Court after lead actor is hurt", ("The Iron Court",)),
        ("Bakers wanted for The Great Pie Off", ()),
    ],
)
def test_title_that_needs_no_quotation_marks(title: str, titles: tuple[str, ...]) -> None:
    """One that everybody knows, or a run amid small letters whose article has its capital."""
    assert recogniser(listed=False)(document(title)).titles == titles


def test_name_ends_before_a_verb_with_a_capital() -> None:
    found = recogniser(listed=False)(document("Bo Field and Dan Hale Checks Into 'Hotel Azure' For Season 3"))
    assert (found.kinds, [one.name for one in found.people]) == ((Kind.CASTING,), ["Bo Field", "Dan Hale"])


@pytest.mark.parametrize(
    ("line", "background"),
    [
        ("Related: Low Country cancelled by CBS after two seasons", ()),
        ("Read more: Low Country cancelled by CBS after two seasons", ()),
        ("View this post on Instagram about Low Country cancelled by CBS", ()),
        ("Subscribe", ()),
        ("Related shows fared worse: Low Country was cancelled by CBS after two seasons", (Kind.CANCELLATION,)),
        ("Relatedly, Low Country was cancelled by CBS after two seasons", (Kind.CANCELLATION,)),
    ],
)
def test_furniture_is_whole_lines_and_hides_no_news(line: str, background: tuple[Kind, ...]) -> None:
    body = f"The drama has found its viewers. They are many.\n{line}\nThe end."
    found = recogniser(listed=False)(document("'Undertow' renewed for season 2 at Hulu", text=body))
    assert (found.kinds, found.background) == ((Kind.RENEWAL,), background)
