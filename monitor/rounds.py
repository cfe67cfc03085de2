"""Rounds: which sources are polled now, and one whole round of polling and delivering for `once` and `demo`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.alert import AlertState
from monitor.core.setup import Setup
from monitor.core.source import Source, SourceState
from monitor.core.streams import streamed
from monitor.core.upkeep import after_trouble, current_state, first_state
from monitor.deliver import Sending, all_of, bring_forward, deliver
from monitor.filing import Answer, file_answer
from monitor.firstlook import read_ones, take_first_look
from monitor.incidents import forget_incidents
from monitor.patrol import patrol
from monitor.poll import Desk, poll
from monitor.ports import Notify, OpenScratch, Transaction
from monitor.records import FirstLook, PollOutcome, PollStatus

# Longer than the slowest poll with its page visits; a poll that died is repeated after this.
LEASE = timedelta(minutes=15)

# Our clock less that of each host that answered lately.
Ahead = Callable[[datetime], Mapping[str, timedelta]]
# Called after each poll; an exception that was caught, a bug of ours, comes along.
Told = Callable[[PollOutcome, BaseException | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One configuration at work: what it says, where its polls are done, and the way to its receivers."""

    setup: Setup
    desk: Desk
    notify: Notify
    scratch: OpenScratch
    ahead: Ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round came to."""

    polls: tuple[PollOutcome, ...]
    sendings: tuple[Sending, ...]
    waiting: int  # alerts still in the outbox
    first_look: FirstLook | None = None  # when sources were read for the first time


async def enlist(desk: Desk) -> tuple[str, ...]:
    """Brings what is remembered in line with what is configured; the sources whose silent first poll is still to come.

    Every configured source has a state, one whose address changed a fresh one; what is no longer configured is
    forgotten. Waits that were decided before the clock was set back count from now.
    """
    now = desk.clock()

    def write(transaction: Transaction) -> tuple[str, ...]:
        known = transaction.source_states()
        new = [source for source in desk.sources if source.id not in known]
        for position, source in enumerate(new):
            transaction.save_source(first_state(source, now=now, position=position))
        for source in desk.sources:
            state = known.get(source.id)
            if state is not None and (current := current_state(source, state, now=now)) != state:
                transaction.save_source(current)
        transaction.forget_sources(source.id for source in desk.sources)
        transaction.forget_streams(streamed(desk.sources))
        forget_incidents(transaction, desk.sources, desk.policy, now=now)
        bring_forward(transaction, now=now)
        states = transaction.source_states()
        return tuple(source.id for source in desk.sources if states[source.id].baseline_at is None)

    return await desk.store.write(write)


async def poll_claimed(ids: Iterable[str], *, desk: Desk, told: Told) -> tuple[PollOutcome, ...]:
    """Polls those of the sources that nobody else is polling, all at once; the fetcher keeps the peace with hosts."""
    wanted = list(ids)
    now = desk.clock()
    states = await desk.store.write(
        lambda transaction: transaction.claim_sources(wanted, now=now, lease_until=now + LEASE)
    )
    by_id = {source.id: source for source in desk.sources}
    polls = [_poll(by_id[state.source_id], state, desk=desk, told=told) for state in states]
    return tuple(await all_of(polls))


async def _poll(source: Source, state: SourceState, *, desk: Desk, told: Told) -> PollOutcome:
    try:
        outcome = await poll(source, state, desk=desk)
    except Exception as error:  # noqa: BLE001  # a bug must not stop the other sources, nor go unseen
        outcome = await _confess(source, state, error, desk)
        told(outcome, error)
    else:
        told(outcome, None)
    return outcome


async def _confess(source: Source, state: SourceState, error: Exception, desk: Desk) -> PollOutcome:
    """Records a poll that our own mistake ended as trouble with the source, so that it backs off and is told."""
    now = desk.clock()
    outcome = PollOutcome(
        source_id=source.id,
        at=now,
        status=PollStatus.UNREADABLE,
        detail=f"internal error: {type(error).__name__}",
        took=timedelta(),
    )
    answer = Answer(state=after_trouble(source, state, now=now), outcome=outcome)
    return await desk.store.write(
        lambda transaction: file_answer(transaction, source, answer, sources=desk.sources, policy=desk.policy)
    )


async def once(program: Program, *, everything: bool, told: Told) -> Round:
    """Polls what is due, or with `everything` all sources that did not ask us to stay away, then empties the outbox."""
    desk = program.desk
    newcomers = set(await enlist(desk))
    ids = await _everything(desk) if everything else await _due(desk)
    polls = await poll_claimed(ids, desk=desk, told=told)
    now = desk.clock()
    await patrol(
        store=desk.store,
        sources=desk.sources,
        policy=desk.policy,
        ahead=program.ahead(now),
        daemon=False,
        tick=timedelta(),
        now=now,
    )
    sendings: list[Sending] = []
    while sent := await deliver(store=desk.store, notify=program.notify, setup=program.setup, clock=desk.clock):
        sendings += sent
    outbox = await desk.store.read(lambda view: view.outbox())
    first = [poll for poll in polls if poll.source_id in newcomers]
    # A source that cannot be read would be told of at every round.
    look = await take_first_look(first, desk=desk, scratch=program.scratch) if read_ones(first) else None
    return Round(polls=polls, sendings=tuple(sendings), waiting=outbox.get(AlertState.PENDING, 0), first_look=look)


async def _due(desk: Desk) -> Sequence[str]:
    """What is due, and what was never polled: the spread of first polls is for a daemon, not for cron."""
    now = desk.clock()
    due, states = await desk.store.read(lambda view: (set(view.due_sources(now)), view.source_states()))
    return [
        source.id
        for source in desk.sources
        if source.id in due or (source.id in states and states[source.id].last_poll_at is None)
    ]


async def _everything(desk: Desk) -> Sequence[str]:
    now = desk.clock()
    states = await desk.store.read(lambda view: view.source_states())
    return [
        source.id
        for source in desk.sources
        if (state := states.get(source.id)) is not None and (state.retry_after is None or state.retry_after <= now)
    ]
