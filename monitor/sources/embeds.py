"""Social posts shown inside a text: which platform, whose, and the address of the post."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import SplitResult, parse_qs, urlsplit

from monitor.core.item import Embed
from monitor.core.text import clean_text
from monitor.sources.html import Node, attribute, fragment, text_of

_CARRIERS = (
    "blockquote, iframe, .fb-post, amp-instagram, amp-twitter, amp-tiktok, amp-youtube, .mastodon-embed, "
    ".wp-block-embed__wrapper"
)
_MOST = 50  # posts kept of one text
_CODE = re.compile(r"[\w-]{5,40}", re.ASCII)
_DIGITS = re.compile(r"\d{1,25}", re.ASCII)
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
_NAME = re.compile(r"@?[\w.@-]{1,100}", re.ASCII)
_HANDLE = re.compile(r"\(\s*@([\w.@-]{1,100}?)\s*\)", re.ASCII)
_NO_ACCOUNT = frozenset({"i", "user", "anyuser", "web"})

_PROMPTS = (
    "View this post on Instagram|Sieh dir diesen Beitrag auf Instagram an|Voir cette publication sur Instagram|"
    "Ver esta publicación en Instagram|Ver (?:essa foto|post|esta publicação) no Instagram|"
    "Visualizza questo post su Instagram|(?:Dit bericht op Instagram bekijken|Bekijk dit bericht op Instagram)|"
    "View on Threads"
)
_CREDITS = (
    "A (?:post|photo|video) shared by|Ein Beitrag geteilt von|Une publication partagée par|"
    "Una publicación compartida (?:de|por)|Uma publicação (?:compartilhada|partilhada) por|Un post condiviso da|"
    "Een bericht gedeeld door"
)
_INSTAGRAM_CREDIT = re.compile(
    rf"(?:{_CREDITS})\s[^\n(]{{0,120}}\(@(?P<account>[\w.]{{1,30}})\)"
    r"(?:\s+(?:on|am|le|el|em)\s[^\n]{3,20}?\d{4}(?:\s+at\s+[\d:]{3,5}\s?[ap]m(?:\s[A-Z]{2,4})?)?)?",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    rf"(?:{_PROMPTS})|^\s*(?:{_CREDITS})[^\n]{{0,120}}$|pic\.twitter\.com/\w+|\[image or embed\]",
    re.IGNORECASE | re.MULTILINE,
)
_DASHED_CREDIT = re.compile(
    r"^[ ]*[\u2014\u2013-]{1,2}[ ]?[^\n(]{0,80}\(@(?P<account>[\w.-]{1,100})\)[ ]+[^\n]{3,12}?\d{4}(?:[ ]at[ ][^\n]{3,10})?[ ]*$",
    re.MULTILINE,
)
_LONE_ADDRESS = re.compile(r"^[ ]*(https?://[^\s<>]{8,400})[ ]*$", re.MULTILINE)


def read(markup: str) -> tuple[str, tuple[Embed, ...]]:
    """The plain text of a piece of HTML without the embeds' credit lines, and the posts embedded in it."""
    if "<" not in markup:
        return read_plain(markup)
    root = fragment(markup)
    text, credited = read_plain(text_of(root))
    return text, merged((*embedded(root), *credited))


def read_plain(text: str) -> tuple[str, tuple[Embed, ...]]:
    """A plain text without the credit lines of posts, and the posts that those lines and lone addresses name."""
    found = [post for match in _LONE_ADDRESS.finditer(text) if (post := post_at(match[1])) is not None]
    found += [
        Embed(platform="instagram", account=match["account"].lower().strip("."), permalink=None)
        for match in _INSTAGRAM_CREDIT.finditer(text)
    ]
    for match in _DASHED_CREDIT.finditer(text):
        account = match["account"].lower()
        found.append(Embed(platform="bluesky" if "." in account else "x", account=account, permalink=None))
    without = _FURNITURE.sub("\n", _DASHED_CREDIT.sub("\n", _INSTAGRAM_CREDIT.sub("\n", text)))
    return clean_text(without, max(len(without), 1)), merged(found)


