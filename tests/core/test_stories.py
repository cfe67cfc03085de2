"""Which headlines tell one story, by their words alone."""

import pytest

from monitor.core.stories import COMPARED, NEAR, REMEMBERED, Vocabulary, likenesses, words_of


@pytest.mark.parametrize(
    ("headline", "lines", "like"),
    [
        ("Extras sought in Barry for a lifeboat drama", ["Lifeboat drama seeks extras in Barry"], True),
        ("A ferry runs aground off Leith", ["Lifeboat drama seeks extras in Barry"], False),
        ("Drama at the harbour", ["Lifeboat drama seeks extras"], False),  # one shared word is chance
        ("Drama drama drama", ["Lifeboat drama", "A drama", "Drama!"], False),
        ("", [""], False),  # nothing to go by
        ("The and of", ["Of the and"], False),
        (
            "Ferry runs aground",
            ["Ferry late", "Storm at sea", "The storm runs on"],
            True,
        ),  # a story is all of its lines
    ],
)
def test_headlines_that_share_rare_words_are_one_story(headline, lines, like):
    assert (likenesses(headline, {1: lines}, Vocabulary(), besides=frozenset())[1] >= NEAR) is like


def test_a_story_is_known_by_its_last_headlines():
    lines = ["Lifeboat drama seeks extras", *(f"Regatta day {number} results" for number in range(COMPARED))]
    headline = "Extras sought for lifeboat drama"
    assert likenesses(headline, {1: lines}, Vocabulary(), besides=frozenset())[1] == 0
    assert likenesses(headline, {1: lines[:-1]}, Vocabulary(), besides=frozenset())[1] > 0


def test_common_words_weigh_less_and_the_oldest_headlines_are_forgotten():
    vocabulary = Vocabulary()
    vocabulary.learn("Harbour lights")
    vocabulary.learn("Harbour wall")
    weighed = vocabulary.weigh(["harbour", "lights", "quay"])
    assert weighed["harbour"] < weighed["lights"] < weighed["quay"]
    assert sum(weight * weight for weight in weighed.values()) == pytest.approx(1)
    for _ in range(REMEMBERED):
        vocabulary.learn("Lights")
    weighed = vocabulary.weigh(["harbour", "lights", "quay"])
    assert weighed["lights"] < weighed["harbour"] == weighed["quay"]


def test_likeness_to_what_is_told():
    told = {1: ["Lifeboat drama seeks extras in Barry"], 2: ["Ada Connor in talks"], 3: ["Ada Connor!"], 4: ["Of the"]}
    found = likenesses("Barry: extras for lifeboat drama", told, Vocabulary(), besides=frozenset())
    assert found[1] > 0.7
    assert (found[2], found[3], found[4]) == (0, 0, 0)
    own = words_of("Ada Connor")
    assert likenesses("Ada Connor in Barry", told, Vocabulary(), besides=own)[2] == 0
    assert likenesses("Ada  connor", told, Vocabulary(), besides=own)[3] == 1
