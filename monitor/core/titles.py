"""Titles of shows and films in a sentence that no watchlist names: quotations and runs of capitals."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.core.clauses import Sentence, is_mark
from monitor.core.lexicon import Lexicon

# Opening marks follow no letter; closing ones precede none. A title begins with a capital or a digit.
_QUOTED = re.compile(
    r"(?<![^\W_])(?:(?:[\"“„»]+|«[\s«]*)(?P<double>[^\s\"“”«»„][^\"“”«»„\n]{0,90}?)\s?[\"”»“«]|"
    r"['‘’‚›](?P<single>[A-Z0-9À-Þ][^\n\"“”]{0,90}?)['’‘‹](?![^\W_]))"
)
_COUNT = re.compile(r"1?[0-9]|i{2,3}|iv|vi{0,3}|ix")
_TRAILING = ",.;:"  # marks that the sentence puts inside the quotation marks of a title
_MOST_WORDS = 10
_MOST_WORDS_SMALL = 7  # where only the first word of a title has a capital, a longer quotation is a remark
_LONGEST_RUN = 8
_MOST_SMALL = 3  # words from an article to the first noun: "Der lange kalte Winter"
SENTENCE_CASE = 2  # so many words in small letters make a headline one that is not written in capitals throughout


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleSpan:
    """Words `first` up to `last` are a title, `shown` as in the text without its quotation marks."""

    first: int
    last: int
    shown: str
    quoted: bool


def quoted(sentence: Sentence, lexicon: Lexicon) -> tuple[TitleSpan, ...]:
    """The quotations of a sentence that read like titles, not like somebody speaking."""
    found = []
    start, end = sentence.characters(0, len(sentence.words))
    starts = [span[0] for span in sentence.spans]
    for match in _QUOTED.finditer(sentence.text, max(0, start - 2), min(len(sentence.text), end + 2)):
        inner = match["double"] or match["single"]
        left = match.start("double") if match["double"] else match.start("single")
        first, last = bisect_left(starts, left), bisect_left(starts, left + len(inner))
        shown = inner.strip().rstrip(_TRAILING).strip()
        while first < last and sentence.words[last - 1] in _TRAILING:
            last -= 1
        if _title_like(sentence, first, last, lexicon):
            found.append(TitleSpan(first=first, last=last, shown=shown, quoted=True))
    return tuple(found)


def numbered(sentence: Sentence, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Known titles with the number or the second title that belongs to them: "Tide Riders 3", "Tide Riders: The Reef"."""
    known = dict(sorted(spans))
    words = sentence.words
    for first, last in known.items():
        if last < len(words) and _COUNT.fullmatch(words[last]) and words[last + 1 : last + 2] != (":",):
            yield first, last + 1
        elif words[last : last + 1] == (":",) and last + 1 in known:
            yield first, known[last + 1]
        else:
            yield first, last


def _title_like(sentence: Sentence, first: int, last: int, lexicon: Lexicon) -> bool:
    words = sentence.words[first:last]
    if not 0 < len(words) <= _MOST_WORDS or not sentence.capital(first) or is_outlet(words, lexicon):
        return False
    if len(words) > 3 and any(word in lexicon.speech for word in words):  # noqa: PLR2004 - "I, Claudius", "You" are titles
        return False
    if "titles" not in lexicon.capitals:
        return len(words) <= _MOST_WORDS_SMALL
    # Titles are written with capitals; a quoted remark is not.
    lower = [
        index
        for index in range(first, last)
        if sentence.words[index][0].isalpha()
        and not sentence.capital(index)
        and sentence.words[index] not in lexicon.title_small
    ]
    return len(lower) * 3 <= len(words)


