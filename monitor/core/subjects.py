"""Whom a piece of news is about: a watched title, a watched person, a topic, or a title found in the text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.core import titles, unquoted
from monitor.core.findings import Finding
from monitor.core.lexicon import Lexicon
from monitor.core.meant import Meant
from monitor.core.phrases import Span
from monitor.core.reading import Passage, Reading
from monitor.core.report import Kind, Subject
from monitor.core.text import fold
from monitor.core.watchlist import Watch, WatchType

_OF_NEW_WORK = frozenset({Kind.ORDER, Kind.DEVELOPMENT})
_NEAR = 4  # words: "Saltmarsh prequel series about 'Low Country'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title that stands in headline, lead or body; `watch` is None for one that nobody watches."""

    shown: str
    passage: Passage
    first: int
    last: int
    quoted: bool = False
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
        yield Title(shown=span.shown, passage=passage, first=span.first, last=span.last, quoted=span.quoted)
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
    here = [title for title in known if title.passage is finding.passage and not _played(title, lexicon)]
    named = [
        title for title in here if not (_aside(title, here, lexicon) or _done_to_next(title, finding, here, lexicon))
    ]
    if named:
        nearest = min(named, key=lambda title: _distance(title, finding, lexicon))
        if finding.rule.kind in _OF_NEW_WORK and _makers_of(nearest, named, lexicon):
            return ()
        return _listed_with(nearest, _with_plain(here, finding, lexicon), lexicon)
    span = unquoted.best(finding, lexicon, titled=any(title.passage.place == "headline" for title in known))
    if span:
        title = _plain(finding.passage, span)
        return _listed_with(title, _with_plain([title], finding, lexicon), lexicon)
    return tuple((here or known)[:1])


def _plain(passage: Passage, span: Span) -> Title:
    return Title(shown=passage.sentence.quote(*span), passage=passage, first=span[0], last=span[1])


def _with_plain(found: list[Title], finding: Finding, lexicon: Lexicon) -> list[Title]:
    """The titles with everything that could be one in the same list, where the news names nobody."""
    if finding.rule.people != "none" or not finding.passage.amid_small:
        return found
    plain = [_plain(finding.passage, span) for span in unquoted.stretches(finding.passage, lexicon)]
    added = [title for title in plain if not _overlaps(title, found)]
    return sorted((*found, *added), key=lambda title: title.first)


def _makers_of(title: Title, named: Sequence[Title], lexicon: Lexicon) -> bool:
    """Whether the news is of something else that a title's makers do: "two comedies from 'One' and 'Two' makers"."""
    last = _listed_with(title, named, lexicon)[-1]
    return _credited(last, lexicon) and lexicon.offshoots.isdisjoint(title.passage.sentence.words)


def _played(title: Title, lexicon: Lexicon) -> bool:
    """Whether what could be a title is somebody's part: "to play Aquaman"."""
    words = title.passage.sentence.words
    leads = (lead for lead in lexicon.role_leads if title.watch is None and not title.quoted)
    return any(words[max(0, title.first - len(lead)) : title.first] == lead for lead in leads)


def _aside(title: Title, here: Iterable[Title], lexicon: Lexicon) -> bool:
    """Whether a title only tells what another is: "'Low Country', the Saltmarsh spinoff", "Saltmarsh prequel 'Low Country'"."""
    words = title.passage.sentence.words
    if lexicon.offshoots.isdisjoint(words[title.last : title.last + 1]):
        return False
    return any(
        (
            other.first == 0 and words[other.last] in {":", ","}
            if other.last <= title.first
            else other.first - title.last <= _NEAR
        )
        for other in here
        if other is not title and not _credited(other, lexicon)
    )


def _done_to_next(title: Title, finding: Finding, here: Iterable[Title], lexicon: Lexicon) -> bool:
    """Whether "and" or a comma parts a title from what is done to the next one: "renewed 'One' and cancelled 'Two'"."""
    hit, words = finding.hit, finding.passage.sentence.words
    parted = hit.first <= title.first < title.last < hit.last and words[title.last] in lexicon.joiners | {","}
    return parted and any(other.first == hit.last for other in here)


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
    between = words[left.last : right.first]
    return len(between) > 0 and lexicon.list_words.issuperset(between)


def _joined(left: Title, right: Title, lexicon: Lexicon) -> bool:
    """Whether two titles share their news: those of a list, each with its season where that is told."""
    seasons = {place for span in left.passage.seasons for place in range(span.first, span.last)}
    if seasons.isdisjoint(range(left.last, right.first)):
        return listed(left, right, lexicon)
    words = left.passage.sentence.words
    passed = lexicon.joiners | lexicon.of_words | lexicon.articles | {","}
    return all(place in seasons or words[place] in passed for place in range(left.last, right.first))
