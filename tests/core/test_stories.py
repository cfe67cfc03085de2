"""Which headlines tell one story, by their words alone."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.stories import REMEMBERED, STORY_LASTS, Stories, Vocabulary, likenesses, words_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(*headlines, every=HOUR):
    """The number of the story each headline was put into."""
    vocabulary = Vocabulary()
    stories = Stories(vocabulary)
    numbers = []
    for place, headline in enumerate(headlines):
        title, _, url = headline.partition(" @")
        now = NOW + place * every
        found = stories.find(title, at=now, url=url or None)
        numbers.append(found[0] if found else len(set(numbers)) + 1)
        stories.add(numbers[-1], title, at=now, url=url or None)
        vocabulary.learn(title)
    return numbers


@pytest.mark.parametrize(
    ("headlines", "numbers"),
    [
        (["Lifeboat drama seeks extras in Barry", "Extras sought in Barry for a lifeboat drama"], [1, 1]),
        (["Lifeboat drama seeks extras in Barry", "A ferry runs aground off Leith"], [1, 2]),
        (["Lifeboat drama seeks extras", "Drama at the harbour"], [1, 2]),  # one shared word is chance
        (["Rain!", "rain", "RAIN..."], [1, 1, 1]),  # the same title
        (["Rain @https://a.example/x?utm_source=b", "Something else altogether @https://a.example/x"], [1, 1]),
        (["", ""], [1, 2]),  # nothing to go by
        (["Of the and", "The and of"], [1, 2]),
    ],
)
def test_headlines_that_share_rare_words_are_one_story(headlines, numbers):
    assert told(*headlines) == numbers


def test_a_story_is_known_by_the_word_that_stands_in_most_of_its_headlines():
    first = ["Ostrander wins vote", "Ostrander wins recount vote", "Ostrander vote stands", "Vote: Ostrander sworn in"]
    assert told(*first, "Who is Ostrander?") == [1, 1, 1, 1, 1]
    assert told(*first[:2], "Who is Ostrander?") == [1, 1, 2]


def test_a_story_is_over_when_nobody_tells_it_for_three_days():
    twice = ["Lifeboat drama seeks extras in Barry"] * 2
    assert told(*twice, every=STORY_LASTS) == [1, 1]
    assert told(*twice, every=STORY_LASTS + HOUR) == [1, 2]


def test_what_is_over_is_forgotten():
    stories = Stories(Vocabulary())
    stories.add(1, "Lifeboat drama seeks extras", at=NOW)
    stories.add(2, "Lifeboat crew rescued", at=NOW + STORY_LASTS + HOUR)
    assert stories.find("Lifeboat drama seeks extras", at=NOW) is None


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


def test_memory_is_bounded():
    """However long a stream runs: the oldest story and the oldest titles go, and a story takes no more words."""
    stories = Stories(Vocabulary())
    for number in range(1, 5_011):
        stories.add(number, f"word{number} other{number}", at=NOW)
    assert stories.find("word1 other1", at=NOW) is None
    assert stories.find("word5010 other5010", at=NOW) is not None
    endless = Stories(Vocabulary())
    for number in range(25_000):
        endless.add(1, f"word{number} other{number}", at=NOW)
    assert endless.find("word24000 other24000 new", at=NOW) is None
    assert endless.find("word1 other1", at=NOW) is None
    assert endless.find("word24999 other24999", at=NOW) == (1, 1.0)
