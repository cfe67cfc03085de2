"""`sources.yaml`: what is polled, one model per source type."""

import re
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Discriminator, Field, Tag, model_validator

from monitor.config.addresses import ProxyUrl, SourceUrl
from monitor.config.fields import STRICT, Every, Flag, Id, Lang, MaxAge, Name, Secret, Text, TierName
from monitor.config.problems import RefusedError
from monitor.core.source import BasicAuth, Source, Tier

EVERY = timedelta(minutes=15)
MAX_AGE = timedelta(days=7)

_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "if-modified-since",
        "if-none-match",
        "transfer-encoding",
        "user-agent",
    }
)


def _header_name(name: str) -> str:
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise RefusedError("not the name of an HTTP header")
    if name.lower() in _OURS:
        raise RefusedError(f"the header {name} is set by the monitor itself", "take it out")
    return name


def _header_value(value: str) -> str:
    if not value.isascii():
        raise RefusedError("the value of an HTTP header may hold only ASCII characters")
    return value


HeaderName = Annotated[Text, AfterValidator(_header_name)]
HeaderValue = Annotated[Secret, AfterValidator(_header_value)]


class AuthEntry(BaseModel, title="Sign-in"):
    """A user and password for a source that asks for them."""

    model_config = STRICT

    user: Secret = Field(description="The user name.", repr=False)
    password: Secret = Field(description="The password.", repr=False, examples=["${FEED_PASSWORD}"])


class FeedEntry(BaseModel, title="Feed"):
    """An RSS, Atom or JSON feed."""

    model_config = STRICT

    id: Id = Field(description="A short name for logs, mutes and commands.", examples=["variety"])
    type: Literal["feed"] = Field(description="What the source is.")
    url: SourceUrl = Field(description="The address of the feed.", examples=["https://variety.com/feed/"])
    name: Name | None = Field(
        default=None, description="The publisher as alerts name it. Left out: the id.", examples=["Variety"]
    )
    tier: TierName = Field(
        default=Tier.PRESS,
        description="How much its word weighs: official, trade, press, community or aggregator. Left out: press.",
    )
    every: Every | None = Field(
        default=None, description="How often it is polled, at least 1m. Left out: as under defaults.", examples=["15m"]
    )
    max_age: MaxAge | None = Field(
        default=None,
        description="Items published longer ago never alert. Left out: as under defaults.",
        examples=["7d"],
    )
    lang: Lang | None = Field(
        default=None, description="The language of its items. Left out: found out per item.", examples=["en"]
    )
    headers: dict[HeaderName, HeaderValue] = Field(
        default_factory=dict,
        repr=False,
        description="HTTP headers to send along, for feeds that want a key.",
        examples=[{"X-Api-Key": "${FEED_KEY}"}],
    )
    auth: AuthEntry | None = Field(default=None, description="User and password, where the feed asks for them.")
    proxy: ProxyUrl | None = Field(
        default=None, repr=False, description="An HTTP proxy for this source.", examples=["${PROXY_URL}"]
    )
    enabled: Flag = Field(default=True, description="false leaves the source out for now. Left out: true.")
    country: Text | None = Field(
        default=None, description="Where the publisher is at home; for your own reading.", examples=["GB"]
    )
    verified: Flag = Field(
        default=False, description="Whether somebody has seen the address work; for your own reading."
    )

    @model_validator(mode="after")
    def headers_once(self) -> Self:
        names = [name.lower() for name in self.headers]
        if len(set(names)) < len(names):
            raise RefusedError("the same header twice; capitals do not count")
        if self.auth and "authorization" in names:
            raise RefusedError("auth and an Authorization header exclude each other", "take one of them out")
        return self

    def source(self, *, every: timedelta, max_age: timedelta) -> Source:
        """The source with what it leaves out filled in."""
        return Source(
            id=self.id,
            type=self.type,
            url=self.url,
            tier=self.tier,
            every=self.every or every,
            max_age=self.max_age or max_age,
            name=self.name or "",
            lang=self.lang,
            headers=tuple(self.headers.items()),
            auth=BasicAuth(user=self.auth.user, password=self.auth.password) if self.auth else None,
            proxy=self.proxy,
        )


def _type_of(value: object) -> str | None:
    found = value.get("type") if isinstance(value, dict) else None
    return str(found) if isinstance(found, str) else None


# A union by `type`: another source type is another model, joined with "|".
SourceEntry = Annotated[Annotated[FeedEntry, Tag("feed")], Discriminator(_type_of)]


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