def embedded(root: Node) -> Iterator[Embed]:
    """The posts embedded below a node, in document order."""
    for node in root.css(_CARRIERS):
        post = _carried(node)
        if post is not None:
            yield post


def merged(posts: Iterable[Embed]) -> tuple[Embed, ...]:
    """Each post once. A credit without an address belongs to the first post of its platform that lacks an account."""
    kept: list[Embed] = []
    for post in posts:
        same = [index for index, other in enumerate(kept) if _is_same(other, post)]
        if same:
            index = next((index for index in same if kept[index].account == post.account), same[0])
            old = kept[index]
            kept[index] = replace(old, account=old.account or post.account, permalink=old.permalink or post.permalink)
        elif len(kept) < _MOST:
            kept.append(post)
    return tuple(kept)


def _is_same(old: Embed, new: Embed) -> bool:
    if old.platform != new.platform:
        return False
    if old.permalink is not None and new.permalink is not None:
        return old.permalink == new.permalink
    return old.account == new.account or old.account is None or new.account is None


def _carried(node: Node) -> Embed | None:
    """The post that an embedding element shows; its account from the credit line where the address lacks it."""
    for address in _addresses(node):
        post = post_at(address)
        if post is not None:
            handles = _HANDLE.findall(text_of(node)) if post.account is None else ()
            return replace(post, account=handles[-1].lower()) if handles else post
    return None


def _addresses(node: Node) -> Iterator[str]:
    """The addresses at which the post of an embedding element may be, best first."""
    classes = attribute(node, "class").split()
    for name in ("data-instgrm-permalink", "data-text-post-permalink", "data-embed-url", "cite", "data-href", "src"):
        yield attribute(node, name)
    yield attribute(node, "data-src")
    yield from _amp_addresses(node)
    if (uri := attribute(node, "data-bluesky-uri")).startswith("at://"):
        yield "https://bsky.app/profile/" + uri.removeprefix("at://").replace("/app.bsky.feed.post/", "/post/")
    if "wp-block-embed__wrapper" in classes:
        yield node.text(strip=True)
    elif {"instagram-media", "text-post-media"}.intersection(classes):
        yield from (attribute(link, "href") for link in node.css("a"))
    elif {"twitter-tweet", "twitter-video", "bluesky-embed", "mastodon-embed"}.intersection(classes):
        # Links of the post itself come first; the last one is its own address.
        yield from (attribute(link, "href") for link in reversed(node.css("a")))


def _amp_addresses(node: Node) -> Iterator[str]:
    if code := attribute(node, "data-shortcode"):
        yield f"https://www.instagram.com/p/{code}/"
    if number := attribute(node, "data-tweetid"):
        yield f"https://x.com/i/status/{number}"
    if code := attribute(node, "data-videoid"):
        yield f"https://www.youtube.com/watch?v={code}"


def post_at(address: str) -> Embed | None:
    """The post an http(s) address leads to, its address in one spelling; None when it leads to no post."""
    try:
        url = urlsplit(address.strip())
        host = (url.hostname or "").lower()
    except ValueError:
        return None
    if url.scheme.lower() not in {"http", "https"} or not host:
        return None
    site = re.sub(r"^(?:www|m|mobile|web)\.", "", host)
    steps = [step for step in url.path.split("/") if step]
    reader = _READERS.get(site)
    return reader(steps, url) if reader is not None else _mastodon(steps, host)


def _account(step: str) -> str | None:
    name = step.removeprefix("@").lower()
    return name if _NAME.fullmatch(name) and name not in _NO_ACCOUNT else None


def _instagram(steps: list[str], _: SplitResult) -> Embed | None:
    sort = next((index for index, step in enumerate(steps[:2]) if step in {"p", "reel", "reels", "tv"}), None)
    if sort is None or len(steps) <= sort + 1 or not _CODE.fullmatch(steps[sort + 1]):
        return None
    permalink = f"https://www.instagram.com/{steps[sort].removesuffix('s')}/{steps[sort + 1]}/"
    return Embed(platform="instagram", account=_account(steps[0]) if sort else None, permalink=permalink)


