"""How two courses of the same days differ: what was told, and what would have been told."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.alert import AlertPurpose
from monitor.core.report import Report

FOUND = "found by replay: "  # how the reason of an alert begins that was told because a replay found it


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """One alert: who was told what, because of which item, and why."""

    receiver: str
    at: datetime
    purpose: AlertPurpose
    headline: str
    change: str  # what an update says is new
    item_id: int  # the item that caused it
    said: str  # its headline
    publisher: str
    report: Report  # what that item reports
    items: frozenset[int]  # all items that tell the same announcement
    reason: str  # which route let it through


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Tellings that only one course has, and pairs in which one item made something else of the same words."""

    added: tuple[Alerted, ...]
    gone: tuple[Alerted, ...]
    changed: tuple[tuple[Alerted, Alerted], ...]  # before, after


def compare(before: Sequence[Alerted], after: Sequence[Alerted]) -> Compared:
    """What differs. Told to the same receiver by another item of the same announcement is told all the same."""
    _, before, after = _pair(before, after, _same_item)
    _, before, after = _pair(before, after, _same_announcement)
    changed, before, after = _pair(before, after, _same_words)
    return Compared(added=tuple(after), gone=tuple(before), changed=tuple(changed))


_Marks = Callable[[Alerted], Sequence[Hashable]]


def _same_item(told: Alerted) -> Sequence[Hashable]:
    return [(*_about(told), told.item_id)]


def _same_announcement(told: Alerted) -> Sequence[Hashable]:
    return [(*_about(told), item_id) for item_id in sorted(told.items)]


def _same_words(told: Alerted) -> Sequence[Hashable]:
    """One item read as another kind of news of the same title, or as the same of another title."""
    kind, subject = told.report.kind, told.report.subject.key
    return [(told.receiver, told.item_id, kind), (told.receiver, told.item_id, subject)]


def _about(told: Alerted) -> tuple[Hashable, ...]:
    return told.receiver, told.report.kind, told.report.subject.key


def _pair(
    before: Sequence[Alerted], after: Sequence[Alerted], marks: _Marks
) -> tuple[list[tuple[Alerted, Alerted]], list[Alerted], list[Alerted]]:
    """Each of `before` with the first unpaired one of `after` that shares a mark with it, and what is left of both."""
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place in reversed(range(len(after))):
        for mark in marks(after[place]):
            places[mark].append(place)
    pairs, left, taken = [], [], set[int]()
    for told in before:
        found = _first_free(told, places, marks, taken)
        if found is None:
            left.append(told)
        else:
            taken.add(found)
            pairs.append((told, after[found]))
    return pairs, left, [told for place, told in enumerate(after) if place not in taken]


def _first_free(told: Alerted, places: dict[Hashable, list[int]], marks: _Marks, taken: set[int]) -> int | None:
    for mark in marks(told):
        waiting = places.get(mark, [])
        while waiting and waiting[-1] in taken:
            waiting.pop()
        if waiting:
            return waiting.pop()
    return None
