"""Databases of shows and films: the watched titles are found there once, and their entries compared with what was known.

Nothing is told of an entry seen for the first time, also of a title that is added to the watchlist in month six. A
change is told once it has stood for hours.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from monitor.core.fetching import (
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseFailed,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.item import Item
from monitor.core.lookup import Unresolved, choose
from monitor.core.options import DatabaseOptions
from monitor.core.recordnews import Change, Database, changes, tells_renewal
from monitor.core.records import STANDS, Part, Record, advance, differences, first_known, ripen
from monitor.core.source import Source, SourceState
from monitor.core.text import clean_line
from monitor.core.watchlist import Watch
from monitor.core.wording import say_count
from monitor.ports import Clock, Fetch
from monitor.sources import remembered
from monitor.sources.asking import Ask, Refusal
from monitor.sources.reading import Run
from monitor.sources.remembered import Entry

_ASKED_AGAIN = timedelta(days=7)  # for a title that was not found, or was not to be told from others
_TRIED_AGAIN = timedelta(days=1)  # for one whose lookup failed by itself
# Of one visit, so that a watchlist of hundreds does not take a host for an hour; the rest comes the next time.
_MOST_LOOKUPS = 15
_MOST_ENTRIES = 60
_MOST_COMPARED = 8  # entries of one name that are read to tell which is meant
_TROUBLE_LIMIT = 1_000
_REFUSED = (FetchFailed, NotAFeed, ParseFailed)


class Catalogue(Protocol):
    """What differs between databases: which requests to make, and how the answers are read. Ids are its own."""

    version: str
    database: Database
    notice: str  # what its licence asks to be shown
    batch: int  # entries that one request brings

    def follows(self, watch: Watch) -> bool:
        """Whether titles of this type stand in it."""
        ...

    def id_of(self, watch: Watch) -> str | None:
        """The id that the watchlist gives."""
        ...

    def asking(self, source: Source, options: DatabaseOptions, *, fetch: Fetch, run: Run) -> Ask: ...
    async def find(self, watch: Watch, ask: Ask) -> tuple[Record, ...] | Refusal:
        """Entries that may be the title; none where nothing is found."""
        ...

    async def stamps(
        self, ids: Sequence[str], *, since: datetime | None, now: datetime, ask: Ask
    ) -> Mapping[str, str] | Refusal | None:
        """The stamps of the entries that may have changed since then, or since ever; None where only reading them tells."""
        ...

    async def entries(self, ids: Sequence[str], ask: Ask) -> Mapping[str, Record | None] | Refusal:
        """The entries by the ids they were asked for; None for one that is gone. One that was merged has another id itself."""
        ...

    async def complete(self, record: Record, cast: Collection[str], ask: Ask) -> Record | Refusal:
        """The entry with what only a sentence about it needs: the names of these in its cast, where it has but ids."""
        ...


class DatabaseAdapter:
    """The source type of one database."""

    def __init__(self, catalogue: Catalogue, *, run: Run, clock: Clock) -> None:
        self.version = catalogue.version
        self._catalogue = catalogue
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options = source.options
        assert isinstance(options, DatabaseOptions)
        ask = self._catalogue.asking(source, options, fetch=fetch, run=self._run)
        visit = _Visit(self._catalogue, ask, source, state, now=self._clock())
        failure = await visit.find_titles() or await visit.read_entries()
        return visit.result(failure)


class _Visit:
    """One visit under way; it changes as answers come in, and is thrown away."""

    def __init__(self, catalogue: Catalogue, ask: Ask, source: Source, state: SourceState, *, now: datetime) -> None:
        assert isinstance(source.options, DatabaseOptions)
        self._catalogue = catalogue
        self._ask = ask
        self._publisher = source.name or catalogue.database.name
        self._watches = {watch.id: watch for watch in source.options.watches if catalogue.follows(watch)}
        self._titles = remembered.load(state.memory, self._watches.values())
        self._checked = remembered.checked_at(state.memory)
        self._now = now
        # What the first poll of a source brings is silent: until it is over, nothing may be brought.
        self._tells = state.baseline_at is not None
        self._items: dict[str, Item] = {}
        self._trouble: list[str] = []
        self._more = False  # titles are left to be looked up

    async def find_titles(self) -> FetchFailed | None:
        """Looks up titles that were never looked up, are looked up by something else now, or were not found a week ago."""
        lookups = 0
        for watch in self._watches.values():
            entry, query = self._titles.get(watch.id), remembered.query_of(watch)
            if entry is not None and entry.query == query and (entry.id or not self._is_due(entry)):
                continue
            found: Record | Unresolved | str | Refusal | None = self._catalogue.id_of(watch)
            if found is None:
                if lookups == _MOST_LOOKUPS:
                    self._more = True
                    continue
                lookups += 1
                found = await self._find(watch)
            if isinstance(found, FetchFailed) and found.reason is not FetchFailure.UNEXPECTED_STATUS:
                return found
            self._titles[watch.id] = self._found(entry, query, found)
        return None

    def _is_due(self, entry: Entry) -> bool:
        return entry.asked is None or self._now - entry.asked >= _ASKED_AGAIN

    def _found(self, entry: Entry | None, query: str, found: Record | Unresolved | str | Refusal) -> Entry:
        if isinstance(found, _REFUSED):  # something about this title: the rest goes on
            if entry is not None and entry.id:
                return replace(entry, note=f"not looked up anew: {found.detail}")
            return Entry(query=query, asked=self._now - _ASKED_AGAIN + _TRIED_AGAIN, note=f"not found: {found.detail}")
        if isinstance(found, Unresolved):
            return Entry(query=query, asked=self._now, note=found.detail)
        entry_id = found if isinstance(found, str) else found.id
        if entry is not None and entry_id in {entry.id, entry.found}:  # what is known of it stays
            return replace(entry, query=query, asked=self._now, note="")
        return Entry(query=query, id=entry_id, found=entry_id, asked=self._now)

    async def _find(self, watch: Watch) -> Record | Unresolved | Refusal:
        candidates = await self._catalogue.find(watch, self._ask)
        if isinstance(candidates, _REFUSED):
            return candidates
        chosen = choose(watch, candidates)
        if isinstance(chosen, Record) or not (watch.cast or watch.require):
            return chosen
        if not 0 < len(chosen.called_so) <= _MOST_COMPARED:
            return chosen
        # Searches name neither cast nor network; the entries themselves do.
        whole = await self._read([one.id for one in chosen.called_so])
        if isinstance(whole, _REFUSED):
            return whole
        return choose(watch, [one for one in whole.values() if one is not None])

    async def _read(self, ids: Sequence[str]) -> Mapping[str, Record | None] | Refusal:
        found: dict[str, Record | None] = {}
        for start in range(0, len(ids), self._catalogue.batch):
            some = await self._catalogue.entries(ids[start : start + self._catalogue.batch], self._ask)
            if isinstance(some, _REFUSED):
                return some
            found.update(some)
        return found

    async def read_entries(self) -> Refusal | None:
        """Reads the entries that are new to us, may have changed, or have changes that wait; the longest unread first."""
        listed = tuple({entry.id for entry in self._titles.values() if entry.id})
        stamps = await self._catalogue.stamps(listed, since=self._checked, now=self._now, ask=self._ask)
        if isinstance(stamps, _REFUSED):
            return stamps
        due = [watch_id for watch_id, entry in self._titles.items() if entry.id and self._is_stale(entry, stamps)]
        due.sort(key=lambda watch_id: looked.isoformat() if (looked := self._titles[watch_id].looked) else "")
        now_due, unread, failure = due[:_MOST_ENTRIES], 0, None
        for start in range(0, len(now_due), self._catalogue.batch):
            some = now_due[start : start + self._catalogue.batch]
            refusal = await self._read_some(some)
            if isinstance(refusal, FetchFailed):
                return refusal
            if refusal is not None:
                failure, unread = refusal, unread + len(some)
                self._trouble.append(
                    f"{', '.join(self._watches[one].title for one in some)} not read: {refusal.detail}"
                )
        if len(now_due) == len(due) and not unread:
            self._checked = self._now
        return failure if unread == len(now_due) else None

    async def _read_some(self, watch_ids: Sequence[str]) -> Refusal | None:
        found = await self._catalogue.entries([self._titles[one].id or "" for one in watch_ids], self._ask)
        if isinstance(found, _REFUSED):
            return found
        for watch_id in watch_ids:
            record = found.get(self._titles[watch_id].id or "")
            if record is None:
                self._gone(watch_id)
            elif (refusal := await self._compare(watch_id, record)) is not None:
                return refusal
        return None

    def _is_stale(self, entry: Entry, stamps: Mapping[str, str] | None) -> bool:
        changed = stamps is None or stamps.get(entry.id or "", entry.stamp) != entry.stamp
        return changed or self._waits(entry)

    def _waits(self, entry: Entry) -> bool:
        return entry.known is None or any(self._now - since >= STANDS for since in entry.waiting.values())

    async def _compare(self, watch_id: str, record: Record) -> Refusal | None:
        """Takes what an entry says now; what of it has stood long enough becomes items."""
        entry, watch = self._titles[watch_id], self._watches[watch_id]
        known = entry.known
        read = replace(entry, looked=self._now, stamp=record.stamp, note="")
        if known is None or entry.id != record.id:  # merged into another entry, of which nothing is known
            self._titles[watch_id] = replace(read, id=record.id, known=first_known(record), waiting={})
            return None
        ripe, waiting = ripen(differences(known, record), entry.waiting, now=self._now)
        if ripe and not self._tells:
            self._titles[watch_id] = replace(read, waiting={**waiting, **{one.key: self._now for one in ripe}})
            return None
        cast = {one.about for one in ripe if one.part is Part.CAST}
        whole = await self._catalogue.complete(record, cast, self._ask) if cast else record
        if isinstance(whole, _REFUSED):
            return whole
        told = changes(self._catalogue.database, watch, known, whole, ripe, today=self._now.date())
        for change in told:
            item = self._item(whole, change)
            self._items.setdefault(item.key, item)
        known = advance(known, whole, ripe, renewed=tells_renewal(told))
        self._titles[watch_id] = replace(read, known=known, waiting=waiting)
        return None

    def _gone(self, watch_id: str) -> None:
        """An entry that was deleted: looked up again, unless the watchlist says that it is this one."""
        entry = self._titles[watch_id]
        said = f"the entry {entry.id} is gone"
        if self._catalogue.id_of(self._watches[watch_id]) is not None:
            self._titles[watch_id] = replace(entry, looked=self._now, note=f"{said}; correct its id in the watchlist")
        else:
            self._titles[watch_id] = Entry(query=entry.query, asked=self._now - _ASKED_AGAIN, note=said)

    def _item(self, record: Record, change: Change) -> Item:
        database = self._catalogue.database
        guid = f"{database.id}:{record.id}:{change.key}"
        text = clean_line(change.text, 500)
        return Item(
            key=hashlib.sha256(guid.encode()).hexdigest(),
            fingerprint=hashlib.sha256(text.encode()).hexdigest(),
            guid=clean_line(guid, 2_000),
            url=record.url,
            title=text,
            summary=self._catalogue.notice,
            text="",
            published=self._now,
            publisher=self._publisher,
            lang="en",
            claims=change.claims,
        )

    def result(self, failure: Refusal | None) -> VisitResult:
        """What the visit came to; what was learned before something failed is kept."""
        memory = remembered.dump(self._titles, checked=self._checked)
        if failure is not None and not self._items:
            return replace(failure, memory=memory)
        notes = [f"{self._watches[one].title}: {entry.note}" for one, entry in self._titles.items() if entry.note]
        told = [*self._trouble, *([failure.detail] if failure else []), *notes]
        trouble = clean_line("; ".join(told), _TROUBLE_LIMIT)
        if self._items or trouble or not self._tells:
            return Visited(
                parsed=Parsed(items=tuple(self._items.values())), memory=memory, trouble=trouble, more=self._more
            )
        detail = f"{say_count(len(self._watches), 'title')} followed, no change"
        return Unchanged(detail=detail, memory=memory, more=self._more)
