"""How a source is visited that searches for what is watched: several questions, each in its turn.

What a question brings that is asked for the first time (a title was added to the watchlist) is kept silently as far as
it is older than the last answers to all others: like the first poll of a source it shows what there was before, not what
is new. What is younger may be the news of another title, whose turn is still to come, and is told, as are all answers to
the other questions. Besides, engines are asked for the last day only, and `max_age` holds.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.core.fetching import (
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseFailed,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.item import Item
from monitor.core.searching import Turn, Wanted, in_turn
from monitor.core.source import Memory, SourceState
from monitor.core.text import fold

# After these there is no sense in asking on.
_FINAL = frozenset({FetchFailure.RATE_LIMITED, FetchFailure.UNREACHABLE, FetchFailure.FORBIDDEN})
_YOUNG = timedelta(hours=6)  # what a new question brings that is older is kept silently in any case
_LONGEST_AWAY = 7  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request to a search engine, and the keys of what it asks for."""

    text: str
    keys: frozenset[str]


Answered = Parsed | FetchFailed | NotAFeed | ParseFailed
Put = Callable[[Sequence[Wanted]], Iterable[Question]]
Ask = Callable[[Question], Awaitable[Answered]]


async def visit_searches(
    found: Sequence[Wanted], state: SourceState, *, put: Put, ask: Ask, most: int, now: datetime
) -> VisitResult:
    """Asks `most` questions at most, those first that were longest not asked; one that fails takes its turn all the same.

    `put` makes the questions; what was never answered is asked for in questions of its own.
    """
    turns = _turns(state.memory)
    known, fresh = in_turn(found, turns)
    questions = sorted((*put(known), *put(fresh)), key=lambda question: _tried(question, turns))[:most]
    if not questions:
        return Unchanged(detail="nothing in the watchlist can be searched for")
    answers: list[tuple[Question, Answered]] = []
    for question in questions:
        answer = await ask(question)
        answers.append((question, answer))
        if isinstance(answer, FetchFailed) and answer.reason in _FINAL:
            break
    memory = _memory(found, turns, answers, now=now)
    read = [(question, answer) for question, answer in answers if isinstance(answer, Parsed)]
    failed = [answer for _, answer in answers if not isinstance(answer, Parsed)]
    if not read:
        return replace(failed[0], memory=memory)
    untold = frozenset(one.key for one in fresh)
    return Visited(
        parsed=_joined([parsed for _, parsed in read]),
        memory=memory,
        trouble=f"{len(failed)} of {len(answers)} searches failed: {failed[0].detail}" if failed else "",
        silent=_silent(read, untold, turns, now=now),
        complete=False,  # another time other questions are asked
    )


def days_away(state: SourceState, *, now: datetime) -> int:
    """How many days back to search: one, and after an absence as many as it lasted, up to a week."""
    away = now - state.last_success_at if state.last_success_at else timedelta()
    return min(max(away // timedelta(hours=20) + 1, 1), _LONGEST_AWAY)


def _tried(question: Question, turns: Mapping[str, Turn]) -> int:
    return min(turns.get(key, Turn()).tried for key in question.keys)


def _turns(memory: Memory) -> Mapping[str, Turn]:
    kept = memory.get("turns")
    return {
        str(key): Turn(tried=turn[0], answered=turn[1])
        for key, turn in (kept.items() if isinstance(kept, Mapping) else ())
    }


def _memory(
    found: Sequence[Wanted], turns: Mapping[str, Turn], answers: Sequence[tuple[Question, Answered]], *, now: datetime
) -> Memory:
    """Whose turn it was, for what is still searched for. Within a visit each question counts as a little later."""
    start = int(now.timestamp() * 1000)
    tried = {key: start + place for place, (question, _) in enumerate(answers) for key in question.keys}
    failed = frozenset(key for question, answer in answers if not isinstance(answer, Parsed) for key in question.keys)
    kept = {one.key: turns.get(one.key, Turn()) for one in found}
    return {
        "turns": {
            key: [tried.get(key, turn.tried), turn.answered if key in failed else tried.get(key, turn.answered)]
            for key, turn in kept.items()
        }
    }


def _silent(
    read: Sequence[tuple[Question, Parsed]], untold: frozenset[str], turns: Mapping[str, Turn], *, now: datetime
) -> frozenset[str]:
    """The items that only questions asked for the first time brought, and that are older than the others' last answers."""
    answered = min((turn.answered for turn in turns.values() if turn.answered), default=int(now.timestamp() * 1000))
    before = max(datetime.fromtimestamp(answered / 1000, tz=UTC), now - _YOUNG)
    told = {item.key for question, parsed in read if not question.keys & untold for item in parsed.items}
    return frozenset(
        item.key
        for _, parsed in read
        for item in parsed.items
        if item.key not in told and (item.published is None or item.published <= before)
    )


def _joined(read: Sequence[Parsed]) -> Parsed:
    """The items of all answers, each once: also where one article came under two addresses of the same outlet."""
    items: dict[tuple[str, str], Item] = {}
    keys: set[str] = set()
    for item in (item for parsed in read for item in parsed.items):
        mark = (fold(item.title) or item.key, fold(item.publisher or ""))
        if item.key not in keys and mark not in items:
            items[mark] = item
            keys.add(item.key)
    count = sum(len(parsed.items) + parsed.dropped for parsed in read)
    return Parsed(items=tuple(items.values()), title=read[0].title, dropped=count - len(items))
