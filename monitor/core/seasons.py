"""Season numbers in a sentence: digits, words, ordinals, ranges, and seasons told without a number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.clauses import Sentence
from monitor.core.lexicon import Lexicon

_SHORT = re.compile(r"([a-z]+)(\d{1,2})")  # "S02E01" is an episode
_ORDINAL = re.compile(r"(\d{1,3})(\D+)")
_MOST = 99  # more is a year or an episode
_WIDEST = 30  # of a range


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonSpan:
    """Words `first` up to `last` name seasons; `numbers` is empty for "another season"."""

    first: int
    last: int
    numbers: tuple[int, ...]


def find(sentence: Sentence, lexicon: Lexicon) -> tuple[SeasonSpan, ...]:
    """Every mention of seasons, in order; those with numbers shadow those without that they cover."""
    known = lexicon.units
    units = [index for index, word in enumerate(sentence.words) if word in known or word[-1].isdecimal()]
    if not units:
        return ()
    numbered = [*_numbered(sentence.words, units, lexicon)]
    if numbered:
        numbered += _without_unit(sentence.words, numbered[0].last, lexicon)
    taken = {place for span in numbered for place in range(span.first, span.last)}
    plain = [
        span for span in _unnumbered(sentence.words, units, lexicon) if not taken & set(range(span.first, span.last))
    ]
    return tuple(sorted([*numbered, *plain], key=lambda span: span.first))


def _numbered(words: tuple[str, ...], units: list[int], lexicon: Lexicon) -> Iterator[SeasonSpan]:
    for index in units:
        word = words[index]
        short = _SHORT.fullmatch(word)
        if short and short[1] in lexicon.season_letters and int(short[2]) > 0:
            yield SeasonSpan(first=index, last=index + 1, numbers=(int(short[2]),))
        elif word in lexicon.season_units or word in lexicon.run_units:
            span = _after_unit(words, index, lexicon) or _before_unit(words, index, lexicon)
            if span:
                yield span


def _after_unit(words: tuple[str, ...], unit: int, lexicon: Lexicon) -> SeasonSpan | None:
    """Numbers behind the unit: "season 2", "seasons two and three", "seasons 1-3"; not "run 2"."""
    if words[unit] not in lexicon.season_units:
        return None
    numbers: list[int] = []
    place, last, ranged = unit + 1, unit + 1, False
    while place < len(words):
        word = words[place]
        value = _cardinal(word, lexicon)
        if value is not None:
            # "seasons 1-3" is cut into two numbers side by side.
            ranged = ranged or (last == place and bool(numbers))
            numbers.extend(_range(numbers[-1], value) if ranged and numbers else (value,))
            last, ranged = place + 1, False
        elif not numbers or (word not in lexicon.list_words and word not in lexicon.through):
            break
        else:
            ranged = ranged or word in lexicon.through
        place += 1
    return SeasonSpan(first=unit, last=last, numbers=tuple(dict.fromkeys(numbers))) if numbers else None


def _before_unit(words: tuple[str, ...], unit: int, lexicon: Lexicon) -> SeasonSpan | None:
    """Ordinals before the unit: "third season", "second and third seasons", "fourth and final season"."""
    numbers: list[int] = []
    first = unit
    for place in range(unit - 1, max(-1, unit - 8), -1):
        value = _ordinal(words[place], lexicon)
        if value is not None:
            numbers.append(value)
            first = place
        elif words[place] not in lexicon.list_words and words[place] not in lexicon.last_words:
            break
    return SeasonSpan(first=first, last=unit + 1, numbers=tuple(reversed(numbers))) if numbers else None


def _without_unit(words: tuple[str, ...], first: int, lexicon: Lexicon) -> Iterator[SeasonSpan]:
    """Ordinals that leave the unit of an earlier season to be understood: "for a second series and 'X' for a fourth"."""
    for place in range(first + 1, len(words)):
        value = _ordinal(words[place], lexicon)
        following = words[place + 1] if place + 1 < len(words) else "."
        ends = following in lexicon.joiners or not following[0].isalnum()
        if value is not None and words[place - 1] in lexicon.articles and ends:
            yield SeasonSpan(first=place, last=place + 1, numbers=(value,))


def _unnumbered(words: tuple[str, ...], units: list[int], lexicon: Lexicon) -> Iterator[SeasonSpan]:
    """Seasons told without a number: "another season", "two more seasons", "a new season", "the final season"."""
    for index in units:
        word = words[index]
        if word not in lexicon.units:
            continue
        told = lexicon.more_or_last
        if word in lexicon.new_units:
            told |= lexicon.new_words
        first = index
        while first > 0 and (words[first - 1] in told or words[first - 1] in lexicon.numbers):
            first -= 1
        last = index + 1
        while last < len(words) and words[last] in lexicon.season_tails:
            last += 1
        if last > index + 1 or any(inner in told for inner in words[first:index]):
            yield SeasonSpan(first=first, last=last, numbers=())


def slot(spans: tuple[SeasonSpan, ...], words: tuple[str, ...], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Word ranges for the `{season}` slot, each with and without its article."""
    for span in spans:
        yield span.first, span.last
        if span.first and words[span.first - 1] in lexicon.articles:
            yield span.first - 1, span.last


def _range(low: int, high: int) -> Iterator[int]:
    if low < high <= low + _WIDEST:
        yield from range(low + 1, high + 1)
    else:
        yield high


def _cardinal(word: str, lexicon: Lexicon) -> int | None:
    value = lexicon.numbers.get(word)
    if value is None and word.isdecimal() and len(word) <= 2:  # noqa: PLR2004 - two digits are the most a season has
        value = int(word)
    return value if value is not None and 0 < value <= _MOST else None


def _ordinal(word: str, lexicon: Lexicon) -> int | None:
    value = lexicon.ordinals.get(word)
    if (
        value is None
        and word[0].isdecimal()
        and (digits := _ORDINAL.fullmatch(word))
        and digits[2] in lexicon.ordinal_marks
    ):
        value = int(digits[1])
    return value if value is not None and 0 < value <= _MOST else None
