"""The phrase language of the rules: what a phrase is made of, and finding it in a sentence.

A phrase is words in order. `(a | b)` is either, `(a)?` may be missing, `returns?` may miss its last letter, `{renew}` is any
form of a word from the file's own table, `{season}` and its like are slots, `...` is a gap of up to four words and `...8`
of up to eight. Matching follows all readings at once: the places between words that a reading may have come to are the
bits of a number, so its time grows with phrase length times sentence length and never worse.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar, assert_never, get_args

from monitor.core.clauses import BARRIERS

GAP = "..."
SlotName = Literal["title", "known", "season", "person", "role", "date", "network", "number"]
SLOTS: tuple[SlotName, ...] = get_args(SlotName)
Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True)
class Word:
    """One word, in any of these forms."""

    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slot:
    name: SlotName


@dataclass(frozen=True, slots=True)
class Gap:
    most: int


@dataclass(frozen=True, slots=True)
class Choice:
    branches: tuple[tuple["Element", ...], ...]
    optional: bool


Element = Word | Slot | Gap | Choice
Elements = tuple[Element, ...]
Span = tuple[int, int]
Bindings = tuple[tuple[str, Span], ...]


class Need(NamedTuple):
    """A word that a phrase has whichever way one reads it, and how far behind the anchor it can stand; before it is less than 0."""

    forms: frozenset[str]
    low: int
    high: int


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A phrase ready to be matched around its anchor, the word that must be there."""

    before: Elements  # from the anchor outwards, the last element of the phrase first, choices turned round as well
    anchor: frozenset[str]
    after: Elements
    needs: tuple[Need, ...]  # asked first: they spare most phrases their slots
    sides: tuple[
        bool, bool
    ]  # which is tried first, what stands behind the anchor (True) or before: the one without slots
    fixed: bool  # whether it is words and nothing else, so that its needs are all of it
    binds: bool  # whether it has a slot or a gap


class Hit(NamedTuple):  # made for every phrase that is found; a frozen dataclass takes three times as long to make
    """Words `first` up to `last` of a sentence, and what stood in the slots; gaps are bound by the name `GAP`."""

    first: int
    last: int
    anchor: int
    bindings: Bindings = ()


class Ground:
    """The words of one sentence as phrases meet them. What is asked for is looked for once; bit `n` is word or place `n`."""

    __slots__ = ("_finder", "_gap_ends", "_open", "_slots", "known", "places", "words")

    def __init__(
        self,
        words: tuple[str, ...],
        finder: Callable[[SlotName], Iterable[Span]],
        gap_ends: frozenset[str] = frozenset(),
    ) -> None:
        self.words = words
        self.places: dict[str, int] = {}
        bit = 1
        for word in words:
            self.places[word] = self.places.get(word, 0) | bit
            bit <<= 1
        self._gap_ends = gap_ends  # words that no gap may reach across, beside the marks
        self._finder = finder  # the word ranges that may fill a slot
        # Caches, never a state.
        self.known: dict[frozenset[str], int] = {}
        self._open = -1
        self._slots: dict[SlotName, tuple[dict[int, int], dict[int, int]]] = {}

    def where(self, forms: frozenset[str]) -> int:
        """The words of one of these forms."""
        found = self.known.get(forms)
        if found is None:
            found = 0
            if not self.places.keys().isdisjoint(forms):  # most are not there
                for word in self.places.keys() & forms:
                    found |= self.places[word]
            self.known[forms] = found
        return found

    def open(self) -> int:
        """The words that a gap may reach across."""
        if self._open < 0:
            self._open = (1 << len(self.words)) - 1 & ~(self.where(BARRIERS) | self.where(self._gap_ends))
        return self._open

    def slot(self, name: SlotName, *, forward: bool) -> dict[int, int]:
        """Where a slot leads to from each place it may begin at; if not `forward`, from each that it may end at."""
        found = self._slots.get(name)
        if found is None:
            ends: dict[int, int] = {}
            starts: dict[int, int] = {}
            for first, last in self._finder(name):
                ends[first] = ends.get(first, 0) | 1 << last
                starts[last] = starts.get(last, 0) | 1 << first
            found = self._slots[name] = ends, starts
        return found[0] if forward else found[1]


class Index(Generic[Owner]):
    """Phrases by their anchor. Each knows as the bits of a number which words it needs: most need one that is not there."""

    def __init__(self, phrases: Iterable[tuple[Owner, Phrase]]) -> None:
        self._by_anchor: dict[str, list[tuple[int, Owner, Phrase]]] = {}
        self._sets: dict[str, int] = {}  # in which sets of needed forms a word is
        numbers: dict[frozenset[str], int] = {}
        for owner, phrase in phrases:
            needed = 0
            for need in phrase.needs:
                number = numbers.setdefault(need.forms, len(numbers))
                needed |= 1 << number
                for word in need.forms:
                    self._sets[word] = self._sets.get(word, 0) | 1 << number
            for word in phrase.anchor:
                self._by_anchor.setdefault(word, []).append((needed, owner, phrase))
        self._all = (1 << len(numbers)) - 1

    def scan(self, ground: Ground) -> Iterator[tuple[Owner, Hit]]:
        """What is found, in order of the anchors and, at one anchor, of the file."""
        by_anchor, sets = self._by_anchor, self._sets
        present = 0
        for word in ground.places:
            if word in sets:
                present |= sets[word]
        absent = self._all & ~present
        for at, word in enumerate(ground.words):
            for needed, owner, phrase in by_anchor.get(word, ()):
                if not needed & absent:
                    hit = match(phrase, ground, at)
                    if hit:
                        yield owner, hit


