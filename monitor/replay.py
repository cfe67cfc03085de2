"""What a configuration would have alerted on the items that are stored, how that differs from what was alerted, and why."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from monitor.core.alert import Alert, AlertPurpose, AlertState
from monitor.core.announcement import Announcement
from monitor.core.difference import FOUND, Alerted, compare
from monitor.core.identity import WINDOW
from monitor.core.report import Recognition, Report
from monitor.core.routing import Mute
from monitor.core.setup import Setup
from monitor.core.source import Source
from monitor.core.wording import KIND_NAMES, say_headline, say_list
from monitor.ports import Recognise, Store, Transaction, View
from monitor.records import StoredItem, StoredReport
from monitor.rerun import Arrival, read_again, refile, remember, source_of, why_unread
from monitor.submit import SOURCE_ID

_PAGE = 500
_NOTES = 3
_ECHOES = max(WINDOW.values())  # how long news may be told again
_NEWS = frozenset({AlertPurpose.NEWS, AlertPurpose.UPDATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """An alert that only one side makes, with why the other does not."""

    alert: Alerted
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One item of which the same receiver would be told something else."""

    before: Alerted
    after: Alerted
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a replay came to. `before` and `after` count the alerts of the time from `since` until `until`."""

    since: datetime
    until: datetime
    items: int  # read again, with those from before `since` that its news may join
    before: int
    after: int
    added: tuple[Differing, ...]
    gone: tuple[Differing, ...]
    changed: tuple[Changed, ...]


async def replay(
    *,
    store: Store,
    scratch: Store,
    setup: Setup,
    recognise: Recognise,
    since: datetime,
    until: datetime,
    told: Callable[[int], None],
) -> Difference:
    """Reads what is stored again into `scratch`, which is empty, and compares the alerts from `since` until `until`.

    `store` is only read, a page at a time; what is remembered grows with the watched items alone. `told` gets the number
    of items read so far. Reading begins as long before `since` as news may be told again, so that its echoes join it.
    """
    items, ids = await _read_all(store, scratch, setup, recognise, since, until, told)
    before = await store.read(lambda view: _alerts_of(view, since, until, lambda item_id: item_id))
    after = await scratch.read(lambda view: _alerts_of(view, since, until, ids.__getitem__))
    compared = compare(before, after)
    copies = {real: copy for copy, real in ids.items()}
    return Difference(
        since=since,
        until=until,
        items=items,
        before=len(before),
        after=len(after),
        added=tuple([await _added(told_now, store) for told_now in compared.added]),
        gone=tuple([await _gone(told_then, store, scratch, setup, recognise, copies) for told_then in compared.gone]),
        changed=tuple(_changed(one, other) for one, other in compared.changed),
    )


async def _mutes(store: Store) -> list[Mute]:
    """Those made by command that still are, the newest first. One that was lifted leaves no trace."""
    mutes = await store.read(lambda view: view.mutes())
    return sorted(mutes, key=_made_at, reverse=True)


def _made_at(mute: Mute) -> datetime:
    assert mute.since is not None
    return mute.since


async def _read_all(
    store: Store,
    scratch: Store,
    setup: Setup,
    recognise: Recognise,
    since: datetime,
    until: datetime,
    told: Callable[[int], None],
) -> tuple[int, dict[int, int]]:
    """How many items were read, and the ids that those filed in the scratch store have in the real one."""
    sources = {source.id: source for source in setup.sources}
    mutes = await _mutes(store)
    ids: dict[int, int] = {}
    after = count = 0

    def next_page(view: View) -> Sequence[tuple[StoredItem, Source | None]]:
        page = view.arrivals(after=after, since=since - _ECHOES, until=until, limit=_PAGE)
        return [(stored, _source(view, stored, sources)) for stored in page]

    while page := await store.read(next_page):
        after = page[-1][0].id
        count += len(page)
        arrivals = await asyncio.to_thread(_read, page, recognise)
        ids.update(await scratch.write(partial(_file, arrivals=arrivals, mutes=mutes, setup=setup)))
        told(count)
    return count, ids


def _source(view: View, stored: StoredItem, sources: Mapping[str, Source]) -> Source | None:
    reports = view.reports_of_item(stored.id) if stored.source_id == SOURCE_ID else ()
    return source_of(stored, sources, tier=next((report.tier for report in reports), None))


def _read(page: Sequence[tuple[StoredItem, Source | None]], recognise: Recognise) -> list[Arrival | StoredItem]:
    """Each item, with what a watch asks for in it where there is something."""
    arrivals: list[Arrival | StoredItem] = []
    for stored, source in page:
        reports: tuple[Report, ...] = ()
        if source is not None and not why_unread(stored, source):
            recognition = read_again(stored, source, recognise=recognise)
            reports = tuple(report for report in recognition.reports if report.watches)
        arrivals.append(Arrival(stored=stored, source=source, reports=reports) if source and reports else stored)
    return arrivals


def _file(
    transaction: Transaction, *, arrivals: Sequence[Arrival | StoredItem], mutes: list[Mute], setup: Setup
) -> dict[int, int]:
    """Files what was read at the times it came; by the ids that watched items got their real ones.

    `mutes` are taken from, each when its time has come.
    """
    ids = {}
    for one in arrivals:
        if isinstance(one, StoredItem):
            remember(transaction, one)
            continue
        now = one.stored.first_seen
        while mutes and _made_at(mutes[-1]) <= now:
            mute = mutes.pop()
            transaction.save_mute(mute, at=_made_at(mute))
        copy = refile(transaction, one, policy=setup.policy, silent=one.stored.baseline, now=now)
        ids[copy] = one.stored.id
    return ids


def _alerts_of(view: View, since: datetime, until: datetime, real: Callable[[int], int]) -> list[Alerted]:
    """The alerts that items of the time caused, oldest first."""
    told = []
    for alert in view.alerts_since(since):
        if alert.purpose in _NEWS and _was_made(alert) and alert.announcement_id is not None:
            announcement = view.announcement(alert.announcement_id)
            assert announcement is not None
            reports = view.reports(announcement.id)
            cause = _cause(alert, reports)
            # Not when the alert was made: one that replay had found was made long after its item came.
            if cause is not None and since <= cause.at < until:
                told.append(_as_alerted(alert, announcement, reports, cause, real))
    return told


def _was_made(alert: Alert) -> bool:
    """Whether it was meant to be told: not muted, nor replaced by a later one before it left."""
    return alert.state is not AlertState.DISCARDED or alert.hold_id is not None


def _cause(alert: Alert, reports: Sequence[StoredReport]) -> StoredReport | None:
    """The report that made the alert; of several in one poll the first made the news and the last the update.

    None for an update that the edit of an item made: what the item said before is not kept, so it cannot be replayed.
    """
    then = [report for report in reports if report.at == alert.created_at]
    if not then:
        return reports[0] if alert.reason.startswith(FOUND) else None
    return then[0] if alert.purpose is AlertPurpose.NEWS else then[-1]


def _as_alerted(
    alert: Alert,
    announcement: Announcement,
    reports: Sequence[StoredReport],
    cause: StoredReport,
    real: Callable[[int], int],
) -> Alerted:
    return Alerted(
        receiver=alert.receiver,
        at=cause.at,
        purpose=alert.purpose,
        headline=say_headline(announcement),
        change=alert.change,
        item_id=real(cause.item_id),
        said=cause.headline,
        publisher=cause.publisher,
        report=cause.report,
        items=frozenset(real(report.item_id) for report in reports),
        reason=alert.reason,
    )


async def _added(told: Alerted, store: Store) -> Differing:
    """An alert that is new, with why it was not made then."""

    def look(view: View) -> str:
        reports = view.reports_of_item(told.item_id)
        misread = _misread([stored.report for stored in reports], told)
        return misread or _unrouted(view, reports, told, lambda item_id: item_id)

    return Differing(alert=told, why=await store.read(look))


async def _gone(
    told: Alerted,
    store: Store,
    scratch: Store,
    setup: Setup,
    recognise: Recognise,
    copies: Mapping[int, int],
) -> Differing:
    """An alert that was made then, with why it no longer is."""
    sources = {source.id: source for source in setup.sources}

    def look(view: View) -> tuple[StoredItem, Source | None]:
        (stored,) = view.items([told.item_id])
        return stored, _source(view, stored, sources)

    stored, source = await store.read(look)
    if why := why_unread(stored, source):
        return Differing(alert=told, why=why)
    recognition = read_again(stored, source, recognise=recognise)
    if misread := _misread(recognition.reports, told):
        return Differing(alert=told, why="; ".join((misread, *_lost(told, recognition))))
    originals = {copy: real for real, copy in copies.items()}
    why = await scratch.read(
        lambda view: _unrouted(view, view.reports_of_item(copies[told.item_id]), told, originals.__getitem__)
    )
    return Differing(alert=told, why=why)


def _changed(before: Alerted, after: Alerted) -> Changed:
    then, now = before.report, after.report
    if then.kind is not now.kind:
        why = f"{KIND_NAMES[then.kind]} then, {KIND_NAMES[now.kind]} now"
    else:
        why = f"news of {then.subject.title} then, of {now.subject.title} now"
    return Changed(before=before, after=after, why=why)


def _misread(reports: Sequence[Report], told: Alerted) -> str:
    """Why these reports of the item, read by the other side, are not what was told; "" when they are."""
    of_kind = [report for report in reports if report.kind is told.report.kind]
    watched = [report for report in of_kind if report.watches]
    name = KIND_NAMES[told.report.kind]
    if not of_kind:
        others = sorted({KIND_NAMES[report.kind] for report in reports})
        return f"not read as {name}" + (f" but as {say_list(others)}" if others else "")
    titles = say_list(list(dict.fromkeys(report.subject.title or "no title" for report in watched or of_kind)))
    if not watched:
        return f"read as {name} of {titles}, which no watch asks for"
    return "" if told.report.subject.key in {one.subject.key for one in watched} else f"read as {name} of {titles}"


def _lost(told: Alerted, recognition: Recognition) -> Iterator[str]:
    """The rules that no longer fire, and what is noted of others of the kind; nothing when something is read as that."""
    if any(report.kind is told.report.kind for report in recognition.reports):
        return
    fires = {evidence.rule for report in recognition.reports for evidence in report.evidence}
    for rule in dict.fromkeys(evidence.rule for evidence in told.report.evidence):
        if rule not in fires:
            yield f"rule {rule} does not fire"
    notes = [note for note in recognition.notes if f"/{told.report.kind}/" in note]
    yield from notes[:_NOTES]


def _unrouted(view: View, reports: Sequence[StoredReport], told: Alerted, real: Callable[[int], int]) -> str:
    """Why what was read alike made no alert for the receiver."""
    about = (told.report.kind, told.report.subject.key)
    stored = next(one for one in reports if one.report.watches and (one.report.kind, one.report.subject.key) == about)
    if stored.announcement_id is None:
        return "its source was muted"
    alerts = [alert for alert in view.alerts_of(stored.announcement_id) if alert.receiver == told.receiver]
    if any(_was_made(alert) for alert in alerts):
        first = view.reports(stored.announcement_id)[0]
        return f"a further report of what item-{real(first.item_id)} told"
    if alerts:
        return alerts[-1].reason
    return f"no route lets it through to {told.receiver}"
