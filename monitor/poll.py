"""One poll of one source: fetch, parse, tell new from old, read, store. The single way anything is polled.

Items, reports, announcements, alerts and the source's new state are written in one transaction, so that a crash
at any instant leaves either all of a poll or nothing of it, and the next poll fetches the same again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from monitor.core.fetching import FetchFailed, NotAFeed, ParseFailed, Unchanged, Visited
from monitor.core.item import Item
from monitor.core.novelty import Known, Novelty, Reason, decide
from monitor.core.redact import Redactor, secrets_of
from monitor.core.routing import AlertPolicy
from monitor.core.source import Source, SourceState
from monitor.core.upkeep import after_failure, after_nothing_new, after_trouble, after_visit
from monitor.core.wording import say_count
from monitor.enrich import Reading, read_items, read_revisions
from monitor.filing import Answer, file_answer
from monitor.ports import Adapter, Clock, Fetch, ReadPage, Recognise, Store, View
from monitor.records import PollOutcome, PollStatus, StoredItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything a poll works with; the composition root fills it, tests fill it with fakes."""

    sources: tuple[Source, ...]  # every configured source, to tell one in trouble from all in trouble
    policy: AlertPolicy
    adapters: Mapping[str, Adapter]  # by source type
    fetch: Fetch
    read_page: ReadPage
    recognise: Recognise
    store: Store
    clock: Clock


async def poll(source: Source, state: SourceState, *, desk: Desk) -> PollOutcome:
    """Polls one source and stores everything that follows from it; returns the record it left."""
    started = desk.clock()
    visit = await desk.adapters[source.type].visit(source, state, fetch=desk.fetch)
    now = desk.clock()
    match visit:
        case FetchFailed():
            answer = Answer(
                state=after_failure(source, state, visit, now=now),
                outcome=replace(_outcome(source, now, PollStatus.FAILED, visit.detail), reason=visit.reason),
            )
        case NotAFeed() | ParseFailed():
            status = PollStatus.NOT_A_FEED if isinstance(visit, NotAFeed) else PollStatus.UNREADABLE
            answer = Answer(
                state=after_trouble(source, state, now=now, memory=visit.memory),
                outcome=_outcome(source, now, status, visit.detail),
            )
        case Unchanged():
            answer = Answer(
                state=after_nothing_new(source, state, visit, now=now),
                outcome=replace(_outcome(source, now, PollStatus.UNCHANGED, visit.detail), bytes=visit.bytes),
                pushes=visit.pushes,
            )
        case Visited():
            answer = await _visited(source, state, visit, desk, now)
        case _:
            assert_never(visit)
    took = desk.clock() - started
    answer = replace(answer, outcome=replace(answer.outcome, took=max(took, timedelta())))
    return await desk.store.write(
        lambda transaction: file_answer(transaction, source, answer, sources=desk.sources, policy=desk.policy)
    )


async def _visited(source: Source, state: SourceState, visit: Visited, desk: Desk, now: datetime) -> Answer:
    novelty, stored = await _judge(source, state, visit, desk, now)
    readings = await _read(source, novelty, stored, desk, now)
    detail = "; ".join(part for part in (_say(novelty, state), visit.via, visit.trouble) if part)
    return Answer(
        state=after_visit(source, state, visit, parser=desk.adapters[source.type].version, now=now),
        outcome=replace(
            _outcome(source, now, PollStatus.OK, detail),
            items=len(visit.parsed.items),
            new=len(novelty.new),
            revised=len(novelty.revised),
            bytes=visit.bytes,
        ),
        novelty=novelty,
        complete=visit.complete,
        readings=readings,
        pushes=visit.pushes,
    )


async def _judge(
    source: Source, state: SourceState, visit: Visited, desk: Desk, now: datetime
) -> tuple[Novelty, Mapping[int, StoredItem]]:
    """What each item is, and the stored items they may be, by id."""
    parsed = visit.parsed

    def look(view: View) -> tuple[Sequence[StoredItem], bool]:
        stored = view.known_items(
            source.id,
            keys=[item.key for item in parsed.items],
            urls=[item.url for item in parsed.items if item.url],
            titles=[item.title for item in parsed.items if item.title],
        )
        return stored, view.has_items(source.id)

    stored, has_items = await desk.store.read(look)
    known = [
        Known(id=s.id, key=s.item.key, fingerprint=s.item.fingerprint, url=s.item.url, title=s.item.title)
        for s in stored
    ]
    novelty = decide(
        parsed_items=parsed.items,
        known=known,
        has_items=has_items,
        state=state,
        now=now,
        max_age=source.max_age,
        silent=visit.silent,
        complete=visit.complete,
    )
    return novelty, {s.id: s for s in stored}


async def _read(
    source: Source, novelty: Novelty, stored: Mapping[int, StoredItem], desk: Desk, now: datetime
) -> tuple[Reading, ...]:
    """The readings of what may be news, of revisions that change it, and of the baseline as far as it is certain to be fresh.

    An undated item of the baseline may be years old; read as today's, it would swallow the news that resembles it.
    """
    baseline = [j.item for j in novelty.baseline if _fresh(j.item.published, source, now)]
    silent = await read_items(
        baseline, source, recognise=desk.recognise, fetch=desk.fetch, read_page=desk.read_page, visit=False, now=now
    )
    news = await read_items(
        [judged.item for judged in novelty.new],
        source,
        recognise=desk.recognise,
        fetch=desk.fetch,
        read_page=desk.read_page,
        visit=True,
        now=now,
    )
    revisions = [
        (before, judged.item)
        for judged in novelty.revised
        if judged.known and _may_be_news(before := stored[judged.known.id], judged.item, source, now)
    ]
    amended = await read_revisions(revisions, source, recognise=desk.recognise)
    return (*silent, *news, *amended)


def _may_be_news(before: StoredItem, item: Item, source: Source, now: datetime) -> bool:
    """Whether a revision is read: not of what is held, and not of what was too old to be read itself."""
    if before.hold_id is not None:
        return False
    published = item.published or before.item.published  # its page may have told
    if published is None:
        return not before.baseline and now - before.first_seen <= source.max_age
    return _fresh(published, source, now)


def _fresh(published: datetime | None, source: Source, now: datetime) -> bool:
    return published is not None and now - published <= source.max_age


def _say(novelty: Novelty, state: SourceState) -> str:
    if state.baseline_at is None:
        return f"first poll: {say_count(len(novelty.judged), 'item')} read, none told"
    counts = ((len(novelty.of(reason)), reason) for reason in Reason)
    return ", ".join(f"{count} {reason.replace('_', ' ')}" for count, reason in counts if count) or "no items"


def _outcome(source: Source, now: datetime, status: PollStatus, detail: str) -> PollOutcome:
    # Servers quote what they were asked with, and this is stored, shown and sent.
    said = Redactor(secrets_of(source))(detail)
    return PollOutcome(source_id=source.id, at=now, status=status, detail=said, took=timedelta())
