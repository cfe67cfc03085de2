"""`sources.yaml`: what is polled."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Discriminator, Field, Tag

from monitor.config.fields import STRICT, Every, MaxAge
from monitor.config.sourcetypes.bluesky import BlueskyEntry
from monitor.config.sourcetypes.databases import TmdbEntry, TraktEntry, TvmazeEntry, WikidataEntry
from monitor.config.sourcetypes.feed import FeedEntry
from monitor.config.sourcetypes.inbound import WebhookEntry
from monitor.config.sourcetypes.json import JsonEntry
from monitor.config.sourcetypes.mastodon import MastodonEntry
from monitor.config.sourcetypes.meta import InstagramEntry, ThreadsEntry
from monitor.config.sourcetypes.page import PageEntry
from monitor.config.sourcetypes.reddit import RedditEntry
from monitor.config.sourcetypes.searches import BingNewsEntry, GdeltEntry, GoogleNewsEntry
from monitor.config.sourcetypes.telegram import TelegramEntry
from monitor.config.sourcetypes.x import XEntry
from monitor.config.sourcetypes.youtube import YoutubeEntry

EVERY = timedelta(minutes=15)
MAX_AGE = timedelta(days=7)


def _type_of(value: object) -> str | None:
    found = value.get("type") if isinstance(value, dict) else None
    return str(found) if isinstance(found, str) else None


# A union by `type`: another source type is another model, joined with "|" on a line of its own.
SourceEntry = Annotated[
    Annotated[BingNewsEntry, Tag("bing-news")]
    | Annotated[BlueskyEntry, Tag("bluesky")]
    | Annotated[FeedEntry, Tag("feed")]
    | Annotated[GdeltEntry, Tag("gdelt")]
    | Annotated[GoogleNewsEntry, Tag("google-news")]
    | Annotated[InstagramEntry, Tag("instagram")]
    Annotated[JsonEntry, Tag("json")]
    | Annotated[MastodonEntry, Tag("mastodon")],
    | Annotated[PageEntry, Tag("page")]
    | Annotated[RedditEntry, Tag("reddit")]
    | Annotated[TelegramEntry, Tag("telegram")]
    | Annotated[ThreadsEntry, Tag("threads")]
    | Annotated[TmdbEntry, Tag("tmdb")]
    | Annotated[TraktEntry, Tag("trakt")]
    | Annotated[TvmazeEntry, Tag("tvmaze")]
    | Annotated[WebhookEntry, Tag("webhook")]
    | Annotated[WikidataEntry, Tag("wikidata")]
    | Annotated[XEntry, Tag("x")]
    | Annotated[YoutubeEntry, Tag("youtube")],
    Discriminator(_type_of),
]


class DefaultsEntry(BaseModel, title="Defaults"):
    """What holds for every source that does not say otherwise."""

    model_config = STRICT

    every: Every = Field(default=EVERY, description="How often sources are polled. Left out: 15m.", examples=["15m"])
    max_age: MaxAge = Field(
        default=MAX_AGE, description="Items published longer ago never alert. Left out: 7d.", examples=["7d"]
    )


class SourcesFile(BaseModel, title="sources.yaml"):
    """What is polled."""

    model_config = STRICT

    defaults: DefaultsEntry | None = Field(
        default=None, description="What holds for every source that does not say otherwise."
    )
    sources: tuple[SourceEntry, ...] = Field(default=(), description="The sources, in any order.")
