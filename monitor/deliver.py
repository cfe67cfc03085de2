"""Emptying the outbox: due alerts become messages, messages are sent, every attempt leaves a row.

An alert is marked sent only after the receiver accepted it. A crash in between repeats one message; the opposite
order would lose one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

from monitor.compose import compose
from monitor.core.alert import Alert, AlertState
from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.retry import next_attempt_at
from monitor.core.routing import DAILY_WORD, DIGEST, WEEKLY, AlertPolicy, Receiver
from monitor.core.setup import Setup
from monitor.handing_on import hand_on
from monitor.incidents import record_incidents
from monitor.ports import Clock, Notify, Store, Transaction
from monitor.records import Delivery, SendFailed, SendResult, Sent

T = TypeVar("T")

# Longer than any receiver may take, so that nobody else sends what is still on its way.
LEASE = timedelta(minutes=3)
_AT_ONCE = 500
# How long the other messages for a receiver that refused one wait. Shorter than the refused one's own wait will
# become, so that one message a receiver cannot stomach does not hold up the rest.
_REST = timedelta(minutes=1)
_LONGEST_DAY = timedelta(hours=25)  # when clocks go back in autumn
_LONGEST_WEEK = timedelta(days=7, hours=1)
_OLDEST_WAITING = timedelta(days=30)  # far longer than anything is tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message that was tried: to whom, what, how it went and what became of its alerts."""

    receiver: str
    subject: str
    alerts: int
    state: AlertState
    detail: str
    bug: Exception | None = None  # a mistake of ours that was caught


def _grouped(alerts: Iterable[Alert], key: Callable[[Alert], str]) -> Mapping[str, Sequence[Alert]]:
    """The alerts by key, both in order of first appearance."""
    groups: dict[str, list[Alert]] = {}
    for alert in alerts:
        groups.setdefault(key(alert), []).append(alert)
    return groups


async def deliver(*, store: Store, notify: Notify, setup: Setup, clock: Clock) -> tuple[Sending, ...]:
    """Sends everything that is due now; one receiver after another's trouble, never behind it."""
    now = clock()
    claimed = await store.write(
        lambda transaction: transaction.claim_alerts(now=now, lease_until=now + LEASE, limit=_AT_ONCE)
    )
    receivers = {receiver.id: receiver for receiver in setup.policy.receivers}
    known = [alert for alert in claimed if alert.receiver in receivers]
    strangers = [alert.id for alert in claimed if alert.receiver not in receivers]
    if strangers:
        await store.write(lambda tx: tx.settle_alerts(strangers, AlertState.DISCARDED, due_at=None))
    by_receiver = _grouped(known, key=lambda alert: alert.receiver)
    served = await all_of(
        _serve(receivers[name], alerts, store=store, notify=notify, setup=setup, clock=clock)
        for name, alerts in by_receiver.items()
    )
    return tuple(sending for sendings in served for sending in sendings)


async def all_of(works: Iterable[Awaitable[T]]) -> list[T]:
    """What all of them come to. When some fail the others are finished first, then the first failure is raised."""
    results = await asyncio.gather(*works, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]


def bring_forward(transaction: Transaction, *, now: datetime) -> None:
    """Makes due what waits for a time that was reckoned from a clock since set back."""
    for alert in transaction.alerts_since(now - _OLDEST_WAITING):
        if alert.state is not AlertState.PENDING or alert.due_at <= now:
            continue
        attempts = transaction.deliveries(alert.id)
        reckoned_at = attempts[0].at if attempts else alert.created_at
        if reckoned_at > now and not _waits_for_an_hour_of_the_day(alert, now):
            transaction.settle_alerts([alert.id], AlertState.PENDING, due_at=now)


def _waits_for_an_hour_of_the_day(alert: Alert, now: datetime) -> bool:
    """Digests and quiet hours end at a time on the wall, which the step of the clock has not changed."""
    bundle = alert.bundle or ""
    longest = _LONGEST_WEEK if bundle.startswith(WEEKLY) else _LONGEST_DAY
    return bundle.startswith((DIGEST, DAILY_WORD, "quiet-")) and alert.due_at - now <= longest


