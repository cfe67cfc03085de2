"""Writing down what a poll came to, all of it inside one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from monitor.announce import Announced, announce, open_hold, tell_of_hold
from monitor.core.cadence import BOOST
from monitor.core.fetching import FetchFailure
from monitor.core.holds import HoldKind
from monitor.core.incidents import Health, Incident, IncidentChange, IncidentKind, after_poll
from monitor.core.novelty import UNREAD, Judged, Novelty, Reason
from monitor.core.pulse import Pulse, after_document, after_failure, after_nothing_new
from monitor.core.routing import AlertPolicy, calm_time
from monitor.core.source import Source, SourceState
from monitor.enrich import Reading
from monitor.incidents import record_incidents
from monitor.ports import Transaction
from monitor.records import PollOutcome, PollStatus

# How long a source is remembered for having reported on a title.
_REMEMBERS = timedelta(days=90)
# What a dead network would explain; anything else was said by somebody at the other end.
_NETWORK = frozenset({FetchFailure.UNREACHABLE, FetchFailure.TIMEOUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a poll came to, before it is written. `novelty` is None when there was nothing to read."""

    state: SourceState
    outcome: PollOutcome
    novelty: Novelty | None = None
    readings: tuple[Reading, ...] = ()
    complete: bool = True  # the document is all that the source shows now
    pushes: tuple[int, ...] = ()  # ids of what was brought to us and is read now


def file_answer(
    transaction: Transaction,
    source: Source,
    answer: Answer,
    *,
    sources: tuple[Source, ...],
    policy: AlertPolicy,
) -> PollOutcome:
    """Stores items, announcements, alerts, incidents and the source's new state; returns the completed record."""
    now = answer.outcome.at
    outcome = answer.outcome
    state = replace(answer.state, pulse=_pulse(answer))
    ids_changed, announced = "", Announced()
    if answer.novelty is not None:
        ids_changed = _say_id_change(answer.novelty)
        announced = _file_items(transaction, source, answer.novelty, answer.readings, policy, now)
        outcome = replace(outcome, reports=announced.reports, alerts=announced.alerts)
    transaction.drop_pushes(answer.pushes)
    if not state.failures and transaction.pushes(source.id, 1):
        state = replace(state, next_due=now)  # it came while this poll was under way
    transaction.save_source(state)
    transaction.record_poll(outcome)
    _file_incidents(transaction, source, state, outcome, ids_changed, sources=sources, policy=policy)
    if announced.told:
        _hurry(transaction, announced.told, sources, now)
    return outcome


def _pulse(answer: Answer) -> Pulse:
    """The signs of life that the poll has shown."""
    pulse, now = answer.state.pulse, answer.outcome.at
    match answer.outcome.status:
        case PollStatus.OK:
            judged = answer.novelty.judged if answer.novelty else ()
            if not (judged or answer.complete):
                return after_nothing_new(pulse)
            # Without a hash nobody compared the document: what it shows has to differ.
            compared = answer.state.body_hash is not None
            return after_document(
                pulse,
                dates=[one.item.published for one in judged if one.item.published],
                items=len(judged),
                new=any(one.known is None and one.reason is not Reason.BASELINE for one in judged),
                rewritten=compared or any(one.reason is not Reason.SEEN for one in judged),
                now=now,
            )
        case PollStatus.UNCHANGED:
            return after_nothing_new(pulse)
        case PollStatus.FAILED | PollStatus.NOT_A_FEED | PollStatus.UNREADABLE:
            put_off = not answer.state.failures and answer.outcome.reason != FetchFailure.SPENDING
            return after_failure(pulse, put_off=put_off, now=now)
        case _:
            assert_never(answer.outcome.status)


def _hurry(transaction: Transaction, told: Iterable[str], sources: Iterable[Source], now: datetime) -> None:
    """Has the sources that reported on these titles lately visited sooner for an hour: the next word may come from one."""
    reporters = transaction.reporters(told, since=now - _REMEMBERS)
    lively = [source.id for source in sources if source.adaptive and source.id in reporters]
    transaction.boost_sources(lively, now=now, until=now + BOOST)


def _file_items(
    transaction: Transaction,
    source: Source,
    novelty: Novelty,
    readings: tuple[Reading, ...],
    policy: AlertPolicy,
    now: datetime,
) -> Announced:
    """Stores every item of the document, and announces those that were read."""
    by_key = {reading.item.key: reading for reading in readings}
    hold_id = _open_hold(transaction, source, novelty, policy, now)
    total = Announced()
    # Documents list the newest first; news is told in the order in which it happened.
    for judged in reversed(novelty.judged):
        reading = by_key.get(judged.item.key)
        item = reading.item if reading else judged.item
        item_id = _file_item(transaction, source, judged, reading, hold_id, now)
        if reading is None:
            continue
        said = announce(
            transaction,
            reading.recognition.reports,
            item_id=item_id,
            item=item,
            source=source,
            policy=policy,
            silent=judged.reason is Reason.BASELINE,
            released=None,
            now=now,
            revision=judged.reason is Reason.REVISED,
        )
        total = total + said
    transaction.touch_items(source.id, [judged.item.key for judged in novelty.judged], now)
    return total


