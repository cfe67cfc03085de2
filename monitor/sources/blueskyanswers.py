"""What the API and the stream of Bluesky answer, read in the killable process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.core.fetching import NotAFeed
from monitor.core.item import Item
from monitor.core.text import clean_line
from monitor.sources.atproto import (
    COLLECTION,
    DID,
    HANDLE,
    INVALID_HANDLE,
    Account,
    moment_of,
    place_of,
    quoted,
    quoted_in,
    quoted_of,
    read_post,
)
from monitor.sources.dates import read_date
from monitor.sources.jsonshape import at, number_at, objects_at, text_at
from monitor.sources.notafeed import not_a_feed
from monitor.sources.posts import Post, Quoted, to_items
from monitor.sources.reading import json_value

_HIDDEN = "!no-unauthenticated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who the account is."""

    did: str
    handle: str
    name: str
    hidden: bool  # it asks not to be shown to people who are not signed in


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """One page of an account's feed, newest first. `keys` are the record keys of all its entries, reposts included."""

    items: tuple[Item, ...]
    keys: tuple[str, ...]
    cursor: str
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What events of the stream say, newest first."""

    items: tuple[Item, ...] = ()
    dropped: int = 0
    quotes: tuple[str, ...] = ()  # addresses of quoted posts, whose text no event carries
    handle: str = ""  # the account's new one
    restless: bool = False  # the account was closed or opened again, or an event could not be read: ask the API
    trouble: str = ""


def read_profile(body: bytes, *, url: str) -> Profile | NotAFeed:
    """Who the account is."""
    answer = json_value(body)
    did, handle = text_at(answer, "did"), text_at(answer, "handle")
    if not DID.fullmatch(did):
        return _other(answer, body, url)
    return Profile(
        did=did,
        handle=_handle(handle),
        name=clean_line(text_at(answer, "displayName"), 200),
        hidden=any(text_at(label, "val") == _HIDDEN for label in objects_at(answer, "labels")),
    )


def _handle(written: str) -> str:
    return written.lower() if HANDLE.fullmatch(written) and written != INVALID_HANDLE else ""


def _other(answer: object, body: bytes, url: str) -> NotAFeed:
    """What an answer is that is not what was asked for."""
    if answer is None:
        return not_a_feed(body, url=url)
    said = clean_line(f"{text_at(answer, 'error')} {text_at(answer, 'message')}", 120)
    return NotAFeed(detail=f"not what the API of Bluesky answers{f': {said}' if said else ''}")


def read_author_feed(
    body: bytes, *, url: str, account: Account, named: bool, lang: str | None, now: datetime
) -> FeedPage | NotAFeed:
    """One page of an account's feed."""
    answer = json_value(body)
    if not isinstance(at(answer, "feed"), list):
        return _other(answer, body, url)
    entries = objects_at(answer, "feed")
    posts = [post for entry in entries if (post := _feed_post(entry, account, now)) is not None]
    items, dropped = to_items(posts, named=named, lang=lang)
    places = (place_of(text_at(entry, "post", "uri")) for entry in entries)
    return FeedPage(
        items=items,
        keys=tuple(place[1] for place in places if place is not None),
        cursor=text_at(answer, "cursor"),
        dropped=dropped,
    )


def _feed_post(entry: Mapping[str, Any], account: Account, now: datetime) -> Post | None:
    """The post of a feed entry, None for reposts and for what others wrote."""
    view, record = at(entry, "post"), at(entry, "post", "record")
    place = place_of(text_at(view, "uri"))
    if at(entry, "reason") is not None or place is None or place[0] != account.did or not isinstance(record, Mapping):
        return None
    seen = read_date(text_at(view, "indexedAt"), None, now=now)
    return read_post(place[1], record, account, seen=seen, quoted=quoted_of(view), now=now)


def read_events(body: bytes, *, quotes: str, account: Account, named: bool, lang: str | None, now: datetime) -> Brought:
    """What events of the stream say of an account, one event a line. Runs in the killable process.

    `quotes` is the answer of the API to what an earlier reading asked for; "" where nothing was asked.
    """
    views = objects_at(json_value(quotes.encode()), "posts") if quotes else []
    shown = {text_at(view, "uri"): quoted(view, at(view, "record")) for view in views}
    events = [json_value(line) for line in body.split(b"\n")]
    own = [event for event in events if text_at(event, "did") == account.did]
    posts: dict[str, Post] = {}
    asked: dict[str, None] = {}
    for event in own:
        key, post = _event_post(event, account, shown, now)
        posts.pop(key, None)  # deleted or rewritten
        if post is not None:
            posts[key] = post
            if quotes == "" and (uri := quoted_in(at(event, "commit", "record"))):
                asked[uri] = None
    items, dropped = to_items(list(reversed(posts.values())), named=named, lang=lang)
    unread = sum(not isinstance(event, Mapping) for event in events)
    return Brought(
        items=items,
        dropped=dropped,
        quotes=tuple(asked),
        handle=next((new for event in reversed(own) if (new := _handle(text_at(event, "identity", "handle")))), ""),
        restless=bool(unread) or any(text_at(event, "kind") == "account" for event in own),
        trouble=f"{unread} of {len(events)} events of the stream could not be read" if unread else "",
    )


def _event_post(
    event: Mapping[str, Any], account: Account, shown: Mapping[str, Quoted | None], now: datetime
) -> tuple[str, Post | None]:
    """The record key an event is about, and the post that stands under it now."""
    commit = at(event, "commit")
    key, record = text_at(commit, "rkey"), at(commit, "record")
    is_post = text_at(event, "kind") == "commit" and text_at(commit, "collection") == COLLECTION
    if not is_post or text_at(commit, "operation") not in {"create", "update"} or not isinstance(record, Mapping):
        return key if is_post else "", None
    seen = moment_of(number_at(event, "time_us"), now)
    return key, read_post(key, record, account, seen=seen, quoted=shown.get(quoted_in(record)), now=now)