def is_outlet(words: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether words name who reports: "The Hollywood Reporter"."""
    return "".join(word for word in words if word not in lexicon.articles) in lexicon.outlets


def runs(sentence: Sentence, lexicon: Lexicon, taken: set[int]) -> Iterator[tuple[int, int]]:
    """Word ranges that could be an unquoted title: every stretch of capitals, small words allowed inside it.

    None begins with "to" or "in", however it is written, and none ends with such a word.
    """
    words, small = sentence.words, lexicon.title_small
    written = [_title_word(sentence, place, lexicon, taken) for place in range(len(words))]
    for first, word in enumerate(words):
        if not written[first] or (word in small and word not in lexicon.articles):
            continue
        for last in range(first + 1, min(first + _LONGEST_RUN, len(words)) + 1):
            inside = last - 1
            if written[inside]:
                if words[inside] not in small:
                    yield first, last
            elif inside in taken or words[inside] not in lexicon.title_inner:
                break


def articled(sentence: Sentence, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Runs such as "The Iron Court" within a sentence that else is written small: only a title keeps its article's capital."""
    words = sentence.words
    articles = lexicon.articles
    if articles.isdisjoint(words):
        return
    opening = [
        place
        for place in range(1, len(words) - 1)
        if words[place] in articles and sentence.capitals[place] and not is_mark(words[place - 1])
    ]
    if not opening:
        return
    small = [word for place, word in enumerate(words) if word.isalpha() and not sentence.capital(place)]
    # Where nobody writes headlines in capitals throughout, one small word tells as much as two.
    throughout = "titles" in lexicon.capitals
    if sum(word not in lexicon.title_small for word in small) < (SENTENCE_CASE if throughout else 1):
        return
    if not (throughout or lexicon.title_articles):
        yield from _small_written(sentence, opening, lexicon)
        return
    for first in opening:
        short = words[first] in lexicon.title_articles
        last = _articled_end(sentence, first, lexicon) if short else _capitals_end(sentence, first + 1, lexicon)
        if last - first > (1 if short else 2):  # "The Hague" may be a place
            yield first, last


def amid_small(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether a sentence is written small, so that its capitals tell."""
    written = zip(sentence.words, sentence.capitals, strict=True)
    small = [word for word, capital in written if not capital and word.isalpha() and word not in lexicon.title_small]
    return len(small) >= SENTENCE_CASE


def _capitals_end(sentence: Sentence, place: int, lexicon: Lexicon) -> int:
    while place < len(sentence.words) and _title_word(sentence, place, lexicon, set()):
        place += 1
    return place


def _articled_end(sentence: Sentence, first: int, lexicon: Lexicon) -> int:
    """The end of a title with a small word or two behind its article or before a genitive: "Das letzte Haus der Stadt"."""
    words = sentence.words
    start = first + 1
    while start < len(words) and start - first < _MOST_SMALL and words[start].isalpha() and not sentence.capital(start):
        start += 1
    last = _capitals_end(sentence, start, lexicon)
    if last == start:
        return first
    while last + 1 < len(words) and words[last] in lexicon.of_words & lexicon.articles:
        further = _capitals_end(sentence, last + 1, lexicon)
        if further == last + 1:
            break
        last = further
    return last


def _small_written(sentence: Sentence, opening: Iterable[int], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Such runs where titles are written like sentences: "La casa del lago", "Los Olmedo".

    Not the second half of a name ("Paz de La Huerta") and not a place or a paper that keeps its article (`articled_names`).
    """
    words = sentence.words
    for first in opening:
        before = first - 1
        if words[before] in lexicon.name_links and before:
            before -= 1
        if before and words[before].isalpha() and sentence.capital(before) and words[before] not in lexicon.not_names:
            continue
        last = _small_end(sentence, first, lexicon)
        if last and not any(" ".join(words[first:end]) in lexicon.articled_names for end in range(first + 2, last + 1)):
            yield first, last


def _small_end(sentence: Sentence, first: int, lexicon: Lexicon) -> int | None:
    """The end of the run that the article at `first` opens: a noun with an adjective, and more of them behind "de"."""
    words = sentence.words
    last = first + 1
    if is_mark(words[last]) or words[last] in lexicon.title_small - lexicon.numbers.keys():
        return None
    written = sentence.capital(last)  # "Los Olmedo": then no small noun belongs to it
    last = _nouns_end(sentence, last, lexicon, written=written, sure=True)
    while last < len(words) and words[last] in lexicon.name_links:
        inner = last + 1
        while inner < len(words) and words[inner] in lexicon.articles:
            inner += 1
        end = _nouns_end(sentence, inner, lexicon, written=False, sure=False)
        if end == inner:
            break
        last = end
    return last


def _nouns_end(sentence: Sentence, first: int, lexicon: Lexicon, *, written: bool, sure: bool) -> int:
    """The end of up to two words of a title at `first`, of capitals only where it is `written` so; `sure` takes the first."""
    last = first
    while last < len(sentence.words) and (written or last - first < 2):  # noqa: PLR2004 - a noun and its adjective
        word = sentence.words[last]
        plain = word[0].isalnum() and word not in lexicon.title_small and word not in lexicon.title_stops
        if not (sure and last == first) and not (plain and (not written or sentence.capital(last))):
            break
        last += 1
    return last


def prefix(sentence: Sentence, lexicon: Lexicon, taken: set[int]) -> TitleSpan | None:
    """The title that a headline opens with: "The Outlaws: two join the cast"."""
    if ":" not in sentence.words[: _LONGEST_RUN + 1]:
        return None
    last = sentence.words.index(":")
    if (0, last) not in set(runs(sentence, lexicon, taken)):
        return None
    return TitleSpan(first=0, last=last, shown=sentence.quote(0, last), quoted=False)


def _title_word(sentence: Sentence, place: int, lexicon: Lexicon, taken: set[int]) -> bool:
    word = sentence.words[place]
    if not sentence.capitals[place] or place in taken or not word[0].isalnum() or word in lexicon.title_stops:
        return False
    # Where every noun has a capital, "Fantasyserie" before a title is no part of it.
    return "nouns" not in lexicon.capitals or word not in lexicon.screen
