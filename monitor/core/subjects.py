"""Whom a piece of news is about: a watched title, a watched person, a topic, or a title found in the text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.core import titles
from monitor.core.clauses import Sentence
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
        if passage.place == "body":
            break  # a title that only the body names is not what the news is about
        here = [
            Title(shown=one.shown, passage=passage, first=one.first, last=one.last, watch=one.mention.watch)
            for one in watched
            if one.passage is passage
        ]
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
    if here:
        nearest = min(here, key=lambda title: _distance(title, finding, lexicon))
        return _listed_with(nearest, here, lexicon)
    run = _bound(finding, lexicon) or _beside_season(finding.passage, lexicon) or _beside_news(finding, lexicon)
    return (run,) if run else tuple(known[:1])


def _distance(title: Title, finding: Finding, lexicon: Lexicon) -> tuple[bool, bool, bool, int, bool]:
    """How far a title is from the news. The least wins.

    Titles that only say who somebody is come last; then other clauses than its own, titles outside the rule's own slot,
    the distance in words, and of two as near the one nobody watches.
    """
    sentence, hit = finding.passage.sentence, finding.hit
    elsewhere = not sentence.clauses[hit.first] <= sentence.clauses[title.first] <= sentence.clauses[hit.last - 1]
    named = any(
        name in {"title", "known"} and title.first < last and first < title.last for name, (first, last) in hit.bindings
    )
    gap = max(0, hit.first - title.last, title.first - hit.last)
    return _credited(title, lexicon), elsewhere, not named, gap, title.watch is None


def _credited(title: Title, lexicon: Lexicon) -> bool:
    """Whether a title only says who somebody is: "Saltmarsh star ...", "from the creator of Saltmarsh"."""
    words = title.passage.sentence.words
    after = words[title.last : title.last + 2]
    before = words[max(0, title.first - 3) : title.first]
    follows = any(word in lexicon.credits for word in (after[1:] if after[:1] == ("'s",) else after[:1]))
    return follows or (bool(before) and before[-1] in lexicon.of_words and not lexicon.credits.isdisjoint(before))


def _bound(finding: Finding, lexicon: Lexicon) -> Title | None:
    """The run of capitals in the rule's own slot, if it has one."""
    for name, (first, last) in finding.hit.bindings:
        if name == "title":
            possessive = finding.passage.sentence.words[last - 1] == "'s"
            return _run(finding, (first, last - possessive), lexicon)
    return None


def _run(finding: Finding, span: Span, lexicon: Lexicon) -> Title | None:
    """The longest run of capitals around a span; where the news is about people, not one that could be their name."""
    first, last = span
    passage = finding.passage
    if finding.rule.people != "none" and any(name.first < last and first < name.last for name in passage.people):
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


def _beside_news(finding: Finding, lexicon: Lexicon) -> Title | None:
    """The run of capitals that the words of the news touch, or that "sequel", "trailer" and their like follow.

    Only amid small letters, and only one that holds no part of a person's name.
    """
    passage, hit = finding.passage, finding.hit
    words = passage.sentence.words
    small = [word for word in _small(passage.sentence) if word not in lexicon.title_small]
    if len(small) < titles.SENTENCE_CASE:
        return None
    dated = ((span.first, span.last) for span in passage.dates)
    counted = ((span.first, span.last) for span in passage.seasons)
    taken = {place for first, last in (*dated, *counted, *passage.networks) for place in range(first, last)}
    for first, last in _widest(titles.runs(passage.sentence, lexicon, taken)):
        typed = last < len(words) and words[last] in lexicon.production
        touching = last - first > 1 and (hit.first <= first <= hit.last or hit.first <= last <= hit.last)
        named = any(name.first < last and first < name.last for name in passage.people)
        # "Harbour Lights ends", "Harbour Lights sequel": before the news of a show, a name is its title.
        if (typed or touching) and (not named or (finding.rule.people == "none" and (typed or last == hit.first))):
            return Title(shown=passage.sentence.quote(first, last), passage=passage, first=first, last=last)
    return None


def _small(sentence: Sentence) -> Iterator[str]:
    return (word for index, word in enumerate(sentence.words) if word.isalpha() and not sentence.capital(index))


def _widest(runs: Iterable[Span]) -> Iterator[Span]:
    """The runs that are within no other, in order."""
    reached = 0
    for first, last in sorted(runs, key=lambda run: (run[0], -run[1])):
        if last > reached:
            reached = last
            yield first, last


def _listed_with(title: Title, here: Sequence[Title], lexicon: Lexicon) -> tuple[Title, ...]:
    low = high = here.index(title)
    while low > 0 and _joined(here[low - 1], here[low], lexicon):
        low -= 1
    while high + 1 < len(here) and _joined(here[high], here[high + 1], lexicon):
        high += 1
    return tuple(here[low : high + 1])


def listed(left: Title, right: Title, lexicon: Lexicon) -> bool:
    """Whether nothing but commas and "and" stands between two titles."""
    words = left.passage.sentence.words
    return all(word in lexicon.joiners | {","} for word in words[left.last : right.first])


def _joined(left: Title, right: Title, lexicon: Lexicon) -> bool:
    """Whether two titles share their news: those of a list, each with its season where that is told."""
    seasons = {place for span in left.passage.seasons for place in range(span.first, span.last)}
    if seasons.isdisjoint(range(left.last, right.first)):
        return listed(left, right, lexicon)
    words = left.passage.sentence.words
    passed = lexicon.joiners | lexicon.of_words | lexicon.articles | {","}
    return all(place in seasons or words[place] in passed for place in range(left.last, right.first))
