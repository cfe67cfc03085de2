"""Whole-word search for many names at once, in one pass over folded text."""

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind

from monitor.core.clauses import words_of


class WordNames:
    """A set of names to be found among the words of a sentence: quicker than `Names` where a text is cut already."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(filter(None, (tuple(words_of(name)[0]) for name in names)))
        self._lengths: dict[str, frozenset[int]] = {}  # of the names that begin with a word
        for name in self.names:
            self._lengths[name[0]] = self._lengths.get(name[0], frozenset()) | {len(name)}

    def find(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """The word range of every occurrence, overlapping ones included."""
        lengths, names = self._lengths, self.names
        return [
            (first, first + length)
            for first, word in enumerate(words)
            if word in lengths
            for length in lengths[word]
            if first + length <= len(words) and words[first : first + length] in names
        ]


class Names:
    """A set of folded names to be found in folded text. Immutable; build a new one when the names change.

    Folding is the caller's business, so that one folded text serves several sets.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(name for name in names if name))
        # Overlapping standard matching: leftmost-longest would lose a name when a longer one fails the boundary check.
        self._automaton = AhoCorasick(self.names, matchkind=MatchKind.Standard) if self.names else None

    def find(self, folded: str) -> list[tuple[str, int, int]]:
        """Every whole-word occurrence as (name, start, end), overlapping ones included, in order of their end."""
        if self._automaton is None:
            return []
        found = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        names = self.names
        return [(names[index], start, end) for index, start, end in found if _whole(folded, start, end)]


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no word runs across either edge. A name that begins or ends with a sign is bounded by itself there."""
    before = start > 0 and _joins(text[start - 1]) and _joins(text[start])
    after = end < len(text) and _joins(text[end - 1]) and _joins(text[end])
    return not before and not after


def _joins(char: str) -> bool:
    return char.isalnum() or char == "_"
