"""A document cut into headline, lead and body, with everything that stands in its sentences found on demand."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from monitor.core import dates, people, seasons, titles
from monitor.core.clauses import Sentence, sentences
from monitor.core.lexicon import Lexicon
from monitor.core.names import WordNames
from monitor.core.once import found_once
from monitor.core.phrases import Ground, SlotName, Span
from monitor.core.report import Document, Part
from monitor.core.rules import Place
from monitor.core.text import fold
from monitor.core.watchlist import Mention, Watchlist, WatchType

_LEAD_SENTENCES = 3  # of a summary
_OPENING_SENTENCES = 2  # of a text that has no summary
_MOST_SENTENCES = 300
# "NEW:", "It's official!", "!!!": what stands before the first sentence of a post that has more words than these.
_WORDS_OF_A_SENTENCE = 4
_MOST_EXCLAMATIONS = 4
_LONGEST_SECTION = 3  # words: "tv-and-radio"
_WORDS = re.compile(r"[^\W_]+")


class Passage:
    """One sentence with its place in the document. What is found in it is found once; it never changes."""

    def __init__(
        self, sentence: Sentence, place: Place, *, lexicon: Lexicon, published: date | None, watched: tuple[Span, ...]
    ) -> None:
        self.sentence = sentence
        self.place = place
        self.watched = watched  # word ranges of watched titles, accepted or not
        self._lexicon = lexicon
        self._published = published

    def ground(self) -> Ground:
        """The sentence for phrases to be looked for in."""
        # In a sentence "after the summer break" is a mere adverbial; a headline has no room for one between news words.
        ends = self._lexicon.gap_ends if self.place == "headline" else frozenset[str]()
        return Ground(self.sentence.words, self.slot, ends)

    def slot(self, name: SlotName) -> Iterable[Span]:
        """The word ranges that may fill a slot of a phrase."""
        spans: Iterable[Span]
        match name:
            case "title":
                spans = self._title_slot()
            case "known":
                spans = _possessive(self.sure, self.sentence.words)
            case "season":
                spans = seasons.slot(self.seasons, self.sentence.words, self._lexicon)
            case "person":
                spans = people.slot(self.sentence, self._lexicon, self._taken)
            case "role":
                spans = people.role_slot(self.sentence, self._lexicon)
            case "date":
                spans = ((span.first, span.last) for span in self.dates)
            case "network":
                spans = _possessive(self.networks, self.sentence.words)
            case "number":
                spans = self._numbers()
            case _:
                assert_never(name)
        return spans

    @found_once
    def quoted(self) -> tuple[titles.TitleSpan, ...]:
        """Quotations that read like titles, and what is a title without quotation marks: those everybody knows, "The Iron Court"."""
        quotations = titles.quoted(self.sentence, self._lexicon)
        famous = filter(self._capitals, self._named(self._lexicon.famous))
        plain = (*titles.articled(self.sentence, self._lexicon), *titles.numbered(self.sentence, famous))
        if not plain:
            return quotations
        found = list(quotations)
        for first, last in sorted(plain, key=lambda span: span[0] - span[1]):
            other = titles.is_outlet(self.sentence.words[first:last], self._lexicon)
            if not other and not any(first < span.last and span.first < last for span in found):
                shown = self.sentence.quote(first, last)
                found.append(titles.TitleSpan(first=first, last=last, shown=shown, quoted=False))
        return tuple(sorted(found, key=lambda span: span.first))

    @found_once
    def amid_small(self) -> bool:
        """Whether the sentence is written small, so that its capitals tell."""
        return titles.amid_small(self.sentence, self._lexicon)

    @found_once
    def seasons(self) -> tuple[seasons.SeasonSpan, ...]:
        return seasons.find(self.sentence, self._lexicon)

    @found_once
    def dates(self) -> tuple[dates.DateSpan, ...]:
        return dates.find(self.sentence, self._lexicon, self._published)

    @found_once
    def people(self) -> tuple[people.NameSpan, ...]:
        return people.find(self.sentence, self._lexicon, self._taken)

    @found_once
    def networks(self) -> tuple[Span, ...]:
        """Word ranges of networks and studios."""
        return self._named(self._lexicon.networks)

    @found_once
    def likely(self) -> tuple[Span, ...]:
        """Word ranges of what may be a well-known title or mean something else: "Succession", "The Bear"."""
        return tuple(filter(self._capitals, self._named(self._lexicon.likely)))

    @found_once
    def screen_people(self) -> tuple[Span, ...]:
        """Word ranges of people whom everybody knows from film and television."""
        return self._named(self._lexicon.screen_people)

    def _named(self, names: WordNames) -> tuple[Span, ...]:
        """Word ranges of listed names, which must be written with a capital: "Sky", not "sky"."""
        sentence = self.sentence
        return tuple(span for span in names.find(sentence.words) if sentence.form(span[0])[0].isupper())

    def _capitals(self, span: Span) -> bool:
        """Whether every word that titles write with a capital has one: "Sex education at schools" is no title."""
        small, words = self._lexicon.title_small, self.sentence.words
        return all(self.sentence.capital(at) or words[at] in small or not words[at].isalnum() for at in range(*span))

    @found_once
    def _taken(self) -> tuple[Span, ...]:
        """Places that are no person's name: titles, networks and dates."""
        quoted = tuple((span.first, span.last) for span in self.quoted)
        dated = tuple((span.first, span.last) for span in self.dates)
        return (*quoted, *dated, *self.watched, *self.networks)

    @found_once
    def sure(self) -> tuple[Span, ...]:
        """Word ranges of titles that are one beyond doubt: quoted, known to everybody, watched."""
        return tuple(sorted({(span.first, span.last) for span in self.quoted} | set(self.watched)))

    def _title_slot(self) -> Iterator[Span]:
        sure = self.sure
        yield from _possessive(sure, self.sentence.words)
        taken = {place for span in self.seasons for place in range(span.first, span.last)}
        taken |= {place for first, last in sure for place in range(first, last)}
        yield from _possessive(titles.runs(self.sentence, self._lexicon, taken), self.sentence.words)

    def _numbers(self) -> Iterator[Span]:
        for index, word in enumerate(self.sentence.words):
            if word.isdecimal() or word in self._lexicon.numbers:
                yield index, index + 1


