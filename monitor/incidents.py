"""Writing incidents and the alerts that tell of them, inside the transaction of what caused them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from monitor.core.alert import Alert, AlertPurpose, AlertState, NewAlert
from monitor.core.incidents import BY_WATCHDOG, Incident, IncidentChange, IncidentKind
from monitor.core.routing import AlertPolicy, Telling, calm_time, unhurried
from monitor.core.source import Source
from monitor.core.streams import StreamState, consider_stream, name_of, streamed
from monitor.ports import Transaction

# An id change is over as soon as it is told, a cap with its day; nobody needs to hear that they ended.
_WITHOUT_RECOVERY = frozenset({IncidentKind.IDS_CHANGED, IncidentKind.SPENDING})


def record_incidents(transaction: Transaction, change: IncidentChange, *, policy: AlertPolicy, now: datetime) -> None:
    """Opens and closes incidents; each opening and each closing is one alert to each receiver that is told of trouble.

    Quiet hours hold them. Of trouble that begins and ends within them only the end is told: it says how long it lasted.
    What the watchdog found waits for a calm time of the day; of what is over by then nothing is told.
    """
    for incident in change.dropped:
        transaction.close_incident(incident.id, at=now)
        _take_back(transaction, incident, now)
    for incident in change.opened:
        incident_id = transaction.open_incident(incident)
        if incident_id is not None and not _is_kept_quiet(incident, policy):
            _tell(transaction, incident, incident_id, AlertPurpose.INCIDENT, policy, policy.incidents, now)
    for incident in change.closed:
        transaction.close_incident(incident.id, at=now)
        if incident.kind not in _WITHOUT_RECOVERY:
            heard = _take_back(transaction, incident, now)
            receivers = [r for r in policy.incidents if r in heard or incident.kind not in BY_WATCHDOG]
            _tell(transaction, incident, incident.id, AlertPurpose.RECOVERY, policy, receivers, now)


def _is_kept_quiet(incident: Incident, policy: AlertPolicy) -> bool:
    return incident.kind in BY_WATCHDOG and policy.watchdog.tell is Telling.NEVER


def _take_back(transaction: Transaction, incident: Incident, now: datetime) -> Collection[str]:
    """Discards what still waits to tell of the incident; the receivers that have heard of it."""
    alerts = [alert for alert in transaction.alerts_since(incident.opened_at) if alert.incident_id == incident.id]
    waiting = [alert for alert in alerts if _waits(alert, now)]
    transaction.settle_alerts([alert.id for alert in waiting], AlertState.DISCARDED, due_at=None)
    return {alert.receiver for alert in alerts if alert not in waiting}


def _waits(alert: Alert, now: datetime) -> bool:
    """Whether the alert is to tell of it later: nobody knows of it."""
    return alert.state is AlertState.PENDING and alert.attempts == 0 and alert.due_at > now


def record_config(transaction: Transaction, mistake: str, policy: AlertPolicy, *, now: datetime) -> None:
    """Opens the incident about the configuration, told once until it is mended, or with no mistake closes it."""
    known = tuple(i for i in transaction.open_incidents() if i.kind is IncidentKind.CONFIG)
    opened = Incident(id=0, kind=IncidentKind.CONFIG, subject="", detail=mistake, opened_at=now)
    change = IncidentChange(opened=(opened,)) if mistake else IncidentChange(closed=known)
    record_incidents(transaction, change, policy=policy, now=now)


def record_stream(transaction: Transaction, state: StreamState, policy: AlertPolicy, *, now: datetime) -> None:
    """Keeps how a stream is, and opens or closes the incident about it."""
    transaction.save_stream(state)
    record_incidents(transaction, consider_stream(state, transaction.open_incidents(), now), policy=policy, now=now)


def forget_incidents(
    transaction: Transaction, sources: Collection[Source], policy: AlertPolicy, *, now: datetime
) -> None:
    """Closes, without a word, the incidents of sources and receivers that are no longer configured."""
    known_sources = {source.id for source in sources}
    known = {
        IncidentKind.RECEIVER: {receiver.id for receiver in policy.receivers},
        IncidentKind.STREAM: {name_of(address) for address in streamed(sources)},
    }
    for incident in transaction.open_incidents():
        if incident.kind is IncidentKind.MISSED:
            continue  # it is about an announcement
        if incident.subject and incident.subject not in known.get(incident.kind, known_sources):
            transaction.close_incident(incident.id, at=now)


def _tell(
    transaction: Transaction,
    incident: Incident,
    incident_id: int,
    purpose: AlertPurpose,
    policy: AlertPolicy,
    receivers: Iterable[str],
    now: datetime,
) -> None:
    urgent = _is_urgent(transaction, incident, policy)
    for receiver in receivers:
        due_at, bundle = (now if urgent else calm_time(policy, now)), None
        if incident.kind in BY_WATCHDOG:
            due_at, bundle = unhurried(policy, receiver, now)
        # A receiver in trouble is not told of its own trouble: that would only fail as well.
        if not (incident.kind is IncidentKind.RECEIVER and incident.subject == receiver):
            transaction.add_alert(
                NewAlert(
                    receiver=receiver,
                    purpose=purpose,
                    due_at=due_at,
                    reason=f"{incident.kind} incident",
                    incident_id=incident_id,
                    bundle=bundle,
                ),
                at=now,
            )


def _is_urgent(transaction: Transaction, incident: Incident, policy: AlertPolicy) -> bool:
    """Whether it is told at night as well: nothing can be heard, nobody can be told, or somebody just changed a file."""
    if incident.kind is IncidentKind.RECEIVER:
        dumb = {other.subject for other in transaction.open_incidents() if other.kind is IncidentKind.RECEIVER}
        return dumb.issuperset(receiver.id for receiver in policy.receivers)
    return incident.kind in {IncidentKind.NETWORK, IncidentKind.CONFIG}
