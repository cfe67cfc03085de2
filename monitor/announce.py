"""Turning what an item reports into announcements and alerts, inside the transaction that stores the item."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.alert import Alert, AlertPurpose, AlertState, NewAlert
from monitor.core.announcement import Standing
from monitor.core.holds import Hold, HoldKind
from monitor.core.identity import ENDS, is_many, reach
from monitor.core.item import Item
from monitor.core.report import Report
from monitor.core.routing import AlertPolicy, Voice, alerts_for, is_source_muted
from monitor.core.settling import Settled, Wording, amend, gather_changes, settle
from monitor.core.source import Source
from monitor.core.wording import say_length
from monitor.ports import Transaction
from monitor.records import StoredReport

# The summary of a flood waits until the burst that caused it is over, so that it counts all of it.
_FLOOD_SETTLES = timedelta(minutes=5)
# What comes sooner after an update is gathered and told at the end.
_BETWEEN_UPDATES = timedelta(hours=1)
# Alerts in these states never reached their receiver: what comes next is the first it hears of the announcement.
NOT_HEARD = frozenset({AlertState.DISCARDED, AlertState.GIVEN_UP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What came of one item: how many reports it holds, and how many alerts are on their way because of it."""

    reports: int = 0
    alerts: int = 0
    told: frozenset[str] = frozenset()  # the keys of the subjects they tell of

    def __add__(self, other: "Announced") -> "Announced":
        return Announced(
            reports=self.reports + other.reports, alerts=self.alerts + other.alerts, told=self.told | other.told
        )


def announce(
    transaction: Transaction,
    reports: Iterable[Report],
    *,
    item_id: int,
    item: Item,
    source: Source,
    policy: AlertPolicy,
    silent: bool,
    released: int | None,
    now: datetime,
    revision: bool = False,
) -> Announced:
    """Files each report under its announcement and writes the alerts that follow.

    `silent` items (a source's baseline) make announcements, so that later reports of the same news join them,
    but no alerts. Reports that no watch asked for are kept without an announcement. `released` is the hold the item
    was approved from, None for a fresh one: what is approved together leaves together, and is no flood. With `revision`,
    the item was known and now says this: what it told before is amended.
    """
    total = Announced()
    before = {_about(one.report): one for one in transaction.reports_of_item(item_id)} if revision else {}
    for report in reports:
        known = before.get(_about(report))
        # Before the report is stored: it would count as the first of its voice itself.
        settled, alerts = _judge(transaction, report, item_id, item, source, policy, known, silent=silent, now=now)
        if settled is None and known is not None:
            continue  # what is stored of it stays: an announcement may rest on it
        announcement_id = _store(transaction, settled, silent=silent) if settled else None
        transaction.add_report(
            report,
            item_id=item_id,
            announcement_id=announcement_id,
            source=source,
            publisher=item.publisher or source.publisher,
            at=now,
        )
        ready = [replace(alert, announcement_id=announcement_id) for alert in alerts]
        made = sum(_write(transaction, alert, policy, released, now) for alert in ready)
        told = any(alert.state is not AlertState.DISCARDED for alert in ready)
        total += Announced(reports=1, alerts=made, told=frozenset({report.subject.key} if told else ()))
    return total


def _about(report: Report) -> tuple[str, str, str]:
    """What tells the reports of one item apart."""
    return report.subject.key, report.kind, report.facts.title or ""


def _judge(
    transaction: Transaction,
    report: Report,
    item_id: int,
    item: Item,
    source: Source,
    policy: AlertPolicy,
    earlier: StoredReport | None,
    *,
    silent: bool,
    now: datetime,
) -> tuple[Settled | None, tuple[NewAlert, ...]]:
    """Where the report belongs, and the alerts that follow; nowhere when no watch asks for it.

    Nowhere also when a muted source would be the one to tell something: were its word taken silently, the next source
    to say the same would be thought to repeat it.
    """
    if not report.watches:
        return None, ()
    settled = _settle(transaction, report, item, source, earlier, now)
    voice = Voice(tier=source.tier, lang=report.lang)
    alerts = () if silent else _alerts(transaction, settled, item_id, voice, policy, now)
    muted = is_source_muted(source.id, (*policy.mutes, *transaction.mutes()), now)
    return (None, ()) if muted and (settled.worth_telling or alerts) else (settled, alerts)


