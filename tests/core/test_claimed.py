"""What a database says in fields becomes reports without a word read."""

from monitor.core.report import Certainty, Claim, Document, Evidence, Facts, Kind, Person, Recognition, Subject
from monitor.core.watchlist import Watch, WatchType
from tests.core.recognising import person, recogniser, show

SENTENCE = "TVmaze: Saltmarsh has a season 3"
SALTMARSH = show("Saltmarsh", aliases=("Marais salant",))


def claim(kind=Kind.RENEWAL, *, watch="saltmarsh", title="Saltmarsh", **facts) -> Claim:
    return Claim(rule="tvmaze/season", kind=kind, title=title, watch=watch, facts=Facts(**facts))


def read(*claims: Claim, watches=(SALTMARSH,), title=SENTENCE, listed=True) -> Recognition:
    return recogniser(*watches, listed=listed)(Document(title=title, claims=claims))


def test_a_claim_is_a_report_with_its_sentence_as_evidence():
    recognition = read(claim(seasons=(3,)))
    (report,) = recognition.reports
    assert report.subject == Subject(key="show:saltmarsh", title="Saltmarsh")
    assert (report.kind, report.certainty, report.facts.seasons) == (Kind.RENEWAL, Certainty.CONFIRMED, (3,))
    assert (report.watches, report.official) == (("saltmarsh",), False)
    assert report.evidence == (Evidence(rule="tvmaze/season", part="title", start=0, end=32, quote=SENTENCE),)
    assert (report.database, report.lang) == ("tvmaze", "en")
    assert (recognition.kinds, recognition.titles, recognition.seasons) == ((Kind.RENEWAL,), ("Saltmarsh",), (3,))
    assert recognition.certainty is Certainty.CONFIRMED


def test_its_words_are_not_read():
    """What phrases would find in the sentence is not what the database claims."""
    assert read(title="TVmaze: Saltmarsh has been cancelled after two seasons").reports == ()
    recognition = read(title="TVmaze: the official site of Saltmarsh is https://saltmarsh.example")
    assert recognition.kinds == ()
    assert recognition.certainty is None
    assert recognition.notes == ("the database changed something that is no news of a kind we know",)


def test_the_watch_is_known_by_its_id_whatever_it_is_called_by_now():
    renamed = Watch(id="saltmarsh", type=WatchType.SHOW, title="The Salt Marsh")
    assert read(claim(), watches=(SALTMARSH, renamed)).reports[0].watches == ("saltmarsh",)
    assert read(claim(), watches=(renamed,)).reports[0].subject.title == "The Salt Marsh"


def test_a_watch_with_another_id_is_known_by_title_or_alias():
    """Stored claims are read again by a watchlist in which ids have changed."""
    assert read(claim(watch="old-id", title="MARAIS SALANT")).reports[0].watches == ("saltmarsh",)
    assert read(claim(watch=None)).reports[0].watches == ("saltmarsh",)


def test_a_title_that_nobody_watches_is_a_report_that_nobody_asked_for():
    for recognition in (read(claim(), watches=()), read(claim(), listed=False)):
        (report,) = recognition.reports
        assert (report.subject.key, report.watches) == ("title:saltmarsh", ())


def test_a_kind_that_the_watch_does_not_want_is_not_for_it():
    picky = show("Saltmarsh", kinds=frozenset({Kind.CASTING}))
    assert read(claim(), watches=(picky,)).reports[0].watches == ()


def test_watched_people_and_topics_hear_of_it():
    topic = Watch(id="marshes", type=WatchType.TOPIC, title="marshes", any=("Saltmarsh",))
    cast = claim(Kind.CASTING, people=(Person(name="Ida Holm", role="Nell"),))
    recognition = read(cast, watches=(person("Ida Holm"), person("Bo Field"), topic, SALTMARSH))
    assert recognition.reports[0].subject.key == "show:saltmarsh"
    assert recognition.reports[0].watches == ("saltmarsh", "ida-holm", "marshes")
    assert recognition.people == (Person(name="Ida Holm", role="Nell"),)


def test_one_change_may_claim_two_things():
    recognition = read(claim(seasons=(3,)), claim(Kind.RELEASE_DATE, seasons=(3,), dates=("2027-03-07",)))
    assert recognition.kinds == (Kind.RENEWAL, Kind.RELEASE_DATE)
    assert (recognition.titles, recognition.seasons, recognition.dates) == (("Saltmarsh",), (3,), ("2027-03-07",))
