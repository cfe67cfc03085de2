"""Where the reports of one announcement contradict each other: nothing of it is lost, and nobody is told that all agree."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

from monitor.core.calendar import say_date
from monitor.core.merging import alike, covers
from monitor.core.report import Facts, Kind

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# News whose date is part of it. Of the rest, a date in the text may be that of anything.
_DATED = frozenset({Kind.RELEASE_DATE, Kind.DELAY, Kind.FILMING_START})
_BY_NETWORK = frozenset({Kind.ORDER, Kind.RENEWAL})
# Who said what: the publisher, and one value or several that stand together.
Claims = Sequence[tuple[str, tuple[str, ...]]]


def disagreements(kind: Kind, told: Iterable[tuple[str, Facts]]) -> tuple[str, ...]:
    """The contradictions of reports, given as publisher and facts, oldest first: "two outlets say May 2027, one says June 2027".

    Only the last word of a publisher counts. Where one outlet is merely less exact than another, they agree.
    """
    return tuple(_contradictions(kind, tuple(told)))


def _contradictions(kind: Kind, told: tuple[tuple[str, Facts], ...]) -> Iterator[str]:
    if kind in _DATED:
        yield from _say(_camps([(who, one.dates) for who, one in told if one.dates], _dates_agree), say_date)
    deadlines = [(who, (one.deadline,)) for who, one in told if one.deadline]
    yield from _say(_camps(deadlines, _dates_agree), lambda day: f"apply by {say_date(day)}")
    if kind in _BY_NETWORK:
        yield from _say(_camps([(who, (one.network,)) for who, one in told if one.network], alike), str)
    named = [(who, person.name, person.role) for who, one in told for person in one.people if person.role]
    for name in dict.fromkeys(name for _, name, _ in named):
        roles = [(who, (role,)) for who, one, role in named if one == name]
        yield from (f"{name}: {said}" for said in _say(_camps(roles, alike), str))


def _dates_agree(one: str, other: str) -> bool:
    return covers(one, other) or covers(other, one)


def _camps(claims: Claims, agree: Callable[[str, str], bool]) -> list[tuple[str, int]]:
    """The values that contradict each other, each with how many outlets hold it, most first."""
    camps: list[list[tuple[str, ...]]] = []
    # The fullest first, so that a vaguer one joins the exact one it may mean.
    for values in sorted(dict(claims).values(), key=lambda texts: (-len(texts[0]), texts)):
        camp = next((camp for camp in camps if any(agree(*pair) for pair in product(camp[0], values))), None)
        if camp is None:
            camps.append([values])
        else:
            camp.append(values)
    return sorted(((camp[0][0], len(camp)) for camp in camps), key=lambda camp: (-camp[1], camp[0]))


def _say(camps: list[tuple[str, int]], say: Callable[[str], str]) -> Iterator[str]:
    if len(camps) > 1:
        said = [f"{_count(number)} {'say' if number > 1 else 'says'} {say(value)}" for value, number in camps]
        most = camps[0][1]
        yield ", ".join(said).replace(_count(most), f"{_count(most)} outlet{'s' if most > 1 else ''}", 1)


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
