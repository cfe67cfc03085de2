"""Whether a report tells an announcement that is known: subject, kind and facts, within a window for each kind.

Merging is cautious: a wrong duplicate costs a second, a wrong merge hides news. So facts that contradict each other
(another season, another person cast) always part ways, and what is only likely stays apart and says so.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.announcement import Announcement, Standing
from monitor.core.merging import alike, covers, differ, same_night, same_person, same_title, shared_people
from monitor.core.report import Facts, Kind, Person, Report, Subject
from monitor.core.stories import NEAR, STORY_LASTS, words_of

# How long after its last report a further one is still the same news. A renewal is told again for months
# ("recently renewed for a third season"); two trailers a month apart are two trailers.
WINDOW = {
    Kind.DEVELOPMENT: timedelta(days=60),
    Kind.ORDER: timedelta(days=90),
    Kind.RENEWAL: timedelta(days=180),
    Kind.CANCELLATION: timedelta(days=90),
    Kind.ENDING: timedelta(days=180),
    Kind.CASTING: timedelta(days=60),
    Kind.DEPARTURE: timedelta(days=60),
    Kind.CASTING_CALL: timedelta(days=30),
    Kind.CREW: timedelta(days=60),
    Kind.FILMING_START: timedelta(days=60),
    Kind.FILMING_WRAP: timedelta(days=45),
    Kind.DELAY: timedelta(days=30),
    Kind.RELEASE_DATE: timedelta(days=45),
    Kind.TRAILER: timedelta(days=7),
}

# Databases write down what was told long ago: what agrees with news of these two years is no news of theirs.
_LATE = timedelta(days=730)
# When only one side names the season, the other is an echo or a first word of it, but not for as long.
_ONE_SIDED = timedelta(days=30)
# When nothing says which of several castings or calls is meant, only what is told at the same time is the same.
_VAGUE = STORY_LASTS
# So long after a denial others still print what it denies; who states it later knows more.
_ECHO_OF_DENIED = timedelta(days=2)
# Teaser, trailer and stills of one day are one piece of news; what comes later under another name is the next.
_ONE_DROP = timedelta(days=2)
_FORMS = {
    "teaser": {"teaser", "avance", "adelanto", "anticipo"},
    "trailer": {"trailer", "trailers", "annonce"},  # "bande-annonce"
    "poster": {"poster", "posters", "plakat", "affiche", "cartel", "locandina", "cartaz"},
    "picture": {
        "photo",
        "photos",
        "image",
        "images",
        "picture",
        "pictures",
        "look",
        "still",
        "stills",
        "foto",
        "fotos",
    },
    "clip": {"clip", "clips", "featurette"},
}
# Headlines as like as this tell the same news of a watched person or topic; less like ones may only be of one story.
ALIKE = 0.25

ABOUT_PEOPLE = frozenset({Kind.CASTING, Kind.DEPARTURE, Kind.CREW})
_COME_IN_NUMBERS = ABOUT_PEOPLE | {Kind.CASTING_CALL}


# A planned end and a cancellation are one thing to databases: one has no word for the second, another takes it for both.
ENDS = {Kind.ENDING: Kind.CANCELLATION, Kind.CANCELLATION: Kind.ENDING}


class Relation(StrEnum):
    """What a report is to an announcement."""

    SAME = "same"
    LIKELY = "likely"  # nothing contradicts, too little agrees
    OTHER = "other"


def reach(report: Report) -> timedelta:
    """How long ago an announcement may have been told last that the report could belong to."""
    untitled = report.subject.key.startswith("topic:") and not report.facts.title
    if report.database:
        return _LATE
    return _VAGUE if untitled else WINDOW[report.kind]


def relate(
    known: Announcement, report: Report, standing: Standing, *, headline: str, likeness: float, now: datetime
) -> Relation:
    """What a report of that standing is to a known announcement.

    `likeness` is that of its headline to those known, from 0 to 1; 1 where it stood at the same address.
    """
    silence = now - known.last_report_at
    if (
        (known.subject.key, known.kind) != (report.subject.key, report.kind)
        or silence > (_LATE if report.database else WINDOW[known.kind])
        or _conflict(known.subject, known.kind, known.facts, report.facts)
        or (known.standing is Standing.DENIED and standing is Standing.REPORTED and silence > _ECHO_OF_DENIED)
        or (known.kind is Kind.TRAILER and _another_drop(known, headline, now))
        or (known.kind is Kind.CASTING_CALL and _another_call(known.facts, report.facts, now))
    ):
        return Relation.OTHER
    if likeness == 1:
        return Relation.SAME
    if is_many(known.subject):
        return _in_many(known, report.facts, likeness, silence)
    if report.database:
        return Relation.SAME if silence <= _lateness(known, report.facts) else Relation.OTHER
    return Relation.SAME if silence <= _patience(known, report.facts, now) else Relation.LIKELY


def agreement(known: Facts, told: Facts) -> int:
    """How many facts the two share."""
    pairs = ((known.place, told.place), (known.title, told.title), (known.deadline, told.deadline))
    return (
        len(set(known.seasons) & set(told.seasons))
        + len(set(known.dates) & set(told.dates))
        + shared_people(known, told)
        + sum(bool(one and other) and not differ(one, other) for one, other in pairs)
    )


def is_many(subject: Subject) -> bool:
    """Whether the subject's news is about several titles: that of a watched person or a topic."""
    return subject.key.startswith(("person:", "topic:"))


