"""Turning what an item reports into announcements and alerts, inside the transaction that stores the item."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.alert import AlertPurpose, AlertState, NewAlert
from monitor.core.announcement import LONGEST_WINDOW, Announcement, Settled, settle
from monitor.core.holds import Hold, HoldKind
from monitor.core.item import Item
from monitor.core.report import Report
from monitor.core.routing import AlertPolicy, alerts_for, is_source_muted
from monitor.core.source import Source
from monitor.ports import Transaction

# The summary of a flood waits until the burst that caused it is over, so that it counts all of it.
_FLOOD_SETTLES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What came of one item: how many reports it holds, and how many alerts it caused."""

    reports: int = 0
    alerts: int = 0


def announce(
    transaction: Transaction,
    reports: Iterable[Report],
    *,
    item_id: int,
    item: Item,
    source: Source,
    policy: AlertPolicy,
    silent: bool,
    now: datetime,
) -> Announced:
    """Files each report under its announcement and writes the alerts that follow.

    `silent` items (a source's baseline) make announcements, so that later reports of the same news join them,
    but no alerts. Reports that no watch asked for are kept without an announcement.
    """
    said = made = 0
    for report in reports:
        settled = _settle(transaction, report, source, policy, now) if report.watches else None
        announcement_id = _store(transaction, settled.announcement) if settled else None
        transaction.add_report(
            report,
            item_id=item_id,
            announcement_id=announcement_id,
            source=source,
            publisher=item.publisher or source.publisher,
            at=now,
        )
        said += 1
        if settled and announcement_id and not silent:
            made += _alert(transaction, settled, announcement_id, item_id, source, policy, now)
    return Announced(reports=said, alerts=made)


def _settle(
    transaction: Transaction, report: Report, source: Source, policy: AlertPolicy, now: datetime
) -> Settled | None:
    """Where the report belongs; None when a muted source would start something by itself."""
    candidates = transaction.candidates([report.subject.key], now - LONGEST_WINDOW)
    settled = settle(report, tier=source.tier, candidates=candidates, now=now)
    muted = is_source_muted(source.id, (*policy.mutes, *transaction.mutes()), now)
    return None if muted and settled.is_new else settled


def _store(transaction: Transaction, announcement: Announcement) -> int:
    if announcement.id == 0:
        return transaction.add_announcement(announcement)
    transaction.update_announcement(announcement)
    return announcement.id


def _alert(
    transaction: Transaction,
    settled: Settled,
    announcement_id: int,
    item_id: int,
    source: Source,
    policy: AlertPolicy,
    now: datetime,
) -> int:
    told = {alert.receiver for alert in transaction.alerts_of(announcement_id)}
    alerts = alerts_for(
        settled,
        policy,
        announcement_id=announcement_id,
        item_id=item_id,
        tier=source.tier,
        told=told,
        mutes=transaction.mutes(),
        now=now,
    )
    written = [transaction.add_alert(_hold_flood(transaction, alert, policy, now), at=now) for alert in alerts]
    return sum(
        alert_id is not None and alert.state is AlertState.PENDING
        for alert_id, alert in zip(written, alerts, strict=True)
    )


def _hold_flood(transaction: Transaction, alert: NewAlert, policy: AlertPolicy, now: datetime) -> NewAlert:
    """The alert, put under a hold when its receiver has had more than enough lately."""
    if alert.state is not AlertState.PENDING or not _leaves_at_once(alert, now):
        return alert
    if transaction.alerts_created(alert.receiver, now - policy.flood.per) < policy.flood.limit:
        return alert
    return replace(alert, state=AlertState.HELD, hold_id=_flood_hold(transaction, alert.receiver, policy, now))


def _leaves_at_once(alert: NewAlert, now: datetime) -> bool:
    """Digests and quiet hours collect by themselves: however many, they are one message."""
    return alert.due_at <= now


def _flood_hold(transaction: Transaction, receiver: str, policy: AlertPolicy, now: datetime) -> int:
    """The receiver's open flood hold, or a new one with the alert that tells of it."""
    for hold in transaction.open_holds():
        if hold.kind is HoldKind.FLOOD and hold.subject == receiver:
            return hold.id
    detail = f"more than {policy.flood.limit} messages within {policy.flood.per}"
    hold_id = transaction.open_hold(Hold(id=0, kind=HoldKind.FLOOD, subject=receiver, detail=detail, opened_at=now))
    tell_of_hold(transaction, hold_id, receivers=(receiver,), due_at=now + _FLOOD_SETTLES, now=now)
    return hold_id


def tell_of_hold(
    transaction: Transaction, hold_id: int, *, receivers: Iterable[str], due_at: datetime, now: datetime
) -> None:
    """One summary of what is held, for each receiver."""
    for receiver in receivers:
        transaction.add_alert(
            NewAlert(
                receiver=receiver,
                purpose=AlertPurpose.HOLD,
                due_at=due_at,
                reason="something was held back",
                hold_id=hold_id,
            ),
            at=now,
        )
