"""What the use cases need from outside, as Protocols; the adapters at the edge fulfil them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from monitor.core.alert import Alert, AlertState, NewAlert
from monitor.core.announcement import Announcement
from monitor.core.coverage import FirstReport
from monitor.core.fetching import FetchResult, Page, ParseFailed, ParseResult, Request, VisitResult
from monitor.core.holds import Hold
from monitor.core.incidents import Incident
from monitor.core.item import Item
from monitor.core.message import Message
from monitor.core.report import Document, Kind, Recognition, Report
from monitor.core.rhythm import Rhythm
from monitor.core.routing import Mute, Receiver, Voice
from monitor.core.source import Source, SourceState
from monitor.core.stories import Vocabulary
from monitor.core.streams import StreamState
from monitor.records import (
    Delivery,
    FirstLook,
    Heartbeat,
    HistoryQuery,
    Patrol,
    PollOutcome,
    Push,
    SendResult,
    StoredItem,
    StoredReport,
)

T = TypeVar("T")


class Clock(Protocol):
    """The time, aware UTC."""

    def __call__(self) -> datetime: ...


class Fetch(Protocol):
    """Makes one request, politely and within the caps. Trouble outside is a FetchFailed, never an exception."""

    async def __call__(self, request: Request) -> FetchResult: ...


class Adapter(Protocol):
    """One source type: what to ask for, in one request or several, and how the answers are read."""

    version: str  # changes when the reading changes, so that stored validators are dropped

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        """Visits the source once. Trouble outside comes back as a value, never as an exception."""
        ...


class Inbox(Protocol):
    """What was brought to a source and not read yet, in the order in which it came."""

    async def __call__(self, source_id: str, /) -> Sequence[Push]: ...


class ReadPush(Protocol):
    """Reads what is pushed to a source as its next visit will; `name` is what the sender calls it."""

    async def __call__(self, source: Source, body: bytes, name: str | None, /) -> ParseResult: ...


class ReadPage(Protocol):
    """Reads an article page in the killable process."""

    async def __call__(self, body: bytes, *, url: str, content_type: str | None) -> Page | ParseFailed: ...


class Recognise(Protocol):
    """Reads one text. Pure: the same document gives the same recognition."""

    def __call__(self, document: Document, /) -> Recognition: ...


class Notify(Protocol):
    """Dresses a message for a receiver and sends it."""

    async def __call__(self, receiver: Receiver, message: Message) -> SendResult: ...


class View(Protocol):
    """Questions to the store. Rows come back as core values, newest first unless said otherwise."""

    def source_states(self) -> Mapping[str, SourceState]: ...
    def due_sources(self, now: datetime) -> Sequence[str]:
        """Sources whose next poll is due and that nobody holds, longest overdue first. Disabled ones are never due."""
        ...

    def pushes(self, source_id: str, limit: int) -> Sequence[Push]:
        """What was brought to a source and not read yet, oldest first."""
        ...

    def last_polls(self) -> Mapping[str, PollOutcome]: ...
    def polls(self, source_id: str, limit: int) -> Sequence[PollOutcome]: ...
    def known_items(
        self, source_id: str, *, keys: Iterable[str], urls: Iterable[str], titles: Iterable[str]
    ) -> Sequence[StoredItem]:
        """Stored items of a source that share a key, a URL or a title with the given ones; titles only if non-empty."""
        ...

    def has_items(self, source_id: str) -> bool: ...
    def arrival_times(self, source_id: str, *, since: datetime, limit: int) -> Sequence[datetime]:
        """When the items came that were first seen since then, the last of them first."""
        ...

    def count_items(self) -> int: ...
    def items(self, ids: Iterable[int]) -> Sequence[StoredItem]: ...
    def items_by_url(self, url: str) -> Sequence[StoredItem]: ...
    def arrivals(self, *, after: int, since: datetime, until: datetime, limit: int) -> Sequence[StoredItem]:
        """The next items in the order of arrival behind the id `after`: first seen from `since` until before `until`."""
        ...

    def held_items(self, hold_id: int) -> Sequence[StoredItem]: ...
    def announcement(self, announcement_id: int) -> Announcement | None: ...
    def announcements(self, query: HistoryQuery) -> Sequence[Announcement]: ...
    def candidates(self, subject_key: str, kind: Kind, since: datetime) -> Sequence[Announcement]:
        """Announcements of a subject and kind whose last report is not older than `since`: the last few hundred."""
        ...

    def told_at(self, url: str, *, besides: str) -> Collection[int]:
        """The ids of the announcements that items with this address told, of other sources than `besides`.

        Of one source, entries that share an address are different entries: all of its entries may lead to its front page.
        """
        ...

    def reporters(self, subject_keys: Iterable[str], *, since: datetime) -> Collection[str]:
        """The ids of the sources that reported on one of these subjects since then."""
        ...

    def first_reports(self, *, since: datetime, watches: Collection[str] = ()) -> Sequence[FirstReport]:
        """When each source first told each announcement that began then or later, of these watches or of all.

        Announcements are left out that a silent first poll told. In order of announcements, the first source first.
        """
        ...

    def first_reports_of(self, announcement_id: int) -> Sequence[FirstReport]:
        """The same for one announcement."""
        ...

    def vocabulary(self) -> Vocabulary:
        """How common words are in the titles of the items stored last."""
        ...

    def voices(self, announcement_id: int) -> Collection[Voice]:
        """Those that reported an announcement: the tier of the source and the language, each pair once."""
        ...

    def reports(self, announcement_id: int) -> Sequence[StoredReport]:
        """Oldest first."""
        ...

    def reports_of_item(self, item_id: int) -> Sequence[StoredReport]: ...
    def alert(self, alert_id: int) -> Alert | None: ...
    def alerts_of(self, announcement_id: int) -> Sequence[Alert]: ...
    def alerts_since(self, moment: datetime) -> Sequence[Alert]:
        """Every alert made then or later, oldest first."""
        ...

    def alerts_under(self, hold_id: int) -> Sequence[Alert]:
        """Alerts waiting under a hold, oldest first; not the alert that summarises it."""
        ...

    def alerts_created(self, receiver: str, since: datetime) -> int:
        """How many messages of news a receiver was given since then: NEWS and UPDATE alerts, a bundle counting once.

        Held ones count, digests (bundles named "digest-...") do not.
        """
        ...

    def outbox(self) -> Mapping[AlertState, int]: ...
    def next_alert_due(self) -> datetime | None: ...
    def deliveries(self, alert_id: int) -> Sequence[Delivery]: ...
    def open_incidents(self) -> Sequence[Incident]: ...
    def incident(self, incident_id: int) -> Incident | None: ...
    def open_holds(self) -> Sequence[Hold]: ...
    def hold(self, hold_id: int) -> Hold | None: ...
    def mutes(self) -> Sequence[Mute]: ...
    def heartbeat(self) -> Heartbeat | None: ...
    def streams(self) -> Sequence[StreamState]:
        """How the connections to streams were last, by address."""
        ...

    def first_look(self) -> FirstLook | None: ...
    def patrol(self) -> Patrol | None: ...


class Transaction(View, Protocol):
    """Writes, all within one immediate transaction. Every write is safe to repeat."""

    def claim_sources(self, ids: Iterable[str], *, now: datetime, lease_until: datetime) -> Sequence[SourceState]:
        """The states of those of `ids` that nobody holds, now leased until then."""
        ...

    def release_leases(self) -> None:
        """Gives back every lease: for the one process that may hold any, when it starts after a crash."""
        ...

    def save_source(self, state: SourceState) -> None:
        """Writes the state, apart from what others write of it (its rhythm, its boost), and gives the lease back."""
        ...

    def save_rhythms(self, rhythms: Mapping[str, Rhythm]) -> None: ...
    def boost_sources(self, ids: Iterable[str], *, now: datetime, until: datetime) -> None:
        """Has them visited sooner until then, the first time as soon as politeness allows; none that fails."""
        ...

    def forget_sources(self, keep: Iterable[str]) -> None:
        """Drops the state of sources that are no longer configured, and what was brought to them; their items stay."""
        ...

    def add_push(
        self, source_id: str, body: bytes, *, content_type: str | None, at: datetime, name: str | None = None
    ) -> int:
        """Keeps what was brought to a source until its next poll, which is due at once."""
        ...

    def drop_pushes(self, ids: Iterable[int]) -> None: ...

    def record_poll(self, outcome: PollOutcome) -> None: ...
    def add_item(
        self, source_id: str, item: Item, *, at: datetime, baseline: bool, hold_id: int | None = None, note: str = ""
    ) -> int: ...
    def revise_item(self, item_id: int, item: Item, *, at: datetime) -> None: ...
    def rekey_item(self, item_id: int, key: str, guid: str | None) -> None: ...
    def release_item(self, item_id: int, *, note: str) -> None:
        """Takes an item out of its hold; `note` says what became of it."""
        ...

    def touch_items(self, source_id: str, keys: Iterable[str], at: datetime) -> None:
        """Says which stored items a body showed, by their stored keys: after every body that parsed, none left out.

        What a source still shows is never pruned, or it would be new again.
        """
        ...

    def add_announcement(self, announcement: Announcement) -> int: ...
    def update_announcement(self, announcement: Announcement) -> None: ...
    def add_report(
        self,
        report: Report,
        *,
        item_id: int,
        announcement_id: int | None,
        source: Source,
        publisher: str,
        at: datetime,
    ) -> None: ...
    def add_alert(self, alert: NewAlert, *, at: datetime) -> int | None:
        """The new alert's id, or None when the receiver already has this revision."""
        ...

    def claim_alerts(self, *, now: datetime, lease_until: datetime, limit: int) -> Sequence[Alert]:
        """Pending alerts that are due and that nobody holds, oldest first, now leased until then."""
        ...

    def settle_alerts(
        self, ids: Iterable[int], state: AlertState, *, due_at: datetime | None, bundle: str | None = None
    ) -> None:
        """Moves alerts to a state; `due_at` and `bundle` are kept where None."""
        ...

    def record_delivery(self, delivery: Delivery) -> None:
        """Writes the attempt, moves its alert to `state` and gives the lease back."""
        ...

    def open_incident(self, incident: Incident) -> int | None:
        """The new incident's id, or None when one of the same kind and subject is open."""
        ...

    def close_incident(self, incident_id: int, *, at: datetime) -> None: ...
    def open_hold(self, hold: Hold) -> int: ...
    def release_hold(self, hold_id: int, *, at: datetime, approved: bool) -> None: ...
    def save_mute(self, mute: Mute, *, at: datetime) -> None: ...
    def lift_mute(self, scope: str, target: str) -> bool: ...
    def beat(self, heartbeat: Heartbeat) -> None: ...
    def save_stream(self, state: StreamState) -> None: ...
    def forget_streams(self, keep: Collection[str]) -> None:
        """Drops what is known of streams with other addresses than these."""
        ...

    def save_first_look(self, look: FirstLook) -> None:
        """Remembers the last one."""
        ...

    def save_patrol(self, patrol: Patrol) -> None: ...
    def prune(self, *, before: datetime, limit: int) -> int:
        """Deletes up to `limit` old polls, deliveries and items that no announcement needs; how many went."""
        ...


class Store(Protocol):
    """The database. Work runs in the store's own threads, so the loop never waits for the disk."""

    async def read(self, work: Callable[[View], T]) -> T: ...
    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs `work` in one transaction, after all earlier writes; an exception rolls it back and comes out here."""
        ...


class OpenScratch(Protocol):
    """Opens an empty store of the same kind, thrown away when it is closed."""

    def __call__(self) -> AbstractAsyncContextManager[Store]: ...
