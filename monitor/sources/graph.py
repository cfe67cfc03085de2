"""Meta's Graph API, which Instagram and Threads share: asking with the user's token, and what its refusals mean.

A token never leaves this module: what the service says is not repeated, because it may quote the token, and addresses
that hold it go nowhere but to the service.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from monitor.core.fetching import (
    NO_END,
    Fetched,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseFailed,
    Request,
    Visited,
    VisitResult,
)
from monitor.core.item import Item
from monitor.core.options import GraphAccess
from monitor.core.source import Memory, Source, SourceState
from monitor.core.url import host
from monitor.ports import Fetch
from monitor.sources.notafeed import not_a_feed
from monitor.sources.reading import Run, json_value
from monitor.sources.visits import ask_plainly

PAGE = 25  # posts of one answer
MOST_PAGES = 5  # of one visit: more posts than these between two visits are not read
_ASKS_ABOUT_TOKEN = timedelta(days=1)
_UNTOLD_WAIT = timedelta(hours=1)  # limits are counted over an hour or a day
_NEARLY_USED_UP = 90  # percent
_LARGEST = 1 << 35  # of codes, minutes and seconds

# developers.facebook.com, "Graph API error handling" and "Rate limits"; 80000 and up are limits of business use cases.
_LIMITS = frozenset({4, 17, 32, 341, 613, *range(80_000, 80_015)})
_TOKEN = frozenset({102, 190})
_PERMISSION = frozenset({3, 10, *range(200, 300)})
_PASSING = frozenset({1, 2})
_ARGUMENT, _NO_USER, _NO_ALIAS = 100, 110, 803
_NO_OBJECT = 33  # a subcode
_CURSOR = re.compile(r"[\w=+/.-]{1,1000}", re.ASCII)
_TOKEN_TROUBLE = {
    458: "the app was removed",
    460: "the password was changed",
    463: "it has expired",
    467: "it is not valid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How one of the services is spoken of, and what its users can do about trouble."""

    name: str
    renew: str  # what to do about a token
    permit: str  # which permissions it needs
    spell: str  # when an account is not found
    own_id: str = ""  # when the user's own id is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as the API tells it, without its message."""

    code: int
    subcode: int = 0
    passing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """One answer read: the posts on it, the newest first, and where the next older ones are."""

    items: tuple[Item, ...]
    dropped: int = 0
    after: str | None = None  # the cursor; None at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What one of the services is asked for. `parameters` are those for what lies after a cursor, None for the newest."""

    service: Service
    access: GraphAccess
    account: str  # or what is searched for, as it is spoken of
    path: str
    parameters: Callable[[str | None], Mapping[str, str]]
    read: Callable[[Fetched], Awaitable[Posts | Refusal | NotAFeed | ParseFailed]]


def reader(
    run: Run,
    function: Callable[..., Posts | Refusal | NotAFeed],
    source: Source,
    *,
    account: str | None,
    base: str,
    now: datetime,
) -> Callable[[Fetched], Awaitable[Posts | Refusal | NotAFeed | ParseFailed]]:
    """Reads an answer with `function`, where reading may be killed."""

    async def read(answer: Fetched) -> Posts | Refusal | NotAFeed | ParseFailed:
        return await run(
            function, answer.body, account=account, base=base, named=bool(source.name), lang=source.lang, now=now
        )

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """What was read from page to page, and what ended it before its time."""

    pages: tuple[Posts, ...] = ()
    size: int = 0
    slow: timedelta | None = None
    trouble: str = ""
    stopped: FetchFailed | NotAFeed | ParseFailed | None = None


async def ask(
    source: Source, access: GraphAccess, path: str, parameters: Mapping[str, str], *, fetch: Fetch
) -> Fetched | FetchFailed:
    """One GET with the user's token; what fails has kept the token to itself."""
    asked = {**parameters, "access_token": access.token} if access.in_address else parameters
    request = Request(
        url=f"{access.base}/{path}?{urlencode(asked)}",
        headers=() if access.in_address else (("Authorization", f"Bearer {access.token}"),),
        proxy=source.proxy,
        trusted_host=access.trusted_host,
    )
    return await ask_plainly(request, fetch=fetch)


