"""What a source says beyond the common keys: one value per source type, made by `config/` and read by its adapter.

Fields that hold a key, a token or a password have `repr=False`, which also keeps them out of the logs.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from monitor.core.searching import Wanted
from monitor.core.spending import Budget
from monitor.core.watchlist import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The base of them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskyOptions(Options):
    """Of `type: bluesky`."""

    account: str  # handle or DID
    base: str  # of the API, without a slash at the end
    trusted_host: str | None = None  # its host, where the user chose another than the public one
    jetstream: str | None = None  # the address of the stream, where it brings posts between the visits


@dataclass(frozen=True, slots=True, kw_only=True)
class WikidataNumbers:
    """What properties and classes of Wikidata are called there (https://www.wikidata.org/wiki/Wikidata:WikiProject_Movies)."""

    instance: str = "P31"
    cast: str = "P161"
    role: str = "P4633"
    imdb: str = "P345"
    site: str = "P856"
    published: str = "P577"
    start: str = "P580"
    end: str = "P582"
    show_ids: tuple[str, ...] = ("P8600", "P4983", "P4835")  # at TVmaze, TMDB, TheTVDB
    film_ids: tuple[str, ...] = ("P4947",)  # at TMDB
    shows: tuple[str, ...] = ("Q5398426", "Q1259759", "Q581714", "Q63952888", "Q526877", "Q15416")
    films: tuple[str, ...] = ("Q11424", "Q506240", "Q202866", "Q24862", "Q93204", "Q29168811")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseOptions(Options):
    """A database of shows and films. `base` is set where the user names another server than its own."""

    watches: tuple[Watch, ...]  # the shows and films of the watchlist
    base: str | None = None
    token: str = field(default="", repr=False)  # "" where none is asked for
    numbers: WikidataNumbers = WikidataNumbers()  # of Wikidata alone


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphAccess:
    """How one of Meta's APIs is asked on the user's behalf."""

    base: str  # with the version, without a slash at its end
    token: str = field(repr=False)
    in_address: bool = False  # the token goes along as a parameter; False: as a header, which nobody writes down
    trusted_host: str | None = None  # of a base the user gave


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapOptions(Options):
    """A folder of a mailbox, and whose mails are read."""

    host: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)  # "" where there is a token
    token: str = field(repr=False)  # for XOAUTH2; "" where there is a password
    folder: str
    security: str  # "tls", "starttls" or "none"
    lists: tuple[str, ...]  # List-Ids in lower case
    senders: tuple[str, ...]  # addresses, or "@" and a domain, in lower case
    authenticated_by: str | None  # whose Authentication-Results count; None believes From


@dataclass(frozen=True, slots=True, kw_only=True)
class InstagramOptions(Options):
    """A professional account of Instagram, seen through the user's own."""

    account: str
    user_id: str = field(repr=False)  # of the user's own professional account
    access: GraphAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonOptions(Options):
    """Where the items stand in a JSON document, and what their parts are: JMESPath expressions, "" = the usual names."""

    items: str
    title: str = ""
    link: str = ""
    date: str = ""
    summary: str = ""
    guid: str = ""
    date_format: str = ""
    script: str = ""  # the document is a page that holds the JSON in this script; "" = the document is JSON
    obey_robots: bool = True  # where the document is a page


@dataclass(frozen=True, slots=True, kw_only=True)
class MastodonOptions(Options):
    """An account. `base` is set where the user names the server to ask."""

    account: str  # "user@domain", lower case
    base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOptions(Options):
    """What to read on a page: its items, or one element for what is added to it. CSS selectors, "" = the usual places."""

    item: str = ""  # "" exactly where `watch` is not
    title: str = ""
    link: str = ""
    date: str = ""
    summary: str = ""
    date_format: str = ""
    watch: str = ""
    ignore: tuple[str, ...] = ()  # regular expressions: lines of the watched element that are left out
    obey_robots: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapOptions(Options):
    """Which addresses of a sitemap are items: those that fit a pattern with "*", all where there is none."""

    match: tuple[str, ...] = ()
    obey_robots: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RedditOptions(Options):
    """What to read on Reddit, and as whom: by the feed token of an account, as an app, or as nobody."""

    path: str  # "/r/television+movies/new"
    fields: tuple[tuple[str, str], ...] = ()  # of a search
    user: str = ""  # the user's own name there
    feed_token: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    base: str | None = None  # these two are set where the user names other servers
    api: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions(Options):
    """What a search engine is asked: Bing News, Google News, GDELT. `base` is set where the user names another server."""

    wanted: tuple[Wanted, ...]
    market: str = ""  # language and country of the edition: "en-GB"
    languages: tuple[str, ...] = ()  # codes of those that articles may be in; none = any
    newest_first: bool = True
    base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramOptions(Options):
    """A public channel. `base` is set where the user names another server than t.me."""

    channel: str  # lower case, without "@"
    base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadsOptions(Options):
    """An account of Threads, or the posts of everybody that hold some words; one of the two."""

    account: str | None
    search: str | None
    access: GraphAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class XOptions(Options):
    """An account on X, and what reading it may cost."""

    account: str
    token: str = field(repr=False)
    base: str
    trusted_host: str | None = None
    budget: Budget
    per_post: Decimal  # the price of one post read, in US dollars
    per_lookup: Decimal  # of one account looked up by its name


@dataclass(frozen=True, slots=True, kw_only=True)
class YoutubeOptions(Options):
    """A channel: its id, or the path of a page that names it, such as "@handle" or "watch?v=..."."""

    channel: str
    shorts: bool = True
    live: bool = True
    base: str | None = None  # set where the user names another server


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions(Options):
    """Of `type: webhook`: how its senders prove that they may, by one of the two."""

    token: str = field(default="", repr=False)  # shown by the sender
    secret: str = field(default="", repr=False)  # with which the sender signs
    header: str = ""  # that holds the signature; "" = any of those that are usual
    mapping: tuple[
        tuple[str, str], ...
    ] = ()  # our names and where they stand: JMESPath; () = bodies as senders usually write them
