"""Feeds that a hub pushes to us (WebSub), around the adapter of any type that reads feeds.

What is pushed is read as if the feed's own server had answered with it, so that items are the same by either way.
Polling goes on, slower while the hub delivers: hubs lose things, and say nothing of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from monitor.core import hub
from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchResult,
    NotAFeed,
    Parsed,
    ParseFailed,
    Request,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.hub import Subscription
from monitor.core.item import Item
from monitor.core.source import Memory, Source, SourceState, Validators
from monitor.core.url import host, http_url
from monitor.ports import Adapter, Clock, Fetch, Inbox
from monitor.records import Push
from monitor.sources.discovery import header_links
from monitor.sources.feed import Links, read_links
from monitor.sources.reading import Run

_LOOKED_FOR = timedelta(days=7)  # then a feed that named no hub is asked again
_REMEMBERED = 200  # keys of the newest items, to see what was not pushed
_KEY_LENGTH = 16
_USE_ANOTHER = frozenset({307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    """What waited in the inbox: items newest first, the ids of it all, what could not be read."""

    subscription: Subscription | None
    items: tuple[Item, ...] = ()
    pushes: tuple[int, ...] = ()
    trouble: str = ""
    thin: bool = False  # something was pushed that must be fetched


class HubAdapter:
    """An adapter whose feeds are pushed where the user wants it and the feed names a hub; else as the adapter is."""

    def __init__(
        self,
        inner: Adapter,
        *,
        run: Run,
        clock: Clock,
        inbox: Inbox,
        public_url: str | None,
        make_token: Callable[[], str],
    ) -> None:
        self._inner = inner
        self._run = run
        self._clock = clock
        self._inbox = inbox
        self._public_url = public_url
        self._make_token = make_token
        self.version = inner.version

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        wanted = source.websub and self._public_url is not None
        if not wanted and "websub" not in state.memory:
            return await self._inner.visit(source, state, fetch=fetch)
        stored = state.memory.get("websub", {})
        bare = replace(state, memory={name: value for name, value in state.memory.items() if name != "websub"})
        brought = await self._open(source, bare, stored)
        now = self._clock()
        subscription = brought.subscription
        due = hub.next_poll(subscription, source.every, now) if subscription else None
        seen: list[Fetched] = []
        if brought.items and not brought.thin and due is not None and now < due:
            visit: VisitResult = _pushed(brought, state)
        else:
            visit = _joined(await self._poll(source, bare, stored, fetch, seen), brought, state)
        if not isinstance(visit, Visited | Unchanged):
            return visit
        memory, trouble = await self._arrange(source, stored, brought, visit, seen, fetch=fetch)
        visit = replace(visit, pushes=brought.pushes)
        return _told(visit, state, source, memory, trouble, now=self._clock())

    async def _poll(
        self, source: Source, bare: SourceState, stored: Mapping[str, Any], fetch: Fetch, seen: list[Fetched]
    ) -> VisitResult:
        async def recording(request: Request) -> FetchResult:
            answer = await fetch(request)
            if isinstance(answer, Fetched):
                seen.append(answer)
            return answer

        if not stored:  # the hub is named in a document that may have been read before
            bare = replace(bare, validators=Validators(), body_hash=None)
        return await self._inner.visit(source, bare, fetch=recording)

    async def _open(self, source: Source, bare: SourceState, stored: Mapping[str, Any]) -> _Brought:
        """What was brought since the last visit, read."""
        pushes = await self._inbox(source.id)
        subscription = hub.load(stored) if "token" in stored else None
        items: list[tuple[Item, ...]] = []
        troubles, thin = [], False
        for push in pushes:
            if subscription is None or push.name != subscription.token:
                continue  # of a subscription that we gave up
            if push.content_type == hub.NOTE:
                subscription = hub.noted(subscription, push.body, push.at)
                continue
            read = await self._read(source, bare, push)
            if isinstance(read, Visited) and read.parsed.items:
                items.append(read.parsed.items)
            else:
                thin = True
            if isinstance(read, NotAFeed | ParseFailed):
                troubles.append(f"what the hub pushed cannot be read: {read.detail}")
        # What was pushed again replaces what was pushed before.
        unique = {item.key: item for batch in items for item in reversed(batch)}
        return _Brought(
            subscription=hub.delivered(subscription) if subscription and items else subscription,
            items=tuple(reversed(unique.values())),
            pushes=tuple(push.id for push in pushes),
            trouble=troubles[0] if troubles else "",
            thin=thin,
        )

    async def _read(self, source: Source, bare: SourceState, push: Push) -> VisitResult | None:
        """The push as the document of its source; None where it cannot be: empty, or one of several documents."""
        asked = 0

        async def answer(request: Request) -> FetchResult:
            nonlocal asked
            asked += 1
            return Fetched(
                url=request.url, body=push.body, content_type=push.content_type, validators=request.validators
            )

        if not push.body:
            return None
        unread = replace(bare, validators=Validators(), body_hash=None)
        visit = await self._inner.visit(source, unread, fetch=answer)
        return visit if asked == 1 else None

    async def _arrange(
        self,
        source: Source,
        stored: Mapping[str, Any],
        brought: _Brought,
        visit: Visited | Unchanged,
        seen: Sequence[Fetched],
        *,
        fetch: Fetch,
    ) -> tuple[Mapping[str, Any] | None, str]:
        """What to remember of the hub, None for nothing, and what went wrong with it."""
        now, subscription = self._clock(), brought.subscription
        if not source.websub or self._public_url is None:
            if subscription is None or self._public_url is None or stored.get("left"):
                return None, ""
            await self._ask(source, subscription, "unsubscribe", fetch)
            # Kept for one more visit, since the hub asks whether we mean it.
            return {**hub.dump(subscription), "left": True}, ""
        if seen:
            subscription = await self._discovered(subscription, source, seen[-1])
        if subscription is None:
            looked_at = stored.get("looked_at")
            fresh = looked_at is not None and now < datetime.fromisoformat(looked_at) + _LOOKED_FOR
            return ({"looked_at": looked_at} if fresh else {"looked_at": now.isoformat()} if seen else {}), ""
        keys = [key for key in stored.get("keys", ()) if isinstance(key, str)]
        if seen:
            found_more = isinstance(visit, Visited) and _found_more(visit.parsed.items, keys, brought, subscription)
            subscription = hub.polled(subscription, now, found_more=found_more)
        if isinstance(visit, Visited):
            fresh_keys = [item.key[:_KEY_LENGTH] for item in visit.parsed.items]
            keys = list(dict.fromkeys((*fresh_keys, *keys)))[:_REMEMBERED]
        trouble = ""
        # Not at the visit that chose it: the hub asks back at once, and must find it stored.
        if stored.get("token") == subscription.token and hub.must_ask(subscription, now):
            subscription = hub.asked(subscription, now)
            trouble = await self._ask(source, subscription, "subscribe", fetch)
        return {**hub.dump(subscription), "keys": keys}, trouble

    async def _discovered(
        self, subscription: Subscription | None, source: Source, answer: Fetched
    ) -> Subscription | None:
        """The subscription to have by what the document and its headers name: another hub or topic makes another one."""
        named = _linked(answer.headers.get("link", ""), answer.url)
        if not (named.hub and named.topic):
            links = await self._run(read_links, answer.body, content_type=answer.content_type)
            if isinstance(links, ParseFailed):
                return subscription
            named = Links(hub=named.hub or links.hub, topic=named.topic or links.topic)
        address = http_url(named.hub, answer.url) if named.hub else None
        topic = http_url(named.topic, answer.url) if named.topic else answer.url
        if address is None or topic is None:
            return None
        if subscription is not None and (subscription.hub, subscription.topic) == (address, topic):
            return subscription
        secret = self._make_token() if address.startswith("https:") or host(address) == host(source.url) else ""
        return Subscription(hub=address, topic=topic, token=self._make_token(), secret=secret)

    async def _ask(self, source: Source, subscription: Subscription, mode: str, fetch: Fetch) -> str:
        """Asks the hub; what went wrong, "" for nothing. Whether it will is told at our own address later."""
        form = [
            ("hub.mode", mode),
            ("hub.topic", subscription.topic),
            ("hub.callback", f"{self._public_url}/websub/{source.id}/{subscription.token}"),
        ]
        if mode == "subscribe":
            form += [("hub.lease_seconds", str(int(hub.WISH.total_seconds())))]
            form += [("hub.secret", subscription.secret)] if subscription.secret else []
        # A foreign document named the hub: no private address but that of the source itself.
        request = Request(
            url=subscription.hub, form=tuple(form), proxy=source.proxy, trusted_host=host(source.url) or None
        )
        answer = await fetch(request)
        if isinstance(answer, FetchFailed) and answer.status in _USE_ANOTHER:
            other = http_url(answer.headers.get("location", ""), subscription.hub)
            answer = await fetch(replace(request, url=other)) if other else answer
        return f"its hub does not take our subscription: {answer.detail}" if isinstance(answer, FetchFailed) else ""


def _linked(header: str, url: str) -> Links:
    """The hub and the topic that Link headers name."""
    hubs, topics = (header_links(header, url, rel=rel) for rel in ("hub", "self"))
    return Links(hub=next((link.url for link in hubs), ""), topic=next((link.url for link in topics), ""))


def _pushed(brought: _Brought, state: SourceState) -> Visited:
    """A visit that read nothing but what was pushed: what we know of the feed's own document stays."""
    return Visited(
        parsed=Parsed(items=brought.items, hints=state.hints),
        validators=state.validators,
        body_hash=state.body_hash,
        trouble=brought.trouble,
        complete=False,
    )