async def visit(source: Source, state: SourceState, edge: Edge, *, fetch: Fetch, now: datetime) -> VisitResult:
    """The newest posts, and as many older ones as lead back to those of the visit before."""
    known = frozenset(state.memory.get("known", ()))
    walk = await _walk(source, edge, known, fetch=fetch)
    if not walk.pages:
        assert walk.stopped is not None
        return walk.stopped
    unique = {item.key: item for page in walk.pages for item in page.items}
    trouble = f"older posts were not read: {walk.stopped.detail}" if walk.stopped else walk.trouble
    token = await _token(source, edge.access, state.memory, fetch=fetch, now=now)
    return Visited(
        parsed=Parsed(
            items=tuple(unique.values()), title=edge.account, dropped=sum(page.dropped for page in walk.pages)
        ),
        fresh_for=walk.slow,
        bytes=walk.size,
        # Where older posts could not be read, the next visit goes as far again.
        memory={"known": sorted(known if walk.stopped else unique), "token": token},
        trouble=trouble,
        credential_expires=_expiry_of(token),
    )


async def _walk(source: Source, edge: Edge, known: frozenset[str], *, fetch: Fetch) -> _Walk:
    """From the newest page to older ones, until one shows posts that are known; the first visit reads one page."""
    walk, after = _Walk(), None
    while True:
        answer = await ask(source, edge.access, edge.path, edge.parameters(after), fetch=fetch)
        page = await _page(answer, edge)
        if not isinstance(page, Posts):
            return replace(walk, stopped=page)
        assert isinstance(answer, Fetched)
        size, slow = walk.size + len(answer.body), slower(answer.headers)
        walk = replace(walk, pages=(*walk.pages, page), size=size, slow=slow)
        after = page.after
        if not known or after is None or not page.items or any(item.key in known for item in page.items):
            return walk
        if len(walk.pages) == MOST_PAGES:
            return replace(
                walk, trouble=f"{edge.account} has more new posts than {MOST_PAGES * PAGE}, the most of one visit"
            )


async def _page(answer: Fetched | FetchFailed, edge: Edge) -> Posts | FetchFailed | NotAFeed | ParseFailed:
    if isinstance(answer, FetchFailed):
        return _explained(answer, edge)
    page = await edge.read(answer)
    return _failed_by(page, edge, headers=answer.headers) if isinstance(page, Refusal) else page


def cursor_of(edge: Mapping[str, Any]) -> str | None:
    """Where the next older posts are; None at the end."""
    paging = edge.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) and _CURSOR.fullmatch(after) else None


# What a refusal says


def read_refusal(value: Any) -> Refusal | None:
    """The error in an answer; None when there is none."""
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict):
        return None
    return Refusal(
        code=_number(error.get("code")),
        subcode=_number(error.get("error_subcode")),
        passing=error.get("is_transient") is True,
    )


def no_answer(body: bytes, value: Any, *, base: str, wanted: str) -> NotAFeed:
    """What a 200 answer is instead of the JSON that was asked for."""
    if value is None:
        return NotAFeed(
            detail=f"{host(base)} answers with no JSON: {not_a_feed(body, url=base).detail.removeprefix('not a feed; ')}"
        )
    return NotAFeed(detail=f"{host(base)} answers with JSON that holds no {wanted}")


def _explained(failed: FetchFailed, edge: Edge) -> FetchFailed:
    """A failed request, said in the words of the API's own explanation where it gave one."""
    refusal = read_refusal(json_value(failed.body))
    if refusal is None:
        return failed
    found = _failed_by(refusal, edge, headers=failed.headers)
    return replace(found, status=failed.status, retry_after=failed.retry_after or found.retry_after)


def _failed_by(refusal: Refusal, edge: Edge, *, headers: Mapping[str, str]) -> FetchFailed:
    """What an error means for the user, whatever status it came with."""
    name, code = edge.service.name, f"code {refusal.code}" + (f", subcode {refusal.subcode}" if refusal.subcode else "")
    if refusal.code in _LIMITS:
        wait = _regained(headers) or _UNTOLD_WAIT
        detail = f"{name} has had enough calls for now ({code}); tried again in {int(wait.total_seconds()) // 60} min"
        return FetchFailed(reason=FetchFailure.RATE_LIMITED, detail=detail, retry_after=wait)
    reason, said = _meaning(refusal, edge)
    return FetchFailed(reason=reason, detail=f"{name}: {said} ({code})")


