"""Recognition rules as values ready for matching."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from monitor.core.cues import CueKind, Reach
from monitor.core.lexicon import Lexicon
from monitor.core.phrases import Ground, Hit, Index, Phrase
from monitor.core.report import Certainty, Kind, ScamSign

Place = Literal["headline", "lead", "body"]
Side = Literal["before", "after", "both", "none"]
MOST_WEIGHT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One entry of the user's `rules.yaml`: a rule added, or one shipped rule replaced by the same id."""

    id: str
    kind: Kind
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    where: tuple[Place, ...] = get_args(Place)
    weight: float = 1.0
    certainty: Certainty | None = None
    people: Side = "both"
    instead_of: tuple[Kind, ...] = ()
    lang: str = "en"


class RuleError(Exception):
    """A rule file that cannot be used. `rule` is the id of the rule at fault, or the section of the file.

    `path` leads from the rule to what is wrong in it: ("phrases", 2).
    """

    def __init__(self, rule: str, problem: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(f"{rule}: {problem}")
        self.rule = rule
        self.problem = problem
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One way of telling one kind of news."""

    id: str  # "en/renewal/renewed-for"
    kind: Kind
    where: frozenset[Place]
    weight: float  # 1 suffices by itself; less needs evidence that film or television is meant
    certainty: Certainty | None  # None: as the cues say
    people: Side  # where the people of the news stand, seen from the words that matched
    instead_of: frozenset[Kind]  # kinds whose findings on the same words give way: "in talks to direct" is no casting


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guard:
    """A headline's way of saying that it is no news: a review, a list, an obituary. Its weight is taken off every rule's."""

    id: str
    weight: float
    spare: frozenset[Kind]  # kinds it does not touch
    titles: bool  # its phrases are titles, so they count within quotation marks too


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CueMark:
    kind: CueKind
    reach: Reach
    where: frozenset[Place]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unless:
    """Words that keep one rule from firing in their sentence."""

    rule: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClauseEnd:
    """A word that ends the reach of a cue."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CallMark:
    """A way of telling something that only casting calls tell."""

    tells: Literal["deadline"] | ScamSign


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NoCue:
    """Words that hold a cue and are none: "not only"."""


Context = Guard | CueMark | Unless | ClauseEnd | NoCue
InCall = CallMark | Unless


class Ruleset:
    """The rules of one language, compiled: `news` finds what they say, `context` what turns, weakens or forbids it."""

    def __init__(
        self,
        lang: str,
        lexicon: Lexicon,
        phrases: Iterable[tuple[Rule | Context, Phrase]],
        calls: Iterable[tuple[InCall, Phrase]],
    ) -> None:
        self.lang = lang
        self.lexicon = lexicon
        listed = tuple(phrases)
        self.rules = tuple({owner.id: owner for owner, _ in listed if isinstance(owner, Rule)}.values())
        self._news = Index((owner, phrase) for owner, phrase in listed if isinstance(owner, Rule))
        self._context = Index((owner, phrase) for owner, phrase in listed if not isinstance(owner, Rule))
        self._calls = Index(calls)

    def news(self, ground: Ground) -> Iterator[tuple[Rule, Hit]]:
        """Every rule that fires in a sentence, in order of its anchor."""
        return self._news.scan(ground)

    def context(self, ground: Ground) -> Iterator[tuple[Context, Hit]]:
        """Every guard, cue, clause end and `unless` of a sentence, in order of its anchor."""
        return self._context.scan(ground)

    def calls(self, ground: Ground, clauses: tuple[int, ...]) -> Iterator[tuple[CallMark, Hit]]:
        """What a sentence of a casting call tells, in order of its anchor; `clauses` are those of its words."""
        found = tuple(self._calls.scan(ground))
        barred = {(owner.rule, clauses[hit.anchor]) for owner, hit in found if isinstance(owner, Unless)}
        for owner, hit in found:
            if isinstance(owner, CallMark) and (owner.tells, clauses[hit.anchor]) not in barred:
                yield owner, hit