def _joined(visit: VisitResult, brought: _Brought, state: SourceState) -> VisitResult:
    """A poll together with what was pushed before it."""
    if isinstance(visit, Visited):
        shown = {item.key for item in visit.parsed.items}
        more = tuple(item for item in brought.items if item.key not in shown)
        troubles = (visit.trouble, brought.trouble)
        return replace(
            visit,
            parsed=replace(visit.parsed, items=(*more, *visit.parsed.items)),
            trouble="; ".join(trouble for trouble in troubles if trouble),
        )
    if not brought.items:
        return visit
    pushed = _pushed(brought, state)
    if isinstance(visit, Unchanged):
        return replace(pushed, validators=visit.validators, moved_to=visit.moved_to, memory=visit.memory)
    return replace(pushed, trouble=f"pushed to us; polling it failed: {visit.detail}")


def _found_more(items: Iterable[Item], keys: Sequence[str], brought: _Brought, subscription: Subscription) -> bool:
    """Whether a poll found items that appeared since the poll before it, and that were not pushed."""
    since = subscription.polled_at
    if since is None or not keys:
        return False
    known = {*keys, *(item.key[:_KEY_LENGTH] for item in brought.items)}
    return any(
        item.key[:_KEY_LENGTH] not in known and (item.published is None or item.published > since) for item in items
    )


