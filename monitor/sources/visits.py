"""How a source of one document is visited: ask conditionally, do not read what was read before."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import assert_never

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    NotModified,
    Parsed,
    ParseFailed,
    ParseResult,
    Request,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.item import Item
from monitor.core.options import Options
from monitor.core.source import Source, SourceState, Validators
from monitor.core.upkeep import address_of
from monitor.core.url import host
from monitor.ports import Fetch

Read = Callable[[Fetched], Awaitable[ParseResult]]


def request_of(source: Source, state: SourceState, *, version: str) -> Request:
    """The next GET of the source's own address; conditional only where the validators belong to it and to this reader."""
    url = address_of(source, state)
    is_same = state.url == source.url and url == (state.moved_to or source.url)
    return Request(
        url=url,
        validators=state.validators if is_same and state.parser == version else Validators(),
        headers=source.headers,
        auth=source.auth,
        proxy=source.proxy,
        trusted_host=host(source.url) or None,
    )


def mark_of_options(options: Options) -> str:
    """What an adapter keeps as `options` in its memory, so that `under_options` knows what they were."""
    return hashlib.sha256(repr(options).encode()).hexdigest()[:16]


def under_options(options: Options, state: SourceState) -> SourceState:
    """The state as far as it was learned under the same options: other ones read the same document anew."""
    if state.memory.get("options") == mark_of_options(options):
        return state
    return replace(state, validators=Validators(), body_hash=None, memory={})


def with_options(visit: VisitResult, options: Options, state: SourceState) -> VisitResult:
    """The visit, with the options it was made under in its memory. `state` is the one it began with.

    Under other options than before a document shows what it held all along: only what was published since is news.
    """
    if not isinstance(visit, Visited | Unchanged):
        return visit
    mark = mark_of_options(options)
    is_same = state.memory.get("options") == mark
    if visit.memory is None and is_same:  # it stays as it is
        return visit
    visit = replace(visit, memory={**(visit.memory or {}), "options": mark})
    if isinstance(visit, Unchanged) or is_same or state.baseline_at is None:
        return visit
    before = {item.key for item in visit.parsed.items if not is_since(item, state)}
    return replace(visit, silent=visit.silent | before)


def is_since(item: Item, state: SourceState) -> bool:
    """Whether an item was published after the last visit that brought anything, as far as it says."""
    since = state.last_success_at
    return item.published is not None and since is not None and item.published > since


async def ask_plainly(request: Request, *, fetch: Fetch) -> Fetched | FetchFailed:
    """The answer to a request that names no validators, to which "not modified" is no answer."""
    answer = await fetch(request)
    if isinstance(answer, NotModified):
        detail = f"{host(request.url)} answers 304 to a plain request"
        return FetchFailed(reason=FetchFailure.UNEXPECTED_STATUS, detail=detail)
    return answer


async def visit_document(
    state: SourceState, request: Request, *, version: str, fetch: Fetch, read: Read
) -> VisitResult:
    """Fetches the one document that a source consists of and reads it, unless it is the one that was read last."""
    answer = await fetch(request)
    match answer:
        case FetchFailed():
            return answer
        case NotModified():
            return Unchanged(
                detail="304 not modified",
                validators=answer.validators,
                fresh_for=answer.fresh_for,
                moved_to=answer.moved_to,
            )
        case Fetched():
            return await _read_new(state, answer, version=version, read=read)
        case _:
            assert_never(answer)


async def _read_new(state: SourceState, answer: Fetched, *, version: str, read: Read) -> VisitResult:
    body_hash = hashlib.sha256(answer.body).hexdigest()
    if (body_hash, version) == (state.body_hash, state.parser):
        return Unchanged(
            detail="same body",
            validators=answer.validators,
            fresh_for=answer.fresh_for,
            moved_to=answer.moved_to,
            bytes=len(answer.body),
        )
    result = await read(answer)
    match result:
        case NotAFeed() | ParseFailed():
            return result
        case Parsed():
            return Visited(
                parsed=result,
                validators=answer.validators,
                body_hash=body_hash,
                fresh_for=answer.fresh_for,
                moved_to=answer.moved_to,
                bytes=len(answer.body),
                trouble=result.trouble,
            )
        case _:
            assert_never(result)
