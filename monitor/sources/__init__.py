"""Source types: each says what to ask for and how the answer is read in the killable process."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from monitor.core.fetching import FetchFailed, Page, ParseFailed, ParseResult
from monitor.core.options import ImapOptions
from monitor.core.source import Source
from monitor.ports import Adapter, Clock, Inbox, ReadPage, ReadPush
from monitor.sources import article
from monitor.sources.bluesky import BlueskyAdapter
from monitor.sources.databases import DatabaseAdapter
from monitor.sources.feed import FeedAdapter
from monitor.sources.gdelt import GdeltAdapter
from monitor.sources.group import GroupAdapter
from monitor.sources.hubs import HubAdapter
from monitor.sources.imap import ImapAdapter
from monitor.sources.instagram import InstagramAdapter
from monitor.sources.jsonitems import JsonAdapter
from monitor.sources.mastodon import MastodonAdapter
from monitor.sources.newsfeeds import NewsFeedAdapter, bing_address, google_address
from monitor.sources.page import PageAdapter
from monitor.sources.reading import Run
from monitor.sources.reddit import RedditAdapter
from monitor.sources.robots import Robots
from monitor.sources.sitemap import SitemapAdapter
from monitor.sources.telegram import TelegramAdapter
from monitor.sources.threads import ThreadsAdapter
from monitor.sources.tmdb import TmdbCatalogue
from monitor.sources.trakt import TraktCatalogue
from monitor.sources.tvmaze import TvmazeCatalogue
from monitor.sources.webhook import WebhookAdapter, read_push
from monitor.sources.wikidata import WikidataCatalogue
from monitor.sources.x import XAdapter
from monitor.sources.youtube import YoutubeAdapter

if TYPE_CHECKING:
    from monitor.mailbox import Mails, Place


def adapters(*, run: Run, clock: Clock, inbox: Inbox, public_url: str | None = None) -> Mapping[str, Adapter]:
    """The adapter of every source type, by the word in `sources.yaml`. `public_url` is where hubs reach us, if they can."""
    robots = Robots(run=run, clock=clock)

    def pushed(inner: Adapter) -> Adapter:
        return HubAdapter(
            inner, run=run, clock=clock, inbox=inbox, public_url=public_url, make_token=secrets.token_urlsafe
        )

    feed, youtube = FeedAdapter(run=run, clock=clock), YoutubeAdapter(run=run, clock=clock)
    polled: dict[str, Adapter] = {
        "bing-news": NewsFeedAdapter(bing_address, run=run, clock=clock),
        "bluesky": BlueskyAdapter(run=run, clock=clock, inbox=inbox),
        "feed": feed,
        "gdelt": GdeltAdapter(run=run, clock=clock),
        "google-news": NewsFeedAdapter(google_address, run=run, clock=clock),
        "imap": ImapAdapter(run=run, clock=clock, inbox=inbox, read_mails=_read_mails),
        "instagram": InstagramAdapter(run=run, clock=clock),
        "json": JsonAdapter(run=run, clock=clock, robots=robots),
        "mastodon": MastodonAdapter(run=run, clock=clock),
        "page": PageAdapter(run=run, clock=clock, robots=robots),
        "reddit": RedditAdapter(run=run, clock=clock),
        "sitemap": SitemapAdapter(run=run, clock=clock, robots=robots),
        "telegram": TelegramAdapter(run=run, clock=clock),
        "threads": ThreadsAdapter(run=run, clock=clock),
        "tmdb": DatabaseAdapter(TmdbCatalogue(), run=run, clock=clock),
        "trakt": DatabaseAdapter(TraktCatalogue(), run=run, clock=clock),
        "tvmaze": DatabaseAdapter(TvmazeCatalogue(), run=run, clock=clock),
        "webhook": WebhookAdapter(run=run, clock=clock, inbox=inbox),
        "wikidata": DatabaseAdapter(WikidataCatalogue(), run=run, clock=clock),
        "x": XAdapter(run=run, clock=clock),
        "youtube": youtube,
    }
    # Hubs push to sources, not to the routes of one.
    group = GroupAdapter(adapters=polled, clock=clock)
    return {**polled, "feed": pushed(feed), "group": group, "youtube": pushed(youtube)}


async def _read_mails(options: ImapOptions, since: "Place | None", /) -> "Mails | FetchFailed":
    """What is new in a mailbox. The library that speaks IMAP is loaded where there is one."""
    from monitor.mailbox import read_new

    return await read_new(options, since)


def page_reader(run: Run) -> ReadPage:
    """Reads article pages."""

    async def read(body: bytes, *, url: str, content_type: str | None) -> Page | ParseFailed:
        return await run(article.read_page, body, url=url, content_type=content_type)

    return read


def push_reader(run: Run, clock: Clock) -> ReadPush:
    """Reads what is pushed to a webhook as its next visit will, so that what cannot be read is refused at once."""

    async def read(source: Source, body: bytes, name: str | None) -> ParseResult:
        return await read_push(source, body, name, run=run, now=clock())

    return read
