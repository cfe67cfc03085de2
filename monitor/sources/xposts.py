"""Answers of X about an account and its posts, read where reading may be killed."""

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.core.fetching import NotAFeed
from monitor.core.item import Item
from monitor.core.postid import post_id
from monitor.core.url import host
from monitor.sources import posts
from monitor.sources.dates import read_date
from monitor.sources.jsonshape import objects_at
from monitor.sources.notafeed import not_a_feed
from monitor.sources.posts import Post, Quoted
from monitor.sources.reading import json_value
from monitor.sources.xtrouble import Problem, problem_in

_LETTERS = 2  # of a language; longer ones say that X knows none
_LONGEST_ID = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One answer read. `billed` counts the posts in it, `newest` is the highest id, `following` the token of the next page."""

    items: tuple[Item, ...]
    dropped: int = 0
    billed: int = 0
    newest: str | None = None
    following: str | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The id behind a name, which stays when the account is renamed."""

    id: str


def read_account(body: bytes, *, base: str) -> Account | Problem | NotAFeed:
    """The id in the answer about a name."""
    value = json_value(body)
    data = value.get("data") if isinstance(value, dict) else None
    native = data.get("id") if isinstance(data, dict) else None
    if isinstance(native, str) and native.isascii() and native.isdecimal():
        return Account(id=native)
    return problem_in(value) or _no_answer(body, value, base=base)


def read_timeline(
    body: bytes, *, account: str, base: str, named: bool, lang: str | None, now: datetime
) -> Timeline | Problem | NotAFeed:
    """The posts of an answer. Without any, it has no "data"; beside some, it may tell of others it left out."""
    value = json_value(body)
    problem = problem_in(value)
    data = value.get("data") if isinstance(value, dict) else None
    meta = value.get("meta") if isinstance(value, dict) else None
    if not isinstance(meta, dict) or not isinstance(data, list | None):
        return problem or _no_answer(body, value, base=base)
    includes = value.get("includes")
    shown = {
        media["media_key"]: media for media in objects_at(includes, "media") if isinstance(media.get("media_key"), str)
    }
    found = [one for one in data or () if isinstance(one, dict)]
    read = [_post(one, account, shown, now) for one in found]
    kept = [post for post in read if post is not None]
    items, dropped = posts.to_items(kept, named=named, lang=lang)
    following = meta.get("next_token")
    return Timeline(
        items=items,
        dropped=dropped + len(data or ()) - len(kept),
        billed=len(data or ()) + len(objects_at(includes, "tweets")),
        newest=max((native for one in found if (native := _id(one.get("id")))), key=int, default=None),
        following=following if isinstance(following, str) and following else None,
        trouble=f"X left posts out ({problem.sort})" if problem else "",
    )


def _no_answer(body: bytes, value: Any, *, base: str) -> NotAFeed:
    if value is None:
        return NotAFeed(
            detail=f"{host(base)} answers with no JSON: {not_a_feed(body, url=base).detail.removeprefix('not a feed; ')}"
        )
    return NotAFeed(detail=f"{host(base)} answers with JSON that holds neither posts nor an error")


def _post(one: Mapping[str, Any], account: str, shown: Mapping[str, Mapping[str, Any]], now: datetime) -> Post | None:
    history = one.get("edit_history_tweet_ids")
    # An edit is a post of its own, with all ids before it: the first stands for all of them.
    native = _id(history[0]) if isinstance(history, list) and history else _id(one.get("id"))
    relations = {str(reference.get("type")) for reference in objects_at(one, "referenced_tweets")}
    if native is None or "retweeted" in relations:
        return None
    note = one.get("note_tweet")
    said = note if isinstance(note, dict) and isinstance(note.get("text"), str) else one
    text, quoted = _text(said), None
    if "quoted" in relations:
        text, quoted = _without_quoted(text, one)
    keys = one["attachments"].get("media_keys") if isinstance(one.get("attachments"), dict) else None
    pictures = (
        [shown.get(key, {}).get("alt_text") for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
    )
    lang = one.get("lang")
    return Post(
        platform="x",
        account=account,
        id=native,
        permalink=f"https://x.com/{account}/status/{native}",
        text=text,
        published=read_date(one.get("created_at"), None, now=now),
        quoted=quoted,
        pictures=tuple(words for words in pictures if isinstance(words, str)),
        lang=lang if isinstance(lang, str) and len(lang) == _LETTERS else "",
    )


def _text(said: Mapping[str, Any]) -> str:
    """The text with its short links written out, and without those to its own pictures."""
    text = said.get("text")
    text = text if isinstance(text, str) else ""
    for short, full in _links(said):
        text = text.replace(short, "" if _is_own_picture(full) else full)
    return html.unescape(text)


def _links(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    entities = said.get("entities")
    for link in objects_at(entities, "urls"):
        short, full = link.get("url"), link.get("unwound_url") or link.get("expanded_url")
        if isinstance(short, str) and short and isinstance(full, str):
            yield short, full


def _is_own_picture(address: str) -> bool:
    return host(address) in {"x.com", "twitter.com"} and ("/photo/" in address or "/video/" in address)


def _without_quoted(text: str, one: Mapping[str, Any]) -> tuple[str, Quoted | None]:
    """The text without the address of the post it quotes, and whose that is. Its words would cost another read."""
    for _, address in _links(one):
        post = post_id(address)
        if post is not None and post.platform == "x":
            account = address.split("/")[3].lower()
            return text.replace(address, ""), Quoted(account=account, text="", permalink=address)
    return text, None


def _id(value: object) -> str | None:
    return (
        value
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _LONGEST_ID
        else None
    )
