"""Posts of Bluesky as the AT protocol has them: a record is the same by whatever way it came.

The record is what the account wrote. A view is a record as a server shows it, with what it refers to, such as the
post that is quoted. Lexicons: https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.sources.dates import read_date
from monitor.sources.jsonshape import at, number_at, objects_at, text_at
from monitor.sources.posts import Post, Quoted

COLLECTION = "app.bsky.feed.post"
DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}")  # https://atproto.com/specs/did
HANDLE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
INVALID_HANDLE = "handle.invalid"  # what servers say of a handle that does not lead back to its account

_KEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")  # https://atproto.com/specs/record-key
_URI = re.compile(rf"at://({DID.pattern})/{re.escape(COLLECTION)}/({_KEY.pattern})")
_MOST_FACETS = 200
_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_ELLIPSES = "…."


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose posts are read. The DID stays; handle and name may change."""

    did: str
    handle: str  # "" where it is not known
    name: str = ""


def read_post(
    key: str,
    record: Mapping[str, Any],
    account: Account,
    *,
    seen: datetime | None,
    quoted: Quoted | None,
    now: datetime,
) -> Post | None:
    """The post under a record key; None for what is no post of the account's own: a reply to somebody else, no text record.

    `seen` is when a server first had it: the writer's own date may be years off.
    """
    if not _KEY.fullmatch(key) or not _in_own_thread(record, account.did):
        return None
    dates = (read_date(text_at(record, "createdAt"), None, now=now), seen)
    media = _media(at(record, "embed"))
    return Post(
        platform="bluesky",
        account=account.handle or account.did,
        id=f"at://{account.did}/{COLLECTION}/{key}",
        permalink=permalink(account.did, key),
        text=expanded(record),
        published=min((date for date in dates if date is not None), default=None),
        quoted=quoted,
        pictures=tuple(_pictures(media)),
        card_title=text_at(media, "external", "title"),
        card_text=text_at(media, "external", "description"),
        author=account.name,
        lang=_language(at(record, "langs")),
    )


def _language(listed: object) -> str:
    """The language of a post; "" where it names several, which no rules read at once."""
    return listed[0] if isinstance(listed, list) and len(listed) == 1 and isinstance(listed[0], str) else ""


def permalink(did: str, key: str) -> str:
    """The address of a post in the form that outlives a change of handle."""
    return f"https://bsky.app/profile/{did}/post/{key}"


def place_of(uri: str) -> tuple[str, str] | None:
    """The DID and the record key in the address of a post, None for any other record."""
    match = _URI.fullmatch(uri)
    return (match[1], match[2]) if match else None


def moment_of(microseconds: int | None, now: datetime) -> datetime | None:
    """A time in microseconds since 1970, as events have it; None where it cannot be one."""
    if microseconds is None or not 0 < microseconds <= (now + timedelta(days=1)).timestamp() * 1_000_000:
        return None
    return datetime.fromtimestamp(microseconds / 1_000_000, tz=UTC)


def quoted_in(record: Mapping[str, Any]) -> str:
    """The address of the post that a record quotes, "" where it quotes none."""
    embed = at(record, "embed")
    # With pictures beside it the reference lies one level deeper.
    uri = text_at(embed, "record", "uri") or text_at(embed, "record", "record", "uri")
    return uri if place_of(uri) else ""


def quoted_of(view: Mapping[str, Any]) -> Quoted | None:
    """The quoted post as the view of a post shows it; None where it is deleted, blocked or detached."""
    embed = at(view, "embed")
    for shown in (at(embed, "record"), at(embed, "record", "record")):
        if text_at(shown, "$type").endswith("#viewRecord"):
            return quoted(shown, at(shown, "value"))
    return None


def quoted(view: Mapping[str, Any], record: object) -> Quoted | None:
    """A post as another shows it: with its author, and with what its pictures and its card say."""
    place = place_of(text_at(view, "uri"))
    if place is None or not isinstance(record, Mapping):
        return None
    media = _media(at(record, "embed"))
    words = (expanded(record), *_pictures(media), text_at(media, "external", "title"))
    handle = text_at(view, "author", "handle")
    return Quoted(
        account=handle if HANDLE.fullmatch(handle) and handle != INVALID_HANDLE else place[0],
        text="\n".join(word for word in words if word),
        permalink=permalink(*place),
    )


def expanded(record: Mapping[str, Any]) -> str:
    """The text of a record with its links written out: shown are shortened ones, or other words.

    Links lie at bytes of the UTF-8 text; one that lies elsewhere, or across another, is no link.
    """
    raw = text_at(record, "text").encode("utf-8", errors="replace")
    pieces: list[bytes] = []
    done = 0
    for start, end, address in sorted(_links(record)):
        if done <= start < end <= len(raw):
            shown = raw[start:end].decode("utf-8", errors="ignore")
            written = address if _is_address(shown, address) else f"{shown} {address}"
            pieces += [raw[done:start], written.encode("utf-8", errors="replace")]
            done = end
    return b"".join((*pieces, raw[done:])).decode("utf-8", errors="ignore")


def _links(record: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    for facet in objects_at(record, "facets")[:_MOST_FACETS]:
        start, end = number_at(facet, "index", "byteStart"), number_at(facet, "index", "byteEnd")
        for feature in objects_at(facet, "features"):
            address = text_at(feature, "uri")
            if text_at(feature, "$type").endswith("#link") and _SCHEME.match(address) and start is not None and end:
                yield start, end, address


def _is_address(shown: str, address: str) -> bool:
    """Whether the shown words are the address itself, perhaps shortened."""
    return "." in shown and _SCHEME.sub("", address).lower().startswith(
        _SCHEME.sub("", shown).rstrip(_ELLIPSES).lower()
    )


def _in_own_thread(record: Mapping[str, Any], did: str) -> bool:
    """Whether a record is no reply, or goes on where the account itself began and left off."""
    reply = at(record, "reply")
    if reply is None:
        return True
    places = (place_of(text_at(reply, which, "uri")) for which in ("root", "parent"))
    return all(place is not None and place[0] == did for place in places)


def _media(embed: Any) -> Any:
    """What is shown with a post besides another post."""
    return at(embed, "media") if at(embed, "media") is not None else embed


def _pictures(media: Any) -> Iterator[str]:
    """The descriptions of pictures and videos; galleries name their pictures "items"."""
    for shown in (media, *objects_at(media, "images"), *objects_at(media, "items")):
        if words := text_at(shown, "alt"):
            yield words
