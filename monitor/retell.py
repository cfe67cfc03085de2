"""Alerted now what replay found: an alert that was never made goes into the real outbox, once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from monitor.announce import number_anew, settle_in
from monitor.core.alert import AlertPurpose, AlertState, NewAlert
from monitor.core.announcement import Announcement
from monitor.core.difference import FOUND, Alerted
from monitor.core.source import Source
from monitor.ports import Transaction
from monitor.rerun import source_of


def retell(transaction: Transaction, found: Alerted, *, sources: Mapping[str, Source], now: datetime) -> bool:
    """Whether an alert was made; not when the receiver knows the news already, or the item is gone with its source.

    Quiet hours, digests and the limit of a flood do not apply: somebody asked for it. All that is found for one receiver
    at one time leaves as one message.
    """
    announcement = _announcement(transaction, found, sources)
    if announcement is None:
        return False
    alerts = [alert for alert in transaction.alerts_of(announcement.id) if alert.receiver == found.receiver]
    heard = [alert for alert in alerts if alert.state is not AlertState.DISCARDED]
    if any(alert.revision == announcement.revision for alert in heard):
        return False
    alert = NewAlert(
        receiver=found.receiver,
        purpose=AlertPurpose.UPDATE if heard else AlertPurpose.NEWS,
        due_at=now,
        reason=f"{FOUND}{found.reason}",
        announcement_id=announcement.id,
        revision=announcement.revision,
        bundle=f"replay-{found.receiver}-{now:%Y%m%dT%H%M%S}",
        change=found.change if heard else "",
    )
    # It may have been made and muted then.
    return transaction.add_alert(number_anew(transaction, alert), at=now) is not None


def _announcement(transaction: Transaction, found: Alerted, sources: Mapping[str, Source]) -> Announcement | None:
    """The announcement the item tells, as it is stored; else the one its report joins or starts now."""
    about = (found.report.kind, found.report.subject.key, found.report.facts.title)
    reports = transaction.reports_of_item(found.item_id)
    for stored in reports:
        same = (stored.report.kind, stored.report.subject.key, stored.report.facts.title) == about
        if same and stored.announcement_id is not None:
            return transaction.announcement(stored.announcement_id)
    for stored_item in transaction.items([found.item_id]):
        source = source_of(stored_item, sources, tier=next((report.tier for report in reports), None))
        if source is None:
            return None
        at = stored_item.first_seen
        announcement = settle_in(transaction, found.report, stored_item.item, source, at).announcement
        if announcement.id:
            transaction.update_announcement(announcement)
        else:
            announcement = replace(announcement, id=transaction.add_announcement(announcement))
        transaction.add_report(
            found.report,
            item_id=found.item_id,
            announcement_id=announcement.id,
            source=source,
            publisher=stored_item.item.publisher or source.publisher,
            at=at,
        )
        return announcement
    return None