def _file_item(
    transaction: Transaction,
    source: Source,
    judged: Judged,
    reading: Reading | None,
    hold_id: int | None,
    now: datetime,
) -> int:
    """The id of the item, which is stored as it is shown now."""
    known, item = judged.known, judged.item
    if known is None:
        return transaction.add_item(
            source.id,
            reading.item if reading else item,
            at=now,
            baseline=judged.reason is Reason.BASELINE,
            hold_id=hold_id if judged.reason is Reason.HELD else None,
            note=reading.note if reading else UNREAD.get(judged.reason, ""),
        )
    if judged.reason is Reason.REKEYED:
        transaction.rekey_item(known.id, item.key, item.guid)
    if known.fingerprint != item.fingerprint:
        transaction.revise_item(known.id, item, at=now)
    return known.id


def _open_hold(
    transaction: Transaction, source: Source, novelty: Novelty, policy: AlertPolicy, now: datetime
) -> int | None:
    if not novelty.held:
        return None
    detail = f"items of {source.publisher} that are unknown since it changed all its ids"
    hold = open_hold(transaction, HoldKind.IDS_CHANGED, source.id, detail, now)
    # Another id change while the first is not approved is told again, for a source that does so all the time once a day.
    round_ = (now - hold.opened_at).days
    due_at = calm_time(policy, now)
    tell_of_hold(transaction, hold, receivers=policy.incidents, round_=round_, due_at=due_at, now=now)
    return hold.id


def _say_id_change(novelty: Novelty) -> str:
    if not novelty.ids_changed:
        return ""
    return (
        f"every id changed at once: {len(novelty.rekeyed)} of {len(novelty.judged)} items recognised by link or title, "
        f"{len(novelty.held)} held, {len(novelty.new)} published since and read as usual"
    )


def _file_incidents(
    transaction: Transaction,
    source: Source,
    state: SourceState,
    outcome: PollOutcome,
    ids_changed: str,
    *,
    sources: tuple[Source, ...],
    policy: AlertPolicy,
) -> None:
    if outcome.reason == FetchFailure.SPENDING:
        reached = Incident(
            id=0, kind=IncidentKind.SPENDING, subject=source.id, detail=outcome.detail, opened_at=outcome.at
        )
        record_incidents(transaction, IncidentChange(opened=(reached,)), policy=policy, now=outcome.at)
        return
    if outcome.status is PollStatus.FAILED and not state.failures:
        return  # busy, told us to come back: neither trouble nor recovery
    open_incidents = transaction.open_incidents()
    if not (state.failures or ids_changed or open_incidents):
        return
    states = transaction.source_states()
    polls = transaction.last_polls()
    everyone = [_health(states[s.id], polls) for s in sources if s.id in states and not states[s.id].disabled]
    change = after_poll(_health(state, polls), everyone, open_incidents, ids_changed=ids_changed, now=outcome.at)
    record_incidents(transaction, change, policy=policy, now=outcome.at)
    unreachable = any(i.kind is IncidentKind.NETWORK for i in (*open_incidents, *change.opened))
    if any(i.kind is IncidentKind.NETWORK for i in change.closed):
        _ask_all_again(transaction, states, polls, now=outcome.at)
    elif unreachable and state.failures:
        # No back-off without a network: it spares nobody, and would keep us silent long after the network is back.
        transaction.save_source(replace(state, next_due=min(state.next_due, outcome.at + source.every)))


def _ask_all_again(
    transaction: Transaction, states: Mapping[str, SourceState], polls: Mapping[str, PollOutcome], *, now: datetime
) -> None:
    """Makes every source due that failed for want of a network."""
    for state in states.values():
        last = polls.get(state.source_id)
        if state.failures and last is not None and last.reason in _NETWORK:
            transaction.save_source(replace(state, next_due=min(state.next_due, now)))


def _health(state: SourceState, polls: Mapping[str, PollOutcome]) -> Health:
    last = polls.get(state.source_id)
    return Health(
        source_id=state.source_id,
        failures=state.failures,
        failing_since=state.failing_since,
        last_success_at=state.last_success_at,
        network=last is not None and last.reason in _NETWORK,
        not_a_feed=last is not None and last.status is PollStatus.NOT_A_FEED,
        gone=state.disabled,
        detail=last.detail if last else "",
        sign_in=last is not None and last.reason == FetchFailure.SIGN_IN,
    )
