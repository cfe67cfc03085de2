"""A report: one item saying one announcement, and what a reading of any text yields."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from monitor.core.embed import Embed


class Kind(StrEnum):
    """What sort of production news it is."""

    DEVELOPMENT = "development"
    ORDER = "order"
    RENEWAL = "renewal"
    CANCELLATION = "cancellation"
    ENDING = "ending"
    CASTING = "casting"
    DEPARTURE = "departure"
    CASTING_CALL = "casting_call"
    CREW = "crew"
    FILMING_START = "filming_start"
    FILMING_WRAP = "filming_wrap"
    DELAY = "delay"
    RELEASE_DATE = "release_date"
    TRAILER = "trailer"


# Sources that say in fields what others say in words; their rules are named after them.
DATABASES = frozenset({"tmdb", "trakt", "tvmaze", "wikidata"})
OF_PERSONS = frozenset({Kind.CASTING, Kind.DEPARTURE, Kind.CREW})  # news of somebody, not only of a show or film


class Certainty(StrEnum):
    """How sure a report is of what it says."""

    CONFIRMED = "confirmed"
    RUMOUR = "rumour"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody cast, leaving, hired or sought, with the role where the text names one."""

    name: str
    role: str | None = None


class ScamSign(StrEnum):
    """What a casting call should make an applicant careful of. Honest ones ask for neither money nor papers."""

    FEE = "fee"  # to apply, to register, for a portfolio
    PAYMENT = "payment"  # by gift card, wire, cryptocurrency
    PROMISE = "promise"  # no experience and a guaranteed wage
    MESSENGER = "messenger"  # contact by WhatsApp, Telegram, Signal
    MAILBOX = "mailbox"  # a studio's name at a free mail provider
    IDENTITY = "identity"  # bank or identity data asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a report says beyond its kind. Order is the order of the text; nothing appears twice."""

    seasons: tuple[int, ...] = ()
    people: tuple[Person, ...] = ()
    dates: tuple[
        str, ...
    ] = ()  # ISO 8601 as precise as told: "2027", "2027-03", "2027-03-07"; "2027-Q4" for a season of the year
    network: str | None = None
    place: str | None = None
    deadline: str | None = None  # the last day to answer a casting call, in the form of `dates`
    scam_signs: tuple[ScamSign, ...] = ()  # of a casting call, in the order of ScamSign
    title: str | None = None  # the show or film a watched person's news is about, where that is not watched itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a report is about.

    `key` is its identity: `show:<id>`, `film:<id>`, `person:<id>`, `topic:<id>` for a watch,
    `title:<folded title>` for a title found in the text that nobody watches.
    """

    key: str
    title: str  # as shown


Part = Literal["title", "summary", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a rule fired: the rule and the characters it fired on (`part[start:end]` of the document read)."""

    rule: str  # "en/renewal/renewed-for"
    part: Part
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One text saying one announcement: subject x kind, with facts and certainty."""

    subject: Subject
    kind: Kind
    certainty: Certainty
    facts: Facts
    watches: tuple[str, ...]  # ids of the watches it concerns and whose `kinds` admit it; empty = nobody asked
    evidence: tuple[Evidence, ...]
    official: bool = False  # an embedded post is by one of the subject's own `accounts`
    embeds: tuple[Embed, ...] = ()

    @property
    def lang(self) -> str:
        """The language it was read in: that of the rule that fired."""
        return language_of(self.evidence[0].rule) if self.evidence else ""

    @property
    def database(self) -> str | None:
        """The database that says it; None when it was read in words."""
        said = self.evidence[0].rule.partition("/")[0] if self.evidence else ""
        return said if said in DATABASES else None


def language_of(rule: str) -> str:
    """The language that a rule reads; what a database says we put into English ourselves."""
    said = rule.partition("/")[0]
    return "en" if said in DATABASES else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """News that follows from a change in a database: a report but for its subject. The item's title says it in words."""

    rule: str  # which change it was: "tvmaze/status"; before the slash stands one of DATABASES
    kind: Kind
    title: str  # what it is about, as the watchlist has it
    watch: str | None = None  # the id of the watch it was looked up for
    certainty: Certainty = Certainty.CONFIRMED
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text to be read: an item, a submitted page, or a line given to `classify`. Plain text throughout."""

    title: str = ""
    summary: str = ""
    text: str = ""
    url: str | None = None
    publisher: str | None = None
    published: datetime | None = None  # what relative dates are resolved against
    lang: str | None = None
    embeds: tuple[Embed, ...] = ()
    claims: tuple[Claim, ...] | None = None  # what a database says; None = the words are to be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Everything one reading found. `kinds` is news; `background` is only mentioned."""

    kinds: tuple[Kind, ...] = ()
    background: tuple[Kind, ...] = ()
    certainty: Certainty | None = None  # None when there are no kinds
    titles: tuple[str, ...] = ()  # of the watchlist where there is one, else those found in the text
    seasons: tuple[int, ...] = ()
    people: tuple[Person, ...] = ()
    dates: tuple[str, ...] = ()
    embeds: tuple[Embed, ...] = ()
    reports: tuple[Report, ...] = ()
    notes: tuple[
        str, ...
    ] = ()  # plain sentences for `explain`: titles considered and refused, cues that blocked a rule