def _settle(
    transaction: Transaction,
    report: Report,
    item: Item,
    source: Source,
    earlier: StoredReport | None,
    now: datetime,
) -> Settled:
    """Where the report belongs: to the announcement that its item told before, or to one of those that are stored."""
    told = transaction.announcement(earlier.announcement_id) if earlier and earlier.announcement_id else None
    if earlier is not None and told is not None:
        only_source = all(one.item_id == earlier.item_id for one in transaction.reports(told.id))
        return amend(told, report, tier=source.tier, headline=_headline(item), only_source=only_source, now=now)
    return settle_in(transaction, report, item, source, now)


def settle_in(transaction: Transaction, report: Report, item: Item, source: Source, now: datetime) -> Settled:
    """Where a report belongs among the announcements that are stored."""
    candidates = transaction.candidates(report.subject.key, report.kind, now - reach(report))
    if report.database and report.kind in ENDS and not candidates:
        other = ENDS[report.kind]
        candidates = transaction.candidates(report.subject.key, other, now - reach(report))
        report = replace(report, kind=other) if candidates else report
    wording = Wording(headline=_headline(item))
    if candidates:
        # What words weigh is asked only where they have to tell one announcement from another.
        vocabulary = transaction.vocabulary() if is_many(report.subject) else wording.vocabulary
        same_page = transaction.told_at(item.url, besides=source.id) if item.url else ()
        wording = replace(wording, same_page=same_page, vocabulary=vocabulary)
    return settle(report, tier=source.tier, candidates=candidates, wording=wording, now=now)


def _headline(item: Item) -> str:
    return item.title or item.summary


def _store(transaction: Transaction, settled: Settled, *, silent: bool) -> int:
    """The announcement's id. What a silent report would change stays as it is: the next to say it tells it."""
    announcement = settled.announcement
    if settled.is_new:
        return transaction.add_announcement(announcement)
    if not (silent and settled.worth_telling):
        transaction.update_announcement(announcement)
    return announcement.id


def _alerts(
    transaction: Transaction, settled: Settled, item_id: int, voice: Voice, policy: AlertPolicy, now: datetime
) -> tuple[NewAlert, ...]:
    earlier = () if settled.is_new else transaction.alerts_of(settled.announcement.id)
    return alerts_for(
        settled,
        policy,
        item_id=item_id,
        voice=voice,
        earlier=() if settled.is_new else transaction.voices(settled.announcement.id),
        told={alert.receiver for alert in earlier if is_heard(alert, now)},
        # That the maker has said it does not wait.
        not_before={} if settled.raised is Standing.OFFICIAL else _next_updates(earlier, now),
        mutes=transaction.mutes(),
        now=now,
    )


def _next_updates(earlier: Iterable[Alert], now: datetime) -> dict[str, datetime]:
    """When each receiver that was told an update may be told the next."""
    updates = [
        alert for alert in reversed(tuple(earlier)) if alert.purpose is AlertPurpose.UPDATE and is_heard(alert, now)
    ]
    return {alert.receiver: alert.due_at + _BETWEEN_UPDATES for alert in updates}


def is_heard(alert: Alert, now: datetime) -> bool:
    """Whether its receiver has it, or is about to."""
    return alert.state not in NOT_HEARD and not _unseen(alert, now)


def _unseen(alert: Alert, now: datetime) -> bool:
    """Whether the alert still waits, so that its receiver knows nothing of it: for a digest, a morning or an approval."""
    waits = alert.state is AlertState.HELD or (alert.state is AlertState.PENDING and alert.due_at > now)
    # A poll that visits pages decides by the time it began; what fell due meanwhile may be on its way.
    on_its_way = alert.lease_until is not None and alert.lease_until > now
    return waits and alert.attempts == 0 and not on_its_way


