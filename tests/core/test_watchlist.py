import pytest

from monitor.core.meant import meant
from monitor.core.reading import read
from monitor.core.watchlist import Watch, Watchlist, WatchType, is_official
from tests.core.recognising import document, lexicon, person, post, recogniser, show


def found(watch: Watch, title: str, **more: str) -> bool:
    reading = read(document(title, **more), lexicon(), Watchlist([watch]))
    return bool(meant(reading, lexicon())[0])


@pytest.mark.parametrize(
    ("watch", "title", "yes"),
    [
        (show("Heather Castle Road"), "heather castle road renewed", True),
        (show("Castle"), "Newcastle drama renewed for season 2", False),
        (person("Beyonce"), "Beyoncé joins cast", True),
        (person("Beyoncé"), "BEYONCE joins cast", True),
        (show("Saltmarsh"), "Saltmarsh's second season", True),
        (show("Saltmarsh", aliases=("Salt Marsh Stories",)), "Salt Marsh Stories begins", True),
        # Everyday words need evidence.
        (show("Castle"), "'Castle' renewed", True),
        (show("Castle"), "a castle in Spain gets a new season of concerts", False),
        (show("You"), "You renewed for season 5 at Netflix", True),
        (show("You"), "What you should watch on Netflix this season", False),
        (show("Industry"), "Why the drama Industry keeps winning viewers with its dark humour", True),
        (show("Lost"), "Family lost at sea", False),
        (show("Bones", cast=("Ana Winter",)), "Ana Winter looks back on Bones", True),
        (show("Industry"), "“Industry,” the drama, is back", True),
        (show("From", require=("MGM+",)), "From renewed for season 4 by MGM+", True),
        (show("From", require=("MGM+",)), "From renewed for season 4", False),
        (show("From", require=("MGM+",)), "News from MGM+", False),
        (show("Saltmarsh", require=("BBC",)), "Saltmarsh renewed", False),
        (show("House"), "House's star returns for season 3", True),
        (show("House"), "Full House", False),
        (show("House"), "HOUSE RENEWED FOR SEASON 3", True),
        (show("House"), "The HOUSE votes on the season budget", False),
        (show("saltmarsh"), "saltmarsh renewed for season 2", True),
        (show("24"), "24 days of filming left", False),
    ],
)
def test_whether_a_watched_name_is_meant(watch: Watch, title: str, *, yes: bool) -> None:
    assert found(watch, title) is yes


def test_a_required_word_far_down_the_text_does_not_count() -> None:
    text = "One. Two. Three. Four.\nMGM+ is a channel."
    assert not found(show("From", require=("MGM+",)), "'From' returns", text=text)


def test_refusal_says_what_spoke_for_and_against() -> None:
    reading = read(document("A castle for Netflix"), lexicon(), Watchlist([show("Castle")]))
    _, (note,) = meant(reading, lexicon())
    assert note == (
        "“castle” is not taken for Castle: -4 of 3 points (written small -3, an article before it -2, a network +1)"
    )


def test_refusal_without_any_evidence() -> None:
    reading = read(document("Castle Today"), lexicon(), Watchlist([show("Castle")]))
    _, (note,) = meant(reading, lexicon())
    assert note.endswith("(nothing speaks for it)")


def test_name_refused_once_and_meant_elsewhere_leaves_no_note() -> None:
    reading = read(document("castle news: 'Castle' returns"), lexicon(), Watchlist([show("Castle")]))
    accepted, notes = meant(reading, lexicon())
    assert [one.shown for one in accepted] == ["Castle"]
    assert notes == ()


def test_longer_watched_title_takes_the_place_of_the_shorter() -> None:
    watches = (show("Undertow"), show("Undertow Part Three"))
    result = recogniser(*watches)(document("Undertow Part Three movie begins filming at Netflix"))
    assert [report.watches for report in result.reports] == [("undertow-part-three",)]


def test_spans_lie_on_the_original_characters() -> None:
    text = "Ｆull width: ﬁlm Beyoncé’s"
    (mention,) = Watchlist([person("Beyonce")]).find("title", text)
    assert text[mention.start : mention.end] == "Beyoncé"


def topic(**words: tuple[str, ...]) -> Watch:
    return Watch(id="t", type=WatchType.TOPIC, title="t", **words)


@pytest.mark.parametrize(
    ("watch", "yes"),
    [
        (topic(any=("Cardiff", "Swansea")), True),
        (topic(any=("Swansea",)), False),
        (topic(all=("casting", "Cardiff")), True),
        (topic(all=("casting", "Swansea")), False),
        (topic(any=("cardiff",), none=("theatre",)), True),
        (topic(any=("cardiff",), none=("call",)), False),
    ],
)
def test_topics(watch: Watch, *, yes: bool) -> None:
    assert (list(Watchlist([watch]).topics("a casting call in cardiff")) == [watch]) is yes


def test_official_accounts() -> None:
    watch = show("Saltmarsh", accounts=(("instagram", "saltmarshtv"),))
    assert is_official(watch, [post(None), post("saltmarshtv")])
    assert not is_official(watch, [post("saltmarshtv", "x"), post("fan")])
