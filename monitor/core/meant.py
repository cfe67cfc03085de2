"""Whether a watched name is meant where it stands: everyday words need evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.core.clauses import Sentence
from monitor.core.lexicon import Lexicon
from monitor.core.reading import Passage, Reading, within, words_at
from monitor.core.text import fold
from monitor.core.watchlist import Mention, WatchType, names_any

_ENOUGH = 3
_QUOTES = "\"'“”‘’‚«»‹›„"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A mention that is the title or person of the watch, with its place in words."""

    mention: Mention
    passage: Passage
    first: int
    last: int

    @property
    def shown(self) -> str:
        return self.passage.sentence.text[self.mention.start : self.mention.end]


def meant(reading: Reading, lexicon: Lexicon) -> tuple[tuple[Meant, ...], tuple[str, ...]]:
    """The mentions that are meant, and a note on each watch whose name was refused throughout."""
    accepted: list[Meant] = []
    refused: dict[str, str] = {}
    for passage in reading.passages:
        for mention in reading.mentions:
            if within(passage.sentence, mention):
                first, last = words_at(passage.sentence, mention.start, mention.end)
                one = Meant(mention=mention, passage=passage, first=first, last=last)
                reason = _refusal(one, reading, lexicon)
                if reason is None:
                    accepted.append(one)
                else:
                    refused.setdefault(mention.watch.id, reason)
    taken = {one.mention.watch.id for one in accepted}
    return _longest(accepted), tuple(note for watch, note in refused.items() if watch not in taken)


def _longest(accepted: list[Meant]) -> tuple[Meant, ...]:
    """Without titles inside longer watched ones: "Dune" in "Dune: Part Three"."""
    return tuple(
        one
        for one in accepted
        if not any(
            other.passage is one.passage
            and other.first <= one.first
            and one.last <= other.last
            and other.last - other.first > one.last - one.first
            for other in accepted
        )
    )


def _refusal(one: Meant, reading: Reading, lexicon: Lexicon) -> str | None:
    """Why the mention is not the watch, or None if it is."""
    watch = one.mention.watch
    title = f"“{one.shown}” is not taken for {watch.title}"
    if watch.type is WatchType.PERSON:
        return None
    if watch.require and not names_any(watch.require, _near(one, reading)):
        return f"{title}: none of {', '.join(watch.require)} stands with it"
    words = one.mention.name.split()
    if not watch.require and (len(words) > 2 or not all(word in lexicon.everyday for word in words)):  # noqa: PLR2004 - three words are no accident
        return None
    evidence = dict(_evidence(one, reading, lexicon))
    score = sum(evidence.values())
    if score >= _ENOUGH:
        return None
    told = ", ".join(f"{reason} {points:+}" for reason, points in evidence.items()) or "nothing speaks for it"
    return f"{title}: an everyday word, and only {score} of {_ENOUGH} points ({told})"


def _near(one: Meant, reading: Reading) -> str:
    """The words that stand near a mention: its own sentence, headline and lead."""
    near = [passage for passage in reading.passages if passage.place != "body" or passage is one.passage]
    return fold("\n".join(passage.sentence.quote(0, len(passage.sentence.words)) for passage in near))


def _evidence(one: Meant, reading: Reading, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    sentence, watch = one.passage.sentence, one.mention.watch
    if _in_quotes(sentence.text, one.mention.start, one.mention.end):
        yield "in quotation marks", 3
    elif not sentence.capital(one.first):
        yield "written small", -3
    elif one.first > 0 and "nouns" not in lexicon.capitals and _mostly_small(sentence, lexicon):
        yield "a capital amid small letters", 2
    if _beside(sentence, one, lexicon):
        yield "production words beside it", 2
    if any(span.numbers for span in one.passage.seasons):
        yield "a season number", 1
    if one.passage.networks:
        yield "a network", 1
    if names_any(watch.cast, reading.folded):
        yield "its cast", 3
    if watch.require:
        yield "a required word", 3


def _in_quotes(text: str, start: int, end: int) -> bool:
    after = text[end : end + 2].lstrip(",.")
    return start > 0 and text[start - 1] in _QUOTES and after[:1] in tuple(_QUOTES)


def _mostly_small(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether the sentence is written like a sentence, not like a headline with capitals throughout."""
    words = [index for index, word in enumerate(sentence.words) if word.isalpha() and word not in lexicon.title_small]
    small = sum(not sentence.capital(index) for index in words)
    return small * 2 > len(words)


def _beside(sentence: Sentence, one: Meant, lexicon: Lexicon) -> bool:
    words = sentence.words
    after = (
        words[one.last + 1]
        if words[one.last : one.last + 1] == ("'s",)
        else words[one.last]
        if one.last < len(words)
        else ""
    )
    before: Iterable[str] = words[max(0, one.first - 1) : one.first]
    return after in lexicon.production or any(word in lexicon.production for word in before)
