"""Several routes to the same account: which of them is asked, and what its items are to those that came by another route.

A post that both routes show is one item, known by its platform's own id. What cannot be recognised, as the same words posted
on another platform, may have been told when the other route served: what was published by then is stored without a word.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.core.item import Embed, Item
from monitor.core.options import Options
from monitor.core.postid import post_of
from monitor.core.source import Source, SourceState
from monitor.core.upkeep import first_state
from monitor.core.url import canonical, is_front_page

_REMEMBERED = 300  # items of which it is known by which route they were told
# Types of sources that are an account of the platform of the same name, and that bridges turn into feeds.
_PLATFORMS = frozenset({"instagram", "threads", "x"})
# A route that was to be asked again a little later than now is asked now: the group comes by seldom enough.
_SLACK = 4  # one part in so many of the interval
# So much longer is no other way to cut or to frame the same words.
_MUCH_MORE, _FRAME = 1.25, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOptions(Options):
    """The routes to an account, the best first."""

    routes: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteState:
    """What is remembered of a route: its state as if it was a source of its own, and what it last showed and suffered."""

    state: SourceState
    spaces: frozenset[str] = frozenset()  # in which the ids of its items can be compared with those of other routes
    trouble: str = ""  # why it could not be read when it was asked last; "" when it could
    refused: bool = False  # it was the user's token


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The version of an item that is stored: which route showed it, and how much it says."""

    route: str
    fingerprint: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """What is remembered of a group."""

    routes: Mapping[str, RouteState] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)  # by the key of the item, the newest first

    def of(self, route: Source, *, now: datetime) -> RouteState:
        """What is remembered of a route; nothing of one that leads to another address now."""
        known = self.routes.get(route.id)
        if known is None or known.state.url != route.url:
            return RouteState(state=first_state(route, now=now, position=0))
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """The items of a route as those of the group. `silent` are the keys of what another route may have told."""

    items: tuple[Item, ...]
    silent: frozenset[str]
    spaces: frozenset[str]
    told: Mapping[str, Told]


def in_turn(routes: Sequence[Source], group: GroupState, *, now: datetime) -> tuple[Source, ...]:
    """The routes to try until one can be read: the best first, then those that failed lately and wait; none that asked to be left alone."""
    allowed = [route for route in routes if not _is_put_off(group.of(route, now=now), now)]
    waiting = [route for route in allowed if _waits(route, group.of(route, now=now), now)]
    ready = [route for route in allowed if route not in waiting]
    return (*ready, *sorted(waiting, key=lambda route: group.of(route, now=now).state.next_due))


def _is_put_off(known: RouteState, now: datetime) -> bool:
    return known.state.retry_after is not None and known.state.retry_after > now


def _waits(route: Source, known: RouteState, now: datetime) -> bool:
    return known.state.failures > 0 and known.state.next_due > now + route.every / _SLACK


def reconcile(
    items: Sequence[Item],
    route: Source,
    group: GroupState,
    *,
    accounts: Mapping[str, str],
    silent: Collection[str],
    began: datetime | None,
    now: datetime,
) -> Reconciled:
    """What the items are to the group. `group` is as it was before this visit, `began` the end of its silent first poll.

    `accounts` are those that the group follows, by platform: what a bridge shows as entries of a feed are their posts.
    `silent` are the keys of what the route itself says is no news.
    """
    marks = _marks(items, route)
    covered = {space: _covered(space, route, group, began, now) for space in {space for _, space in marks}}
    told = dict(group.told)
    found: dict[str, Item] = {}
    untold = set()
    for item, (key, space) in zip(items, marks, strict=True):
        if key in found:
            continue  # a carousel that a bridge shows picture by picture
        version = _version(item, route, told.get(key))
        told[key] = version
        embeds = _signed(item, accounts)
        found[key] = replace(item, key=key, fingerprint=version.fingerprint, embeds=embeds)
        until = covered[space]
        is_covered = until is not None and (item.published is None or item.published <= until)
        if is_covered or item.key in silent:
            untold.add(key)
    kept = {**{key: told[key] for key in found}, **told}
    return Reconciled(
        items=tuple(found.values()),
        silent=frozenset(untold),
        spaces=frozenset(space for _, space in marks),
        told=dict(list(kept.items())[:_REMEMBERED]),
    )


def accounts_of(routes: Iterable[Source]) -> Mapping[str, str]:
    """The accounts that routes name, by platform."""
    named = {route.type: getattr(route.options, "account", None) for route in routes if route.type in _PLATFORMS}
    return {platform: account for platform, account in named.items() if account}


def _signed(item: Item, accounts: Mapping[str, str]) -> tuple[Embed, ...]:
    """The posts that the item shows, first itself where it is a post of an account of the group and does not say so."""
    post = post_of(item)
    if post is None or post.platform not in accounts or any(embed.platform == post.platform for embed in item.embeds):
        return item.embeds
    return (Embed(platform=post.platform, account=accounts[post.platform], permalink=item.url), *item.embeds)


def _version(item: Item, route: Source, known: Told | None) -> Told:
    """The version that stands for the item. Another route's wording of it is no edit, unless it says much more."""
    size = max(len(item.title), len(item.summary), len(item.text))
    mine = Told(route=route.id, fingerprint=item.fingerprint, size=size)
    if known is None or known.route == route.id or size > known.size * _MUCH_MORE + _FRAME:
        return mine
    return known


def _covered(space: str, route: Source, group: GroupState, began: datetime | None, now: datetime) -> datetime | None:
    """Until when unknown items of a space may have been told by other routes, or were there before the group began."""
    mine = group.of(route, now=now).state.last_success_at
    others = [
        known.state.last_success_at
        for route_id, known in group.routes.items()
        if route_id != route.id and space not in known.spaces and known.state.last_success_at is not None
    ]
    served_since = [when for when in others if mine is None or when > mine]
    # Of a route that has served before, what was there when the group began is known.
    return max([*served_since, *([began] if began is not None and mine is None else [])], default=None)


def _marks(items: Sequence[Item], route: Source) -> list[tuple[str, str]]:
    """The key of each item within the group, and the space in which it means something."""
    links = Counter(_link(item) for item in items)
    return [_mark(item, route, unique=links[_link(item)] == 1) for item in items]


def _mark(item: Item, route: Source, *, unique: bool) -> tuple[str, str]:
    post = post_of(item)
    if post is not None:
        return _hash(post.platform, post.id), post.platform
    link = _link(item)
    if link and unique:
        return _hash("page", link), f"page {link.partition('/')[0]}"
    return _hash("route", route.id, item.key), f"route {route.id}"


def _link(item: Item) -> str:
    """The address of its page without what differs from feed to feed; "" when it has none of its own."""
    if item.url is None or is_front_page(item.url):
        return ""
    return canonical(item.url).partition("://")[2].removeprefix("www.")


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", errors="surrogatepass")).hexdigest()


def say_troubles(routes: Iterable[Source], group: GroupState, *, now: datetime) -> str:
    """What is wrong with those of the routes that could not be read when they were asked last."""
    known = [(route.id, group.of(route, now=now).trouble) for route in routes]
    return "; ".join(f"{route_id}: {trouble}" for route_id, trouble in known if trouble)


def token_end(group: GroupState) -> datetime | None:
    """When the first token of the routes runs out, or was first refused."""
    ends = [
        known.state.failing_since if known.refused else known.state.credential_expires
        for known in group.routes.values()
    ]
    return min((end for end in ends if end is not None), default=None)