def _write(transaction: Transaction, alert: NewAlert, policy: AlertPolicy, released: int | None, now: datetime) -> bool:
    """Whether the alert is on its way now. Digests and quiet hours collect by themselves; the rest may be a flood."""
    if alert.state is AlertState.PENDING and alert.due_at <= now:
        if released is not None:
            alert = replace(alert, bundle=bundle_of_hold(released))
        elif _is_flood(transaction, alert, policy, now):
            hold_id = _flood_hold(transaction, alert.receiver, policy, now)
            alert = replace(alert, state=AlertState.HELD, hold_id=hold_id)
    if alert.state is not AlertState.DISCARDED:
        alert = number_anew(transaction, gather_unseen(transaction, alert, now))
    alert_id = transaction.add_alert(alert, at=now)
    return alert_id is not None and alert.state is AlertState.PENDING


def gather_unseen(transaction: Transaction, alert: NewAlert, now: datetime) -> NewAlert:
    """The alert with what still waits for its receiver about the same announcement, which it replaces."""
    assert alert.announcement_id is not None
    unseen = [
        earlier
        for earlier in reversed(transaction.alerts_of(alert.announcement_id))
        if earlier.receiver == alert.receiver and _unseen(earlier, now)
    ]
    transaction.settle_alerts([earlier.id for earlier in unseen], AlertState.DISCARDED, due_at=None)
    return replace(alert, change=gather_changes((earlier.change for earlier in unseen), alert.change))


def number_anew(transaction: Transaction, alert: NewAlert) -> NewAlert:
    """The alert with a revision that is free: another of its receiver has the same where that was muted, or gave way to it."""
    assert alert.announcement_id is not None
    made = {(other.receiver, other.revision) for other in transaction.alerts_of(alert.announcement_id)}
    if (alert.receiver, alert.revision) not in made:
        return alert
    announcement = transaction.announcement(alert.announcement_id)
    assert announcement is not None
    transaction.update_announcement(replace(announcement, revision=announcement.revision + 1))
    return replace(alert, revision=announcement.revision + 1)


def bundle_of_hold(hold_id: int) -> str:
    """What is let go of together leaves as one message."""
    return f"hold-{hold_id}"


def _is_flood(transaction: Transaction, alert: NewAlert, policy: AlertPolicy, now: datetime) -> bool:
    """Whether the alert would be one message more than its receiver wants to have."""
    begun = any(
        (other.receiver, other.bundle, other.state) == (alert.receiver, alert.bundle, AlertState.PENDING)
        for other in transaction.alerts_since(now)
    )
    return not begun and transaction.alerts_created(alert.receiver, now - policy.flood.per) >= policy.flood.limit


def _flood_hold(transaction: Transaction, receiver: str, policy: AlertPolicy, now: datetime) -> int:
    """The receiver's open flood hold, or a new one.

    Nobody may ever approve it, so what joins it later is summarised again, at most once within `flood.per`.
    """
    per = policy.flood.per
    detail = f"more than {policy.flood.limit} messages within {say_length(per)}"
    hold = open_hold(transaction, HoldKind.FLOOD, receiver, detail, now)
    first = hold.opened_at + _FLOOD_SETTLES
    round_ = 0 if now <= first else (now - hold.opened_at) // per + 1
    due_at = hold.opened_at + per * round_ if round_ else first
    tell_of_hold(transaction, hold, receivers=(receiver,), round_=round_, due_at=due_at, now=now)
    return hold.id


def open_hold(transaction: Transaction, kind: HoldKind, subject: str, detail: str, now: datetime) -> Hold:
    """A new hold, or the open one of that kind and subject."""
    hold_id = transaction.open_hold(Hold(id=0, kind=kind, subject=subject, detail=detail, opened_at=now))
    hold = transaction.hold(hold_id)
    assert hold is not None
    return hold


def tell_of_hold(
    transaction: Transaction, hold: Hold, *, receivers: Iterable[str], round_: int, due_at: datetime, now: datetime
) -> None:
    """One summary of what is held, for each receiver; nothing when the same round was written before."""
    for receiver in receivers:
        transaction.add_alert(
            NewAlert(
                receiver=receiver,
                purpose=AlertPurpose.HOLD,
                due_at=due_at,
                reason="something was held back",
                hold_id=hold.id,
                revision=round_,
            ),
            at=now,
        )
