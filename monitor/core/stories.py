"""Which headlines tell the same story, by their words: for news that nothing else identifies.

The same title is the same story. Else a headline is as like a story as their words are, those of its last headlines
together, rare words counting more than common ones. One shared word is chance, so it takes two. What nobody has told for
three days is over.
"""

import math
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache

from monitor.core.text import fold

STORY_LASTS = timedelta(days=3)  # since its last headline
NEAR = 0.05  # the least likeness (cosine, 0 to 1) of a headline to its story; tuned on labelled stories

COMPARED = 50  # headlines of a story that a new one is held against: its last, since a story moves on

_FEWEST_SHARED = 2
_MOST_WORDS = 40  # of a headline; a social post is its own
REMEMBERED = 5_000  # headlines, for how common a word is

_WORD = re.compile(r"[^\W_]+")
# Words that join others, in the languages of the shipped rules: no story is known by them.
_JOINING = """
a about after all also an and are as at be been but by for from had has have he her his how i in into is it its more new
no not of off on or out over say says she than that the their they this to up was we were what when who why will with
you your
aus bei das dem den der des die ein eine einem einen einer er es für im ist mit nach nicht sich sie und vom von wird zu
zum zur
al con de del el en la las lo los más no para por que se su sus un una y
au aux avec ce ces dans du et il la le les leur ne pas par plus pour qui sa ses son sur une
da das do dos e em na nas nos não o os para por sua um uma com
che dal dalla della di gli nel nella non per si suo un uno
een het met niet om op te van voor zijn
"""
_FOLDED = frozenset(fold(_JOINING).split())


@lru_cache(maxsize=10_000)
def words_of(headline: str) -> frozenset[str]:
    """The words of a headline as stories compare them: folded, without single letters and joining words."""
    found = dict.fromkeys(word for word in _WORD.findall(fold(headline)) if len(word) > 1 and word not in _FOLDED)
    return frozenset(list(found)[:_MOST_WORDS])


class Vocabulary:
    """How common words are among the last headlines. Mutable and bounded: it learns, and forgets the oldest."""

    def __init__(self) -> None:
        self._headlines: deque[frozenset[str]] = deque()
        self._counts: Counter[str] = Counter()

    def learn(self, headline: str) -> None:
        words = words_of(headline)
        self._headlines.append(words)
        self._counts.update(words)
        if len(self._headlines) > REMEMBERED:
            for word in self._headlines.popleft():
                self._counts[word] -= 1
                if not self._counts[word]:
                    del self._counts[word]

    def weigh(self, words: Iterable[str]) -> dict[str, float]:
        """The words with their weights as a vector of length 1: rare words weigh more than common ones, none nothing."""
        known = 1 + len(self._headlines)
        weights = {word: 1 + math.log(known / (1 + self._counts[word])) for word in words}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()}


def likenesses(
    headline: str, told: Mapping[int, Iterable[str]], vocabulary: Vocabulary, *, besides: frozenset[str]
) -> dict[int, float]:
    """How like a headline is to the last ones of each story, from 0 to 1 for the very same; the words `besides` count for nothing.

    `told` has the headlines of each story, oldest first.
    """
    words, same = words_of(headline) - besides, _bare(headline)
    vector = vocabulary.weigh(words)
    return {
        number: _likeness(vector, same, tuple(lines)[-COMPARED:], vocabulary, besides) for number, lines in told.items()
    }


def _likeness(
    vector: Mapping[str, float], same: str, lines: Sequence[str], vocabulary: Vocabulary, besides: frozenset[str]
) -> float:
    if same and same in map(_bare, lines):
        return 1.0
    told = [words_of(line) - besides for line in lines]
    # Most stories share nothing with a headline, and one shared word is chance however often it was told.
    shared = vector.keys() & frozenset().union(*told)
    if len(shared) < _FEWEST_SHARED:
        return 0.0
    sums: Counter[str] = Counter()
    for words in told:
        sums.update(vocabulary.weigh(words))
    return sum(vector[word] * sums[word] for word in shared) / math.sqrt(sum(size * size for size in sums.values()))


@lru_cache(maxsize=10_000)
def _bare(headline: str) -> str:
    """The headline's words without what stands between them."""
    return " ".join(_WORD.findall(fold(headline)))