def _in_many(known: Announcement, told: Facts, likeness: float, silence: timedelta) -> Relation:
    """For news of a person or topic: the title tells, else other people, the place or the words of the headline."""
    if known.facts.title and told.title:
        return Relation.SAME  # else it would have been a conflict
    if silence <= _VAGUE:
        others = Facts(people=tuple(one for one in told.people if not _is_subject(one, known.subject)))
        place = known.facts.place and told.place  # another place, likewise
        if likeness >= ALIKE or shared_people(known.facts, others) or (place and known.kind is Kind.CASTING_CALL):
            return Relation.SAME
    of_one_story = likeness >= NEAR or known.subject.key.startswith("person:")
    return Relation.LIKELY if of_one_story else Relation.OTHER


def _is_subject(person: Person, subject: Subject) -> bool:
    return same_person(person, Person(name=subject.title))


def _patience(known: Announcement, told: Facts, now: datetime) -> timedelta:
    """How long after its last report the announcement of a title may be told by `told`, which does not contradict it."""
    window = WINDOW[known.kind]
    had, has = _mark(known.kind, known.facts), _mark(known.kind, told)
    if (had and has) or (told.deadline and told.deadline == known.facts.deadline):
        return window
    if known.kind in _COME_IN_NUMBERS:
        return _VAGUE
    if had:
        return min(_ONE_SIDED, window)
    # Passing mentions keep a vague announcement alive for years: the next season is not what it was about.
    return timedelta.min if has and now - known.first_seen > _ONE_SIDED else window


def _lateness(known: Announcement, told: Facts) -> timedelta:
    """How long after its last report the announcement of a title may still be what a database has written down."""
    window = WINDOW[known.kind]
    if known.kind is Kind.RELEASE_DATE:  # another date is a move
        pairs = [(one, other) for one in known.facts.dates for other in told.dates]
        agree = any(covers(one, other) or covers(other, one) or same_night(one, other) for one, other in pairs)
        return _LATE if agree else window
    had, has = _mark(known.kind, known.facts), _mark(known.kind, told)
    if (had and has) or known.kind in ENDS:
        return _LATE
    return _VAGUE if known.kind in _COME_IN_NUMBERS else window


def _mark(kind: Kind, facts: Facts) -> object:
    """The facts that tell one announcement of a title and kind from the next; empty when they are not told."""
    if kind is Kind.CASTING_CALL:
        return facts.place
    return facts.people if kind in ABOUT_PEOPLE else facts.seasons


def _conflict(subject: Subject, kind: Kind, known: Facts, told: Facts) -> bool:
    if known.seasons and told.seasons and not set(known.seasons) & set(told.seasons):
        return True
    if kind in ABOUT_PEOPLE and known.people and told.people and not shared_people(known, told):
        return True
    if kind is Kind.CASTING_CALL and differ(known.place, told.place):
        return True
    if not (known.title and told.title) or same_title(known.title, told.title):
        return False
    return not _same_part(subject, known, told)


def _same_part(subject: Subject, known: Facts, told: Facts) -> bool:
    """Whether a watched person is named with the same role, so that two titles are two readings of one."""
    roles = [{one.role for one in facts.people if one.role and _is_subject(one, subject)} for facts in (known, told)]
    return any(alike(one, other) for one in roles[0] for other in roles[1])


def _another_call(known: Facts, told: Facts, now: datetime) -> bool:
    """Whether a call with a later deadline comes after the known one has ended; before that, it is prolonged."""
    if not (known.deadline and told.deadline) or told.deadline <= known.deadline:
        return False
    return known.deadline < now.date().isoformat()[: len(known.deadline)]


def _another_drop(known: Announcement, headline: str, now: datetime) -> bool:
    if now - known.first_seen <= _ONE_DROP:
        return False
    before = {form for line in known.headlines for form in _forms(line)}
    return bool(before) and bool(told := _forms(headline)) and not told & before


def _forms(headline: str) -> frozenset[str]:
    words = words_of(headline)
    return frozenset(form for form, names in _FORMS.items() if words & names)
