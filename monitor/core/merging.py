"""Facts of several reports put together, and whether two of them may be one."""

from datetime import date
from typing import TypeVar

from monitor.core.report import Facts, Person, ScamSign
from monitor.core.stories import words_of
from monitor.core.text import fold

T = TypeVar("T", str, str | None)

_NAME_SUFFIXES = frozenset({"jr", "sr"})


def merge_facts(known: Facts, told: Facts) -> Facts:
    """Both, without repeating, and each in its fullest form; people known first come first."""
    return Facts(
        seasons=tuple(sorted({*known.seasons, *told.seasons})),
        people=_merge_people(known.people, told.people),
        dates=_merge_dates(known.dates, told.dates),
        network=_longer(known.network, told.network),
        place=_longer(known.place, told.place),
        deadline=_longer(known.deadline, told.deadline),  # of two days the later: a call is prolonged, never cut short
        scam_signs=tuple(sign for sign in ScamSign if sign in {*known.scam_signs, *told.scam_signs}),
        title=_longer(known.title, told.title),
    )


def differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and fold(one) != fold(other))


def shared_people(known: Facts, told: Facts) -> int:
    return sum(any(same_person(person, one) for one in known.people) for person in told.people)


def same_person(one: Person, other: Person) -> bool:
    """The same name, one with more to it, or one the surname of the other unless their roles differ.

    "Connor" in a second paragraph is Ada Connor; Ada Connor is also Ada Connor Reed.
    """
    short, long = sorted((_words(one.name), _words(other.name)), key=len)
    if short == long or (len(short) > 1 and long[: len(short)] == short):
        return True
    return long[-len(short) :] == short and alike(one.role, other.role)


def same_title(one: str, other: str) -> bool:
    """Whether two titles may be one: outlets shorten them, and reading takes a word too much or too few for one."""
    first, second = frozenset(_words(one)), frozenset(_words(other))
    if first == second:
        return True
    shared = words_of(one) & words_of(other)
    least = min(len(words_of(one)), len(words_of(other)))
    return _numbers(first) == _numbers(second) and len(shared) > 1 and 2 * len(shared) > least


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(char.isdigit() for char in word))


def _words(name: str) -> tuple[str, ...]:
    """The name's words without what outlets write in different ways: dots, hyphens, "Jr."."""
    return tuple(word for word in fold(name).replace(".", "").replace("-", " ").split() if word not in _NAME_SUFFIXES)


def alike(one: str | None, other: str | None) -> bool:
    """Whether two roles may be one: "Sahar" is "Sahar Zahid"."""
    short, long = sorted((fold(one or ""), fold(other or "")), key=len)
    return short in long


def _merge_people(known: tuple[Person, ...], told: tuple[Person, ...]) -> tuple[Person, ...]:
    merged = list(known)
    for person in told:
        places = [place for place, other in enumerate(merged) if same_person(person, other)]
        if not places:
            merged.append(person)
        elif len(places) == 1:  # else a surname that two of them share: nobody knows whose
            one = merged[places[0]]
            merged[places[0]] = Person(name=_longer(one.name, person.name), role=_longer(one.role, person.role))
    return tuple(merged)


def _merge_dates(known: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """Each date in its most exact form. Dates that contradict all that was known are the latest word: they come first."""
    agree = any(covers(one, other) or covers(other, one) for one in known for other in told)
    dates = tuple(dict.fromkeys((*known, *told) if agree else (*told, *known)))
    return tuple(date for date in dates if not any(date != other and covers(date, other) for other in dates))


def covers(vague: str, exact: str) -> bool:
    """Whether the second date is the first one, or lies in it: "2027" covers "2027-03", and so does "2027-Q1"."""
    year, _, quarter = vague.partition("-Q")
    if not quarter:
        return exact.startswith(vague)
    # Seasons of the year begin in the last month of the quarter before: spring is said of March.
    months = [f"{year}-{month:02}" for month in range(max(1, 3 * int(quarter) - 3), 3 * int(quarter) + 1)]
    return exact == vague or exact[:7] in months


def same_night(one: str, other: str) -> bool:
    """Whether two dates are the same or neighbouring days: a premiere at midnight is on either, by where one looks."""
    try:
        first, second = date.fromisoformat(one), date.fromisoformat(other)
    except ValueError:  # a month, a year, a quarter
        return False
    return abs((first - second).days) <= 1


def _longer(one: T, other: T) -> T:
    """The fuller of two texts; ties by alphabet, so that the order of arrival does not matter."""
    return max(one, other, key=lambda text: (len(text or ""), text or ""))
