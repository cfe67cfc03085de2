"""Addresses of services whose form alone says what reads them: a channel, an account, a show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

Entry = Mapping[str, str]  # keys and values as `sources.yaml` has them, all text; the members of a list parted by "+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A service and what of it an address names. `ways` are entries that read it, without ids, the best first."""

    name: str
    account: str
    ways: tuple[Entry, ...] = ()
    remedy: str = ""  # what to do where no way is open; then the page itself has nothing to offer either


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One form of address, {} standing for what it names. What may follow the path is not looked at."""

    name: str
    host: str
    path: str  # and what follows "?"
    ways: tuple[Entry, ...] = ()
    remedy: str = ""


_ANY = r"[\w.-]{1,100}"
_BRIDGE = "only a bridge of your own reads it (RSSHub, RSS-Bridge): give its address to a source of type feed"
_TOKEN = f"it is read with a key of yours (docs/sources.md says which); without one {_BRIDGE}"
_DATABASE = "one source follows every title of your watchlist: - {{id: {0}, type: {0}, tier: aggregator}}"
_YOUTUBE = r"(?:www\.|m\.|music\.)?youtube\.com"

_FORMS = (
    _Form(
        name="YouTube",
        host=_YOUTUBE,
        path=r"/channel/(UC[\w-]{22})",
        ways=(
            {"type": "youtube", "channel": "{}"},
            {"type": "feed", "url": "https://www.youtube.com/feeds/videos.xml?channel_id={}"},
        ),
    ),
    _Form(
        name="YouTube",
        host=_YOUTUBE,
        path=r"/playlist\?(?:.*&)?list=([\w-]+)",
        ways=({"type": "feed", "url": "https://www.youtube.com/feeds/videos.xml?playlist_id={}"},),
    ),
    _Form(name="YouTube", host=_YOUTUBE, path=f"/(@{_ANY})", ways=({"type": "youtube", "channel": "{}"},)),
    _Form(
        name="YouTube",
        host=_YOUTUBE,
        path=rf"/((?:c|user|shorts|live)/{_ANY}|watch\?(?:.*&)?v=[\w-]{{11}})",
        ways=({"type": "youtube", "channel": "https://www.youtube.com/{}"},),
    ),
    _Form(
        name="Bluesky",
        host=r"bsky\.app",
        path=rf"/profile/({_ANY}|did:[a-z]+:[\w.:%-]+)",
        ways=(
            {"type": "bluesky", "account": "{}"},
            {"type": "feed", "url": "https://bsky.app/profile/{}/rss"},
        ),
    ),
    _Form(
        name="Telegram",
        host=r"(?:t|telegram)\.me",
        path=r"/(?:s/)?(?!(?:joinchat|share|addstickers)\b)([A-Za-z]\w{3,31})",
        ways=({"type": "telegram", "channel": "{}"},),
    ),
    _Form(
        name="Reddit",
        host=r"(?:www\.|old\.|new\.|np\.)?reddit\.com",
        path=r"/r/([\w+]{2,100})",
        ways=(
            {"type": "reddit", "subreddits": "{}"},
            {"type": "feed", "url": "https://www.reddit.com/r/{}/new/.rss"},
        ),
    ),
    _Form(name="TVmaze", host=r"(?:www\.)?tvmaze\.com", path=r"/shows/(\d+)", remedy=_DATABASE.format("tvmaze")),
    _Form(
        name="TMDB",
        host=r"(?:www\.)?themoviedb\.org",
        path=r"/(?:tv|movie)/(\d+)[\w-]*",
        remedy=f"with a key of yours, {_DATABASE.format('tmdb')}",
    ),
    _Form(
        name="Trakt",
        host=r"(?:www\.)?trakt\.tv",
        path=f"/(?:shows|movies)/({_ANY})",
        remedy=f"with a key of yours, {_DATABASE.format('trakt')}",
    ),
    _Form(
        name="Wikidata",
        host=r"(?:www\.)?wikidata\.org",
        path=r"/(?:wiki|entity)/(Q\d+)",
        remedy=_DATABASE.format("wikidata"),
    ),
    _Form(
        name="Instagram",
        host=r"(?:www\.)?instagram\.com",
        path=rf"/(?!(?:accounts|explore|p|reel|reels|stories)\b)({_ANY})",
        ways=({"type": "instagram", "account": "{}"},),
        remedy=_TOKEN,
    ),
    _Form(
        name="Threads",
        host=r"(?:www\.)?threads\.(?:net|com)",
        path=f"/@({_ANY})",
        ways=({"type": "threads", "account": "{}"},),
        remedy=_TOKEN,
    ),
    _Form(
        name="X",
        host=r"(?:www\.|mobile\.)?(?:x|twitter)\.com",
        path=r"/(?!(?:explore|hashtag|home|i|intent|search|share)\b)(\w{1,15})",
        ways=({"type": "x", "account": "{}"},),
        remedy=_TOKEN,
    ),
    _Form(name="TikTok", host=r"(?:www\.)?tiktok\.com", path=f"/@({_ANY})", remedy=_BRIDGE),
    _Form(
        name="Facebook", host=r"(?:[\w-]+\.)?facebook\.com", path=rf"/(?!(?:groups|watch)\b)({_ANY})", remedy=_BRIDGE
    ),
)
_ACCOUNT = re.compile(r"/(?:@|users/)([A-Za-z0-9_][\w.-]{0,60})(?:@([\w.-]+\.[a-z]{2,}))?/?")
_NOT_MASTODON = re.compile(r"(?:.+\.)?(?:flipboard|medium|substack|tiktok|threads|youtube)\.(?:com|net)")


def platform_of(url: str) -> Platform | None:
    """The service that an address belongs to, as far as its form says; None where it is a site like any other."""
    parts = urlsplit(url)
    site = (parts.hostname or "").lower()
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    for form in _FORMS:
        found = re.fullmatch(f"{form.path}(?:[/?&].*)?", target) if re.fullmatch(form.host, site) else None
        if found:
            ways = tuple({key: text.replace("{}", found[1]) for key, text in way.items()} for way in form.ways)
            return Platform(name=form.name, account=found[1], ways=ways, remedy=form.remedy)
    account = _ACCOUNT.fullmatch(parts.path)
    return (
        None
        if account is None or _NOT_MASTODON.fullmatch(site)
        else _mastodon(account, parts.scheme, parts.netloc.lower())
    )


def _mastodon(account: re.Match[str], scheme: str, site: str) -> Platform:
    """Any site may run Mastodon; whether this one does is seen when it is read. Only an account's own server has its feed."""
    user, home = account[1], account[2] or site
    return Platform(
        name="Mastodon",
        account=f"@{user}@{home}",
        ways=(
            {"type": "mastodon", "account": f"@{user}@{home}"},
            {"type": "feed", "url": f"{scheme}://{home}/@{user}.rss"},
        ),
    )
