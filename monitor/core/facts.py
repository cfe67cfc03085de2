"""What a report says beyond its kind: seasons, people with roles, dates, network, and what a casting call tells."""

from collections.abc import Iterable, Iterator, Sequence

from monitor.core import calls, people
from monitor.core.findings import Finding
from monitor.core.lexicon import Lexicon
from monitor.core.people import NameSpan
from monitor.core.reading import Passage, Reading
from monitor.core.report import OF_PERSONS, Facts, Kind, Person
from monitor.core.rules import Ruleset
from monitor.core.seasons import SeasonSpan
from monitor.core.subjects import Title, listed

_WITH_DATES = frozenset(
    {Kind.RELEASE_DATE, Kind.DELAY, Kind.FILMING_START, Kind.FILMING_WRAP, Kind.CASTING_CALL, Kind.ENDING, Kind.TRAILER}
)
_MOST_PEOPLE = 30
_NEAR = 4  # words between somebody and what they do: "Ana Winter is in talks to direct"


def gather(
    findings: Sequence[Finding],
    reading: Reading,
    ruleset: Ruleset,
    *,
    alone: bool,
    title: Title | None,
    titles: Sequence[Title],
) -> Facts:
    """The facts of one report, from the passages its findings stand in; the body's where it is the only news (`alone`).

    `title` is what the report is about, `titles` are all that the text names: each has seasons of its own.
    """
    kind, lexicon = findings[0].rule.kind, ruleset.lexicon
    passages = _passages(findings, reading, alone=alone)
    call = calls.read(reading, passages, ruleset) if kind is Kind.CASTING_CALL else calls.Call()
    dates = _dates(_dated(findings, passages)) if kind in _WITH_DATES else ()
    return Facts(
        seasons=_seasons(findings, passages, title, titles, lexicon),
        people=_people(findings, reading, lexicon, alone=alone),
        dates=tuple(date for date in dates if date != call.deadline),
        network=_network(passages),
        place=call.place,
        deadline=call.deadline,
        scam_signs=call.scam_signs,
    )


def _passages(findings: Sequence[Finding], reading: Reading, *, alone: bool) -> tuple[Passage, ...]:
    """Where the facts may be: the findings' own passages, and headline and lead where there is no other news."""
    own = list(dict.fromkeys(finding.passage for finding in findings))
    if alone:
        own += [passage for passage in reading.passages if passage.place != "body" and passage not in own]
    return tuple(own)


def _seasons(
    findings: Sequence[Finding],
    passages: Sequence[Passage],
    title: Title | None,
    titles: Sequence[Title],
    lexicon: Lexicon,
) -> tuple[int, ...]:
    """The numbers of the first passage that has any: the title's own, then those within the finding's own clause."""
    for passage in passages:
        here = [one for one in titles if one.passage is passage]
        if title in here and len(here) > 1 and any(span.numbers for span in passage.seasons):
            own_spans = [span for span in passage.seasons if title in _owners(span, here, lexicon)]
            return tuple(sorted({number for span in own_spans for number in span.numbers}))
        numbers = [number for span in passage.seasons for number in span.numbers]
        if not numbers:
            continue
        if not here and len({one.subject.key for one in titles}) > 1 and len(passage.seasons) > 1:
            continue  # "the sitcom gets a second series, the drama a fourth": nobody knows which title has which
        clauses = passage.sentence.clauses
        own = {clauses[f.hit.last - 1] for f in findings if f.passage is passage}
        own |= {clauses[f.hit.first] for f in findings if f.passage is passage}
        near = [number for span in passage.seasons if clauses[span.first] in own for number in span.numbers]
        return tuple(sorted(set(near or numbers)))
    return ()


def _owners(span: SeasonSpan, here: Sequence[Title], lexicon: Lexicon) -> Iterator[Title]:
    """Whose season it is: of the title it is "of", else of the one before it with those listed beside that."""
    behind = [title for title in here if title.first >= span.last]
    words = here[0].passage.sentence.words
    if behind and (behind[0].first == span.last + 1 and words[span.last] in lexicon.of_words):
        yield behind[0]
        return
    before = [title for title in here if title.last <= span.first]
    owner = before[-1] if before else here[0]
    yield owner
    for title in reversed(before[:-1]):
        if not listed(title, owner, lexicon):
            break
        owner = title
        yield title


def _people(findings: Sequence[Finding], reading: Reading, lexicon: Lexicon, *, alone: bool) -> tuple[Person, ...]:
    kind = findings[0].rule.kind
    found: list[Person] = []
    if kind in OF_PERSONS:
        found += [person for f in findings if f.passage.place != "body" for person in _told_by(f, lexicon)]
        if not found and not any(passage.people for passage in reading.passages if passage.place == "headline"):
            found += _opening(reading, lexicon)
        # Where headline or lead say who, others whom the body names are context, unless they too are told as new.
        told = bool(found)
        later = [f for f in findings if f.passage.place == "body" and not (told and _of_others(f.passage, lexicon))]
        found += [person for f in later for person in _told_by(f, lexicon)]
    if alone:
        for passage in reading.passages:
            if passage.place != "headline":
                found += _newcomers(passage, lexicon)
    merged = merge_people(found)[:_MOST_PEOPLE]
    return tuple(_with_role(person, reading, lexicon) for person in merged) if kind is Kind.CASTING else merged