def _possessive(spans: "Iterator[Span] | list[Span] | tuple[Span, ...]", words: tuple[str, ...]) -> Iterator[Span]:
    """The spans, and each again with the "'s" that follows it."""
    for first, last in spans:
        yield first, last
        if last < len(words) and words[last] == "'s":
            yield first, last + 1


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A document as passages, headline first, and the watched names in it."""

    passages: tuple[Passage, ...]
    mentions: tuple[Mention, ...]
    document: Document
    parts: tuple[tuple[Part, str], ...]
    lexicon: Lexicon

    @found_once
    def folded(self) -> str:
        """Everything, for context."""
        return fold("\n".join(text for _, text in self.parts))

    @found_once
    def outlet(self) -> bool:
        """Whether the publisher or the address says that its news is of film and television."""
        return _of_screen(self.document, self.lexicon)


def read(document: Document, lexicon: Lexicon, watchlist: Watchlist | None) -> Reading:
    """The document cut up. Lines that are page furniture are left out; the lead is the summary or the text's opening."""
    published = document.published.date() if document.published else None
    parts: tuple[tuple[Part, str], ...] = (
        ("title", document.title),
        ("summary", document.summary),
        ("text", _without_furniture(document.text, lexicon)),
    )
    mentions = tuple(m for part, text in parts if text for m in watchlist.find(part, text)) if watchlist else ()
    passages = [
        Passage(
            sentence,
            place,
            lexicon=lexicon,
            published=published,
            watched=tuple(
                words_at(sentence, m.start, m.end)
                for m in mentions
                if m.watch.type is not WatchType.PERSON and within(sentence, m)
            ),
        )
        for sentence, place in _placed(parts, lexicon)
    ]
    return Reading(passages=tuple(passages), mentions=mentions, document=document, parts=parts, lexicon=lexicon)


def _of_screen(document: Document, lexicon: Lexicon) -> bool:
    """Whether the outlet or its section is about film and television: "TV Weekly", ".../film/news/...".

    Only short parts of the address are sections; a long one repeats the headline.
    """
    host, *path = (document.url or "").lower().partition("://")[2].partition("?")[0].split("/")
    sections = [words for part in path[:-1] if len(words := _WORDS.findall(part)) <= _LONGEST_SECTION]
    told = (*fold(document.publisher or "").split(), *host.split("."), *(word for words in sections for word in words))
    return not lexicon.outlets.isdisjoint(told)


def within(sentence: Sentence, mention: Mention) -> bool:
    if mention.part != sentence.part:
        return False
    start, end = sentence.characters(0, len(sentence.words))
    return start <= mention.start and mention.end <= end


def words_at(sentence: Sentence, start: int, end: int) -> Span:
    """The words that lie at these characters."""
    inside = [index for index, span in enumerate(sentence.spans) if span[0] < end and span[1] > start]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _placed(parts: tuple[tuple[Part, str], ...], lexicon: Lexicon) -> Iterator[tuple[Sentence, Place]]:
    (_, title), (_, summary), (_, text) = parts
    counted = lexicon.counted_nouns
    headline = sentences("title", title, whole=True, counted=counted)
    lead = sentences("summary", summary, counted=counted)
    body = sentences("text", text, counted=counted)[:_MOST_SENTENCES]
    opening = 0 if lead else _OPENING_SENTENCES
    told = [*lead, *body]
    if not headline:
        headline, told = _opening(told)
        opening = _OPENING_SENTENCES
    elif body and headline[0].words == body[0].words:
        told.remove(body[0])  # the text repeats its headline
    yield from ((sentence, "headline") for sentence in headline)
    leading = _LEAD_SENTENCES if lead else opening
    for index, sentence in enumerate(told):
        yield sentence, "lead" if index < leading and (not lead or sentence.part == "summary") else "body"


def _opening(told: list[Sentence]) -> tuple[tuple[Sentence, ...], list[Sentence]]:
    """The headline of a post without a title, and the rest: its first sentence, with the exclamations that stand before it."""
    for index, sentence in enumerate(told[:_MOST_EXCLAMATIONS]):
        if sum(word.isalpha() for word in sentence.words) >= _WORDS_OF_A_SENTENCE:
            return tuple(told[: index + 1]), told[index + 1 :]
    return tuple(told[:1]), told[1:]


def _without_furniture(text: str, lexicon: Lexicon) -> str:
    """The text with furniture lines blanked, so that places in it stay what they were."""
    if not text:
        return text
    return "\n".join(" " * len(line) if _is_furniture(fold(line), lexicon) else line for line in text.split("\n"))


def _is_furniture(line: str, lexicon: Lexicon) -> bool:
    """Whether a folded line begins as page furniture does. One word is furniture alone or before a mark only.

    "Subscribe", "Related: ..." and "Read more about it" are; "Subscribe to a theory" and "Related shows were axed" are not.
    """
    if not line.startswith(lexicon.furniture):
        return False
    for opening in filter(line.startswith, lexicon.furniture):
        rest = line[len(opening) :]
        if not opening.isalpha() and not (opening[-1].isalnum() and rest[:1].isalnum()):
            return True
        if not rest.strip() or (not rest[0].isalnum() and not rest.lstrip()[0].isalnum()):
            return True
    return False
