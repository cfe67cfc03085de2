"""The phrase language of the rules: reading a phrase, and finding it in a sentence.

A phrase is words in order. `(a | b)` is either, `(a)?` may be missing, `returns?` may miss its last letter, `{renew}` is any
form of a word from the file's own table, `{season}` and its like are slots, `...` is a gap of up to four words and `...8`
of up to eight. Matching follows all readings at once (sets of positions, no backtracking), so its time grows with
phrase length times sentence length and never worse.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from monitor.core.clauses import Sentence, is_barrier

GAP = "..."
SLOTS = ("title", "known", "season", "person", "role", "date", "network", "number")


@dataclass(frozen=True, slots=True)
class Word:
    """One word, in any of these forms."""

    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class Gap:
    most: int


@dataclass(frozen=True, slots=True)
class Choice:
    branches: tuple[tuple["Element", ...], ...]
    optional: bool


Element = Word | Slot | Gap | Choice
Span = tuple[int, int]
Bindings = tuple[tuple[str, Span], ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase ready to be matched around its anchor, the word that must be there."""

    before: tuple[Element, ...]  # from the anchor outwards, the last element of the phrase first
    anchor: frozenset[str]
    after: tuple[Element, ...]
    needs: tuple[frozenset[str], ...]  # one word of each must stand in the sentence, or the phrase cannot
    slots: tuple[str, ...]  # the slots that must be filled, likewise


@dataclass(frozen=True, slots=True)
class Hit:
    """Words `first` up to `last` of a sentence, and what stood in the slots; gaps are bound by the name `GAP`."""

    first: int
    last: int
    anchor: int
    bindings: Bindings = ()


class Slots:
    """Where the slots of one sentence are: half-open word ranges, looked for when a phrase first asks."""

    def __init__(self, finders: Mapping[str, Callable[[], Iterable[Span]]]) -> None:
        self._finders = finders
        # Filled once per slot and sentence; a cache, never a state.
        self._found: dict[str, tuple[dict[int, list[int]], dict[int, list[int]]]] = {}

    def filled(self, name: str) -> bool:
        return bool(self._of(name)[0])

    def ends(self, name: str, first: int) -> list[int]:
        return self._of(name)[0].get(first, [])

    def starts(self, name: str, last: int) -> list[int]:
        return self._of(name)[1].get(last, [])

    def _of(self, name: str) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        if name not in self._found:
            starts: dict[int, list[int]] = {}
            ends: dict[int, list[int]] = {}
            for first, last in self._finders[name]():
                starts.setdefault(first, []).append(last)
                ends.setdefault(last, []).append(first)
            self._found[name] = starts, ends
        return self._found[name]


def match(phrase: Phrase, sentence: Sentence, at: int, slots: Slots) -> Hit | None:
    """The phrase around the anchor word `at`: the longest reading forwards, the shortest backwards; None if it is not there."""
    if not (
        _beside(phrase.after, sentence.words[at + 1 : at + 2])
        and _beside(phrase.before, sentence.words[max(0, at - 1) : at])
    ):
        return None
    if not all(map(slots.filled, phrase.slots)):
        return None
    after = _walk(phrase.after, sentence, {at + 1: ()}, slots, forward=True)
    if not after:
        return None
    before = _walk(phrase.before, sentence, {at: ()}, slots, forward=False)
    if not before:
        return None
    first, last = max(before), max(after)
    # A slot at the very edge is read in full: "renews The Long Title", not "renews The".
    if phrase.before and not isinstance(phrase.before[-1], Word | Gap):
        first = min(before)
    return Hit(first, last, at, before[first] + after[last])


def _beside(elements: tuple[Element, ...], neighbour: tuple[str, ...]) -> bool:
    """Whether the word beside the anchor may be there. Asked first: it spares most phrases their slots."""
    return not elements or not isinstance(elements[0], Word) or not elements[0].forms.isdisjoint(neighbour)


def _walk(
    elements: Iterable[Element], sentence: Sentence, states: dict[int, Bindings], slots: Slots, *, forward: bool
) -> dict[int, Bindings]:
    for element in elements:
        states = _step(element, sentence, states, slots, forward=forward)
        if not states:
            break
    return states


def _step(
    element: Element, sentence: Sentence, states: dict[int, Bindings], slots: Slots, *, forward: bool
) -> dict[int, Bindings]:
    if isinstance(element, Word):  # asked first and not by a pattern: this is where the time of reading goes
        return _over_word(element.forms, sentence.words, states, forward=forward)
    match element:
        case Gap(most):
            return _over_gap(most, sentence.words, states, forward=forward)
        case Slot(name):
            return _over_slot(name, states, slots, forward=forward)
        case Choice(branches, optional):
            reached = dict(states) if optional else {}
            for branch in branches:
                ordered = branch if forward else branch[::-1]
                for place, bound in _walk(ordered, sentence, states, slots, forward=forward).items():
                    reached.setdefault(place, bound)
            return reached
        case _:
            assert_never(element)


def _over_word(
    forms: frozenset[str], words: tuple[str, ...], states: dict[int, Bindings], *, forward: bool
) -> dict[int, Bindings]:
    if forward:
        return {place + 1: bound for place, bound in states.items() if place < len(words) and words[place] in forms}
    return {place - 1: bound for place, bound in states.items() if place > 0 and words[place - 1] in forms}


def _over_slot(name: str, states: dict[int, Bindings], slots: Slots, *, forward: bool) -> dict[int, Bindings]:
    reached: dict[int, Bindings] = {}
    for place, bound in states.items():
        for other in slots.ends(name, place) if forward else slots.starts(name, place):
            span = (place, other) if forward else (other, place)
            reached.setdefault(other, (*bound, (name, span)))
    return reached


def _over_gap(most: int, words: tuple[str, ...], states: dict[int, Bindings], *, forward: bool) -> dict[int, Bindings]:
    reached = dict(states)
    for start, bound in states.items():
        place = start
        for _ in range(most):
            inside = place if forward else place - 1
            if not 0 <= inside < len(words) or is_barrier(words[inside]):
                break
            place += 1 if forward else -1
            reached.setdefault(place, (*bound, (GAP, (min(start, place), max(start, place)))))
    return reached
