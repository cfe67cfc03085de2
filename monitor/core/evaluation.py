"""Scoring recognitions against labels: precision, recall and F1 per kind, false alarms, certainty, facts, misses."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

from monitor.core.report import Certainty, Document, Kind, Recognition
from monitor.core.text import fold

Part = Literal["development", "unseen"]

_QUARTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One labelled text. No kinds: it is no announcement, and `stratum` says of which sort."""

    id: str
    document: Document
    kinds: frozenset[Kind]
    certainty: Certainty | None
    titles: tuple[str, ...] = ()
    seasons: frozenset[int] = frozenset()
    people: tuple[str, ...] = ()
    background: frozenset[Kind] = frozenset()  # told as side facts; must not be reported as news
    stratum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often something was found rightly, wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return _ratio(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def plus(self, wanted: frozenset[object], found: frozenset[object]) -> "Tally":
        return Tally(
            right=self.right + len(wanted & found),
            wrong=self.wrong + len(found - wanted),
            missed=self.missed + len(wanted - found),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A text whose kinds were not exactly those of its label."""

    id: str
    headline: str
    wanted: tuple[Kind, ...]
    found: tuple[Kind, ...]
    fired: tuple[str, ...]  # the rules that gave what was found
    notes: tuple[str, ...]  # why other rules did not


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The score of a set of texts. Facts and certainty are counted where a kind was recognised rightly."""

    texts: int
    kinds: Mapping[Kind, Tally]  # those that were wanted or found
    false_alarms: Mapping[str, tuple[int, int]]  # by stratum: texts without kinds that were taken for news, of how many
    certainty: tuple[int, int]  # right, of how many
    doubts: tuple[int, int]  # rumours and denials found and told as such, of how many labelled so
    confusion: Mapping[tuple[Kind | None, Kind | None], int]  # (wanted, found) but for what is right; None: nothing
    seasons: Tally
    people: Tally
    titles: Tally
    background_as_news: tuple[int, int]  # texts, of how many that tell something as background
    readings: Mapping[str, tuple[Kind, ...]]  # the kinds found in each text, by its id
    misses: tuple[Miss, ...]

    @property
    def micro(self) -> Tally:
        tallies = self.kinds.values()
        return Tally(
            right=sum(tally.right for tally in tallies),
            wrong=sum(tally.wrong for tally in tallies),
            missed=sum(tally.missed for tally in tallies),
        )

    @property
    def macro_f1(self) -> float:
        return _ratio(sum(tally.f1 for tally in self.kinds.values()), len(self.kinds))


def part_of(labelled: Labelled, groups: Mapping[str, str]) -> Part:
    """Which part of a corpus a text belongs to: all texts of one announcement, and of one title, to the same.

    A quarter is unseen. `groups` names the announcement of a text, by id. The hash does not change with the order or number of texts.
    """
    key = groups.get(labelled.id) or (fold(labelled.titles[0]) if labelled.titles else labelled.id)
    return part_of_key(key)


def part_of_key(key: str) -> Part:
    """Which part all texts under one name belong to."""
    last = hashlib.sha256(key.encode()).digest()[0] % _QUARTERS == _QUARTERS - 1
    return "unseen" if last else "development"


def score(results: Iterable[tuple[Labelled, Recognition]]) -> Evaluation:
    """The score of recognitions against their labels."""
    told = tuple(results)
    recognised = [(label, found) for label, found in told if label.kinds & frozenset(found.kinds)]
    kinds = [kind for kind in Kind if any(kind in label.kinds or kind in found.kinds for label, found in told)]
    strata = dict.fromkeys(label.stratum for label, _ in told if not label.kinds)
    side = [(label, found) for label, found in told if label.background]
    doubted = [(label, found) for label, found in told if label.certainty in {Certainty.RUMOUR, Certainty.DENIED}]
    return Evaluation(
        texts=len(told),
        kinds={kind: _tally((_only(kind, w.kinds), _only(kind, f.kinds)) for w, f in told) for kind in kinds},
        false_alarms={
            stratum: _share(bool(f.kinds) for w, f in told if not w.kinds and w.stratum == stratum)
            for stratum in strata
        },
        certainty=_share(label.certainty is found.certainty for label, found in recognised),
        doubts=_share(bool(w.kinds & frozenset(f.kinds)) and w.certainty is f.certainty for w, f in doubted),
        confusion=Counter(pair for label, found in told for pair in _confused(label.kinds, frozenset(found.kinds))),
        seasons=_tally((label.seasons, frozenset(found.seasons)) for label, found in recognised),
        people=_tally((_folded(w.people), _folded(person.name for person in f.people)) for w, f in recognised),
        titles=_tally((_folded(w.titles), _folded(f.titles)) for w, f in recognised),
        background_as_news=_share(bool(w.background & frozenset(f.kinds)) for w, f in side),
        readings={label.id: tuple(sorted(found.kinds)) for label, found in told},
        misses=tuple(_miss(label, found) for label, found in told if label.kinds != frozenset(found.kinds)),
    )


def _confused(wanted: frozenset[Kind], found: frozenset[Kind]) -> Iterator[tuple[Kind | None, Kind | None]]:
    """What was missed beside what was found in its place; where a text has several of either, each with each."""
    if wanted == found:
        return iter(())
    return product(sorted(wanted - found) or (None,), sorted(found - wanted) or (None,))


def _miss(label: Labelled, found: Recognition) -> Miss:
    return Miss(
        id=label.id,
        headline=label.document.title,
        wanted=tuple(sorted(label.kinds)),
        found=tuple(sorted(found.kinds)),
        fired=tuple(dict.fromkeys(f"{e.rule} on “{e.quote}”" for report in found.reports for e in report.evidence)),
        notes=found.notes,
    )


def _only(kind: Kind, kinds: Iterable[Kind]) -> frozenset[object]:
    return frozenset({kind}.intersection(kinds))


def _folded(names: Iterable[str]) -> frozenset[object]:
    return frozenset(fold(name) for name in names)


def _tally(pairs: Iterable[tuple[frozenset[object] | frozenset[int], frozenset[object] | frozenset[int]]]) -> Tally:
    tally = Tally()
    for wanted, found in pairs:
        tally = tally.plus(frozenset(wanted), frozenset(found))
    return tally


def _share(outcomes: Iterable[bool]) -> tuple[int, int]:
    told = tuple(outcomes)
    return sum(told), len(told)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
