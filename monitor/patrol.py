"""The watchdog's round, once an hour: learns the rhythm of sources anew, and files what it finds.

That is trouble of sources, trouble of our own, and news that only a database knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from monitor.core.crosscheck import REMEMBERED, WRITTEN_UP, Hole, Telling, file_holes, holes
from monitor.core.incidents import IncidentChange
from monitor.core.rhythm import MOST_ARRIVALS, WINDOW, Rhythm, learn
from monitor.core.routing import AlertPolicy
from monitor.core.source import Source, SourceState
from monitor.core.watchdog import Ourselves, look, runs_late
from monitor.incidents import record_incidents
from monitor.ports import Store, Transaction, View
from monitor.records import HistoryQuery, Patrol

# Two rounds are at least so far apart; under cron there may be one a minute.
BETWEEN = timedelta(minutes=50)
# What was found at a round longer ago than this is no longer the round before.
_LONG_AGO = timedelta(hours=2)
_LEARNS_ANEW = timedelta(days=1)
_MOST_ANNOUNCEMENTS = 1_000  # of two weeks, that are held against the databases
_AT_ONCE = 200  # sources that are learned at one round; the rest at the next


async def patrol(
    *,
    store: Store,
    sources: Sequence[Source],
    policy: AlertPolicy,
    ahead: Mapping[str, timedelta],
    daemon: bool,
    tick: timedelta,
    now: datetime,
) -> IncidentChange:
    """One round; nothing when there was one within the hour.

    `ahead` is our clock less that of the hosts asked lately, `tick` the worst lateness of the daemon's loop since the last.
    """
    last, states = await store.read(lambda view: (view.patrol(), view.source_states()))
    if last is not None and timedelta() <= now - last.at < BETWEEN:
        return IncidentChange()
    rhythms: dict[str, Rhythm] = {}
    for source_id in _to_learn(sources, states, now)[:_AT_ONCE]:
        # One read each, so that no other question waits for all of them.
        learned = await store.read(partial(_learn, source_id=source_id, now=now))
        if learned is not None:
            rhythms[source_id] = learned
    ourselves = Ourselves(
        ahead=ahead,
        daemon=daemon,
        tick=tick,
        late_before=last is not None and last.late and timedelta() <= now - last.at < _LONG_AGO,
    )

    missed = await store.read(partial(_find_holes, now=now))

    def write(transaction: Transaction) -> IncidentChange:
        transaction.save_rhythms(rhythms)
        known, open_now = transaction.source_states(), transaction.open_incidents()
        found = (look(sources, known, open_now, ourselves, now=now), file_holes(missed, open_now, now=now))
        change = IncidentChange(
            opened=tuple(incident for part in found for incident in part.opened),
            closed=tuple(incident for part in found for incident in part.closed),
            dropped=tuple(incident for part in found for incident in part.dropped),
        )
        record_incidents(transaction, change, policy=policy, now=now)
        watched = [(source, known[source.id]) for source in sources if source.id in known]
        transaction.save_patrol(Patrol(at=now, late=runs_late(watched, ourselves, now)))
        return change

    return await store.write(write)


def _to_learn(sources: Iterable[Source], states: Mapping[str, SourceState], now: datetime) -> list[str]:
    """The sources whose rhythm is not known, or was learned a day ago and something has come since; the latter last."""
    known = [states[source.id] for source in sources if source.id in states]
    new = [state.source_id for state in known if state.rhythm is None and state.baseline_at is not None]
    old = [state.source_id for state in known if state.rhythm is not None and _is_outdated(state, state.rhythm, now)]
    return [*new, *old]


def _is_outdated(state: SourceState, rhythm: Rhythm, now: datetime) -> bool:
    """Also one that was learned while the clock was ahead."""
    arrived_at = state.pulse.arrived_at
    something_came = arrived_at is not None and arrived_at > rhythm.learned_at
    return rhythm.learned_at > now or (something_came and now - rhythm.learned_at >= _LEARNS_ANEW)


def _learn(view: View, *, source_id: str, now: datetime) -> Rhythm | None:
    return learn(view.arrival_times(source_id, since=now - WINDOW, limit=MOST_ARRIVALS), now=now)


def _find_holes(view: View, *, now: datetime) -> tuple[Hole, ...]:
    """What only databases have told."""
    query = HistoryQuery(kinds=tuple(sorted(WRITTEN_UP)), since=now - REMEMBERED, limit=_MOST_ANNOUNCEMENTS)
    announcements = view.announcements(query)
    tellings = {
        one.id: [Telling(publisher=told.publisher, database=told.report.database) for told in view.reports(one.id)]
        for one in announcements
    }
    return holes(announcements, tellings, now=now)