def _x(steps: list[str], _: SplitResult) -> Embed | None:
    sort = next((index for index, step in enumerate(steps[:3]) if step in {"status", "statuses"}), 0)
    if not sort or len(steps) <= sort + 1 or not _DIGITS.fullmatch(steps[sort + 1]):
        return None
    account = _account(steps[0])
    return Embed(platform="x", account=account, permalink=f"https://x.com/{account or 'i'}/status/{steps[sort + 1]}")


def _tiktok(steps: list[str], _: SplitResult) -> Embed | None:
    number = next((step for step in steps[1:4] if _DIGITS.fullmatch(step)), None)
    if number is None or not (steps[0] == "embed" or steps[0].startswith("@")):
        return None
    account = _account(steps[0]) if steps[0].startswith("@") else None
    return Embed(
        platform="tiktok", account=account, permalink=f"https://www.tiktok.com/@{account or ''}/video/{number}"
    )


def _threads(steps: list[str], _: SplitResult) -> Embed | None:
    match steps:
        case ["t", code, *_] if _CODE.fullmatch(code):
            return Embed(platform="threads", account=None, permalink=f"https://www.threads.com/t/{code}")
        case [name, "post", code, *_] if name.startswith("@") and _CODE.fullmatch(code) and (account := _account(name)):
            return Embed(
                platform="threads", account=account, permalink=f"https://www.threads.com/@{account}/post/{code}"
            )
    return None


def _bluesky(steps: list[str], _: SplitResult) -> Embed | None:
    match steps:
        case ["profile", name, "post", code, *_] if _CODE.fullmatch(code) and re.fullmatch(r"[\w.:%-]{3,200}", name):
            account = None if name.startswith("did:") else name.lower()
            return Embed(platform="bluesky", account=account, permalink=f"https://bsky.app/profile/{name}/post/{code}")
    return None


def _youtube(steps: list[str], url: SplitResult) -> Embed | None:
    match steps:
        case ["embed" | "shorts" | "live" | "v", code, *_]:
            pass
        case ["watch"]:
            code = parse_qs(url.query).get("v", [""])[0]
        case [code]:
            code = code if url.hostname == "youtu.be" else ""
        case _:
            return None
    if not _VIDEO.fullmatch(code) or code == "videoseries":
        return None
    return Embed(platform="youtube", account=None, permalink=f"https://www.youtube.com/watch?v={code}")


def _facebook(steps: list[str], url: SplitResult) -> Embed | None:
    query = parse_qs(url.query)
    match steps:
        case ["plugins", "post.php" | "video.php"]:
            inner = query.get("href", [""])[0]
            return None if "/plugins/" in inner else post_at(inner)
        case [name, "posts" | "videos" | "photos" | "reel", _, *_]:
            permalink = "https://www.facebook.com/" + "/".join(steps)
            return Embed(platform="facebook", account=_account(name), permalink=permalink)
        case ["permalink.php"] if "story_fbid" in query and "id" in query:
            story, page = query["story_fbid"][0], query["id"][0]
            if _CODE.fullmatch(story) and _DIGITS.fullmatch(page):
                permalink = f"https://www.facebook.com/permalink.php?story_fbid={story}&id={page}"
                return Embed(platform="facebook", account=None, permalink=permalink)
    return None


def _mastodon(steps: list[str], host: str) -> Embed | None:
    match steps:
        case [name, number, *rest] if (
            name.startswith("@")
            and re.fullmatch(r"\d{15,20}", number)
            and rest
            in (
                [],
                ["embed"],
            )
        ):
            account = _account(name)
            if account is None:
                return None
            full = account if "@" in account else f"{account}@{host}"
            return Embed(platform="mastodon", account=full, permalink=f"https://{host}/{name}/{number}")
    return None


_READERS = {
    "instagram.com": _instagram,
    "twitter.com": _x,
    "x.com": _x,
    "tiktok.com": _tiktok,
    "threads.net": _threads,
    "threads.com": _threads,
    "bsky.app": _bluesky,
    "youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "youtu.be": _youtube,
    "facebook.com": _facebook,
}