def match(phrase: Phrase, ground: Ground, at: int) -> Hit | None:
    """The phrase around the anchor word `at`: the longest reading forwards, the shortest backwards; None if it is not there."""
    if phrase.needs and not _met(phrase.needs, ground, at):
        return None
    if phrase.fixed:
        return Hit(at - len(phrase.before), at + 1 + len(phrase.after), at)
    before = after = 0
    for forward in phrase.sides:
        if forward:
            reached = after = _reached(phrase.after, ground, 1 << at + 1, forward=True)
        else:
            reached = before = _reached(phrase.before, ground, 1 << at, forward=False)
        if not reached:
            return None
    first, last = _highest(before), _highest(after)
    # A slot at the very edge is read in full: "renews The Long Title", not "renews The".
    if phrase.before and not isinstance(phrase.before[-1], Word | Gap):
        first = _lowest(before)
    if not phrase.binds:
        return Hit(first, last, at)
    _, left = _traced(phrase.before, 1 << at, first, ground, forward=False)
    _, right = _traced(phrase.after, 1 << at + 1, last, ground, forward=True)
    return Hit(first, last, at, left + right)


def _met(needs: tuple[Need, ...], ground: Ground, at: int) -> bool:
    """Whether the words that cannot be missing stand where they can stand."""
    words = ground.words
    for forms, low, high in needs:
        if low == high:
            place = at + low
            if not (0 <= place < len(words) and words[place] in forms):
                return False
        else:
            first, last = max(at + low, 0), at + high
            if last < first or not ground.where(forms) >> first & (2 << last - first) - 1:
                return False
    return True


def _highest(places: int) -> int:
    return places.bit_length() - 1


def _lowest(places: int) -> int:
    return _highest(places & -places)


def _reached(elements: Elements, ground: Ground, places: int, *, forward: bool) -> int:
    """The places that can be reached behind all the elements."""
    known = ground.known
    for element in elements:
        if isinstance(element, Word):  # asked here and first: this is where the time of reading goes
            forms = element.forms
            words = known[forms] if forms in known else ground.where(forms)
            places = (places & words) << 1 if forward else places >> 1 & words
        else:
            places = _step(element, ground, places, forward=forward)
        if not places:
            return 0
    return places


def _step(element: Slot | Gap | Choice, ground: Ground, places: int, *, forward: bool) -> int:
    """The places that an element leads to."""
    if isinstance(element, Gap):  # no `match`: it takes as long as the work itself
        words = ground.open()
        for _ in range(element.most):
            places |= (places & words) << 1 if forward else places >> 1 & words
        return places
    if isinstance(element, Choice):
        reached = places if element.optional else 0
        for branch in element.branches:
            reached |= _reached(branch, ground, places, forward=forward)
        return reached
    reached = 0
    for place, others in ground.slot(element.name, forward=forward).items():
        if places >> place & 1:
            reached |= others
    return reached


def _traced(elements: Elements, places: int, place: int, ground: Ground, *, forward: bool) -> tuple[int, Bindings]:
    """Where the reading that came from one of `places` to `place` began, and what it bound on its way."""
    layers = []
    for element in elements:
        layers.append(places)
        places = _reached((element,), ground, places, forward=forward)
    bound: Bindings = ()
    for element, before in zip(reversed(elements), reversed(layers), strict=True):
        place, told = _source(element, before, place, ground, forward=forward)
        bound = told + bound
    return place, bound


def _source(element: Element, places: int, place: int, ground: Ground, *, forward: bool) -> tuple[int, Bindings]:
    """From which of `places` an element leads to `place`, and what it binds."""
    back = -1 if forward else 1
    match element:
        case Word():
            return place + back, ()
        case Slot(name):
            spans = ground.slot(name, forward=not forward)[place] & places
            began = _lowest(spans) if forward else _highest(spans)
            return began, ((name, _span(began, place)),)
        case Gap():
            began = place
            while not places >> began & 1:
                began += back
            return began, ((GAP, _span(began, place)),) if began != place else ()
        case Choice(branches, optional):
            if optional and places >> place & 1:
                return place, ()
            ways = (way for way in branches if _reached(way, ground, places, forward=forward) >> place & 1)
            return _traced(next(ways), places, place, ground, forward=forward)
        case _:
            assert_never(element)


def _span(one: int, other: int) -> Span:
    return (one, other) if one < other else (other, one)