async def _serve(
    receiver: Receiver, alerts: Sequence[Alert], *, store: Store, notify: Notify, setup: Setup, clock: Clock
) -> list[Sending]:
    """One receiver's messages in order, until one fails or the lease runs short; the rest is put back untried."""
    started = clock()
    sendings: list[Sending] = []
    bundles = list(_grouped(alerts, key=lambda alert: alert.bundle or f"alert-{alert.id}").values())
    while bundles and clock() - started < LEASE / 2:
        sendings.append(await _send(receiver, bundles.pop(0), store=store, notify=notify, setup=setup, clock=clock))
        if sendings[-1].state is AlertState.PENDING:  # it would refuse the next one just the same
            break
    if bundles:
        rest = [alert.id for together in bundles for alert in together]
        # Nothing was sent at all where the wall clock jumped ahead meanwhile.
        refused = bool(sendings) and sendings[-1].state is AlertState.PENDING
        due_at = clock() + _REST if refused else None
        await store.write(lambda transaction: transaction.settle_alerts(rest, AlertState.PENDING, due_at=due_at))
    return sendings


async def _send(
    receiver: Receiver, alerts: Sequence[Alert], *, store: Store, notify: Notify, setup: Setup, clock: Clock
) -> Sending:
    subject, bug = "", None
    try:
        message = await store.read(lambda view: compose(alerts, view, setup))
        subject = message.subject
        result = await notify(receiver, message)
    except Exception as error:  # noqa: BLE001  # a bug about one message must not stop the others, nor go unseen
        result, bug = SendFailed(detail=f"internal error: {type(error).__name__}", retryable=True), error
    now = clock()
    delivery = await store.write(
        lambda transaction: _record(transaction, alerts, subject, result, policy=setup.policy, now=now)
    )
    return Sending(
        receiver=receiver.id,
        subject=subject,
        alerts=len(alerts),
        state=delivery.state,
        detail=delivery.detail,
        bug=bug,
    )


def _record(
    transaction: Transaction,
    alerts: Sequence[Alert],
    subject: str,
    result: SendResult,
    *,
    policy: AlertPolicy,
    now: datetime,
) -> Delivery:
    """Writes one delivery for each alert of the message; the first of them.

    When the message is given up, writes the incident, and hands it on to the receiver's fallback.
    """
    told = [(alert, _delivery(alert, result, now)) for alert in alerts]
    deliveries = [delivery for _, delivery in told]
    for delivery in deliveries:
        transaction.record_delivery(delivery)
    receiver = alerts[0].receiver
    in_trouble = tuple(
        incident
        for incident in transaction.open_incidents()
        if incident.kind is IncidentKind.RECEIVER and incident.subject == receiver
    )
    given_up = [delivery for delivery in deliveries if delivery.state is AlertState.GIVEN_UP]
    change = IncidentChange()
    if given_up and not in_trouble:
        detail = f"“{subject}” was given up: {given_up[0].detail}"
        incident = Incident(id=0, kind=IncidentKind.RECEIVER, subject=receiver, detail=detail, opened_at=now)
        change = IncidentChange(opened=(incident,))
    elif isinstance(result, Sent):
        change = IncidentChange(closed=in_trouble)
    record_incidents(transaction, change, policy=policy, now=now)
    hand_on(transaction, [alert for alert, delivery in told if delivery.state is AlertState.GIVEN_UP], policy, now=now)
    return deliveries[0]


def _delivery(alert: Alert, result: SendResult, now: datetime) -> Delivery:
    match result:
        case Sent():
            return Delivery(
                alert_id=alert.id, at=now, ok=True, detail="accepted", state=AlertState.SENT, next_attempt=None
            )
        case SendFailed():
            again = (
                next_attempt_at(
                    alert.attempts + 1, created_at=alert.created_at, now=now, retry_after=result.retry_after
                )
                if result.retryable
                else None
            )
            state = AlertState.PENDING if again else AlertState.GIVEN_UP
            return Delivery(alert_id=alert.id, at=now, ok=False, detail=result.detail, state=state, next_attempt=again)
        case _:
            assert_never(result)