def _meaning(refusal: Refusal, edge: Edge) -> tuple[FetchFailure, str]:
    """Why an error that is no limit brings nothing, and what to do about it."""
    service = edge.service
    if refusal.code in _TOKEN:
        why = _TOKEN_TROUBLE.get(refusal.subcode, "it has expired or is not valid")
        return FetchFailure.SIGN_IN, f"the token is not accepted, {why}: {service.renew}"
    if refusal.code in _PERMISSION:
        return FetchFailure.SIGN_IN, f"the token lacks a permission: {service.permit}"
    if refusal.passing or refusal.code in _PASSING:
        return FetchFailure.SERVER_ERROR, "it has trouble of its own"
    if service.own_id and (refusal.code == _NO_ALIAS or (refusal.code, refusal.subcode) == (_ARGUMENT, _NO_OBJECT)):
        return FetchFailure.SIGN_IN, service.own_id
    if refusal.code in {_ARGUMENT, _NO_USER}:
        return FetchFailure.NOT_FOUND, f"nothing is shown of {edge.account}: {service.spell}"
    return FetchFailure.UNEXPECTED_STATUS, "an error that is not documented"


def slower(headers: Mapping[str, str]) -> timedelta | None:
    """How long to leave the API alone after an answer that says its limits are nearly reached; None when they are not."""
    used = max((number for entry in _usage(headers) for number in _shares(entry)), default=0)
    return (_regained(headers) or _UNTOLD_WAIT) if used >= _NEARLY_USED_UP else None


def _regained(headers: Mapping[str, str]) -> timedelta | None:
    minutes = max((_number(entry.get("estimated_time_to_regain_access")) for entry in _usage(headers)), default=0)
    return timedelta(minutes=min(minutes, 24 * 60)) if minutes > 0 else None


def _usage(headers: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the answer says of limits: one entry by app, and some by business."""
    by_app = json_value(headers.get("x-app-usage", "").encode())
    by_business = json_value(headers.get("x-business-use-case-usage", "").encode())
    found = [by_app]
    for entries in by_business.values() if isinstance(by_business, dict) else ():
        found += entries if isinstance(entries, list) else []
    return [entry for entry in found if isinstance(entry, dict)]


def _shares(entry: Mapping[str, Any]) -> list[int]:
    return [_number(entry.get(name)) for name in ("call_count", "total_cputime", "total_time")]


def _number(value: object) -> int:
    """A number as the API has them; 0 where there is none that it could mean."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST else 0


# How long the token lasts


async def _token(
    source: Source, access: GraphAccess, memory: Memory, *, fetch: Fetch, now: datetime
) -> Mapping[str, Any]:
    """What is remembered of the token: asked again once a day, or when it is another; without an answer it is as it was."""
    digest = hashlib.sha256(access.token.encode()).hexdigest()[:16]
    known = memory.get("token", {})
    known = known if known.get("of") == digest else {}
    if _is_recent(known.get("asked"), now):
        return known
    answer = await ask(source, access, "debug_token", {"input_token": access.token}, fetch=fetch)
    expires = None if isinstance(answer, FetchFailed) else read_expiry(json_value(answer.body))
    told = {} if expires is None else {"expires": expires.isoformat()}
    return {"expires": None, **known, **told, "of": digest, "asked": now.isoformat()}


def _expiry_of(token: Mapping[str, Any]) -> datetime:
    """When the token runs out, by what is remembered of this one: the end of the one before is not its."""
    expires = token.get("expires")
    return datetime.fromisoformat(expires) if isinstance(expires, str) else NO_END


def read_expiry(value: Any) -> datetime | None:
    """The sooner of the two ends of a token: its own, and that of the access to data; NO_END when it has none, None when nothing is said."""
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, dict):
        return None
    ends = [_number(data.get(name)) for name in ("expires_at", "data_access_expires_at")]
    never = NO_END if data.get("expires_at") == 0 else None
    return min((datetime.fromtimestamp(end, tz=UTC) for end in ends if end > 0), default=never)


def _is_recent(asked: object, now: datetime) -> bool:
    if not isinstance(asked, str):
        return False
    age = now - datetime.fromisoformat(asked)
    return timedelta() <= age < _ASKS_ABOUT_TOKEN
