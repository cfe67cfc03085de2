"""Which headlines tell the same story, by their words: for news that nothing else identifies.

The same address or the same title is the same story. Else a headline joins the story whose words it shares most, rare
words counting more than common ones. One shared word is chance, unless the story is known by it; so it takes two. What
nobody has told for three days is over.
"""

import math
import re
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from monitor.core.text import fold
from monitor.core.url import canonical

STORY_LASTS = timedelta(days=3)  # since its last headline
NEAR = 0.05  # the least likeness (cosine, 0 to 1) of a headline to its story; tuned on labelled stories

_FEWEST_SHARED = 2
# A story is known by a word that stands in so large a part of its headlines, once it has that many.
_KNOWN_BY = 0.5
_ENOUGH_HEADLINES = 4
_MOST_STORIES = 5_000
_MOST_WORDS = 40  # of a headline; a social post is its own
_MOST_KNOWN = 2_000  # words of a story; what comes later adds nothing
_MOST_MARKS = 20_000
REMEMBERED = 5_000  # headlines, for how common a word is

_ANY_TIME = datetime.min.replace(tzinfo=UTC)

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


@dataclass(slots=True)
class _Story:
    """Mutable: the sum of its headlines' vectors, its square, and in how many headlines each word stands."""

    last_at: datetime
    headlines: int = 0
    square: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, vector: Mapping[str, float], at: datetime) -> None:
        for word, weight in vector.items():
            if word not in self.sums and len(self.sums) >= _MOST_KNOWN:
                continue
            before = self.sums.get(word, 0.0)
            self.sums[word] = before + weight
            self.square += weight * (2 * before + weight)
        self.counts.update(self.sums.keys() & vector.keys())
        self.headlines += 1
        self.last_at = max(self.last_at, at)

    def likeness(self, vector: Mapping[str, float]) -> float:
        """The cosine of a headline to the middle of the story; 0 when what they share may be chance."""
        shared = self.sums.keys() & vector.keys()
        known_by = self.headlines >= _ENOUGH_HEADLINES and any(
            self.counts[word] >= _KNOWN_BY * self.headlines for word in shared
        )
        if len(shared) < _FEWEST_SHARED and not known_by:
            return 0.0
        return sum(vector[word] * self.sums[word] for word in shared) / math.sqrt(self.square)


class Stories:
    """The stories of the last days, each under a number. Mutable and bounded: what is over is forgotten."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._stories: OrderedDict[int, _Story] = OrderedDict()  # the one told last comes last
        self._by_word: dict[str, set[int]] = {}
        self._by_mark: OrderedDict[str, int] = OrderedDict()  # addresses and whole titles

    def add(self, number: int, headline: str, *, at: datetime, url: str | None = None) -> None:
        """Counts a headline to a story, which begins with its first."""
        vector = self._vocabulary.weigh(words_of(headline))
        story = self._stories.setdefault(number, _Story(last_at=at))
        story.add(vector, at)
        self._stories.move_to_end(number)
        for word in story.sums.keys() & vector.keys():
            self._by_word.setdefault(word, set()).add(number)
        for mark in _marks(headline, url):
            self._by_mark[mark] = number
            self._by_mark.move_to_end(mark)
        self._forget(at)

    def find(self, headline: str, *, at: datetime, url: str | None = None) -> tuple[int, float] | None:
        """The story a headline belongs to, and how like it is (1: the same address or title); None for a new one."""
        for mark in _marks(headline, url):
            number = self._by_mark.get(mark, 0)
            if self._lasts(number, at):
                return number, 1.0
        vector = self._vocabulary.weigh(words_of(headline))
        near = {number for word in vector for number in self._by_word.get(word, ()) if self._lasts(number, at)}
        likeness, number = max(((self._stories[one].likeness(vector), -one) for one in near), default=(0.0, 0))
        return (-number, likeness) if likeness >= NEAR else None

    def _lasts(self, number: int, at: datetime) -> bool:
        story = self._stories.get(number)
        return story is not None and abs(at - story.last_at) <= STORY_LASTS

    def _forget(self, now: datetime) -> None:
        while True:  # ends at the latest with the story that was just told
            number, story = next(iter(self._stories.items()))
            if len(self._stories) <= _MOST_STORIES and now - story.last_at <= STORY_LASTS:
                break
            del self._stories[number]
            for word in story.sums:
                self._by_word[word].discard(number)
                if not self._by_word[word]:
                    del self._by_word[word]
        while len(self._by_mark) > _MOST_MARKS:
            self._by_mark.popitem(last=False)


def likenesses(
    headline: str, told: Mapping[int, Iterable[str]], vocabulary: Vocabulary, *, besides: frozenset[str]
) -> dict[int, float]:
    """How like a headline is to those of each story, from 0 to 1 for the very same; the words `besides` count for nothing."""
    words, same = words_of(headline) - besides, _bare(headline)
    vector = vocabulary.weigh(words)
    return {number: _likeness(vector, same, tuple(lines), vocabulary, besides) for number, lines in told.items()}


def _likeness(
    vector: Mapping[str, float], same: str, lines: Sequence[str], vocabulary: Vocabulary, besides: frozenset[str]
) -> float:
    if same and same in map(_bare, lines):
        return 1.0
    told = [words_of(line) - besides for line in lines]
    # Most stories share nothing with a headline, and here one shared word is chance however often it was told.
    if len(vector.keys() & frozenset().union(*told)) < _FEWEST_SHARED:
        return 0.0
    story = _Story(last_at=_ANY_TIME)
    for words in told:
        story.add(vocabulary.weigh(words), _ANY_TIME)
    return story.likeness(vector)


def _marks(headline: str, url: str | None) -> tuple[str, ...]:
    title = _bare(headline)
    return (*([canonical(url)] if url else []), *([title] if title else []))


@lru_cache(maxsize=10_000)
def _bare(headline: str) -> str:
    """The headline's words without what stands between them."""
    return " ".join(_WORD.findall(fold(headline)))
