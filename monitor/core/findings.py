"""What the rules find in a reading: which are news, which background, how sure, and why others were refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar, assert_never

from monitor.core.clauses import CLAUSE_MARKS, Sentence
from monitor.core.cues import Cue, CueKind, governing
from monitor.core.lexicon import Lexicon
from monitor.core.phrases import GAP, Ground, Hit
from monitor.core.reading import Passage, Reading
from monitor.core.report import Certainty, Kind
from monitor.core.rules import ClauseEnd, Context, CueMark, Guard, NoCue, Rule, Ruleset, Unless

_Owner = TypeVar("_Owner", Rule, Context)
_ENOUGH = 1.0
_ENOUGH_IN_LEAD = 1.2  # for a kind that the headline does not tell
_PER_EVIDENCE = 0.4
_MOST_EVIDENCE = 0.8
# What a headline's news leaves for the lead to say: to when it is delayed, that the season renewed is the last one.
_OTHER_HALF = {
    Kind.DELAY: (Kind.RELEASE_DATE,),
    Kind.RELEASE_DATE: (Kind.DELAY,),
    Kind.RENEWAL: (Kind.ENDING,),
    Kind.ENDING: (Kind.RENEWAL,),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """A rule that fired. `news` is False where the kind is only mentioned."""

    rule: Rule
    passage: Passage
    hit: Hit
    certainty: Certainty
    news: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that the rules found, in order of the text, and plain sentences on what was refused."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scanned:
    """A passage with what was found in it, by owner."""

    passage: Passage
    rules: tuple[tuple[Rule, Hit], ...]
    guards: tuple[Guard, ...]
    cues: tuple[Cue, ...]
    ends: tuple[Hit, ...]
    barred: tuple[tuple[str, Hit], ...]  # ids of rules whose `unless` stands here, and where


def find(reading: Reading, ruleset: Ruleset, *, known_title: bool) -> Findings:
    """The findings of a reading; `known_title` says that a watched title is meant in headline or lead."""
    grounds = [passage.ground() for passage in reading.passages]
    fired = [_sure(passage, ruleset.news(ground)) for passage, ground in zip(reading.passages, grounds, strict=True)]
    if not any(fired):
        return Findings(findings=(), notes=())
    scanned = tuple(
        _scanned(passage, rules, ruleset, ground)
        for passage, rules, ground in zip(reading.passages, fired, grounds, strict=True)
        if rules or passage.place == "headline"
    )
    signs = [
        (passage.place, _signs(passage, ruleset.lexicon)) for passage in reading.passages if passage.place != "body"
    ]
    headline = _evidence(sign for place, sign in signs if place == "headline")
    opening = _evidence(sign for _, sign in signs)
    guards = tuple(guard for one in scanned if one.passage.place == "headline" for guard in one.guards)
    found: list[Finding] = []
    notes: list[str] = []
    for one in scanned:
        for rule, hit in one.rules:
            own = headline if one.passage.place == "headline" and headline else opening
            evidence = own + known_title + reading.outlet
            told = any(finding.rule.kind is rule.kind and finding.passage.place == "headline" for finding in found)
            enough = _ENOUGH_IN_LEAD if one.passage.place == "lead" and not told else _ENOUGH
            outcome = _judge(rule, hit, one, evidence=evidence, guards=guards, enough=enough)
            if isinstance(outcome, str):
                notes.append(outcome)
            else:
                found.append(outcome)
    standing = [finding for finding in found if not _displaced(finding, found)]
    return Findings(findings=_settled(standing), notes=tuple(dict.fromkeys(notes)))


def _displaced(finding: Finding, found: Iterable[Finding]) -> bool:
    """Whether another rule takes the same words for itself. Of two that would, the stronger does."""
    return any(
        _takes(other, finding) and not (_takes(finding, other) and _strength(finding) > _strength(other))
        for other in found
    )


def _takes(one: Finding, other: Finding) -> bool:
    """Whether the first is told instead of the second, where they fire on the same words.

    It is of another kind ("back for season 3" of somebody who won't be), or of the same kind and knows how sure it is.
    """
    instead = other.rule.kind in one.rule.instead_of
    surer = one.rule.kind is other.rule.kind and one.rule.certainty is not None and other.rule.certainty is None
    shared = one.passage is other.passage and one.hit.first < other.hit.last and other.hit.first < one.hit.last
    return shared and (instead or surer)


def _strength(finding: Finding) -> tuple[float, int, str]:
    """The weight, then how many words a finding is on; equal ones are told apart by their ids, so that one of them stands."""
    return finding.rule.weight, finding.hit.last - finding.hit.first, finding.rule.id


def _sure(passage: Passage, found: Iterable[tuple[_Owner, Hit]]) -> list[tuple[_Owner, Hit]]:
    """The hits outside titles, whose words say nothing ("How I Met ..."), and those of guards that are titles ("Elden Ring")."""
    hits = list(found)
    if not hits or not passage.sure:
        return hits
    inside = {place for first, last in passage.sure for place in range(first, last)}
    return [
        (owner, hit) for owner, hit in hits if hit.anchor not in inside or (isinstance(owner, Guard) and owner.titles)
    ]


def _scanned(passage: Passage, rules: Iterable[tuple[Rule, Hit]], ruleset: Ruleset, ground: Ground) -> _Scanned:
    guards: list[Guard] = []
    cues: list[Cue] = []
    ends: list[Hit] = []
    none: list[Hit] = []
    barred: list[tuple[str, Hit]] = []
    for owner, hit in _sure(passage, ruleset.context(ground)):
        match owner:
            case Guard() as guard:
                guards.append(guard)
            case CueMark() as mark:
                if passage.place in mark.where and not _in_date(passage, hit):
                    shown = passage.sentence.quote(hit.first, hit.last)
                    cues.append(Cue(kind=mark.kind, reach=mark.reach, hit=hit, shown=shown))
            case Unless() as unless:
                barred.append((unless.rule, hit))
            case ClauseEnd():
                ends.append(hit)
            case NoCue():
                none.append(hit)
            case _:
                assert_never(owner)
    return _Scanned(
        passage=passage,
        rules=_widest(rules),
        guards=tuple({guard.id: guard for guard in guards}.values()),
        cues=tuple(cue for cue in cues if not any(_within(cue.hit, hit) for hit in none)),
        ends=tuple(ends),
        barred=tuple(barred),
    )


def _within(inner: Hit, outer: Hit) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _in_date(passage: Passage, hit: Hit) -> bool:
    """Whether a cue is part of a date: the month of May is no "may"."""
    return any(span.first <= hit.first and hit.last <= span.last for span in passage.dates)


def _widest(hits: Iterable[tuple[Rule, Hit]]) -> tuple[tuple[Rule, Hit], ...]:
    """The hits in order, without those within another of the same rule, unless they tell the title and that does not."""
    kept: list[tuple[Rule, Hit]] = []
    reached: dict[tuple[str, bool], int] = {}
    for rule, hit in sorted(hits, key=lambda one: (one[1].first, -one[1].last, -len(one[1].bindings))):
        titled = any(name == "title" for name, _ in hit.bindings)
        covered = max(reached.get((rule.id, True), 0), 0 if titled else reached.get((rule.id, False), 0))
        if hit.last > covered:
            reached[rule.id, titled] = hit.last
            kept.append((rule, hit))
    return tuple(kept)


def _judge(
    rule: Rule, hit: Hit, one: _Scanned, *, evidence: int, guards: Iterable[Guard], enough: float
) -> Finding | str:
    """The finding a hit comes to, or why it is none."""
    passage = one.passage
    shown = passage.sentence.quote(hit.first, hit.last)
    if passage.place not in rule.where:
        return f"{rule.id} on “{shown}” does not count in the {passage.place}"
    if _owner(passage, hit):
        return f"{rule.id} on “{shown}” tells of a work, not of the person it is by"
    if any(barred == rule.id and _together(passage, hit, bar) for barred, bar in one.barred):
        return f"{rule.id} on “{shown}” is taken back by its `unless`"
    against = tuple(guard for guard in guards if rule.kind not in guard.spare)
    score = rule.weight + min(_MOST_EVIDENCE, _PER_EVIDENCE * evidence) - sum(guard.weight for guard in against)
    if round(score, 6) < enough:
        reasons = ", ".join(guard.id for guard in against) or "too little evidence of film or television"
        return f"{rule.id} on “{shown}” is too weak ({score:.1f} of {enough:.1f}): {reasons}"
    cues = governing(one.cues, one.ends, passage.sentence, hit)
    kinds = {cue.kind for cue in cues}
    if CueKind.UNREAL in kinds:
        told = next(cue.shown for cue in cues if cue.kind is CueKind.UNREAL)
        return f"{rule.id} on “{shown}” is no news after “{told}”"
    return Finding(
        rule=rule,
        passage=passage,
        hit=hit,
        certainty=rule.certainty or _certainty(kinds, passage, hit),
        news=passage.place != "body" and CueKind.BACKGROUND not in kinds,
    )


def _owner(passage: Passage, hit: Hit) -> bool:
    """Whether the person of a phrase only has the title that does the deed: "Ana Lee's 'Saltmarsh' moves into ..."."""
    titled = {
        at - 1
        for name, (at, last) in hit.bindings
        if name == GAP and any(at < first < last for first, _ in passage.sure)
    }
    words = passage.sentence.words
    return any(name == "person" and last - 1 in titled and words[last] == "'s" for name, (_, last) in hit.bindings)


def _together(passage: Passage, hit: Hit, other: Hit) -> bool:
    """Whether two hits share a clause; the colon of a headline parts no clauses here: "Ratings: 'Fenland' back for more"."""
    words = passage.sentence.words[min(hit.last, other.last) : max(hit.first, other.first)]
    marks = CLAUSE_MARKS - {":"} if passage.place == "headline" else CLAUSE_MARKS
    return marks.isdisjoint(words)


def _certainty(kinds: set[CueKind], passage: Passage, hit: Hit) -> Certainty:
    if CueKind.NEGATION in kinds:
        return Certainty.DENIED
    asked = passage.place == "headline" and _asked(passage.sentence, hit)
    return Certainty.RUMOUR if CueKind.HEDGE in kinds or asked else Certainty.CONFIRMED


def _asked(sentence: Sentence, hit: Hit) -> bool:
    """Whether the clause of a hit ends in a question mark; a question of another clause asks about something else."""
    clause = sentence.clauses[hit.last - 1]
    return any(
        word == "?" and number <= clause + 1
        for word, number in zip(sentence.words[hit.last - 1 :], sentence.clauses[hit.last - 1 :], strict=True)
    )


def _signs(passage: Passage, lexicon: Lexicon) -> tuple[bool, ...]:
    """What says that film or television is meant: a network, a season, a title quoted or known, a screen word, somebody known."""
    screen = not lexicon.screen.isdisjoint(passage.sentence.words)
    return (
        bool(passage.networks),
        bool(passage.seasons),
        bool(passage.quoted or passage.likely),
        screen,
        bool(passage.screen_people),
    )


def _evidence(signs: Iterable[tuple[bool, ...]]) -> int:
    """How many of the signs any passage shows."""
    return sum(map(any, zip(*signs, strict=True)))


def _settled(found: list[Finding]) -> tuple[Finding, ...]:
    """The headline decides: a kind first told in the lead is news only if the headline tells none, the same, or its other half."""
    told = {finding.rule.kind for finding in found if finding.news and finding.passage.place == "headline"}
    if not told:
        return tuple(found)
    open_to = told.union(*(_OTHER_HALF.get(kind, ()) for kind in told))
    return tuple(
        finding
        if finding.passage.place == "headline" or finding.rule.kind in open_to or not finding.news
        else Finding(
            rule=finding.rule, passage=finding.passage, hit=finding.hit, certainty=finding.certainty, news=False
        )
        for finding in found
    )


def kinds_of(findings: Iterable[Finding]) -> tuple[Kind, ...]:
    return tuple(dict.fromkeys(finding.rule.kind for finding in findings))
