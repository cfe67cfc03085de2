"""Cues: words that turn, weaken or date what a clause says, and how far each reaches.

After NegEx and ConText: a trigger before the news governs what follows it up to a terminator or the end of its clause, a
trigger behind it governs what went before; a trigger inside the words a rule matched is part of the news itself, unless it
is a hedge, or a negation in a gap of the rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from monitor.core.clauses import Sentence
from monitor.core.phrases import GAP, Hit


class CueKind(StrEnum):
    NEGATION = "negation"  # the news is denied
    HEDGE = "hedge"  # the news is not sure
    BACKGROUND = "background"  # told as earlier or side fact
    UNREAL = "unreal"  # a wish, a memory, somebody's opinion: no news at all


Reach = Literal["before", "after"]  # the cue stands before or after what it governs


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One trigger found in a sentence."""

    kind: CueKind
    reach: Reach
    hit: Hit
    shown: str


_REACH = 14  # words
_LABEL = 3  # words a label before a colon has at most


def governing(cues: Iterable[Cue], ends: Iterable[Hit], sentence: Sentence, news: Hit) -> tuple[Cue, ...]:
    """The cues that govern the news at `news`, given where terminators ("but", "although") stand."""
    stops = tuple(ends)
    return tuple(cue for cue in cues if _governs(cue, stops, sentence, news))


def _governs(cue: Cue, stops: tuple[Hit, ...], sentence: Sentence, news: Hit) -> bool:
    if cue.hit.first >= news.first and cue.hit.last <= news.last:
        # "won't return" is the news itself; "in talks to star" is no surer for being matched whole, and no rule asked for
        # the "not" of "has not been renewed", the "nearly" of "was nearly renewed", the "after" of "joins X after leaving".
        if cue.kind is CueKind.HEDGE:
            return True
        ahead = cue.kind is CueKind.NEGATION or cue.hit.first < news.anchor
        parted = cue.kind is CueKind.BACKGROUND and "," in sentence.words[cue.hit.last : news.anchor]
        ended = any(cue.hit.last <= stop.first < news.anchor for stop in stops)
        return ahead and not (parted or ended) and _in_gap(cue, news)
    if cue.reach == "before":
        low, high = cue.hit.last, news.first
        near = cue.hit.first <= news.first
    else:
        low, high = news.last, cue.hit.first
        near = cue.hit.last >= news.last
    if not near or high - low > _REACH:
        return False
    if cue.kind is CueKind.BACKGROUND and cue.hit.first == 0 and "," in sentence.words[low + 1 : high]:
        return False  # "Despite rumours, ..."; but "Last year, ..."
    clauses = sentence.clauses
    apart = clauses[cue.hit.first] not in {clauses[news.first], clauses[news.last - 1]}
    if apart and not (
        cue.kind is CueKind.HEDGE and (_heads(cue.hit, sentence, news) or _tails(cue.hit, sentence, news))
    ):
        return False
    return not any(low <= stop.first < high for stop in stops)


def _heads(cue: Hit, sentence: Sentence, news: Hit) -> bool:
    """Whether a cue ends a label before the colon of the news: "Rumour: ...", "Film rumour: ...", "Berichten zufolge: ..."."""
    clauses = sentence.clauses
    if sentence.words[cue.last : cue.last + 1] != (":",) or clauses[cue.last] != clauses[news.first]:
        return False
    return cue.first < _LABEL or clauses[cue.first - _LABEL] < clauses[cue.first]


def _tails(cue: Hit, sentence: Sentence, news: Hit) -> bool:
    """Whether a cue is all that follows the last mark: "... - report", "... (rumour)"."""
    clauses = sentence.clauses
    return (
        cue.last >= len(sentence.words) - 1  # but for a closing bracket
        and clauses[cue.first] == clauses[news.last - 1] + 1
        and clauses[cue.first - 2] < clauses[cue.first]
    )


def _in_gap(cue: Cue, news: Hit) -> bool:
    """Whether a cue stands in a gap; "could have been" need only begin in one, for its "been" is often the rule's."""
    whole = cue.kind is not CueKind.UNREAL
    return any(
        name == GAP and first <= cue.hit.first < last and (cue.hit.last <= last or not whole)
        for name, (first, last) in news.bindings
    )
