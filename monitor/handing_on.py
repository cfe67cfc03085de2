"""What a receiver does not take is handed on to the one that stands in for it, once, inside the transaction that gives it up."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.announce import NOT_HEARD, gather_unseen, is_heard
from monitor.core.alert import Alert, AlertPurpose, NewAlert
from monitor.core.routing import AlertPolicy, calm_time
from monitor.ports import Transaction

HANDED_ON = "fallback-"  # begins the name of the bundle that such alerts leave in

_ABOUT_NEWS = frozenset({AlertPurpose.NEWS, AlertPurpose.UPDATE})
# What piled up for a receiver is given up message by message: what falls into the same minute leaves as one.
_GATHERED = timedelta(minutes=1)


def hand_on(transaction: Transaction, given_up: Iterable[Alert], policy: AlertPolicy, *, now: datetime) -> None:
    """Writes the alerts anew for the fallback of their receiver, if it has one that has not been told already.

    The configuration allows no circle of fallbacks, and the store no second alert about the same for one receiver.
    """
    fallbacks = {receiver.id: receiver.fallback for receiver in policy.receivers}
    for alert in given_up:
        receiver = fallbacks[alert.receiver]
        purpose = _purpose(transaction, alert, receiver, now) if receiver else None
        if receiver and purpose:
            is_news = alert.purpose in _ABOUT_NEWS
            due_at = calm_time(policy, now.replace(second=0, microsecond=0) + _GATHERED) if is_news else now
            together = f"{due_at:%Y%m%dT%H%M}" if is_news else f"alert-{alert.id}"
            instead = NewAlert(
                receiver=receiver,
                purpose=purpose,
                due_at=due_at,
                reason=f"meant for {alert.receiver}, which did not take it",
                announcement_id=alert.announcement_id,
                revision=alert.revision,
                incident_id=alert.incident_id,
                hold_id=None if is_news else alert.hold_id,
                bundle=f"{HANDED_ON}{alert.receiver}-{together}",
                change=alert.change if purpose is AlertPurpose.UPDATE else "",
                priority=alert.priority,
            )
            transaction.add_alert(gather_unseen(transaction, instead, now) if is_news else instead, at=now)


def _purpose(transaction: Transaction, alert: Alert, receiver: str, now: datetime) -> AlertPurpose | None:
    """What the alert is to the fallback: news may be an update to it, or the other way round; None when it knows."""
    if alert.announcement_id is None:
        return alert.purpose
    made = [
        other
        for other in transaction.alerts_of(alert.announcement_id)
        if other.receiver == receiver and other.state not in NOT_HEARD
    ]
    if any(other.revision >= alert.revision for other in made):
        return None
    return AlertPurpose.UPDATE if any(is_heard(other, now) for other in made) else AlertPurpose.NEWS
