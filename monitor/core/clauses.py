"""Text as sentences of words: what every later reading works on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from monitor.core.once import found_once
from monitor.core.report import Part
from monitor.core.text import fold_with_offsets

# A word, a possessive split from its word (so that "Netflix's" is Netflix), an elision split from the next ("l'attore",
# "d'une"), or one mark. Hyphens inside words vanish: "first-look" is two words. Quotation marks are no tokens; `titles`
# reads them from the text itself.
_ELISIONS = (
    r"(?:[cdjlns]|(?:jus|lors|puis|quel)?qu|un|d[ae]ll|nell|all|sull|coll|quest|quell|tutt|anch|cos)'(?!s(?![^\W_]))"
)
_TOKEN = re.compile(
    r"'s(?![^\W_])|" + _ELISIONS + r"(?=[^\W_]|\"|$)|[^\W_]+(?:'(?!s(?![^\W_]))[^\W_]+)*\+?|[;:,!?.…|()&-]"
)
_LINE = re.compile(r"[^\n]+(?:\n(?=[a-z])[^\n]+)*")  # a line that goes on in lower case was wrapped
_STOPS = frozenset(".!?…")
BARRIERS = frozenset({".", ";", "|", "?", "…", "-"})  # marks that no phrase may reach across
_STROKES = frozenset(".-")  # marks that are not always worth a word
_DASHES = "–—―"
CLAUSE_MARKS = BARRIERS | {"!", ":", "(", ")"}
_MONTHS = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
_ABBREVIATIONS = frozenset(
    {"mr", "mrs", "ms", "dr", "st", "vs", "jr", "sr", "prof", "ep", "no", "feat", "approx", *_MONTHS}
)
_CLOSING = "\"'”’)"
_AROUND = " \t\n\"'“‘”’()"
_MAX_WORDS = 400  # a "sentence" longer than this is cut, so that hostile text cannot make one


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """Some words of one part of a document. A headline is one sentence, however many stops it has."""

    part: Part
    text: str  # the whole part
    words: tuple[str, ...]  # folded; marks are words of one character
    spans: tuple[tuple[int, int], ...]  # where each word stands in `text`
    clauses: tuple[int, ...]  # the number of the clause each word stands in

    def quote(self, first: int, last: int) -> str:
        """The characters from word `first` up to but not including word `last`."""
        start, end = self.characters(first, last)
        return self.text[start:end]

    def characters(self, first: int, last: int) -> tuple[int, int]:
        return self.spans[first][0], self.spans[last - 1][1]

    def form(self, index: int) -> str:
        """A word as it is written."""
        start, end = self.spans[index]
        return self.text[start:end]

    @found_once
    def capitals(self) -> tuple[bool, ...]:
        """For each word whether it begins with a capital or a digit."""
        letters = [self.text[start] for start, _ in self.spans]
        return tuple([letter.isupper() or letter.isdigit() for letter in letters])

    def capital(self, index: int) -> bool:
        """Whether the word begins with a capital or a digit."""
        return self.capitals[index]


def is_mark(word: str) -> bool:
    return not word[0].isalnum() and word != "&"


def sentences(
    part: Part, text: str, *, whole: bool = False, counted: frozenset[str] = frozenset()
) -> tuple[Sentence, ...]:
    """The sentences of one part; with `whole` (headlines) all of it is one.

    Before `counted` words, and before small letters where there are such words, "2." is an ordinal and ends nothing.
    """
    found = []
    for line in _LINE.finditer(text):
        words, spans = words_of(text, line.start(), line.end())
        if counted:
            _join_ordinals(text, words, spans, counted)
        for first, last in _bounds(text, words, spans, whole=whole):
            if first < last:
                found.append(
                    Sentence(
                        part=part,
                        text=text,
                        words=tuple(words[first:last]),
                        spans=tuple(spans[first:last]),
                        clauses=_clauses(words[first:last]),
                    )
                )
    return tuple(found)


def words_of(text: str, start: int = 0, end: int | None = None) -> tuple[list[str], list[tuple[int, int]]]:
    """The folded words and marks of a text (or of a stretch of it) with their places in it. Rules are cut by the same knife."""
    folded, offsets = fold_with_offsets(text[start:end])
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    plain = start == 0 and isinstance(offsets, range)  # every place in the folded text is the same in `text`
    for match in _TOKEN.finditer(folded):
        word, span = match[0], match.span()
        if not plain:
            span = start + offsets[span[0]], start + offsets[span[1]]
        if word not in _STROKES or _counts(word, text, span, words):
            words.append(word)
            spans.append(span)
    return words, spans


def _counts(word: str, text: str, span: tuple[int, int], before: list[str]) -> bool:
    """Whether a mark is worth a word: not the hyphen of "first-look", not the stops of "Mr. J. Doe" and "3.5"."""
    if word == "-":
        return _dash(text, span[0])
    after = text[span[1] : span[1] + 1]
    return (not after or after.isspace() or after in _CLOSING) and not (
        before and (before[-1] in _ABBREVIATIONS or (len(before[-1]) == 1 and before[-1].isalpha()))
    )


def _dash(text: str, place: int) -> bool:
    """Whether the stroke at `place` parts clauses, not the halves of a word or the ends of a range."""
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if text[place] in _DASHES:
        return not (before.isdigit() and after.isdigit())
    return before.isspace() or before == "-"


def _join_ordinals(text: str, words: list[str], spans: list[tuple[int, int]], counted: frozenset[str]) -> None:
    """Makes one word of a number, its stop and nothing more where a counted word or a small letter follows."""
    for index in range(len(words) - 2, 0, -1):
        following = text[spans[index + 1][0]]
        if (
            words[index] == "."
            and words[index - 1].isdecimal()
            and len(words[index - 1]) <= 2  # noqa: PLR2004 - neither days nor seasons have three digits
            and (words[index + 1] in counted or following.islower())
            and words[max(0, index - 2)] not in counted  # "Staffel 2." counts already
        ):
            words[index - 1 : index + 1] = [words[index - 1] + "."]
            spans[index - 1 : index + 1] = [(spans[index - 1][0], spans[index][1])]


def _bounds(text: str, words: list[str], spans: list[tuple[int, int]], *, whole: bool) -> Iterator[tuple[int, int]]:
    first = 0
    if len(words) > _MAX_WORDS or not (whole or _STOPS.isdisjoint(words)):
        for index, word in enumerate(words):
            stops = not whole and word in _STOPS and _ends_sentence(text, spans, index)
            if stops or index + 1 - first >= _MAX_WORDS:
                yield first, index + 1
                first = index + 1
    yield first, len(words)


def _ends_sentence(text: str, spans: list[tuple[int, int]], index: int) -> bool:
    """Whether the stop at `index` ends a sentence."""
    rest = text[spans[index][1] : spans[index][1] + 4]
    if rest and not rest[0].isspace() and rest[0] not in _CLOSING:
        return False
    following = rest.strip(_AROUND)
    return not following or not following[0].islower()


def _clauses(words: list[str]) -> tuple[int, ...]:
    """For each word the number of its clause."""
    if CLAUSE_MARKS.isdisjoint(words):
        return (0,) * len(words)
    return tuple(accumulate(word in CLAUSE_MARKS for word in words))
