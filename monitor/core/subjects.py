"""Whom a piece of news is about: a watched title, a watched person, a topic, or a title found in the text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.core import titles
from monitor.core.findings import Finding
from monitor.core.lexicon import Lexicon
from monitor.core.meant import Meant
from monitor.core.phrases import Span
from monitor.core.reading import Passage, Reading
from monitor.core.report import Subject
from monitor.core.text import fold
from monitor.core.watchlist import Watch, WatchType


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title that stands in headline, lead or body; `watch` is None for one that nobody watches."""

    shown: str
    passage: Passage
    first: int
    last: int
    watch: Watch | None = None

    @property
    def subject(self) -> Subject:
        if self.watch:
            return watch_subject(self.watch)
        return Subject(key=f"title:{fold(self.shown)}", title=self.shown)


def watch_subject(watch: Watch) -> Subject:
    return Subject(key=f"{watch.type}:{watch.id}", title=watch.title)


def titles_in(reading: Reading, mentions: Iterable[Meant], lexicon: Lexicon) -> tuple[Title, ...]:
    """The titles of headline and lead in order: watched ones, quotations, and what a headline opens with before a colon."""
    found: list[Title] = []
    watched = [one for one in mentions if one.mention.watch.type in {WatchType.SHOW, WatchType.FILM}]
    for passage in reading.passages:
        here = [
            Title(shown=one.shown, passage=passage, first=one.first, last=one.last, watch=one.mention.watch)
            for one in watched
            if one.passage is passage
        ]
        if passage.place != "body":
            here += [title for title in _unwatched(passage, lexicon) if not _overlaps(title, here)]
        found += sorted(here, key=lambda title: title.first)
    return tuple(found)


def _unwatched(passage: Passage, lexicon: Lexicon) -> Iterator[Title]:
    for span in passage.quoted:
        yield Title(shown=span.shown, passage=passage, first=span.first, last=span.last)
    if passage.place == "headline" and not passage.quoted:
        opening = titles.prefix(passage.sentence, lexicon, set())
        if opening:
            yield Title(shown=opening.shown, passage=passage, first=opening.first, last=opening.last)


def _overlaps(title: Title, others: Iterable[Title]) -> bool:
    return any(title.first < other.last and other.first < title.last for other in others)


def subjects_of(finding: Finding, known: Sequence[Title], lexicon: Lexicon) -> tuple[Title, ...]:
    """The titles a finding is about: those it names, else the nearest of its clause, its sentence, the document.

    A list ("'One', 'Two' and 'Three'") is about every one of them.
    """
    here = [title for title in known if title.passage is finding.passage]
    bound = _bound(finding, here, lexicon)
    if bound is None and here:
        bound = min(here, key=lambda title: _distance(title, finding))
    if bound is not None:
        return _listed_with(bound, here, finding.passage, lexicon)
    run = _beside_season(finding.passage, lexicon)
    if run is not None:
        return (run,)
    opening = [title for title in known if title.passage.place != "body"]
    return tuple(opening[:1] or known[:1])


def _distance(title: Title, finding: Finding) -> tuple[bool, bool, int]:
    """How far a title is: unwatched after watched, other clauses after its own, then in words."""
    clauses = finding.passage.sentence.clauses
    elsewhere = clauses[title.first] != clauses[finding.hit.first]
    gap = max(0, finding.hit.first - title.last, title.first - finding.hit.last)
    return elsewhere, title.watch is None, gap


def _bound(finding: Finding, here: Sequence[Title], lexicon: Lexicon) -> Title | None:
    """The title in the rule's own slot: a known one, else the run of capitals that stands there."""
    for name, (first, last) in finding.hit.bindings:
        if name != "title":
            continue
        for title in here:
            if title.first < last and first < title.last:
                return title
        if finding.passage.sentence.words[last - 1] == "'s":
            last -= 1  # noqa: PLW2901 - the possessive is no part of the title
        if not here:
            return _run(finding.passage, (first, last), lexicon)
    return None


def _run(passage: Passage, span: Span, lexicon: Lexicon) -> Title | None:
    """The longest run of capitals around a span, if it is not a person's name."""
    first, last = span
    if any(name.first < last and first < name.last for name in passage.people):
        return None
    taken = {place for season in passage.seasons for place in range(season.first, season.last)}
    around = [run for run in titles.runs(passage.sentence, lexicon, taken) if run[0] <= first and last <= run[1]]
    widest = max(around, key=lambda run: run[1] - run[0], default=span)
    return Title(shown=passage.sentence.quote(*widest), passage=passage, first=widest[0], last=widest[1])


def _beside_season(passage: Passage, lexicon: Lexicon) -> Title | None:
    """The run of capitals right before "season 2" or right after "season 2 of"."""
    taken = {place for season in passage.seasons for place in range(season.first, season.last)}
    runs = tuple(titles.runs(passage.sentence, lexicon, taken))
    words = passage.sentence.words
    for season in passage.seasons:
        before = [
            run for run in runs if run[1] == season.first or (run[1] == season.first - 1 and words[run[1]] == "'s")
        ]
        after = [run for run in runs if run[0] == season.last + 1 and words[season.last] in lexicon.of_words]
        for near in (before, after):
            if near:
                first, last = max(near, key=lambda run: run[1] - run[0])
                return Title(shown=passage.sentence.quote(first, last), passage=passage, first=first, last=last)
    return None


def _listed_with(title: Title, here: Sequence[Title], passage: Passage, lexicon: Lexicon) -> tuple[Title, ...]:
    place = here.index(title) if title in here else None
    if place is None:
        return (title,)
    low = high = place
    while low > 0 and _joined(passage, here[low - 1], here[low], lexicon):
        low -= 1
    while high + 1 < len(here) and _joined(passage, here[high], here[high + 1], lexicon):
        high += 1
    return tuple(here[low : high + 1])


def _joined(passage: Passage, left: Title, right: Title, lexicon: Lexicon) -> bool:
    between = passage.sentence.words[left.last : right.first]
    return all(word in lexicon.joiners | {","} for word in between)
