"""Reading the phrases that rule authors write: text to elements, with an anchor word for each phrase."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import assert_never

from monitor.core.clauses import words_of
from monitor.core.phrases import SLOTS, Choice, Element, Elements, Gap, Need, Phrase, Slot, Word

_GAP = 4
_MAX_GAP = 12
_MAX_VARIANTS = 64
_MAX_OPTIONAL = 3  # letters of one word
_UNBOUNDED = 1000  # words: more than a sentence has
_PIECE = re.compile(r"\s*(\{[^{}]*\}\??|\(|\)\??|\||\.\.\.\d*|[^\W_][\w'’+&?-]*|[&,:;!?]|'s|\S)")
_EVERYWHERE = """
    a an and are as at back be been by for from has have he her his in into is it its more new no
    not of off on one or out over season series set she show so that the their they this to up was
    were who will with ! & 's , : ; ?
"""
_COMMON = frozenset(_EVERYWHERE.split())  # no anchor while a phrase has another word

# What people write who know other search languages.
_SIGNS = {
    "{": '"{" without "}"',
    "}": '"}" without "{"',
    "*": '"*" is no sign of phrases; write "..." for any few words, {word} for the forms of a word',
    "+": '"+" is no sign of phrases; write the words that may be repeated',
    "[": '"[" is no sign of phrases; write (a | b) for either',
    "]": '"]" is no sign of phrases; write (a | b) for either',
    "^": '"^" is no sign of phrases; say with `where` in which part they stand',
    "$": '"$" is no sign of phrases; say with `where` in which part they stand',
    "\\": 'a backslash is no sign of phrases; write {number} for a number, "..." for any few words',
    ".": '"." is no sign of phrases; write "..." for any few words',
}


class PhraseError(ValueError):
    """A phrase that cannot be read. The message says what is wrong, in words for the author of the rule."""


def parse(text: str, words: Mapping[str, tuple[str, ...]]) -> tuple[Phrase, ...]:
    """The phrases a text stands for: one, or several where only a choice holds the words that must be there."""
    parser = _Parser(text, words)
    branches = parser.branches(depth=0)
    if parser.peek() is not None:
        raise PhraseError(f'")" without "(" in "{text}"')
    return tuple(_anchored(variant, text) for branch in branches for variant in _variants(branch, text))


class _Parser:
    """Reads one phrase, left to right."""

    def __init__(self, text: str, words: Mapping[str, tuple[str, ...]]) -> None:
        self._text = text
        self._pieces = [match[1] for match in _PIECE.finditer(text)]
        self._at = 0
        self._words = words

    def peek(self) -> str | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    def branches(self, depth: int) -> tuple[Elements, ...]:
        found: list[Elements] = []
        current: list[Element] = []
        while (piece := self.peek()) is not None and not piece.startswith(")"):
            self._at += 1
            if piece == "|":
                found.append(tuple(current))
                current = []
            else:
                current.extend(self._element(piece, depth))
        found.append(tuple(current))
        if not all(found):
            raise PhraseError(f'nothing between "|" or brackets in "{self._text}"')
        return tuple(found)

    def _element(self, piece: str, depth: int) -> list[Element]:
        if piece in _SIGNS:
            raise PhraseError(f'{_SIGNS[piece]}, in "{self._text}"')
        if piece == "(":
            return [self._choice(depth)]
        if piece.startswith("..."):
            most = int(piece[3:] or _GAP)
            if not 0 < most <= _MAX_GAP:
                raise PhraseError(f'a gap reaches over 1 to {_MAX_GAP} words, not {most}, in "{self._text}"')
            return [Gap(most)]
        if piece.startswith("{"):
            return [self._braces(piece)]
        if piece == "?":
            raise PhraseError(f'"?" must follow a letter, ")" or "}}" in "{self._text}"')
        return self._words_of(piece)

    def _choice(self, depth: int) -> Element:
        if depth >= 4:  # noqa: PLR2004 - deeper than anybody can read
            raise PhraseError(f'brackets too deep in "{self._text}"')
        branches = self.branches(depth + 1)
        closing = self.peek()
        if closing is None:
            raise PhraseError(f'"(" without ")" in "{self._text}"')
        self._at += 1
        return _choice_of(branches, optional=closing.endswith("?"))

    def _braces(self, piece: str) -> Element:
        name, optional = piece.strip("{}?"), piece.endswith("?")
        element: Element
        slot = next((slot for slot in SLOTS if slot == name), None)
        if slot:
            element = Slot(slot)
        elif name in self._words:
            element = _listed(self._words[name])
        else:
            near = get_close_matches(name, [*SLOTS, *self._words], n=1)
            raise PhraseError(f'unknown "{{{name}}}"' + (f', did you mean "{{{near[0]}}}"?' if near else ""))
        return Choice(((element,),), optional=True) if optional else element

    def _words_of(self, piece: str) -> list[Element]:
        """Words, each in the forms that its optional letters give: "rumou?rs?"."""
        first, *rest = piece.split("?")
        spellings = [first or piece]
        for part in rest[:_MAX_OPTIONAL]:
            spellings = [
                (spelling[:-1] if left_out else spelling) + part for spelling in spellings for left_out in (0, 1)
            ]
        cut = [words_of(spelling)[0] for spelling in spellings]
        if not cut[0] or len(rest) > _MAX_OPTIONAL or any(len(words) != len(cut[0]) for words in cut):
            raise PhraseError(f'"{piece}" is not a word, in "{self._text}"')
        return [_word(frozenset(forms)) for forms in zip(*cut, strict=True)]


@cache
def _word(forms: frozenset[str]) -> Word:
    """A word of these forms: one object for all phrases, which saves memory and makes comparing them quick."""
    return Word(forms)


def _choice_of(branches: tuple[Elements, ...], *, optional: bool) -> Element:
    """A choice, the single words among its branches made one word of several forms; that word alone if there is no other branch."""
    words = [way[0].forms for way in branches if len(way) == 1 and isinstance(way[0], Word)]
    others = [way for way in branches if not (len(way) == 1 and isinstance(way[0], Word))]
    if not words:
        return Choice(branches, optional)
    word = _word(frozenset().union(*words))
    return word if not (others or optional) else Choice(((word,), *others), optional)


def _listed(forms: tuple[str, ...]) -> Element:
    """Any of the words of a table entry, some of which may be several words."""
    cut = [tuple(words_of(form)[0]) for form in forms]
    return _choice_of(tuple(tuple(_word(frozenset({word})) for word in words) for words in cut), optional=False)


def _variants(branch: Elements, text: str) -> tuple[Elements, ...]:
    """The branch itself if it has a telling word, else one for each way through the choice that has one whichever way."""
    if any(_telling(element) for element in branch):
        return (branch,)
    choices = [
        (index, element.branches)
        for index, element in enumerate(branch)
        if isinstance(element, Choice) and not element.optional
    ]
    told = [(index, ways) for index, ways in choices if all(map(_tells, ways))]
    if not told and (not choices or any(isinstance(element, Word) for element in branch)):
        return (branch,)
    index, ways = min(told or choices, key=lambda choice: len(choice[1]))
    variants = tuple(
        variant for way in ways for variant in _variants((*branch[:index], *way, *branch[index + 1 :]), text)
    )
    if len(variants) > _MAX_VARIANTS:
        raise PhraseError(f'too many alternatives in "{text}"; make it several phrases')
    return variants


def _tells(way: Elements) -> bool:
    """Whether a telling word is met whichever way one goes."""
    return any(
        _telling(element)
        or (isinstance(element, Choice) and not element.optional and all(map(_tells, element.branches)))
        for element in way
    )


def _telling(element: Element) -> bool:
    return isinstance(element, Word) and not element.forms & _COMMON


def _anchored(elements: Elements, text: str) -> Phrase:
    def rank(index: int) -> tuple[bool, int]:
        element = elements[index]
        assert isinstance(element, Word)
        return _telling(element), min(map(len, element.forms))

    words = [index for index, element in enumerate(elements) if isinstance(element, Word)]
    if not words:
        raise PhraseError(f'"{text}" needs at least one word that is always there, beside its slots and gaps')
    best = max(words, key=rank)
    anchor = elements[best]
    assert isinstance(anchor, Word)
    left, right = _turned(elements[:best]), elements[best + 1 :]
    needs = [*_needs(right, low=1, high=1)]
    needs += [Need(forms, -high, -low) for forms, low, high in _needs(left, low=1, high=1)]
    binds = any(map(_binds, elements))
    return Phrase(
        left,
        anchor.forms,
        right,
        tuple(sorted(needs, key=lambda need: need.high - need.low)),
        sides=(False, True) if _slotted(right) and not _slotted(left) else (True, False),
        fixed=len(words) == len(elements),
        binds=binds,
    )


def _turned(elements: Elements) -> Elements:
    """The elements in the order in which one meets them going backwards."""
    return tuple(
        Choice(tuple(map(_turned, element.branches)), element.optional) if isinstance(element, Choice) else element
        for element in reversed(elements)
    )


def _slotted(elements: Elements) -> bool:
    """Whether a slot may be filled on the way, which takes more time than words."""
    return any(
        isinstance(element, Slot) or (isinstance(element, Choice) and any(map(_slotted, element.branches)))
        for element in elements
    )


def _binds(element: Element) -> bool:
    if isinstance(element, Choice):
        return any(_binds(inner) for branch in element.branches for inner in branch)
    return not isinstance(element, Word)


def _needs(elements: Elements, *, low: int, high: int) -> Iterator[Need]:
    """The words that are met whichever way one goes, and how many words on: the first element is `low` to `high` words away."""
    for element in elements:
        match element:
            case Word(forms):
                yield Need(forms, low, high)
            case Choice(branches, optional=False):
                ways = [next(_needs(branch, low=low, high=high), None) for branch in branches]
                met = [way for way in ways if way]
                if len(met) == len(ways):
                    forms = _word(frozenset().union(*(way.forms for way in met))).forms
                    yield Need(forms, min(way.low for way in met), max(way.high for way in met))
            case _:
                pass
        least, most = _lengths((element,))
        low, high = low + least, high + most


def _lengths(elements: Elements) -> tuple[int, int]:
    """The fewest and the most words that elements cover."""
    least = most = 0
    for element in elements:
        match element:
            case Word():
                few, many = 1, 1
            case Slot():
                few, many = 1, _UNBOUNDED
            case Gap(words):
                few, many = 0, words
            case Choice(branches, optional):
                lengths = [_lengths(branch) for branch in branches]
                few = 0 if optional else min(length[0] for length in lengths)
                many = max(length[1] for length in lengths)
            case _:
                assert_never(element)
        least, most = least + few, most + many
    return least, most
