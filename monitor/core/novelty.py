"""What each entry of a freshly read document is to us: news, a revision, seen before, or not to be trusted yet."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.item import Item
from monitor.core.source import SourceState
from monitor.core.text import fold
from monitor.core.url import canonical

# Fewer strangers than this are ordinary news, whatever their ids look like.
_FEWEST_STRANGERS = 3
# Publishers date entries when they are written, not when they are put into the feed.
_SLACK = timedelta(days=1)


class Reason(StrEnum):
    """Why an item is treated as it is."""

    NEW = "new"
    BASELINE = "baseline"  # came with the silent first poll, or by another way on which it may have been told
    TOO_OLD = "too_old"  # new to us, but published longer ago than the source's max_age
    REVISED = "revised"  # known, shows something else now
    SEEN = "seen"
    REKEYED = "rekeyed"  # known under another key
    HELD = "held"  # unknown while the source changed its ids: nobody can say whether it is news


# Entries whose strange ids are explained: by the old ones, or by another way on which the source was read.
_EXPLAINED = frozenset({Reason.REKEYED, Reason.BASELINE})
# What is noted on an item that was stored without being read.
UNREAD = {
    Reason.BASELINE: "not read: it has no date, or is older than the max_age of its source",
    Reason.TOO_OLD: "not read: it is older than the max_age of its source",
    Reason.HELD: "not read: it was held back when its source changed all its ids",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A stored item, as far as telling it apart needs."""

    id: int
    key: str
    fingerprint: str
    url: str | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An item of the document, what it is to us, and the stored item it is (None: not stored yet)."""

    item: Item
    reason: Reason
    known: Known | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """The whole document judged, in its order: every item exactly once."""

    judged: tuple[Judged, ...]
    ids_changed: bool = False  # the source gave most of its entries new ids: tell the user, release nothing by itself

    @property
    def new(self) -> tuple[Judged, ...]:
        return self.of(Reason.NEW)

    @property
    def baseline(self) -> tuple[Judged, ...]:
        return self.of(Reason.BASELINE)

    @property
    def too_old(self) -> tuple[Judged, ...]:
        return self.of(Reason.TOO_OLD)

    @property
    def revised(self) -> tuple[Judged, ...]:
        return self.of(Reason.REVISED)

    @property
    def seen(self) -> tuple[Judged, ...]:
        return self.of(Reason.SEEN)

    @property
    def rekeyed(self) -> tuple[Judged, ...]:
        return self.of(Reason.REKEYED)

    @property
    def held(self) -> tuple[Judged, ...]:
        return self.of(Reason.HELD)

    def of(self, reason: Reason) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.judged if judged.reason is reason)


def decide(
    *,
    parsed_items: Sequence[Item],
    known: Sequence[Known],
    has_items: bool,
    state: SourceState,
    now: datetime,
    max_age: timedelta,
    silent: Collection[str] = (),
    complete: bool = True,
) -> Novelty:
    """What each item of a document is to us.

    `known` are the source's stored items that share a key, URL or title with the document; `has_items` says
    whether the source has any stored item at all. Keys in `parsed_items` are unique. Unknown items whose key is in
    `silent` may have been told by another way to the same source: they are stored silently. A document that is not
    `complete` may well hold nothing but strangers, and is not suspected of changed ids.
    """
    judged = {}
    by_key = {stored.key: stored for stored in known}
    for item in parsed_items:
        stored = by_key.get(item.key)
        judged[item.key] = (
            _unknown(item, state, now - max_age, silent=item.key in silent) if stored is None else _known(item, stored)
        )
    ids_changed = False
    if state.baseline_at is not None:
        # The changes that a database made to a title share its page, and have the keys that we gave them.
        named = [item for item in parsed_items if item.claims is None]
        strange = complete and has_items and not by_key.keys() & judged.keys()
        all_strange = strange and len(named) >= _FEWEST_STRANGERS
        for key, stored in _renamed(named, known, state.url, all_strange=all_strange, complete=complete).items():
            judged[key] = Judged(item=judged[key].item, reason=Reason.REKEYED, known=stored)
        if all_strange:
            last_success = state.last_success_at or state.baseline_at
            ids_changed = _hold(judged, since=last_success - _SLACK)
    return Novelty(judged=tuple(judged[item.key] for item in parsed_items), ids_changed=ids_changed)


def _known(item: Item, stored: Known) -> Judged:
    reason = Reason.SEEN if item.fingerprint == stored.fingerprint else Reason.REVISED
    return Judged(item=item, reason=reason, known=stored)


def _unknown(item: Item, state: SourceState, oldest: datetime, *, silent: bool) -> Judged:
    if state.baseline_at is None or silent:
        return Judged(item=item, reason=Reason.BASELINE)
    too_old = item.published is not None and item.published < oldest
    return Judged(item=item, reason=Reason.TOO_OLD if too_old else Reason.NEW)


def _renamed(
    items: Sequence[Item], known: Sequence[Known], own: str, *, all_strange: bool, complete: bool
) -> Mapping[str, Known]:
    """The items that are stored under another key, by their new one. `own` is the source's address, which is no item's.

    Alone, an item is recognised by showing exactly what the stored one shows. Links and titles are believed
    only when most of a complete document speaks for a change of ids: a link may serve many entries, a title recur.
    """
    by_content = _same(items, known, lambda entry: entry.fingerprint)
    by_url = _same(
        items, known, lambda entry: url if entry.url and (url := canonical(entry.url)) != canonical(own) else None
    )
    if not complete or (not all_strange and 2 * len(by_url) <= len(items)):
        return by_content
    by_title = _same(items, known, lambda entry: fold(entry.title) or None) if all_strange else {}
    found: dict[str, Known] = {}
    claimed: set[str] = set()
    for key, stored in (*by_content.items(), *by_url.items(), *by_title.items()):
        if key not in found and stored.key not in claimed:
            found[key] = stored
            claimed.add(stored.key)
    return found


def _same(
    items: Sequence[Item], known: Sequence[Known], mark: Callable[[Item | Known], str | None]
) -> dict[str, Known]:
    """Stored items that are not in the document, by the key of the unknown item with the same mark.

    A mark borne by several entries of the document or of the store tells nothing.
    """
    marks = Counter(mark(item) for item in items)
    stored_marks = Counter(mark(stored) for stored in known)
    keys = {item.key for item in items}
    known_keys = {stored.key for stored in known}
    absent = {mark(stored): stored for stored in known if stored.key not in keys}
    return {
        item.key: absent[found]
        for item in items
        if item.key not in known_keys
        and (found := mark(item)) is not None
        and found in absent
        and marks[found] == stored_marks[found] == 1
    }


def _hold(judged: dict[str, Judged], *, since: datetime) -> bool:
    """Whether the ids changed: most of the document is not explained by entries published since the last success.

    Those entries that would have been news are then held. A busy feed that rolled over while we were away holds
    nothing but entries published since, and is not suspected.
    """
    undecided = [
        key
        for key, one in judged.items()
        if one.reason not in _EXPLAINED and (one.item.published is None or one.item.published <= since)
    ]
    suspects = len(undecided) + sum(one.reason is Reason.REKEYED for one in judged.values())
    if suspects < _FEWEST_STRANGERS or 2 * suspects <= len(judged):
        return False
    for key in undecided:
        if judged[key].reason is Reason.NEW:
            judged[key] = Judged(item=judged[key].item, reason=Reason.HELD)
    return True
