"""Which post an address or id means, whatever form it comes in: the platform and what the platform itself calls the post.

The same post has several addresses (the reel, the same reel below its account, with the marks of whoever shared it), and
bridges, APIs and search engines each give another. Whoever reads an account by several ways must see that they are one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from monitor.core.item import Item

_CODE = re.compile(r"[\w-]{5,40}", re.ASCII)
_DIGITS = re.compile(r"\d{1,25}", re.ASCII)
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
_RECORD = re.compile(r"[\w.:~-]{1,512}", re.ASCII)  # a record key of the AT protocol
_CHANNEL = re.compile(r"[a-z]\w{3,31}", re.ASCII | re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+", re.ASCII)
_PREFIX = re.compile(r"^(?:www|m|mobile|web|mbasic|vm|music)\.")
_INSTAGRAM_SORTS = frozenset({"p", "reel", "reels", "tv"})
_FACEBOOK_SORTS = frozenset({"posts", "videos", "photos", "reel", "permalink"})

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostId:
    """A post by its platform's own id."""

    platform: str  # as in Embed
    id: str


def post_of(item: Item) -> PostId | None:
    """The post that an item is; None when neither its address nor its id says so."""
    return next((found for text in (item.url, item.guid) if text and (found := post_id(text))), None)


def post_id(text: str) -> PostId | None:
    """The post that an address or an id with a scheme of its own ("at://...", "yt:video:...") means; None when it means none."""
    text = text.strip()
    if text.startswith("at://"):
        return _record(text.removeprefix("at://").split("/"))
    if text.startswith("yt:video:"):
        return _youtube_video(text.removeprefix("yt:video:"))
    try:
        url = urlsplit(text)
        host = (url.hostname or "").lower()
    except ValueError:
        return None
    if url.scheme.lower() not in {"http", "https"} or not host:
        return None
    steps = [unquote(step) for step in url.path.split("/") if step]
    query = parse_qs(url.query)
    site = _PREFIX.sub("", host)
    reader = _READERS.get(site)
    return reader(steps, query) if reader is not None else _mastodon(steps, host)


def _instagram(steps: Sequence[str], query: Query) -> PostId | None:  # noqa: ARG001  # one shape for all readers
    sort = next((index for index, step in enumerate(steps[:2]) if step in _INSTAGRAM_SORTS), None)
    return _found("instagram", _CODE, steps[sort + 1 :]) if sort is not None else None


def _x(steps: Sequence[str], query: Query) -> PostId | None:  # noqa: ARG001
    sort = next((index for index, step in enumerate(steps[:3]) if step in {"status", "statuses"}), None)
    return _found("x", _DIGITS, steps[sort + 1 :]) if sort is not None else None


def _threads(steps: Sequence[str], query: Query) -> PostId | None:  # noqa: ARG001
    match steps:
        case ["t", code, *_]:
            return _found("threads", _CODE, [code])
        case [name, "post", code, *_] if name.startswith("@"):
            return _found("threads", _CODE, [code])
        case _:
            return None


def _bluesky(steps: Sequence[str], query: Query) -> PostId | None:  # noqa: ARG001
    match steps:
        case ["profile", account, "post", key, *_]:
            return _record([account, "app.bsky.feed.post", key])
        case _:
            return None


def _record(steps: Sequence[str]) -> PostId | None:
    """By its key alone: the account stands in some forms as its handle, in others as its identifier."""
    match steps:
        case [_, "app.bsky.feed.post", key] if _RECORD.fullmatch(key):
            return PostId(platform="bluesky", id=key)
        case _:
            return None


def _youtube(steps: Sequence[str], query: Query) -> PostId | None:
    match steps:
        case ["embed" | "shorts" | "live" | "v", code, *_]:
            return _youtube_video(code)
        case ["watch"]:
            return _youtube_video(query.get("v", [""])[0])
        case _:
            return None


def _youtube_short(steps: Sequence[str], query: Query) -> PostId | None:  # noqa: ARG001
    return _youtube_video(steps[0]) if steps else None


def _youtube_video(code: str) -> PostId | None:
    return _found("youtube", _VIDEO, [code]) if code != "videoseries" else None


def _telegram(steps: Sequence[str], query: Query) -> PostId | None:  # noqa: ARG001
    match steps[1:] if steps[:1] == ["s"] else steps:
        case [channel, number] if _CHANNEL.fullmatch(channel) and _DIGITS.fullmatch(number):
            return PostId(platform="telegram", id=f"{channel.lower()}/{number}")
        case _:
            return None


def _tiktok(steps: Sequence[str], query: Query) -> PostId | None:  # noqa: ARG001
    number = next((step for step in steps[1:4] if _DIGITS.fullmatch(step)), None)
    known = bool(steps) and (steps[0].startswith("@") or steps[0] in {"embed", "v"})
    return PostId(platform="tiktok", id=number) if known and number is not None else None


def _facebook(steps: Sequence[str], query: Query) -> PostId | None:
    """As far as it goes: the same post has a number in some forms and an opaque code in others."""
    match steps:
        case ["reel", code, *_]:
            return _found("facebook", _CODE, [code])
        case [_, sort, *rest] if sort in _FACEBOOK_SORTS and rest:
            return _found("facebook", _CODE, rest[-1:])
        case ["permalink.php" | "story.php"]:
            return _found("facebook", re.compile(r"\w{5,200}", re.ASCII), query.get("story_fbid", []))
        case ["watch"]:
            return _found("facebook", _DIGITS, query.get("v", []))
        case _:
            return None


def _mastodon(steps: Sequence[str], host: str) -> PostId | None:
    """A post on the server where it was written, by address or by its ActivityPub id.

    A copy seen through another server has a number of that server, which tells nothing of the first.
    """
    match steps:
        case [name, number, *_] if name.startswith("@") and name.count("@") == 1:
            pass
        case ["users", _, "statuses", number, *_]:
            pass
        case _:
            return None
    if not re.fullmatch(r"\d{15,20}", number) or not _HOST.fullmatch(host):
        return None
    return PostId(platform="mastodon", id=f"{host}/{number}")


def _found(platform: str, form: re.Pattern[str], steps: Sequence[str]) -> PostId | None:
    return PostId(platform=platform, id=steps[0]) if steps and form.fullmatch(steps[0]) else None


_READERS: Mapping[str, Callable[[Sequence[str], Query], PostId | None]] = {
    "instagram.com": _instagram,
    "twitter.com": _x,
    "x.com": _x,
    "threads.net": _threads,
    "threads.com": _threads,
    "bsky.app": _bluesky,
    "youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "youtu.be": _youtube_short,
    "t.me": _telegram,
    "telegram.me": _telegram,
    "tiktok.com": _tiktok,
    "facebook.com": _facebook,
}
