"""The keys of `type: reddit`."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from monitor.config.addresses import ApiUrl
from monitor.config.fields import Key, Text, TierName, one_or_more
from monitor.config.problems import RefusedError, shown
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.options import RedditOptions
from monitor.core.source import Tier
from monitor.core.watchlist import Watch

_SUBREDDIT = re.compile(r"(?:/?r/)?(\w{2,21})/?", re.ASCII)
_USER = re.compile(r"(?:/?u(?:ser)?/)?([\w-]{3,20})/?", re.ASCII)


def _subreddit(written: str) -> str:
    found = _SUBREDDIT.fullmatch(written)
    if found is None:
        raise RefusedError(f"{shown(written)} is not the name of a subreddit", "write television for r/television")
    return found[1]


def _user(written: str) -> str:
    found = _USER.fullmatch(written)
    if found is None:
        raise RefusedError(f"{shown(written)} is not a name on Reddit", "write it without u/")
    return found[1]


Subreddits = Annotated[
    tuple[Annotated[Text, AfterValidator(_subreddit)], ...],
    BeforeValidator(one_or_more),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
User = Annotated[Text, AfterValidator(_user)]


class RedditEntry(CommonEntry, title="Reddit"):
    """New posts on Reddit."""

    usual: ClassVar[timedelta | None] = timedelta(minutes=30)
    least: ClassVar[timedelta] = timedelta(minutes=5)

    type: Literal["reddit"] = Field(description="What the source is.")
    tier: TierName = Field(
        default=Tier.COMMUNITY,
        description="How much its word weighs: official, trade, press, community or aggregator. Left out: community.",
    )
    subreddits: Subreddits = Field(
        default=(), description="Subreddits, which are asked for together.", examples=[["television", "movies"]]
    )
    search: Text | None = Field(
        default=None,
        description="Words to search for, in these subreddits or everywhere.",
        examples=['title:"Harbour Nine"'],
    )
    account: User | None = Field(
        default=None, description="The account whose posts are read.", examples=["example_user"]
    )
    user: User | None = Field(
        default=None,
        description="Your own name on Reddit, which Reddit asks programs to tell.",
        examples=["example_user"],
    )
    feed_token: Key | None = Field(
        default=None,
        repr=False,
        description="The feed= part of a link on reddit.com/prefs/feeds; needs user.",
        examples=["${REDDIT_FEED}"],
    )
    client_id: Key | None = Field(
        default=None, repr=False, description="The id of an app of your own.", examples=["${REDDIT_ID}"]
    )
    client_secret: Key | None = Field(
        default=None, repr=False, description="The secret of that app.", examples=["${REDDIT_SECRET}"]
    )
    base: ApiUrl | None = Field(
        default=None, description="Another server that answers in its place. Left out: https://www.reddit.com."
    )
    api: ApiUrl | None = Field(
        default=None, description="Another server that answers apps. Left out: https://oauth.reddit.com."
    )

    @model_validator(mode="after")
    def something_to_read(self) -> Self:
        if not (self.subreddits or self.search or self.account):
            raise RefusedError("says nothing to read", "write subreddits, search or account")
        if self.account and (self.subreddits or self.search):
            raise RefusedError("account stands alone", "make another source for subreddits and search")
        return self

    @model_validator(mode="after")
    def one_way_in(self) -> Self:
        if (self.client_id is None) != (self.client_secret is None):
            raise RefusedError("client_id and client_secret belong together", "write both")
        if self.feed_token and self.client_id:
            raise RefusedError("feed_token and client_id exclude each other", "take one of them out")
        if self.feed_token and not self.user:
            raise RefusedError("feed_token needs user, your own name on Reddit", "write user: NAME")
        return self

    def address(self) -> str:
        path, fields = self._asked()
        query = urlencode(fields, quote_via=quote)
        return f"https://www.reddit.com{path}{'?' if query else ''}{query}"

    def _asked(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The path, and the fields of a search."""
        if self.account:
            return f"/user/{self.account}/submitted", ()
        among = f"/r/{'+'.join(self.subreddits)}" if self.subreddits else ""
        if self.search is None:
            return f"{among}/new", ()
        within = (("restrict_sr", "on"),) if among else ()
        return f"{among}/search", (("q", self.search), *within, ("sort", "new"), ("t", "week"))

    def options(self, watches: Sequence[Watch]) -> RedditOptions:  # noqa: ARG002  # follows no watchlist
        path, fields = self._asked()
        return RedditOptions(
            path=path,
            fields=fields,
            user=self.user or "",
            feed_token=self.feed_token or "",
            client_id=self.client_id or "",
            client_secret=self.client_secret or "",
            base=self.base,
            api=self.api,
        )