def _is_kept(memory: Mapping[str, Any] | None) -> TypeGuard[Mapping[str, Any]]:
    return memory is not None and "token" in memory and "left" not in memory


def _told(
    visit: Visited | Unchanged,
    state: SourceState,
    source: Source,
    memory: Mapping[str, Any] | None,
    trouble: str,
    *,
    now: datetime,
) -> Visited | Unchanged:
    """The visit with what the hub changes about it: the next poll, what is remembered, what is told."""
    inner = visit.memory if visit.memory is not None else state.memory
    kept: Memory = {name: value for name, value in inner.items() if name != "websub"}
    kept = kept if memory is None else {**kept, "websub": memory}
    poll_at = hub.next_poll(hub.load(memory), source.every, now) if _is_kept(memory) else None
    wait = max(poll_at - now, timedelta()) if poll_at else timedelta()
    fresh_for = max(visit.fresh_for or timedelta(), wait) or None
    if isinstance(visit, Unchanged):
        detail = "; ".join(part for part in (visit.detail, trouble) if part)
        return replace(visit, detail=detail, memory=kept, fresh_for=fresh_for)
    troubles = "; ".join(part for part in (visit.trouble, trouble) if part)
    return replace(visit, trouble=troubles, memory=kept, fresh_for=fresh_for)
