"""What a casting call tells: where, until when to apply, and signs that it is a scam."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.clauses import Sentence
from monitor.core.lexicon import Lexicon
from monitor.core.reading import Passage, Reading
from monitor.core.report import ScamSign
from monitor.core.rules import Ruleset

# Studios write from domains of their own.
_FREE_MAIL = re.compile(
    r"(?<![\w.+-])([\w.+-]++)@(?:(?:gmail|googlemail|yahoo|hotmail|outlook|live|aol|icloud|gmx|protonmail|mail|yandex)\.com"
    r"|(?:yahoo|hotmail)\.co\.uk|gmx\.(?:de|net|at|ch)|web\.de|proton\.me)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_LONG_NAME = 6  # letters; a shorter one must be a word of the address: "max.casting", not "maxine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The fields of `Facts` that only casting calls have."""

    place: str | None = None
    deadline: str | None = None
    scam_signs: tuple[ScamSign, ...] = ()


def read(reading: Reading, told_in: Iterable[Passage], ruleset: Ruleset) -> Call:
    """What the call tells: its place with the news itself (`told_in`), the rest anywhere in the text."""
    deadlines: list[str] = []
    signs: set[ScamSign] = set()
    for passage in reading.passages:
        for mark, hit in ruleset.calls(passage.ground(), passage.sentence.clauses):
            if mark.tells == "deadline":
                bound = [span for name, span in hit.bindings if name == "date"]
                deadlines += [date.iso for date in passage.dates if date.iso and (date.first, date.last) in bound]
            else:
                signs.add(mark.tells)
    texts = dict.fromkeys(passage.sentence.text for passage in reading.passages)
    if any(_studio_at_free_mail(text, ruleset.lexicon) for text in texts):
        signs.add(ScamSign.MAILBOX)
    return Call(
        place=_place(told_in, ruleset.lexicon),
        deadline=next(iter(deadlines), None),
        scam_signs=tuple(sign for sign in ScamSign if sign in signs),
    )


def _studio_at_free_mail(text: str, lexicon: Lexicon) -> bool:
    """Whether an address at a free provider has the name of a studio in it: "netflix.casting@..."."""
    for box in _FREE_MAIL.findall(text):
        words = _LETTERS.findall(box.lower())
        for name in ("".join(_LETTERS.findall(" ".join(name))) for name in lexicon.networks.names):
            if name in words or (len(name) >= _LONG_NAME and name in "".join(words)):
                return True
    return False


def _place(passages: Iterable[Passage], lexicon: Lexicon) -> str | None:
    """The capitalised words after "in" or "near"; None when no place is told."""
    for passage in passages:
        sentence = passage.sentence
        known = {place for span in passage.dates for place in range(span.first, span.last)}
        known |= {place for quote in passage.quoted for place in range(quote.first, quote.last)}
        known |= {place for season in passage.seasons for place in range(season.first, season.last)}
        for index, word in enumerate(sentence.words[:-1]):
            last = index + 1
            while (
                word in lexicon.place_leads
                and last < len(sentence.words)
                and _place_word(sentence, last, known, lexicon)
            ):
                last += 1
            if last > index + 1:
                return sentence.quote(index + 1, last)
    return None


def _place_word(sentence: Sentence, index: int, known: set[int], lexicon: Lexicon) -> bool:
    word = sentence.words[index]
    return word.isalpha() and sentence.capital(index) and index not in known and word not in lexicon.title_stops