def _of_others(passage: Passage, lexicon: Lexicon) -> bool:
    """Whether a sentence of the body names nobody as new: "X and Y lead the cast"."""
    return lexicon.newcomers.isdisjoint(passage.sentence.words)


def _with_role(person: Person, reading: Reading, lexicon: Lexicon) -> Person:
    """The person with the role that any sentence gives them."""
    roles = (people.role_told(passage.sentence, person, lexicon) for passage in reading.passages)
    return person if person.role else Person(name=person.name, role=next(filter(None, roles), None))


def _told_by(finding: Finding, lexicon: Lexicon) -> Iterator[Person]:
    """The people in the rule's own slots with those listed beside them, else on the side the rule says."""
    passage, hit = finding.passage, finding.hit
    sentence = passage.sentence
    bound = [span for name, span in hit.bindings if name == "person"]
    if finding.rule.people == "before":
        bound = [_nearest(span, finding) for span in bound[:1]]
    spans: list[NameSpan] = []
    for first, last in bound:
        names = people.listed_with(sentence, passage.people, first, last, lexicon)
        # The slot may end within a name where that is followed by a verb with a capital.
        whole = [NameSpan(first=n.first, last=min(n.last, last) if n.first < last else n.last) for n in names]
        spans += whole or (NameSpan(first=first, last=last),)
    if not bound and finding.rule.people in {"before", "both"}:
        before = [name for name in passage.people if name.last <= hit.last]
        # Who stands right before the verb is meant, not who is named behind it: "to direct after Cal Reed's exit".
        ahead = [name for name in before if name.last <= hit.first]
        if ahead and (finding.rule.people == "before" or hit.first - ahead[-1].last <= _NEAR):
            before = ahead
        spans += (
            people.listed_with(sentence, tuple(before), before[-1].first, before[-1].last, lexicon) if before else ()
        )
    if not bound and not spans and finding.rule.people in {"after", "both"}:
        after = [name for name in passage.people if name.first >= hit.first]
        spans += people.listed_with(sentence, tuple(after), after[0].first, after[0].last, lexicon) if after else ()
    for span in dict.fromkeys(spans):
        person = people.with_role(sentence, span, lexicon)
        if person.role is None and len(spans) == 1 and finding.rule.kind is Kind.CASTING:
            role = people.role_in(sentence, span.last, len(sentence.words), lexicon)
            person = Person(name=person.name, role=role)
        yield person


def _nearest(span: tuple[int, int], finding: Finding) -> tuple[int, int]:
    """The last name before the verb: in "Ana Winter says Bo Field will star" it is Bo Field who stars."""
    names = [name for name in finding.passage.people if span[1] <= name.first and name.last <= finding.hit.anchor]
    return (names[-1].first, names[-1].last) if names else span


def _opening(reading: Reading, lexicon: Lexicon) -> Iterator[Person]:
    """Whom the lead begins with, where the headline names nobody: "Ana Winter will play the ..."."""
    for passage in reading.passages:
        first = [name for name in passage.people if name.first == 0]
        if passage.place == "lead" and first:
            names = people.listed_with(passage.sentence, passage.people, 0, first[0].last, lexicon)
            yield from (people.with_role(passage.sentence, name, lexicon) for name in names)
            return


def _newcomers(passage: Passage, lexicon: Lexicon) -> Iterator[Person]:
    """A sentence's "newcomers A as B, a student; C as D; and E as F"."""
    sentence = passage.sentence
    leads = [index for index, word in enumerate(sentence.words) if word in lexicon.newcomers]
    if not leads:
        return
    told = [people.with_role(sentence, name, lexicon) for name in passage.people if name.first > leads[0]]
    yield from (person for person in told if person.role)


def merge_people(found: Iterable[Person]) -> tuple[Person, ...]:
    """Each person once, with the first role told; a surname alone is whoever was named in full."""
    told = tuple(found)
    surnames = {person.name.rpartition(" ")[2] for person in told if " " in person.name}
    people_by_name: dict[str, Person] = {}
    for person in told:
        if person.name in surnames:
            continue
        known = people_by_name.get(person.name)
        if known is None or known.role is None:
            people_by_name[person.name] = person
    return tuple(people_by_name.values())


def _dated(findings: Sequence[Finding], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Where the dates of the news are: with the news itself; a release date may follow in the lead."""
    if findings[0].rule.kind is Kind.RELEASE_DATE:
        return tuple(passage for passage in passages if passage.place != "body")
    return tuple(dict.fromkeys(finding.passage for finding in findings if finding.news))


def _dates(passages: Iterable[Passage]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(span.iso for passage in passages for span in passage.dates if span.iso))


def _network(passages: Iterable[Passage]) -> str | None:
    for passage in passages:
        if passage.networks:
            # The longest of the first: "HBO Max", not "HBO".
            first = min(span[0] for span in passage.networks)
            last = max(span[1] for span in passage.networks if span[0] == first)
            return passage.sentence.quote(first, last)
    return None
