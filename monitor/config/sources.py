"""`sources.yaml`: what is polled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Discriminator, Field, Tag, field_validator, model_validator

from monitor.config.fields import STRICT, Every, MaxAge
from monitor.config.problems import RefusedError, shown
from monitor.config.sourcetypes.bluesky import BlueskyEntry
from monitor.config.sourcetypes.databases import TmdbEntry, TraktEntry, TvmazeEntry, WikidataEntry
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.config.sourcetypes.feed import FeedEntry
from monitor.config.sourcetypes.inbound import ImapEntry, WebhookEntry
from monitor.config.sourcetypes.json import JsonEntry
from monitor.config.sourcetypes.mastodon import MastodonEntry
from monitor.config.sourcetypes.meta import InstagramEntry, ThreadsEntry
from monitor.config.sourcetypes.page import PageEntry
from monitor.config.sourcetypes.reddit import RedditEntry
from monitor.config.sourcetypes.searches import BingNewsEntry, GdeltEntry, GoogleNewsEntry
from monitor.config.sourcetypes.sitemap import SitemapEntry
from monitor.config.sourcetypes.telegram import TelegramEntry
from monitor.config.sourcetypes.x import XEntry
from monitor.config.sourcetypes.youtube import YoutubeEntry
from monitor.core.fallback import GroupOptions
from monitor.core.source import Adaptive, Source
from monitor.core.watchlist import Watch

EVERY = timedelta(minutes=15)
MAX_AGE = timedelta(days=7)

_FEWEST_ROUTES = 2
# Those to which something is brought are no routes: nobody could say that they fail.
_NO_ROUTES = frozenset({"group", "imap", "webhook"})
_OF_THE_GROUP = ("name", "tier", "every", "adaptive", "watchdog", "quiet_after", "max_age")


def _type_of(value: object) -> str | None:
    found = value.get("type") if isinstance(value, dict) else None
    return str(found) if isinstance(found, str) else None


class GroupEntry(CommonEntry, title="Group"):
    """Several routes to the same account: the first that can be read serves."""

    type: Literal["group"] = Field(description="What the source is.")
    routes: tuple["SourceEntry", ...] = Field(
        description="Ways to the same account, the best first: entries of any type that is polled, with ids of their own.",
        examples=[
            [
                {"id": "netflix-uk-instagram", "type": "instagram", "account": "netflixuk"},
                {"id": "netflix-uk-bluesky", "type": "bluesky", "account": "netflix.com"},
            ]
        ],
    )

    @field_validator("routes")
    @classmethod
    def can_be_routes(cls, routes: "tuple[SourceEntry, ...]") -> "tuple[SourceEntry, ...]":
        if len(routes) < _FEWEST_ROUTES:
            raise RefusedError("a group has two routes or more", "add one, or write the route as a source of its own")
        for route in routes:
            if route.type in _NO_ROUTES or getattr(route, "stream", False):
                raise RefusedError(
                    f"{shown(route.id)} cannot be a route: routes are polled", "make it a source of its own"
                )
            for key in _OF_THE_GROUP:
                if key in route.model_fields_set:
                    raise RefusedError(
                        f"{shown(key)} of {shown(route.id)} is the group's to say", "move it to the group"
                    )
        if not any(route.enabled for route in routes):
            raise RefusedError("every route is switched off", "switch one on, or give the group enabled: false")
        for route_id, times in Counter(route.id for route in routes).items():
            if times > 1:
                raise RefusedError(f"the id {shown(route_id)} stands here twice", "give one of them another id")
        return routes

    @model_validator(mode="after")
    def bearable(self) -> Self:
        for route in self.routes:
            if self.every is not None and self.every < route.least:
                least = f"{route.least // timedelta(minutes=1)}m"
                raise RefusedError(
                    f"{shown(route.id)} is polled every {least} at most", f"write every: {least} or more"
                )
        return self

    def source(self, *, every: timedelta, max_age: timedelta, watches: Sequence[Watch]) -> Source:
        group = super().source(every=every, max_age=max_age, watches=watches)
        routes = [
            route.source(every=every, max_age=group.max_age, watches=watches) for route in self.routes if route.enabled
        ]
        interval = self.every or max(route.every for route in routes)
        options = GroupOptions(
            routes=tuple(
                replace(
                    route,
                    every=interval,
                    tier=group.tier,
                    name=group.name,
                    lang=route.lang or group.lang,
                    proxy=route.proxy or group.proxy,
                    adaptive=None,
                )
                for route in routes
            )
        )
        return replace(group, every=interval, adaptive=self._bearable_range(interval), options=options)

    def _bearable_range(self, every: timedelta) -> Adaptive | None:
        within = self.range_of(every)
        least = max(route.least for route in self.routes)
        return within and Adaptive(least=max(within.least, least), most=max(within.most, least))

    def address(self) -> str:
        """Its own, so that another route does not make it another source."""
        return f"group:{self.id}"


# A union by `type`: another source type is another model, joined with "|" on a line of its own.
SourceEntry = Annotated[
    Annotated[BingNewsEntry, Tag("bing-news")]
    | Annotated[BlueskyEntry, Tag("bluesky")]
    | Annotated[FeedEntry, Tag("feed")]
    | Annotated[GdeltEntry, Tag("gdelt")]
    | Annotated[GoogleNewsEntry, Tag("google-news")]
    | Annotated[GroupEntry, Tag("group")]
    | Annotated[ImapEntry, Tag("imap")]
    | Annotated[InstagramEntry, Tag("instagram")]
    | Annotated[JsonEntry, Tag("json")]
    | Annotated[MastodonEntry, Tag("mastodon")]
    | Annotated[PageEntry, Tag("page")]
    | Annotated[RedditEntry, Tag("reddit")]
    | Annotated[SitemapEntry, Tag("sitemap")]
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
