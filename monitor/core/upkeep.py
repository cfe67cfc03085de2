"""What we remember of a source after each way a poll can end."""

from dataclasses import replace
from datetime import datetime

from monitor.core.cadence import (
    SOON,
    Gone,
    clamp_due,
    consider_gone,
    consider_move,
    counts_as_failure,
    first_due,
    next_due,
    pace,
)
from monitor.core.fetching import NO_END, FetchFailed, FetchFailure, Unchanged, Visited
from monitor.core.source import Memory, Source, SourceState
from monitor.core.url import keeps_secrets

# So many failures in a row make an address doubtful to which the source has moved.
_DOUBTED = 3


def first_state(source: Source, *, now: datetime, position: int) -> SourceState:
    """The state of a source never polled; `position` counts the new sources from 0.

    What is brought to us is news from the first: nobody brings their archive.
    """
    return SourceState(
        source_id=source.id,
        url=source.url,
        next_due=first_due(source, now=now, position=position),
        baseline_at=now if source.pushed else None,
    )


def current_state(source: Source, state: SourceState, *, now: datetime) -> SourceState:
    """The stored state as far as it still holds.

    Under another URL it is another feed: nothing learned before applies, and its first poll is silent again.
    A last poll that lies ahead was made before the clock was set back: the wait decided then counts from now.
    """
    if state.url != source.url:
        return first_state(source, now=now, position=0)
    due = state.next_due
    if state.last_poll_at is not None and state.last_poll_at > now:
        due = now + (due - state.last_poll_at)
    return replace(state, next_due=clamp_due(due, now, source.every))


def address_of(source: Source, state: SourceState) -> str:
    """Where to ask next: the configured address, or the one it has moved to for good.

    While the latter fails, the configured one is asked every other time: the move may have been a mistake, or undone.
    """
    moved_to = state.moved_to if state.url == source.url else None
    if moved_to is None or not _may_move(source, moved_to):
        return source.url
    doubted = state.failures >= _DOUBTED and state.failures % 2 == 1
    return source.url if doubted else moved_to


def after_visit(source: Source, state: SourceState, visit: Visited, *, parser: str, now: datetime) -> SourceState:
    """After a document that was read to its end. Only here do validators advance to a new body."""
    learned = replace(
        state,
        validators=visit.validators,
        body_hash=visit.body_hash,
        parser=parser,
        hints=visit.parsed.hints,
        baseline_at=state.baseline_at or now,
    )
    return _succeeded(source, learned, visit, now)


def after_nothing_new(source: Source, state: SourceState, visit: Unchanged, *, now: datetime) -> SourceState:
    """After a visit that found nothing new; the validators may have been renewed."""
    return _succeeded(source, replace(state, validators=visit.validators), visit, now)


def after_trouble(source: Source, state: SourceState, *, now: datetime, memory: Memory | None = None) -> SourceState:
    """After a body that was no feed or could not be read: the old validators stay.

    Those of the unread answer would make the server say 304 to content that was never seen.
    """
    failures = state.failures + 1
    return replace(
        state,
        last_poll_at=now,
        failures=failures,
        failing_since=state.failing_since or now,
        gone_at=None,
        retry_after=None,
        memory=state.memory if memory is None else memory,
        next_due=next_due(source, now=now, hints=state.hints, failures=failures),
        not_before=None,
    )


def after_failure(source: Source, state: SourceState, failed: FetchFailed, *, now: datetime) -> SourceState:
    """After a fetch that brought nothing. A source that is gone for good stays so until it answers with news again."""
    blamed = counts_as_failure(failed)
    failures = state.failures + blamed
    gone = failed.reason is FetchFailure.GONE
    return replace(
        state,
        last_poll_at=now,
        failures=failures,
        failing_since=(state.failing_since or now) if blamed else state.failing_since,
        gone_at=(state.gone_at or now) if gone else None,
        disabled=state.disabled or (gone and consider_gone(state.gone_at, now) is Gone.DISABLE),
        retry_after=now + failed.retry_after if failed.retry_after else None,
        memory=state.memory if failed.memory is None else failed.memory,
        next_due=next_due(source, now=now, hints=state.hints, failures=failures, retry_after=failed.retry_after),
        not_before=None,
    )


def _succeeded(source: Source, state: SourceState, answer: Visited | Unchanged, now: datetime) -> SourceState:
    target = answer.moved_to if answer.moved_to is not None and _may_move(source, answer.moved_to) else None
    # The configured address, asked because the adopted one failed, confirms the move or has undone it.
    known = state.moved_to if state.moved_to in {address_of(source, state), target} else None
    # A redirect to the address we already adopted is no news; the old one keeps answering with it.
    move, adopted = consider_move(state.move, None if target == (known or source.url) else target, now.date())
    usual = pace(source, state, now=now).interval
    usual = min(SOON, usual) if answer.more else usual
    least = source.adaptive.least if source.adaptive else None
    expires = answer.credential_expires or state.credential_expires
    return replace(
        state,
        move=move,
        moved_to=adopted or known,
        memory=state.memory if answer.memory is None else answer.memory,
        credential_expires=None if expires == NO_END else expires,
        last_poll_at=now,
        last_success_at=now,
        failures=0,
        failing_since=None,
        gone_at=None,
        disabled=False,
        retry_after=None,
        next_due=next_due(source, now=now, interval=usual, hints=state.hints, fresh_for=answer.fresh_for),
        not_before=next_due(source, now=now, interval=least, hints=state.hints, fresh_for=answer.fresh_for),
    )


def _may_move(source: Source, target: str) -> bool:
    """Whether the source may be asked there directly: its secrets are for the host they were configured for."""
    return not (source.headers or source.auth) or keeps_secrets(source.url, target)
