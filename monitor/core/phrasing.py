"""Reading the phrases that rule authors write: text to elements, with an anchor word for each phrase."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from monitor.core.clauses import words_of
from monitor.core.phrases import SLOTS, Choice, Element, Gap, Phrase, Slot, Word

_GAP = 4
_MAX_GAP = 12
_MAX_VARIANTS = 64
_MAX_OPTIONAL = 3  # letters of one word
_PIECE = re.compile(r"\s*(\{[^{}]*\}\??|\(|\)\??|\||\.\.\.\d*|[^\W_][\w'’+&?-]*|[&,:;!?]|'s|\S)")
_COST = ("season", "known", "number", "date", "network", "person", "title", "role")  # slots, the cheapest to fill first
_COMMON = frozenset(
    {
        *(
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "been",
            "by",
            "for",
            "from",
            "has",
            "have",
            "he",
            "her",
            "his",
            "in",
        ),
        *(
            "into",
            "is",
            "it",
            "its",
            "new",
            "no",
            "not",
            "of",
            "off",
            "on",
            "one",
            "or",
            "out",
            "over",
            "she",
            "so",
            "that",
        ),
        *("the", "their", "they", "this", "to", "up", "was", "were", "who", "will", "with", "set", "back", "more"),
        *("season", "series", "show", "&", ",", ":", ";", "!", "?", "'s"),
    }
)


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

    def branches(self, depth: int) -> tuple[tuple[Element, ...], ...]:
        found: list[tuple[Element, ...]] = []
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
        if name in SLOTS:
            element = Slot(name)
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
        return [Word(frozenset(forms)) for forms in zip(*cut, strict=True)]


def _choice_of(branches: tuple[tuple[Element, ...], ...], *, optional: bool) -> Element:
    """A choice; one among single words is a word of several forms."""
    words = [way[0] for way in branches if len(way) == 1 and isinstance(way[0], Word)]
    if not optional and len(words) == len(branches):
        return Word(frozenset().union(*(word.forms for word in words)))
    return Choice(branches, optional)


def _listed(forms: tuple[str, ...]) -> Element:
    """Any of the words of a table entry, some of which may be several words."""
    cut = [tuple(words_of(form)[0]) for form in forms]
    return _choice_of(tuple(tuple(Word(frozenset({word})) for word in words) for words in cut), optional=False)


def _variants(branch: tuple[Element, ...], text: str) -> tuple[tuple[Element, ...], ...]:
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


def _tells(way: tuple[Element, ...]) -> bool:
    """Whether a telling word is met whichever way one goes."""
    return any(
        _telling(element)
        or (isinstance(element, Choice) and not element.optional and all(map(_tells, element.branches)))
        for element in way
    )


def _telling(element: Element) -> bool:
    return isinstance(element, Word) and not element.forms & _COMMON


def _anchored(elements: tuple[Element, ...], text: str) -> Phrase:
    def rank(index: int) -> tuple[bool, int]:
        element = elements[index]
        assert isinstance(element, Word)
        return _telling(element), min(map(len, element.forms))

    words = [index for index, element in enumerate(elements) if isinstance(element, Word)]
    if not words:
        raise PhraseError(f'"{text}" needs at least one word that is always there')
    best = max(words, key=rank)
    anchor = elements[best]
    assert isinstance(anchor, Word)
    before, after = elements[:best], elements[best + 1 :]
    slots = {element.name for element in elements if isinstance(element, Slot)}
    return Phrase(
        before[::-1], anchor.forms, after, tuple(_needs((*before, *after))), tuple(sorted(slots, key=_COST.index))
    )


def _needs(elements: tuple[Element, ...]) -> Iterator[frozenset[str]]:
    """The words that are met whichever way one goes, one set for each place."""
    for element in elements:
        match element:
            case Word(forms):
                yield forms
            case Choice(branches, optional=False):
                ways = [next(_needs(branch), frozenset()) for branch in branches]
                if all(ways):
                    yield frozenset().union(*ways)
            case _:
                pass
