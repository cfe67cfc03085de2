"""What servers of Mastodon and their kin answer, read in the killable process.

Entities: https://docs.joinmastodon.org/entities/Status/. Pleroma, Akkoma and GoToSocial answer nearly the same; their ids
are no numbers, but sort like them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.core.fetching import NotAFeed, Parsed, ParseFailed
from monitor.core.item import Item
from monitor.core.text import clean_line
from monitor.core.url import host, http_url
from monitor.sources import html
from monitor.sources.dates import read_date
from monitor.sources.feed import read_feed
from monitor.sources.jsonshape import at, objects_at, text_at
from monitor.sources.notafeed import not_a_feed
from monitor.sources.posts import Post, Quoted, to_items
from monitor.sources.reading import json_value

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_EMOJI = 50
_PUBLIC = frozenset({"public", "unlisted", "local"})
# The words in place of a quoted post, for servers that do not show it.
_QUOTE_IN_WORDS = ".quote-inline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The server of an account, as its domain tells."""

    server: str  # "https://social.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who the account is, on its server."""

    id: str
    name: str
    moved_to: str  # the account it names as its successor, "" for none
    suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """A list of posts as the server gave it. `ids` are those of all its entries."""

    items: tuple[Item, ...]
    ids: tuple[str, ...]
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Whose posts are read, and how they are called."""

    id: str  # on the server; "" where only the account's feed can be read
    account: str  # "user@domain"
    named: bool
    lang: str | None


def order_of(status_id: str) -> tuple[int, str]:
    """What sorts ids by age: numbers and letters alike grow longer, then greater."""
    return len(status_id), status_id


def read_home(body: bytes, *, url: str) -> Home | NotAFeed:
    """The server that WebFinger (RFC 7033) names as the account's own."""
    answer = json_value(body)
    for link in objects_at(answer, "links"):
        address = http_url(text_at(link, "href"), url)
        if text_at(link, "rel") == "self" and "json" in text_at(link, "type") and address is not None:
            scheme, _, rest = address.partition("://")
            return Home(server=f"{scheme}://{rest.partition('/')[0]}")
    return _other(answer, body, url)


def read_profile(body: bytes, *, url: str) -> Profile | NotAFeed:
    """The account that was looked up."""
    answer = json_value(body)
    account_id = text_at(answer, "id")
    if not _ID.fullmatch(account_id) or not text_at(answer, "acct"):
        return _other(answer, body, url)
    moved = at(answer, "moved")
    return Profile(
        id=account_id,
        name=clean_line(text_at(answer, "display_name"), 200),
        moved_to=clean_line(_whole(text_at(moved, "acct"), text_at(moved, "url") or url), 200),
        suspended=at(answer, "suspended") is True,
    )


def read_statuses(body: bytes, *, url: str, teller: Teller, now: datetime) -> StatusPage | NotAFeed:
    """The posts of an account, without boosts and replies to others."""
    answer = json_value(body)
    if not isinstance(answer, list):
        return _other(answer, body, url)
    statuses = [status for status in answer if _ID.fullmatch(text_at(status, "id"))]
    posts = [_post(status, teller, now) for status in statuses if _is_own(status, teller.id)]
    items, dropped = to_items(posts, named=teller.named, lang=teller.lang)
    return StatusPage(items=items, ids=tuple(status["id"] for status in statuses), dropped=dropped)


def read_account_feed(body: bytes, *, url: str, teller: Teller, now: datetime) -> Parsed | NotAFeed | ParseFailed:
    """The account's RSS feed, whose entries become the same items: their ids are the addresses of the posts."""
    read = read_feed(body, url=url, content_type=None, now=now)
    if not isinstance(read, Parsed):
        return read
    posts = [
        Post(
            platform="mastodon",
            account=teller.account,
            id=item.url or item.guid or "",
            permalink=item.url,
            text=item.text or item.summary,
            published=item.published,
        )
        for item in read.items
    ]
    items, dropped = to_items(posts, named=teller.named, lang=teller.lang)
    return Parsed(items=items, title=read.title, dropped=read.dropped + dropped)


def _is_own(status: Mapping[str, Any], account_id: str) -> bool:
    """Whether it is the account's own word to everybody: no boost, and no reply but in a thread of its own."""
    replies_to = at(status, "in_reply_to_account_id")
    if at(status, "reblog") is not None or text_at(status, "visibility") not in _PUBLIC:
        return False
    return replies_to == account_id if at(status, "in_reply_to_id") is not None else True


def _post(status: Mapping[str, Any], teller: Teller, now: datetime) -> Post:
    address = text_at(status, "url") or text_at(status, "uri")
    warning = _plain(text_at(status, "spoiler_text"), status)
    content = _text(status)
    return Post(
        platform="mastodon",
        account=teller.account,
        id=address or status["id"],
        permalink=address or None,
        text=f"{warning}\n{content}" if warning else content,
        published=read_date(text_at(status, "created_at"), None, now=now),
        edited=read_date(text_at(status, "edited_at"), None, now=now),
        quoted=_quoted(status, address),
        pictures=tuple(
            words for one in objects_at(status, "media_attachments") if (words := text_at(one, "description"))
        ),
        card_title=html.to_line(text_at(status, "card", "title"), 300),
        card_text=html.to_text(text_at(status, "card", "description")),
        author=_plain(text_at(status, "account", "display_name"), at(status, "account")),
        lang=text_at(status, "language"),
    )


def _quoted(status: Mapping[str, Any], address: str) -> Quoted | None:
    """The quoted post, where its author agreed and it can be seen; Akkoma puts it where Mastodon puts its state."""
    quote = at(status, "quote")
    shown = at(quote, "quoted_status") if at(quote, "state") is not None else quote
    if at(quote, "state") not in {None, "accepted"} or not text_at(shown, "account", "acct"):
        return None
    permalink = text_at(shown, "url") or None
    account = _whole(text_at(shown, "account", "acct"), address)
    return Quoted(account=account, text=_text(shown), permalink=permalink)


def _text(status: Mapping[str, Any]) -> str:
    """The plain text of a post: links as their addresses, of which the page shows the beginning only."""
    root = html.fragment(text_at(status, "content"))
    if at(status, "quote") is not None:
        for words in root.css(_QUOTE_IN_WORDS):
            words.decompose()
    for link in root.css("a[href]"):
        classes = html.attribute(link, "class").split()
        if "mention" not in classes and "hashtag" not in classes:
            shown, address = link.text(), html.attribute(link, "href")
            is_address = "." in shown and shown.removesuffix("…").strip() in address
            before = "" if is_address else f"{shown} "
            link.replace_with(f"{before}{address} ")
    return _plain(html.text_of(root), status)


def _plain(text: str, holder: Any) -> str:
    """The text without the codes of pictures that stand for emoji, ":blobcat:"."""
    for emoji in objects_at(holder, "emojis")[:_MOST_EMOJI]:
        if code := text_at(emoji, "shortcode"):
            text = text.replace(f":{code}:", "")
    return text.strip()


def _whole(acct: str, address: str) -> str:
    """An account with its server, which answers leave out for their own."""
    return acct if "@" in acct or not acct else f"{acct}@{host(address)}"


def _other(answer: object, body: bytes, url: str) -> NotAFeed:
    """What an answer is that is not what was asked for."""
    if answer is None:
        return not_a_feed(body, url=url)
    said = clean_line(text_at(answer, "error"), 120)
    return NotAFeed(detail=f"not what a server of Mastodon answers{f': {said}' if said else ''}")
