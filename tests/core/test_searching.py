"""The watchlist in the words of a search engine."""

from dataclasses import replace

import pytest

from monitor.core.report import Kind
from monitor.core.searching import Turn, Wanted, as_written, in_turn, portions, wanted
from monitor.core.watchlist import Watch, WatchType

SCREEN = ("series", "season", "film", "cast", "trailer", "filming")


def show(title, **fields):
    return Watch(id=title.lower(), type=WatchType.SHOW, title=title, **fields)


def topic(**fields):
    return Watch(id="t", type=WatchType.TOPIC, title="t", **fields)


def words(*watches, lang="en", screen_words=True):
    return [(one.names, one.context) for one in wanted(watches, lang=lang, screen_words=screen_words)]


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        (show("Harbour Nine"), (("Harbour Nine",), ())),
        (show("Harbour Nine", aliases=("Harbour IX", "harbour nine")), (("Harbour Nine", "Harbour IX"), ())),
        (show("Harbour"), (("Harbour",), (SCREEN,))),
        (show("Harbour Nine", aliases=("H9",)), (("Harbour Nine", "H9"), (SCREEN,))),
        (show("Harbour", require=("Moon TV", "Mae Lin")), (("Harbour",), (("Moon TV", "Mae Lin"),))),
        (show('The “Nine” "Case"'), (("The Nine Case",), ())),
        (Watch(id="p", type=WatchType.PERSON, title="Mae Lin"), (("Mae Lin",), ())),
        (topic(any=("Cardiff", "Swansea")), (("Cardiff", "Swansea"), ())),
        (topic(all=("Cardiff", "extras")), (("Cardiff",), (("extras",),))),
        (
            topic(any=("Cardiff",), kinds=frozenset({Kind.CASTING_CALL})),
            (("Cardiff",), (("casting call", "open casting", "extras wanted"),)),
        ),
        (topic(any=("Cardiff",), kinds=frozenset({Kind.ORDER})), (("Cardiff",), (SCREEN,))),
    ],
)
def test_what_a_watch_is_searched_by(watch, expected):
    assert words(watch) == [expected]


def test_words_of_the_language_of_the_articles():
    assert words(show("Hafen"), lang="de")[0][1][0][:2] == ("Serie", "Staffel")
    assert words(topic(any=("Köln",), kinds=frozenset({Kind.RENEWAL})), lang="de")[0][1][0][0] == "Serie"
    assert words(show("Hafan"), lang="cy") == [(("Hafan",), ())]
    assert words(topic(any=("Caerdydd",), kinds=frozenset({Kind.RENEWAL})), lang="cy") == [(("Caerdydd",), ())]
    assert words(show("Harbour"), screen_words=False) == [(("Harbour",), ())]


def test_what_names_nothing_is_not_searched_for():
    assert words(topic(kinds=frozenset({Kind.RENEWAL})), show('"'), show("\u200b")) == []


def test_two_watches_searched_by_the_same_words_are_searched_once():
    assert len(words(show("Harbour Nine"), replace(show("Harbour Nine"), type=WatchType.FILM))) == 1


def test_a_key_lasts_as_long_as_the_words():
    (one,) = wanted([show("Harbour Nine")], lang="en", screen_words=True)
    (same,) = wanted([show("Harbour Nine", kinds=frozenset())], lang="en", screen_words=True)
    (other,) = wanted([show("Harbour Nine", aliases=("H9",))], lang="en", screen_words=True)
    assert one.key == same.key != other.key
    assert as_written('"Harbour Nine" -football') == Wanted(
        key=as_written('"Harbour Nine" -football').key, query='"Harbour Nine" -football'
    )


def test_portions_are_as_large_as_fit():
    def fits(names):
        return sum(map(len, names)) <= 5

    assert list(portions(["ab", "cde", "f", "toolong", "g"], fits=fits)) == [
        ("ab", "cde"),
        ("f",),
        ("toolong",),
        ("g",),
    ]
    assert list(portions([], fits=fits)) == []


def test_what_was_longest_not_tried_comes_first():
    a, b, c, d = (Wanted(key=key) for key in "abcd")
    turns = {"a": Turn(tried=5, answered=5), "b": Turn(tried=3, answered=2), "c": Turn(tried=4)}
    assert in_turn([a, b, c, d], turns) == ([b, a], [d, c])
